package task

import (
	"bytes"
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"bangfu/repo"
	"bangfu/repo/embedded"
	"bangfu/repo/queue"
	"bangfu/repo/repotest"
	"bangfu/service/coop"
	"bangfu/service/model"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/redis/go-redis/v9"
)

// bench is a worker over a database and a Redis of its own. It has the service of dividends and no other: work for any
// of those panics, as a service with a mistake in it would.
type bench struct {
	*Worker
	store *repo.Store
	clock atomic.Int64 // milliseconds; the embedded Redis looks at it all the time
	log   bytes.Buffer
}

func (b *bench) now() time.Time { return time.UnixMilli(b.clock.Load()).UTC() }

func (b *bench) turn(d time.Duration) { b.clock.Add(d.Milliseconds()) }

func newBench(t *testing.T) *bench {
	t.Helper()
	repotest.Raced(t)
	b := &bench{}
	b.clock.Store(time.Date(2018, 1, 3, 1, 0, 0, 0, time.UTC).UnixMilli())
	clock := b.now
	b.store = repotest.Open(t, b.now())
	server, err := embedded.OpenRedis(clock)
	must(t, err)
	t.Cleanup(server.Close)
	rdb := redis.NewClient(&redis.Options{Addr: server.Addr()})
	t.Cleanup(func() { _ = rdb.Close() })
	log := slog.New(slog.NewTextHandler(&b.log, nil))
	q := queue.New(b.store, rdb, clock, log)
	b.Worker = New(Services{Store: b.store, Queue: q, Coop: coop.New(b.store, nil, q, clock), Now: clock, Log: log}, prometheus.NewRegistry())
	return b
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// ask writes the row of some work, and gives it.
func (b *bench) ask(t *testing.T, typ, ref string) model.Job {
	t.Helper()
	must(t, b.Queue.Enqueue(t.Context(), typ, ref))
	j, err := b.store.Job(t.Context(), model.NewJob(typ, ref, b.now()).ID)
	must(t, err)
	return j
}

// waits reports whether the row is still there, and until when.
func (b *bench) waits(t *testing.T, id string) (model.Job, bool) {
	t.Helper()
	j, err := b.store.Job(t.Context(), id)
	if err != nil && !model.IsKind(err, model.KindNotFound) {
		t.Fatal(err)
	}
	return j, err == nil
}

// TestWorkThatIsDone takes its row along, and doing it once more does nothing.
func TestWorkThatIsDone(t *testing.T) {
	b := newBench(t)
	must(t, b.store.InsertDividendRun(t.Context(), model.DividendRun{ID: "settled", Record: model.NewRecord(b.now(), "test")}))
	j := b.ask(t, queue.PostDividend, "settled")
	for range 2 {
		must(t, b.Process(t.Context(), j.ID))
		if _, there := b.waits(t, j.ID); there {
			t.Error("the row is still there")
		}
	}
}

// TestHopelessWork is given up, and says so: nobody can post a run that there is not.
func TestHopelessWork(t *testing.T) {
	b := newBench(t)
	j := b.ask(t, queue.PostDividend, "none")
	must(t, b.Process(t.Context(), j.ID))
	if _, there := b.waits(t, j.ID); there || !strings.Contains(b.log.String(), "job given up") {
		t.Errorf("still there: %v; log: %s", there, &b.log)
	}
}

// TestAPanicIsAFailure: the work is put off, the worker goes on, and the log does not say what the panic said.
func TestAPanicIsAFailure(t *testing.T) {
	b := newBench(t)
	j := b.ask(t, queue.SendMessage, "message-of-somebody")
	must(t, b.Process(t.Context(), j.ID))
	off, there := b.waits(t, j.ID)
	if !there || off.Failures != 1 || !off.DueAt.After(b.now()) {
		t.Errorf("%v %+v", there, off)
	}
	if log := b.log.String(); !strings.Contains(log, "job put off") || strings.Contains(log, "message-of-somebody") {
		t.Errorf("log: %s", log)
	}
	must(t, b.Process(t.Context(), j.ID))
	if again, _ := b.waits(t, j.ID); again.Failures != 1 {
		t.Error("work that was put off is done before its time")
	}
	b.turn(off.DueAt.Sub(b.now()))
	must(t, b.Process(t.Context(), j.ID))
	if again, _ := b.waits(t, j.ID); again.Failures != 2 {
		t.Errorf("it is due: %+v", again)
	}
}

// TestAskedForMeanwhile: whoever asks while the work is being done gets it done once more.
func TestAskedForMeanwhile(t *testing.T) {
	b := newBench(t)
	j := b.ask(t, queue.PostDividend, "none")
	must(t, b.Queue.Enqueue(t.Context(), queue.PostDividend, "none"))
	must(t, b.finish(t.Context(), j))
	again, there := b.waits(t, j.ID)
	if !there || again.Asked != 2 {
		t.Fatalf("%v %+v", there, again)
	}
	must(t, b.finish(t.Context(), again))
	if _, there := b.waits(t, j.ID); there {
		t.Error("it is asked for no more, and still there")
	}
}

// TestWhatHasServedItsTime goes, and not a day before.
func TestWhatHasServedItsTime(t *testing.T) {
	b := newBench(t)
	ctx := t.Context()
	must(t, b.store.InsertSession(ctx, model.Session{ID: "s", StaffID: "x", CreatedAt: b.now(), ExpiresAt: b.now()}))
	must(t, b.store.InsertBindCode(ctx, model.BindCode{ID: "c", HouseholdID: "H-001", ExpiresAt: b.now()}))
	must(t, b.store.InsertInbox(ctx, model.InboxRow{ID: "p", OpenID: "o", ReceivedAt: b.now()}))
	left := func() (n int) {
		if _, err := b.store.Session(ctx, "s"); err == nil {
			n++
		}
		if _, err := b.store.BindCode(ctx, "c"); err == nil {
			n++
		}
		if _, err := b.store.Inbox(ctx, "p"); err == nil {
			n++
		}
		return n
	}
	b.turn(keepSessions - time.Minute)
	must(t, b.Prune(ctx))
	if n := left(); n < 2 {
		t.Errorf("%d are left a minute before", n)
	}
	b.turn(max(keepCodes, keepSessions, model.InboxLife) + time.Hour)
	must(t, b.Prune(ctx))
	if n := left(); n != 0 {
		t.Errorf("%d are left", n)
	}
}
