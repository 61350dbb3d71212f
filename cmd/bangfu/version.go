package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"runtime"
	"runtime/debug"

	"github.com/urfave/cli/v3"
)

// What the build says of itself: make sets them (-X main.version=…). A build without make knows what Go wrote into it.
var version, commit, date string

const unstamped = "unknown"

// printVersion tells which build this is, for whoever reports a fault or upgrades.
func printVersion(stdout io.Writer) *cli.Command {
	return &cli.Command{Name: "version", Usage: "print version, commit, its date, and Go", Action: func(context.Context, *cli.Command) error {
		info, _ := debug.ReadBuildInfo()
		_, err := fmt.Fprint(stdout, describe(info))
		return err
	}}
}

// describe is a line each. What make has not set comes from what Go notes of a checkout, or is unknown.
func describe(info *debug.BuildInfo) string {
	noted := map[string]string{}
	if info != nil {
		for _, s := range info.Settings {
			noted[s.Key] = s.Value
		}
	}
	revision := noted["vcs.revision"]
	if noted["vcs.modified"] == "true" {
		revision += "-dirty"
	}
	return fmt.Sprintf("bangfu %s\ncommit %s\ndate   %s\ngo     %s %s/%s\n",
		cmp.Or(version, unstamped), cmp.Or(commit, revision, unstamped), cmp.Or(date, noted["vcs.time"], unstamped),
		runtime.Version(), runtime.GOOS, runtime.GOARCH)
}
