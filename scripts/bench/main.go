// Command bench measures how fast a message from WeChat becomes a reply, beside two references in the
// same run: an empty Gin handler, which is the floor of the machine, and the SDK's own handler that only
// echoes. Every server is in this process and so is the client, so the numbers compare with each other
// and with nothing else. docs/benchmarks.md says how to read them.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"runtime/pprof"
	"slices"
	"time"
)

func main() {
	each := flag.Duration("time", 3*time.Second, "how long each line is measured")
	only := flag.String("only", "", "measure only callbacks, of the servers whose mode and name contain this (plain redis-server)")
	says := flag.String("says", "", "with -only: measure only this message")
	profile := flag.String("cpuprofile", "", "write a CPU profile here, of what is measured")
	rows := flag.Int("import", 0, "measure the import of so many rows instead, beside a bare read by the library")
	commit := flag.Bool("commit", false, "with -import: commit them, too")
	step := flag.String("import-step", "", "one step of -import, in its own process")
	file := flag.String("import-file", "", "the file of -import-step")
	cadres := flag.Int("remind", 0, "measure the reminders of so many cadres instead, beside bare posts")
	stack := flag.Bool("stack", false, "measure the reminders of 2,000 cadres, or of -remind, over MONGO_URI and REDIS_ADDR")
	people := flag.Int("broadcast", 0, "measure a broadcast to so many people instead, beside bare posts; with -stack over MONGO_URI and REDIS_ADDR")
	households := flag.Int("list", 0, "measure pages of the list of so many households instead; with -stack over MONGO_URI and REDIS_ADDR")
	remindOne := flag.Bool("remind-step", false, "the measured part of -remind, in its own process")
	flag.Parse()
	if *people > 0 {
		exit(castBench(context.Background(), os.Stdout, *people, *stack, *profile))
	}
	if *stack && *cadres == 0 && *households == 0 {
		*cadres = 2000
	}
	if *cadres > 0 { // the profile is of the measured process
		exit(remindBench(context.Background(), os.Stdout, *cadres, *stack, *profile))
	}
	if *only != "" {
		exit(run(context.Background(), os.Stdout, *each, *only, *says, *profile))
	}
	exit(profiled(*profile, func() error {
		switch ctx := context.Background(); {
		case *remindOne:
			return remindStep(ctx, os.Stdout)
		case *step != "":
			return importStep(ctx, os.Stdout, *step, *file)
		case *households > 0:
			return listBench(ctx, os.Stdout, *households, *stack)
		case *rows > 0:
			return importBench(ctx, os.Stdout, *rows, *commit)
		default:
			return errors.Join(run(ctx, os.Stdout, *each, "", "", ""), remindBench(ctx, os.Stdout, usualFarm, false, ""),
				castBench(ctx, os.Stdout, usualCast, false, ""))
		}
	}))
}

// usualFarm and usualCast are how many are reminded, and broadcast to, when nobody says.
const usualFarm, usualCast = 200, 500

func exit(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
	os.Exit(0)
}

// profiled runs f under the CPU profiler when a file is named.
func profiled(file string, f func() error) error {
	if file == "" {
		return f()
	}
	w, err := os.Create(file)
	if err != nil {
		return err
	}
	defer w.Close()
	if err := pprof.StartCPUProfile(w); err != nil {
		return err
	}
	defer pprof.StopCPUProfile()
	return f()
}

// connections are the numbers of clients that wait for their answers at once.
var connections = []int{64, 256}

func run(ctx context.Context, w io.Writer, each time.Duration, only, says, profile string) error {
	targets, stop, err := start(ctx, only)
	defer stop()
	if err != nil {
		return err
	}
	targets = slices.DeleteFunc(targets, func(t target) bool { return !t.reference && says != "" && t.text != says })
	return profiled(profile, func() error { return lines(ctx, w, each, targets) })
}

// lines measures every target, beside those of its mode and number of clients.
func lines(ctx context.Context, w io.Writer, each time.Duration, targets []target) error {
	fmt.Fprintf(w, "%-34s %5s %9s %9s %9s %7s %7s\n", "server", "conns", "req/s", "p50", "p99", "× SDK", "failed")
	for _, mode := range []string{"plain", "safe"} {
		for _, n := range connections {
			var sdk float64
			for _, t := range targets {
				if t.mode != mode {
					continue
				}
				r := measure(ctx, t, n, each)
				if t.reference {
					sdk = r.rate
				}
				fmt.Fprintf(w, "%-34s %5d %9.0f %9s %9s %7s %7d\n",
					t.name, n, r.rate, rounded(r.p50), rounded(r.p99), ratio(r.rate, sdk), r.failed)
			}
		}
	}
	return nil
}

func rounded(d time.Duration) string { return d.Round(10 * time.Microsecond).String() }

func ratio(rate, reference float64) string {
	if reference == 0 {
		return "-"
	}
	return fmt.Sprintf("%.2f", rate/reference)
}
