package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"bangfu/cmd/app"
	"bangfu/config"

	"github.com/urfave/cli/v3"
)

// exchanging are the subcommands for the office's own sheets.
func exchanging(stdout, stderr io.Writer) []*cli.Command {
	const kinds = "KIND: households, persons, cadres, pairings, incomes or entries"
	return []*cli.Command{
		{
			Name: "import", Usage: "check a sheet of the office and bring it into the registry", ArgsUsage: "KIND FILE", Description: kinds,
			Flags: append(flags(), &cli.BoolFlag{Name: "dry-run", Usage: "check only; the registry stays as it is"},
				&cli.StringFlag{Name: "out", Usage: "write the workbook with its refused cells in red here"},
				&cli.StringSliceFlag{Name: "map", Usage: "title in the file=our title (不导入 to skip it); remembered"}),
			Action: func(ctx context.Context, c *cli.Command) error { return importFile(ctx, c, stdout, stderr) },
		},
		{
			Name: "export", Usage: "write a list of the registry; its name's ending says whether as xlsx or csv", ArgsUsage: "KIND FILE", Description: kinds,
			Flags: append(flags(), &cli.StringFlag{Name: "reason", Usage: "why id numbers, phones and the like are needed; masked without it"}),
			Action: func(ctx context.Context, c *cli.Command) error {
				cfg, args, err := loaded(c, 2)
				if err != nil {
					return err
				}
				return app.ExportFile(ctx, cfg, options(cfg, stderr), args[0], args[1], c.String("reason"), stdout)
			},
		},
		{
			Name: "template", Usage: "write an empty sheet to fill in", ArgsUsage: "KIND FILE", Description: kinds,
			Action: func(_ context.Context, c *cli.Command) error {
				args, err := arguments(c, 2)
				if err != nil {
					return err
				}
				return app.Template(args[0], args[1])
			},
		},
	}
}

func importFile(ctx context.Context, c *cli.Command, stdout, stderr io.Writer) error {
	cfg, args, err := loaded(c, 2)
	if err != nil {
		return err
	}
	mapping := map[string]string{}
	for _, m := range c.StringSlice("map") {
		title, to, ok := strings.Cut(m, "=")
		if !ok {
			return errors.New("--map: want title=our title")
		}
		mapping[title] = to
	}
	return app.Import(ctx, cfg, options(cfg, stderr), app.ImportOptions{
		Kind: args[0], File: args[1], DryRun: c.Bool("dry-run"), Out: c.String("out"), Mapping: mapping,
	}, stdout, stderr)
}

func loaded(c *cli.Command, n int) (config.Config, []string, error) {
	args, err := arguments(c, n)
	if err != nil {
		return config.Config{}, nil, err
	}
	cfg, err := config.Load(config.Maintain, config.Environ(), given(c))
	return cfg, args, err
}

func arguments(c *cli.Command, n int) ([]string, error) {
	if args := c.Args().Slice(); len(args) == n {
		return args, nil
	}
	return nil, fmt.Errorf("want: bangfu %s %s", c.Name, c.ArgsUsage)
}
