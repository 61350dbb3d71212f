// Command bangfu is the whole of Bangfu: one binary, one subcommand for each thing it can be.
package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"

	"bangfu/cmd/app"
	"bangfu/config"
	"bangfu/repo"

	"github.com/urfave/cli/v3"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := root(os.Stdout, os.Stderr).Run(ctx, os.Args); err != nil {
		fmt.Fprintln(os.Stderr, "bangfu:", err)
		os.Exit(1) // nothing is left to stop
	}
}

func root(stdout, stderr io.Writer) *cli.Command {
	return &cli.Command{
		Name: "bangfu", Usage: "paired assistance for households in need, in WeChat",
		Writer: stdout, ErrWriter: stderr,
		Commands: append([]*cli.Command{
			running("serve", "answer HTTP", config.Serve, stderr),
			running("work", "do what the queue hands out", config.Work, stderr),
			maintaining("migrate", "bring the stored form up to date", stderr, func(ctx context.Context, cfg config.Config, o app.Options) error {
				return app.Migrate(ctx, cfg, o, stdout)
			}),
			maintaining("plan", "ask for the reminders that are due; work does so every minute", stderr, func(ctx context.Context, cfg config.Config, o app.Options) error {
				return app.Plan(ctx, cfg, o, stdout)
			}),
			maintaining("verify", "recompute the published figures from the stored records", stderr, func(ctx context.Context, cfg config.Config, o app.Options) error {
				return app.Verify(ctx, cfg, o, stdout)
			}),
			{Name: "wechat", Usage: "look after the WeChat accounts", Commands: []*cli.Command{
				atWeChat("menu", "show how the menus differ from ours; --apply replaces them", stdout, stderr, app.WeChatMenu,
					&cli.BoolFlag{Name: "apply", Usage: "replace the menus"}),
				atWeChat("check", "say what is wrong with the accounts as they are configured", stdout, stderr,
					func(ctx context.Context, cfg config.Config, o app.Options, _ bool, w io.Writer) error {
						return app.WeChatCheck(ctx, cfg, o, w)
					}),
			}},
			maintaining("verify-audit", "find lines of the audit log that were altered or removed", stderr, func(ctx context.Context, cfg config.Config, o app.Options) error {
				return app.VerifyAudit(ctx, cfg, o, stdout)
			}),
			maintaining("rotate-keys", "seal every sealed field anew with the primary key of FIELD_KEYSET", stderr, func(ctx context.Context, cfg config.Config, o app.Options) error {
				return app.RotateKeys(ctx, cfg, o, stdout)
			}),
			doctor(stdout, stderr),
			staff(stdout, stderr),
			keyset(stdout),
			ready(stdout),
			printVersion(stdout),
			understanding(os.Stdin, stdout),
		}, slices.Concat(keeping(stdout, stderr), exchanging(stdout, stderr), demonstrating(stdout, stderr))...),
	}
}

// options are what every subcommand gives the application.
func options(cfg config.Config, stderr io.Writer) app.Options {
	return app.Options{Log: app.NewLog(stderr, cfg), Version: cmp.Or(version, unstamped)}
}

// running is a subcommand that runs until a signal.
func running(name, usage string, purpose config.Purpose, stderr io.Writer) *cli.Command {
	return &cli.Command{Name: name, Usage: usage, Flags: flags(), Action: func(ctx context.Context, c *cli.Command) error {
		cfg, err := config.Load(purpose, config.Environ(), given(c))
		if err != nil {
			return err
		}
		a, err := app.Start(ctx, purpose, cfg, options(cfg, stderr))
		if err != nil {
			return err
		}
		<-ctx.Done()
		return a.Stop(ctx)
	}}
}

func maintaining(name, usage string, stderr io.Writer, do func(context.Context, config.Config, app.Options) error) *cli.Command {
	return &cli.Command{Name: name, Usage: usage, Flags: flags(), Action: func(ctx context.Context, c *cli.Command) error {
		cfg, err := config.Load(config.Maintain, config.Environ(), given(c))
		if err != nil {
			return err
		}
		return do(ctx, cfg, options(cfg, stderr))
	}}
}

// doctor says what is wrong with an installation, its configuration too.
func doctor(stdout, stderr io.Writer) *cli.Command {
	return &cli.Command{
		Name: "doctor", Usage: "say what is wrong with this installation and what to do",
		Flags: append(flags(), &cli.BoolFlag{Name: "wechat", Usage: "ask WeChat too; it costs two calls"}),
		Action: func(ctx context.Context, c *cli.Command) error {
			cfg, err := config.Load(config.Serve, config.Environ(), given(c))
			return app.Doctor(ctx, cfg, err, app.Options{Log: app.NewLog(stderr, cfg)}, c.Bool("wechat"), stdout)
		},
	}
}

