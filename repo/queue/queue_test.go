package queue_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"time"

	"bangfu/repo"
	"bangfu/repo/embedded"
	"bangfu/repo/queue"
	"bangfu/repo/repotest"
	"bangfu/service/model"

	"github.com/redis/go-redis/v9"
)

// place is a queue over a database and a Redis of its own, with a clock that the test turns.
type place struct {
	*queue.Client
	store *repo.Store
	rdb   *redis.Client
	redis *embedded.Redis

	mu  sync.Mutex
	now time.Time
}

func newPlace(t *testing.T) *place {
	t.Helper()
	repotest.Raced(t)
	p := &place{now: time.Date(2018, 1, 3, 1, 0, 0, 0, time.UTC)}
	p.store = repotest.Open(t, p.now)
	var err error
	if p.redis, err = embedded.OpenRedis(p.clock); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.redis.Close)
	p.rdb = redis.NewClient(&redis.Options{Addr: p.redis.Addr()})
	t.Cleanup(func() { _ = p.rdb.Close() })
	p.Client = p.over(p.rdb)
	return p
}

func (p *place) over(rdb *redis.Client) *queue.Client {
	return queue.New(p.store, rdb, p.clock, slog.New(slog.DiscardHandler))
}

func (p *place) clock() time.Time {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.now
}

func (p *place) turn(d time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.now = p.now.Add(d)
}

func (p *place) job(t *testing.T, id string) model.Job {
	t.Helper()
	j, err := p.store.Job(t.Context(), id)
	must(t, err)
	return j
}

// taken lets a server take tasks until there are n, and gives the ids of their rows in order.
func (p *place) taken(t *testing.T, n int) []string {
	t.Helper()
	ids := make(chan string, 100)
	srv, err := queue.Start(p.rdb, 2, func(_ context.Context, id string) error { ids <- id; return nil }, 250, slog.New(slog.DiscardHandler))
	must(t, err)
	defer srv.Stop()
	var list []string
	for range n {
		select {
		case id := <-ids:
			list = append(list, id)
		case <-time.After(hangs):
			t.Fatalf("only %v", list)
		}
	}
	slices.Sort(list)
	return list
}

// hangs is how long something may take before it counts as hanging; it is no measure of the machine.
const hangs = 3 * time.Minute

