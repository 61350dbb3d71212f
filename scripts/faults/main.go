// Command faults runs three workers and two planners of Bangfu against one database and one Redis, with a reminder
// due to every cadre of a large invented farm, and meanwhile kills processes, flushes Redis, restarts the database
// and lets the simulated WeChat fail. At the end every reminder must have been received once, or be listed as one
// of which nobody knows. With -broadcasts it is 20 broadcasts of 500 people, which are paused and resumed, too. The
// last line is the tally; any violation makes the exit code 1.
//
// scripts/faults.sh runs it on a stack of its own. Given MONGO_URI and REDIS_ADDR it uses a database of its own name
// there, but it flushes that Redis.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"

	"bangfu/scripts/bigfarm"
)

// options are what the command line sets.
type options struct {
	cadres  int
	chaos   time.Duration
	limit   time.Duration
	seed    uint64
	bangfu  string
	stack   string
	verbose bool
	casts   bool
}

func main() {
	var o options
	flag.IntVar(&o.cadres, "n", 2000, "how many cadres are reminded")
	flag.DurationVar(&o.chaos, "chaos", 2*time.Minute, "how long things go wrong, or until most of the work is done")
	flag.DurationVar(&o.limit, "limit", time.Hour, "when to give up")
	flag.Uint64Var(&o.seed, "seed", uint64(time.Now().UnixNano())%100000, "of the random choices")
	flag.StringVar(&o.bangfu, "bangfu", "bin/bangfu", "the binary under test")
	flag.StringVar(&o.stack, "stack", "scripts/stack.sh", "what restarts the database where STACK_DIR is set")
	flag.BoolVar(&o.verbose, "v", false, "say what goes wrong when")
	flag.BoolVar(&o.casts, "broadcasts", false, "20 broadcasts of 500 instead of the reminders")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	ctx, cancel := context.WithTimeout(ctx, o.limit)
	t, err := verdict(nil), error(nil)
	if o.casts {
		t, err = runBroadcasts(ctx, o)
	} else {
		t, err = run(ctx, o)
	}
	cancel()
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "faults:", err)
	}
	fmt.Println(t)
	if err != nil || !t.good() {
		os.Exit(1)
	}
}

// verdict is what a run comes to; it is printed as the last line.
type verdict interface {
	fmt.Stringer
	good() bool
}

// run is the whole test of the reminders. The tally is whatever was reached.
func run(ctx context.Context, o options) (v verdict, err error) {
	begun := time.Now()
	t := tally{due: o.cadres, seed: o.seed}
	defer func() { v = t }()
	s, err := open(ctx, o.cadres, bigfarm.ByWindow)
	if err != nil {
		return t, err
	}
	s.reminders = bigfarm.Reminders(o.cadres, begun)
	defer func() { err = errors.Join(err, s.close(err == nil && t.good())) }()
	fmt.Printf("seed %d: %d cadres loaded in %s\n", o.seed, o.cadres, time.Since(begun).Round(time.Second))

	crew, leave := context.WithCancel(ctx)
	defer leave()
	p := newProcesses(s, o)
	p.start(crew, planners)
	wrong := newTrouble(s, p, o)
	wrong.make(ctx, o.chaos, wrong.everything(), func(ctx context.Context) error {
		return s.await(ctx, func(p progress) bool { return p.asked-p.waiting >= len(s.reminders)*9/10 })
	})
	fmt.Printf("%s: now everything works again: %s\n", time.Since(begun).Round(time.Second), wrong.summary())
	err = s.await(ctx, s.atRest)
	leave()
	p.wait()
	if err != nil {
		err = fmt.Errorf("not at rest: %w", err)
	}
	// The count is made even when the time was up.
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Minute)
	defer cancel()
	err = errors.Join(err, s.count(last, &t))
	t.did, t.took = wrong.did, time.Since(begun)
	return t, err
}