// atWeChat is a subcommand that does one piece of work at WeChat.
func atWeChat(name, usage string, stdout, stderr io.Writer, do func(context.Context, config.Config, app.Options, bool, io.Writer) error, more ...cli.Flag) *cli.Command {
	return &cli.Command{Name: name, Usage: usage, Flags: append(flags(), more...), Action: func(ctx context.Context, c *cli.Command) error {
		cfg, err := config.Load(config.Serve, config.Environ(), given(c))
		if err != nil {
			return err
		}
		return do(ctx, cfg, options(cfg, stderr), c.Bool("apply"), stdout)
	}}
}

// flags has one flag for every setting: HTTP_ADDR is --http-addr. A secret on a command line can be read
// by everybody on the machine, so secrets have only the flag for their file.
func flags() []cli.Flag {
	var list []cli.Flag
	for _, v := range config.Variables() {
		name, usage := v.Name, v.Help
		if v.Secret {
			name, usage = v.Name+"_FILE", "file with: "+v.Help
		}
		if v.Default != "" {
			usage += " (default " + v.Default + ")"
		}
		list = append(list, &cli.StringFlag{Name: flagName(name), Usage: usage})
	}
	return list
}

func flagName(variable string) string { return strings.ToLower(strings.ReplaceAll(variable, "_", "-")) }

// given are the flags that were set, by the name of their variable.
func given(c *cli.Command) map[string]string {
	values := map[string]string{}
	for _, v := range config.Variables() {
		for _, name := range []string{v.Name, v.Name + "_FILE"} {
			if c.IsSet(flagName(name)) {
				values[name] = c.String(flagName(name))
			}
		}
	}
	return values
}

// staff looks after log-ins on the server, where there is nobody yet who could in the console.
func staff(stdout, stderr io.Writer) *cli.Command {
	return &cli.Command{Name: "staff", Usage: "make the first log-ins", Commands: []*cli.Command{
		ofLogIn("administrator", "make an administrator's log-in, or let one in again who cannot log in", stdout, stderr, app.Administrator),
		maintaining("waiting", "list the posts that wait for a second person", stderr, func(ctx context.Context, cfg config.Config, o app.Options) error {
			return app.WaitingAssignments(ctx, cfg, o, stdout)
		}),
		ofLogIn("confirm", "let a log-in's posts hold that wait for a second person, where there is none yet", stdout, stderr, app.ConfirmAssignments),
	}}
}

// ofLogIn is a subcommand about one log-in.
func ofLogIn(name, usage string, stdout, stderr io.Writer, do func(context.Context, config.Config, app.Options, string, io.Writer) error) *cli.Command {
	var id string
	return &cli.Command{
		Name: name, Usage: usage, ArgsUsage: "LOG-IN-NAME",
		Arguments: []cli.Argument{&cli.StringArg{Name: "log-in name", Destination: &id}}, Flags: flags(),
		Action: func(ctx context.Context, c *cli.Command) error {
			cfg, err := config.Load(config.Maintain, config.Environ(), given(c))
			if err != nil {
				return err
			}
			return do(ctx, cfg, options(cfg, stderr), id, stdout)
		},
	}
}

// keyset prints a FIELD_KEYSET: a fresh one, or the next step from the one in use (docs/privacy.md).
func keyset(stdout io.Writer) *cli.Command {
	steps := []cli.Flag{
		&cli.BoolFlag{Name: string(repo.KeysetRotate), Usage: "print the FIELD_KEYSET in use with a new key that seals"},
		&cli.BoolFlag{Name: string(repo.KeysetAdd), Usage: "print it with a new key that does not seal yet: for several processes, before --promote"},
		&cli.BoolFlag{Name: string(repo.KeysetPromote), Usage: "print it with its newest key as the one that seals"},
		&cli.BoolFlag{Name: string(repo.KeysetPrune), Usage: "print it with only the key that seals: after bangfu rotate-keys"},
	}
	return &cli.Command{Name: "keyset", Usage: "make a FIELD_KEYSET, or the next one", Flags: append(flags(), steps...),
		Action: func(_ context.Context, c *cli.Command) error {
			var step repo.KeysetChange
			for _, f := range steps {
				name := f.Names()[0]
				if c.Bool(name) && step != "" {
					return fmt.Errorf("keyset: one step at a time, not --%s and --%s", step, name)
				}
				if c.Bool(name) {
					step = repo.KeysetChange(name)
				}
			}
			if step == "" {
				return app.PrintKeyset(config.Config{}, step, stdout)
			}
			cfg, err := config.Load(config.Keyset, config.Environ(), given(c))
			if err != nil {
				return err
			}
			return app.PrintKeyset(cfg, step, stdout)
		}}
}