func until(t *testing.T, what string, holds func() bool) {
	t.Helper()
	tick, end := time.NewTicker(5*time.Millisecond), time.After(hangs)
	defer tick.Stop()
	for !holds() {
		select {
		case <-tick.C:
		case <-end:
			t.Fatalf("never happened: %s", what)
		}
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// TestWhatIsAskedForIsTaken: a row for each record, and the queue knows of them.
func TestWhatIsAskedForIsTaken(t *testing.T) {
	p := newPlace(t)
	must(t, p.Enqueue(t.Context(), queue.TagCadre, "a1", "a2"))
	must(t, p.Enqueue(t.Context(), queue.CommitImport, "i1"))
	want := []string{"cadre:tag|a1", "cadre:tag|a2", "import:commit|i1"}
	if got := p.taken(t, 3); !slices.Equal(got, want) {
		t.Errorf("taken: %v", got)
	}
	if n, err := p.store.CountJobs(t.Context()); err != nil || n != 3 {
		t.Errorf("%d rows, %v: rows leave when the work is done, not when it is taken", n, err)
	}
	if err := p.Enqueue(t.Context(), "no:such", "x"); err == nil {
		t.Error("work of a type that nobody knows is taken")
	}
}

// TestAChunkIsOneTask: of many rows the queue hears once, and whoever takes the task claims them all, each once.
func TestAChunkIsOneTask(t *testing.T) {
	p := newPlace(t)
	refs := make([]string, queue.Chunk+1)
	for i := range refs {
		refs[i] = fmt.Sprintf("m%03d", i)
	}
	must(t, p.Enqueue(t.Context(), queue.SendMessage, refs...))
	if got := p.taken(t, 1); got[0] != queue.SendMessage {
		t.Errorf("taken: %v", got)
	}
	var claimed []string
	for _, want := range []int{queue.Chunk, 1, 0} {
		jobs, err := p.Claim(t.Context(), queue.SendMessage)
		must(t, err)
		if len(jobs) != want {
			t.Fatalf("claimed %d rows, want %d", len(jobs), want)
		}
		for _, j := range jobs {
			claimed = append(claimed, j.Ref)
		}
	}
	slices.Sort(claimed)
	if !slices.Equal(claimed, refs) {
		t.Errorf("claimed %v", claimed)
	}
}

// TestAskedAgain before it is done is one row, which says that it has to be done once more.
func TestAskedAgain(t *testing.T) {
	p := newPlace(t)
	must(t, p.Enqueue(t.Context(), queue.SendMessage, "m"))
	first := p.job(t, "message:send|m")
	must(t, p.Enqueue(t.Context(), queue.SendMessage, "m"))
	again := p.job(t, "message:send|m")
	if first.Asked != 1 || again.Asked != 2 || again.Epoch != first.Epoch+1 {
		t.Errorf("%+v, then %+v", first, again)
	}
	if gone, err := p.store.CompleteJob(t.Context(), first); err != nil || gone {
		t.Errorf("whoever did the first has done the second, too: %v %v", gone, err)
	}
	if gone, err := p.store.CompleteJob(t.Context(), again); err != nil || !gone {
		t.Errorf("%v %v", gone, err)
	}
}

// TestAFlushedRedis is told again of what is due, once it has not been told for a while, and not before.
func TestAFlushedRedis(t *testing.T) {
	p := newPlace(t)
	must(t, p.Enqueue(t.Context(), queue.SendMessage, "m"))
	p.redis.Flush()
	if n, err := p.RequeueDue(t.Context()); err != nil || n != 0 {
		t.Errorf("%d told again at once, %v", n, err)
	}
	p.turn(2 * time.Minute)
	if n, err := p.RequeueDue(t.Context()); err != nil || n != 1 {
		t.Errorf("%d told again, %v", n, err)
	}
	if got := p.taken(t, 1); got[0] != queue.SendMessage {
		t.Errorf("%v", got)
	}
	if n, err := p.RequeueDue(t.Context()); err != nil || n != 0 {
		t.Errorf("%d told a third time, %v", n, err)
	}
}

// TestRedisAway: what is asked for stands in its row, and nobody who asks hears of it.
func TestRedisAway(t *testing.T) {
	p := newPlace(t)
	nowhere := redis.NewClient(&redis.Options{Addr: "127.0.0.1:1", MaxRetries: -1})
	t.Cleanup(func() { _ = nowhere.Close() })
	must(t, p.over(nowhere).Enqueue(t.Context(), queue.SendMessage, "m"))
	p.turn(2 * time.Minute)
	if _, err := p.over(nowhere).RequeueDue(t.Context()); err == nil {
		t.Error("a sweep says that it told a Redis that is away")
	}
	p.turn(2 * time.Minute)
	if n, err := p.RequeueDue(t.Context()); err != nil || n != 1 {
		t.Errorf("%d told, %v", n, err)
	}
	p.taken(t, 1)
}

// TestPutOff waits longer after each failure, and at most an hour; a person who presses does not wait.
func TestPutOff(t *testing.T) {
	p := newPlace(t)
	must(t, p.Enqueue(t.Context(), queue.SendMessage, "m"))
	var waits []time.Duration
	for range 8 {
		must(t, p.Reschedule(t.Context(), p.job(t, "message:send|m"), time.Time{}))
		waits = append(waits, p.job(t, "message:send|m").DueAt.Sub(p.clock()))
	}
	want := []time.Duration{5, 20, 80, 320, 1280, 3600, 3600, 3600}
	for i := range want {
		if waits[i] != want[i]*time.Second {
			t.Errorf("after %d failures: %s, want %ds", i+1, waits[i], want[i])
		}
	}
	if n, err := p.RequeueDue(t.Context()); err != nil || n != 0 {
		t.Errorf("%d told before it is due, %v", n, err)
	}
	at := p.clock().Add(5 * time.Hour)
	must(t, p.Reschedule(t.Context(), p.job(t, "message:send|m"), at))
	if got := p.job(t, "message:send|m").DueAt; !got.Equal(at) {
		t.Errorf("due at %s, was told %s", got, at)
	}
	must(t, p.EnqueueNow(t.Context(), queue.SendMessage, "m"))
	if got := p.job(t, "message:send|m").DueAt; got.After(p.clock()) {
		t.Errorf("somebody pressed, and it waits until %s", got)
	}
	cause := errors.New("busy")
	if later := (queue.RetryAt{At: at, Err: cause}); !errors.Is(later, cause) || later.Error() != "busy" {
		t.Errorf("%v", later)
	}
}
