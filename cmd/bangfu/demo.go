//go:build !noembed

package main

import (
	"context"
	"io"

	"bangfu/cmd/app"
	"bangfu/config"

	"github.com/urfave/cli/v3"
)

// intoThisDatabase is a flag and no setting: whoever says it means this one start.
const intoThisDatabase = "into-this-database"

// demonstrating are the subcommands for the invented farm. The production binary has none of them.
func demonstrating(stdout, stderr io.Writer) []*cli.Command {
	return []*cli.Command{
		{
			Name: "demo", Usage: "everything in one process, with the reference farm and a simulated WeChat",
			Flags: append(flags(), &cli.BoolFlag{Name: intoThisDatabase, Usage: "put the invented farm, and log-ins that everybody knows, where MONGO_URI and REDIS_ADDR point"}),
			Action: func(ctx context.Context, c *cli.Command) error {
				cfg, err := config.Load(config.Demo, config.Environ(), given(c))
				if err != nil {
					return err
				}
				return demo(ctx, cfg, c.Bool(intoThisDatabase), stdout, stderr)
			},
		},
		maintaining("seed", "load the reference farm into an empty database", stderr, func(ctx context.Context, cfg config.Config, o app.Options) error {
			return app.Seed(ctx, cfg, o, stdout)
		}),
		{
			Name: "reference", Usage: "write the reference farm as the sheets of an office", ArgsUsage: "DIR",
			Flags: append(flags(), &cli.BoolFlag{Name: "units", Usage: "and load its units, visits, funds, donations and loans, which have no sheet, into an empty database"}),
			Action: func(ctx context.Context, c *cli.Command) error {
				cfg, args, err := loaded(c, 1)
				if err != nil {
					return err
				}
				if err := app.ReferenceWorkbooks(args[0]); err != nil || !c.Bool("units") {
					return err
				}
				return app.SeedUnits(ctx, cfg, options(cfg, stderr), stdout)
			},
		},
	}
}

// demo runs until a signal. The screen is for its invitation: only what is wrong is logged, unless asked.
func demo(ctx context.Context, cfg config.Config, intoServers bool, stdout, stderr io.Writer) error {
	if cfg.LogLevel == "info" {
		cfg.LogLevel = "warn"
	}
	o := options(cfg, stderr)
	o.IntoServers = intoServers
	a, err := app.Start(ctx, config.Demo, cfg, o)
	if err != nil {
		return err
	}
	if err := a.PrintDemoGuide(stdout); err != nil {
		return err
	}
	<-ctx.Done()
	return a.Stop(ctx)
}
