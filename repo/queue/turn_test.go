package queue_test

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"bangfu/repo/queue"

	"github.com/redis/go-redis/v9"
)

// TestOneTurnAtATime has many messages of one person come at once in two processes: no two have their turn together, and
// another person waits for nobody.
func TestOneTurnAtATime(t *testing.T) {
	p := newPlace(t)
	here, there := queue.NewTurns(p.rdb), queue.NewTurns(p.rdb)
	var inTurn, most atomic.Int32
	var all sync.WaitGroup
	for i := range 20 {
		turns := here
		if i%2 == 1 {
			turns = there
		}
		all.Go(func() {
			turn := turns.Take(t.Context(), "oa:one", string(rune('a'+i)), time.Hour)
			if turn.Away || turn.Answer != nil {
				t.Errorf("%+v", turn)
			}
			most.Store(max(most.Load(), inTurn.Add(1)))
			other := turns.Take(t.Context(), "oa:other"+string(rune('a'+i)), "x", time.Hour)
			inTurn.Add(-1)
			if err := turns.End(t.Context(), other, queue.Kept{}); err != nil {
				t.Error(err)
			}
			if err := turns.End(t.Context(), turn, queue.Kept{}); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if n := most.Load(); n != 1 {
		t.Errorf("%d at once", n)
	}
}

// TestATurnLeavesSomethingBehind: the answer to repeats of the same push, what was shown to the person's next, and neither for
// longer than it lives.
func TestATurnLeavesSomethingBehind(t *testing.T) {
	p := newPlace(t)
	turns, ctx := queue.NewTurns(p.rdb), t.Context()
	take := func(person, push string) queue.Turn { return turns.Take(ctx, person, push, time.Hour) }
	end := func(turn queue.Turn, k queue.Kept) {
		t.Helper()
		if err := turns.End(ctx, turn, k); err != nil {
			t.Fatal(err)
		}
	}
	end(take("oa:one", "1"), queue.Kept{Answer: []byte("yes"), Shown: []byte("a list"), Life: time.Minute * 30})
	if got := take("oa:one", "1"); string(got.Answer) != "yes" {
		t.Errorf("a repeat: %+v", got)
	}
	if got := take("oa:two", "1"); got.Answer != nil || len(got.Shown) > 0 {
		t.Errorf("somebody else: %+v", got)
	}
	next := take("oa:one", "2")
	if next.Answer != nil || string(next.Shown) != "a list" {
		t.Errorf("the next: %+v", next)
	}
	end(next, queue.Kept{}) // leaves what is there
	p.turn(queue.AnswerLife + time.Second)
	until(t, "the answer is forgotten", func() bool { next = take("oa:one", "1"); return next.Answer == nil })
	if string(next.Shown) != "a list" {
		t.Errorf("a minute later: %+v", next)
	}
	if err := turns.Forget(ctx, "oa:one"); err != nil {
		t.Fatal(err)
	}
	end(next, queue.Kept{})
	if got := take("oa:one", "3"); len(got.Shown) > 0 {
		t.Errorf("forgotten: %+v", got)
	}
}

// TestATurnOfADeadProcessEnds: its life is over, and the next has its turn. What the dead one does afterwards, should it live
// after all, does not end the other's.
func TestATurnOfADeadProcessEnds(t *testing.T) {
	p := newPlace(t)
	turns, ctx := queue.NewTurns(p.rdb), t.Context()
	dead := turns.Take(ctx, "oa:one", "1", time.Second)
	p.turn(2 * time.Second)
	turns.Take(ctx, "oa:one", "2", time.Hour)
	if err := turns.End(ctx, dead, queue.Kept{}); err != nil {
		t.Fatal(err)
	}
	short, cancel := context.WithTimeout(ctx, 100*time.Millisecond)
	defer cancel()
	if third := turns.Take(short, "oa:one", "3", time.Hour); !third.Away {
		t.Errorf("beside the second: %+v", third)
	}
}

func TestEverybodyHasTheirTurnWhileRedisIsAway(t *testing.T) {
	away := redis.NewClient(&redis.Options{Addr: "127.0.0.1:1", MaxRetries: -1})
	t.Cleanup(func() { _ = away.Close() })
	turns := queue.NewTurns(away)
	turn := turns.Take(t.Context(), "oa:one", "1", time.Hour)
	if !turn.Away {
		t.Errorf("%+v", turn)
	}
	if err := turns.End(t.Context(), turn, queue.Kept{Answer: []byte("x")}); err == nil {
		t.Error("something was kept")
	}
}

// TestNewsReachTheOthers tells of a change in one process and hears of it in another.
func TestNewsReachTheOthers(t *testing.T) {
	p := newPlace(t)
	ctx, cancel := context.WithCancel(t.Context())
	heard := make(chan string, 100)
	var ended sync.WaitGroup
	ended.Go(func() { queue.NewNews(p.rdb).Hear(ctx, func(what string) { heard <- what }) })
	for told := queue.NewNews(p.rdb); ; { // what is told before anybody listens is lost
		told.Tell("units")
		select {
		case what := <-heard:
			if what != "units" {
				t.Errorf("heard %q", what)
			}
			cancel()
			ended.Wait()
			return
		case <-time.After(20 * time.Millisecond):
		}
	}
}
