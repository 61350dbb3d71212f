package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"time"
)

// trouble is everything that goes wrong.
type trouble struct {
	scene     *scene
	processes *processes
	verbose   bool
	stack     string // scripts/stack.sh

	mu     sync.Mutex
	random *rand.Rand
	did    map[string]int // how often, by what
}

func newTrouble(s *scene, p *processes, o options) *trouble {
	return &trouble{scene: s, processes: p, random: rand.New(rand.NewPCG(o.seed, 1)), verbose: o.verbose, stack: o.stack, did: map[string]int{}}
}

// mishap is one sort of thing that goes wrong.
type mishap struct {
	from, to time.Duration // between two of them
	do       func(context.Context)
}

// everything is what goes wrong with the reminders.
func (t *trouble) everything() []mishap {
	return []mishap{
		{2 * time.Second, 6 * time.Second, t.killWorker},
		{500 * time.Millisecond, 6 * time.Second, t.killPlanner},
		{4 * time.Second, 10 * time.Second, t.flush},
		{9 * time.Second, 20 * time.Second, t.restartServer},
		{500 * time.Millisecond, 3 * time.Second, t.weather},
	}
}

// make lets things go wrong for a while, or until enough of the work is done.
func (t *trouble) make(ctx context.Context, d time.Duration, kinds []mishap, enough func(context.Context) error) {
	ctx, cancel := context.WithTimeout(ctx, d)
	defer cancel()
	var all sync.WaitGroup
	for _, kind := range kinds {
		all.Go(func() {
			for t.pause(ctx, kind.from, kind.to) {
				kind.do(ctx)
			}
		})
	}
	all.Go(func() {
		if enough(ctx) == nil {
			cancel()
		}
	})
	all.Wait()
	// Whatever it was, it is over.
	if err := t.scene.control(context.WithoutCancel(ctx), "faults", calm, nil); err != nil {
		fmt.Fprintln(os.Stderr, "faults not cleared:", err)
	}
}

// pause waits between from and to; false when it is over.
func (t *trouble) pause(ctx context.Context, from, to time.Duration) bool {
	timer := time.NewTimer(from + time.Duration(t.choose(int(to-from))))
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

func (t *trouble) choose(n int) int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.random.IntN(n)
}

// happened counts what was done.
func (t *trouble) happened(what string, err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if err != nil && !errors.Is(err, context.Canceled) && !errors.Is(err, context.DeadlineExceeded) {
		fmt.Fprintln(os.Stderr, what, err)
		return
	}
	t.did[what]++
	if t.verbose {
		fmt.Println(time.Now().Format("15:04:05.000"), what)
	}
}

func (t *trouble) summary() string { return summary(t.did) }

func summary(did map[string]int) string {
	var parts []string
	for _, what := range slices.Sorted(maps.Keys(did)) {
		parts = append(parts, fmt.Sprintf("%s %d×", what, did[what]))
	}
	return strings.Join(parts, ", ")
}

func (t *trouble) killWorker(context.Context) {
	if t.processes.kill(fmt.Sprintf("work-%d", t.choose(workers))) {
		t.happened("worker killed", nil)
	}
}

func (t *trouble) killPlanner(context.Context) {
	if t.processes.kill(fmt.Sprintf("plan-%d", t.choose(planners))) {
		t.happened("planner killed", nil)
	}
}

func (t *trouble) flush(ctx context.Context) {
	t.happened("Redis flushed", t.scene.rdb.FlushAll(ctx).Err())
}

// restartServer kills a server of our own stack; a server that somebody else named is left alone.
func (t *trouble) restartServer(ctx context.Context) {
	if os.Getenv("STACK_DIR") == "" {
		return
	}
	name := []string{"database", "database", "postgres", "redis"}[t.choose(4)]
	// Not cut off in the middle when the time is up: the server has to come back.
	ctx = context.WithoutCancel(ctx)
	out, err := exec.CommandContext(ctx, t.stack, "kill", name).CombinedOutput()
	if err != nil {
		err = fmt.Errorf("%w: %s", err, out)
	}
	t.happened(name+" killed", err)
}

// weather is one thing that WeChat does for a moment.
func (t *trouble) weather(ctx context.Context) {
	w := []struct {
		what   string
		faults map[string]any
		lasts  time.Duration
	}{
		{"502", map[string]any{"status": 502}, 150 * time.Millisecond},
		{"timeout", map[string]any{"slow_ms": 9000}, 60 * time.Millisecond},
		{"slow", map[string]any{"slow_ms": 800}, time.Second},
		{"busy", map[string]any{"system_busy": 20}, 0},
		{"cut off after accepting", map[string]any{"cut_after_accept": 2}, 0},
		{"token revoked", map[string]any{"revoke_tokens": true}, 0},
	}[t.choose(6)]
	err := t.scene.control(ctx, "faults", w.faults, nil)
	if w.lasts > 0 && err == nil {
		t.pause(ctx, w.lasts, w.lasts+time.Millisecond)
		err = t.scene.control(context.WithoutCancel(ctx), "faults", calm, nil)
	}
	t.happened("WeChat "+w.what, err)
}
