package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"bangfu/cmd/app"
	"bangfu/config"
	"bangfu/repo/embedded"
)

// remindOutcome is what the measured process found.
type remindOutcome struct {
	Took     time.Duration // from the start of planning until the outbox was empty
	CPU      time.Duration // of the process: with the embedded engines theirs is in it
	PeakMB   int
	Commands []measured // of the database
}

// remindStep is the measured process: a worker with a meter before its database. It prints its outcome once its
// standard input has ended and nothing is left to do.
func remindStep(ctx context.Context, w io.Writer) (err error) {
	env := config.Environ()
	if env["MONGO_URI"] == "" {
		db, err := embedded.OpenDatabase(filepath.Join(env["DATA_DIR"], "db"), false)
		if err != nil {
			return err
		}
		defer db.Close()
		rdb, err := embedded.OpenRedis(time.Now)
		if err != nil {
			return err
		}
		defer rdb.Close()
		env["MONGO_URI"], env["REDIS_ADDR"] = db.URI(), rdb.Addr()
	}
	server, err := url.Parse(env["MONGO_URI"])
	if err != nil {
		return errors.New("MONGO_URI: not an address")
	}
	m, err := newMeter(server.Host)
	if err != nil {
		return err
	}
	env["MONGO_URI"] = m.uri()
	cfg, err := config.Load(config.Work, env, nil)
	if err != nil {
		return err
	}
	clock := app.NewClock(time.Time{})
	clock.Advance(0) // so that it plans at once
	begun := time.Now()
	a, err := app.Start(ctx, config.Work, cfg, app.Options{Clock: clock, Log: app.NewLog(os.Stderr, cfg)})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Stop(ctx)) }()
	_, _ = io.Copy(io.Discard, os.Stdin) // everybody has been sent to
	for jobs := int64(1); jobs > 0; {
		time.Sleep(10 * time.Millisecond)
		if jobs, err = a.Store().CountJobs(ctx); err != nil {
			return err
		}
	}
	o := remindOutcome{Took: time.Since(begun), Commands: m.sorted()}
	if o.PeakMB, err = peakMB(); err != nil {
		return err
	}
	var use syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &use); err != nil {
		return err
	}
	o.CPU = time.Duration(use.Utime.Nano() + use.Stime.Nano())
	return json.NewEncoder(w).Encode(o)
}

// commandsShown is how many sorts of commands are named.
const commandsShown = 12

func (o remindOutcome) write(w io.Writer, n int, stack bool, bare time.Duration) {
	where := "embedded engines"
	if stack {
		where = "the stack"
	}
	count, database := 0, time.Duration(0)
	for _, c := range o.Commands {
		count, database = count+c.Count, database+c.Took
	}
	hands := o.Took * atOnce
	fmt.Fprintf(w, "\nreminders of %d cadres, %d ms a message, %d at once, on %s; load of the machine %s\n",
		n, sendDelay, atOnce, where, machineLoad())
	fmt.Fprintf(w, "  bare posts        %8s  %6.0f/s\n", bare.Round(10*time.Millisecond), float64(n)/bare.Seconds())
	fmt.Fprintf(w, "  plan and send     %8s  %6.0f/s  × bare %.1f  peak %d MB, %.1f ms of CPU a message\n",
		o.Took.Round(10*time.Millisecond), float64(n)/o.Took.Seconds(), o.Took.Seconds()/bare.Seconds(), o.PeakMB,
		o.CPU.Seconds()*1000/float64(n))
	fmt.Fprintf(w, "  database          %8s in %d commands, %.1f a message: %.0f %% of the time of %d hands; WeChat %.0f %%\n",
		database.Round(10*time.Millisecond), count, float64(count)/float64(n), 100*database.Seconds()/hands.Seconds(), atOnce,
		100*float64(n)*sendDelay/1000/hands.Seconds())
	for _, c := range o.Commands[:min(commandsShown, len(o.Commands))] {
		fmt.Fprintf(w, "    %-32s %7d × %8s\n", c.Name, c.Count, (c.Took / time.Duration(c.Count)).Round(10*time.Microsecond))
	}
}

// machineLoad is how many processes wanted to run in the last minute; figures compare only at the same load.
func machineLoad() string {
	b, _ := os.ReadFile("/proc/loadavg")
	now, _, _ := strings.Cut(string(b), " ")
	return now
}
