package queue_test

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"bangfu/repo/queue"

	"github.com/redis/go-redis/v9"
)

// TestABudgetIsSpent, by one or in larger pieces; what is too dear takes nothing.
func TestABudgetIsSpent(t *testing.T) {
	p := newPlace(t)
	l, ctx := queue.NewLimits(p.rdb), t.Context()
	for i := range 3 {
		if wait := l.Allow(ctx, "one", 3, 1000*time.Hour); wait != 0 {
			t.Errorf("the %d. of 3 has to wait %s", i+1, wait)
		}
	}
	if wait := l.Allow(ctx, "one", 3, 1000*time.Hour); wait <= 0 {
		t.Error("a fourth is let pass")
	}
	if wait := l.Allow(ctx, "other", 3, 1000*time.Hour); wait != 0 {
		t.Errorf("another name waits %s", wait)
	}
	if wait := l.Spend(ctx, "dear", 10, 1000*time.Hour, 8); wait != 0 {
		t.Errorf("8 of 10: %s", wait)
	}
	if wait := l.Spend(ctx, "dear", 10, 1000*time.Hour, 8); wait <= 0 {
		t.Error("another 8 of 10")
	}
	if wait := l.Spend(ctx, "dear", 10, 1000*time.Hour, 2); wait != 0 {
		t.Errorf("the refused 8 took something: %s", wait)
	}
	if n, _ := l.Grant(ctx, "rate", 5, 3); n != 3 {
		t.Errorf("%d of 3 may go", n)
	}
	if n, wait := l.Grant(ctx, "slow", 1, 50); n != 1 || wait < 0 {
		t.Errorf("%d of 50 may go at one a second, then %s", n, wait)
	}
}

// TestStrikesLock at the last of so many, for a while, and then count anew.
func TestStrikesLock(t *testing.T) {
	p := newPlace(t)
	l, ctx := queue.NewLimits(p.rdb), t.Context()
	for i := range 2 {
		if lock := l.Strike(ctx, "name", 3, time.Hour); lock != 0 || l.Locked(ctx, "name") != 0 {
			t.Errorf("locked after %d", i+1)
		}
	}
	if lock := l.Strike(ctx, "name", 3, time.Hour); lock != time.Hour || l.Locked(ctx, "name") <= 0 {
		t.Errorf("not locked after three: %s", lock)
	}
	if l.Locked(ctx, "other") != 0 {
		t.Error("another name is locked")
	}
	p.turn(time.Hour + time.Second)
	until(t, "the lock ends", func() bool { return l.Locked(ctx, "name") == 0 })
	if lock := l.Strike(ctx, "name", 3, time.Hour); lock != 0 {
		t.Error("one wrong try after the lock locks again")
	}
}

// TestCounting in a window that begins with the first.
func TestCounting(t *testing.T) {
	p := newPlace(t)
	l, ctx := queue.NewLimits(p.rdb), t.Context()
	for range 3 {
		l.Count(ctx, "codes", time.Hour)
	}
	if n := l.Counted(ctx, "codes"); n != 3 {
		t.Errorf("%d", n)
	}
	if n := l.Counted(ctx, "nothing"); n != 0 {
		t.Errorf("%d of nothing", n)
	}
	p.turn(time.Hour + time.Second)
	until(t, "the window ends", func() bool { return l.Counted(ctx, "codes") == 0 })
}

// TestALockKeepsOthersOut until it is let go of, and not for longer than its life when its holder died.
func TestALockKeepsOthersOut(t *testing.T) {
	p := newPlace(t)
	locks := queue.NewLocks(p.rdb)
	release, ok := locks.Try(t.Context(), "work", time.Hour)
	if !ok {
		t.Fatal("nobody has it")
	}
	if _, ok := locks.Try(t.Context(), "work", time.Hour); ok {
		t.Error("two have it")
	}
	if other, ok := locks.Try(t.Context(), "other", time.Hour); !ok {
		t.Error("another work waits for it")
	} else {
		other()
	}
	release()
	if _, ok := locks.Try(t.Context(), "work", time.Hour); !ok {
		t.Error("it was let go of")
	}
	p.turn(time.Hour + time.Second) // whoever took it last never lets go
	until(t, "a dead holder's lock ends", func() bool {
		again, ok := locks.Try(t.Context(), "work", time.Hour)
		again()
		return ok
	})
}

// TestTurnsAtOnce: of many who wait for a lock one has it at a time.
func TestTurnsAtOnce(t *testing.T) {
	p := newPlace(t)
	locks := queue.NewLocks(p.rdb)
	var inside, most atomic.Int32
	var all sync.WaitGroup
	for range 5 {
		all.Go(func() {
			release := locks.Hold(t.Context(), "person", 1000*time.Hour)
			defer release()
			if n := inside.Add(1); n > most.Load() {
				most.Store(n)
			}
			inside.Add(-1)
		})
	}
	all.Wait()
	if most.Load() != 1 {
		t.Errorf("%d at once", most.Load())
	}
}

// TestWithoutRedisEverythingPasses: nobody could log in otherwise, and what must not happen twice is guarded elsewhere.
func TestWithoutRedisEverythingPasses(t *testing.T) {
	nowhere := redis.NewClient(&redis.Options{Addr: "127.0.0.1:1", MaxRetries: -1})
	t.Cleanup(func() { _ = nowhere.Close() })
	l, locks, ctx := queue.NewLimits(nowhere), queue.NewLocks(nowhere), t.Context()
	for range 5 {
		if l.Allow(ctx, "x", 1, time.Hour) != 0 || l.Strike(ctx, "x", 1, time.Hour) != 0 || l.Locked(ctx, "x") != 0 {
			t.Fatal("somebody is kept out")
		}
	}
	l.Count(ctx, "x", time.Hour)
	if n, wait := l.Grant(ctx, "x", 1, 50); l.Counted(ctx, "x") != 0 || n != 50 || wait != 0 {
		t.Errorf("%d may go, then %s", n, wait)
	}
	if release, ok := locks.Try(ctx, "x", time.Hour); !ok {
		t.Error("the lock is held by nobody")
	} else {
		release()
	}
	locks.Hold(ctx, "x", time.Hour)()
}
