package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"bangfu/cmd/app"
	"bangfu/config"
	"bangfu/repo/backup"

	"github.com/urfave/cli/v3"
)

// keeping are the subcommands for backups.
func keeping(stdout, stderr io.Writer) []*cli.Command {
	return []*cli.Command{
		{
			Name: "backup", Usage: "write the whole database, encrypted with BACKUP_KEY, into a new file", ArgsUsage: "FILE", Flags: flags(),
			Description: "It runs beside serve and work. FIELD_KEYSET is not in the file: keep a copy of it elsewhere.",
			Action: func(ctx context.Context, c *cli.Command) error {
				cfg, args, err := loaded(c, 1)
				if err != nil {
					return err
				}
				return app.Backup(ctx, cfg, options(cfg, stderr), args[0], stdout)
			},
		},
		{
			Name: "restore", Usage: "make an empty database into what a backup holds", ArgsUsage: "FILE",
			Description: "FILE is a file, or the name of a backup in BACKUP_TO. --into is the name of a database on the server of MONGO_URI or,\n" +
				"without one, a folder for an embedded database, which takes the place of MONGO_DATABASE or DATA_DIR.",
			Flags: append(flags(),
				&cli.StringFlag{Name: "into", Usage: "the empty database: a name on the server of MONGO_URI, or else a folder"},
				&cli.BoolFlag{Name: "again", Usage: "throw away what a restore into the same left that was cut off"}),
			Action: func(ctx context.Context, c *cli.Command) error {
				into := c.String("into")
				if into == "" {
					return errors.New("restore: say with --into which empty database")
				}
				args, err := arguments(c, 1)
				if err != nil {
					return err
				}
				settings := given(c)
				cfg, err := config.Load(config.Maintain, config.Environ(), settings)
				if err != nil {
					return err
				}
				return app.Restore(ctx, cfg, options(cfg, stderr), app.RestoreOptions{File: args[0], Into: into, Again: c.Bool("again")}, stdout)
			},
		},
		{
			Name: "backup-key", Usage: "make a BACKUP_KEY; write it down twice",
			Action: func(context.Context, *cli.Command) error {
				_, err := fmt.Fprintln(stdout, backup.NewKey())
				return err
			},
		},
	}
}
