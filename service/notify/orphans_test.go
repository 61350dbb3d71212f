package notify_test

import (
	"context"
	"errors"
	"log/slog"
	"sync/atomic"
	"testing"
	"time"

	"bangfu/config"
	"bangfu/repo"
	"bangfu/repo/embedded"
	"bangfu/repo/queue"
	"bangfu/repo/repotest"
	"bangfu/repo/wechat"
	"bangfu/service/model"
	"bangfu/service/notify"

	"github.com/redis/go-redis/v9"
)

// office is a way out over embedded engines, with a clock that the test sets and nobody who works.
type office struct {
	*notify.Service
	store *repo.Store
	clock atomic.Int64 // milliseconds; the engines look at it all the time
}

func (o *office) now() time.Time { return time.UnixMilli(o.clock.Load()).UTC() }

func (o *office) turnTo(t time.Time) { o.clock.Store(t.UnixMilli()) }

func open(t *testing.T) *office {
	t.Helper()
	repotest.Raced(t)
	o := &office{}
	o.turnTo(time.Date(2018, 1, 5, 1, 0, 0, 0, time.UTC))
	clock := o.now
	o.store = repotest.Open(t, o.now())
	server, err := embedded.OpenRedis(clock)
	must(t, err)
	t.Cleanup(server.Close)
	rdb := redis.NewClient(&redis.Options{Addr: server.Addr()})
	t.Cleanup(func() { _ = rdb.Close() })
	log := slog.New(slog.DiscardHandler)
	away := func(ch model.Channel) *wechat.Client {
		return wechat.New(ch, config.Account{AppID: "wx" + string(ch)}, "http://127.0.0.1:1", rdb, clock, log)
	}
	o.Service = notify.New(o.store, queue.New(o.store, rdb, clock, log), away(model.ChannelOA), away(model.ChannelMini), clock, log)
	return o
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// message is one to somebody whose window is open.
func (o *office) message(t *testing.T, id string) model.Message {
	t.Helper()
	err := o.store.InsertIdentity(t.Context(), model.Identity{
		ID: "oa:x", Channel: model.ChannelOA, OpenID: "x", WindowUntil: o.now().Add(time.Hour),
	})
	if !model.IsKind(err, model.KindConflict) {
		must(t, err)
	}
	m := model.Message{
		ID: id, Purpose: "test", IdentityID: "oa:x", Text: "在", State: model.MessageQueued, OwnAccord: true, Uncapped: id != "m" && id != "orphan",
		CreatedAt: o.now(), ExpiresAt: o.now().Add(time.Hour),
	}
	_, err = o.store.InsertMessages(t.Context(), m)
	must(t, err)
	return m
}

// TestMend finds the message whose teller died before asking for its work, once.
func TestMend(t *testing.T) {
	o := open(t)
	o.message(t, "orphan")
	must(t, o.Tell(t.Context(), notify.Notice{Key: "asked for", IdentityID: "oa:x", Until: o.now().Add(time.Hour)}))
	mend := func() int {
		n, err := o.RequeueOrphans(t.Context())
		must(t, err)
		return n
	}
	if n := mend(); n != 0 {
		t.Errorf("%d mended at once", n)
	}
	o.turnTo(o.now().Add(2 * time.Minute))
	if n := mend(); n != 1 {
		t.Errorf("%d mended", n)
	}
	job, err := o.store.Job(t.Context(), queue.SendMessage+"|orphan")
	if err != nil || job.Epoch != 1 {
		t.Errorf("%+v, %v", job, err)
	}
	if n := mend(); n != 0 {
		t.Errorf("%d mended again", n)
	}
}

// TestTheSlowerOfTwoWaitsForTheFaster: two workers have the same job, and the one that got the message crashes. The
// other one must not take the job for done.
func TestTheSlowerOfTwoWaitsForTheFaster(t *testing.T) {
	o := open(t)
	m := o.message(t, "m")
	lease := o.now().Add(30 * time.Second)
	o.Register(notify.Purpose{Name: "test", Guard: notify.OneByOne(func(ctx context.Context, _ *model.Message) (bool, error) {
		_, err := o.store.WriteMessages(ctx, nil, []string{m.ID}, lease) // the faster one
		return true, err
	})})
	failed, err := o.Send(t.Context(), m.ID)
	must(t, err)
	var later queue.RetryAt
	if !errors.As(failed[m.ID], &later) || later.At.Before(lease) {
		t.Fatalf("the slower one: %v", failed)
	}
	o.turnTo(lease)
	_, err = o.Send(t.Context(), m.ID)
	must(t, err)
	if m, err = o.store.Message(t.Context(), m.ID); err != nil || m.State != model.MessageUnknown {
		t.Errorf("%s, %v", m.State, err)
	}
}
