package main

import (
	"context"
	"encoding/json"
	"io"
	"os"

	"bangfu/service/bot/understand"

	"github.com/urfave/cli/v3"
)

// understanding is the subcommand that says what sentences mean to the bot.
func understanding(stdin io.Reader, stdout io.Writer) *cli.Command {
	return &cli.Command{
		Name: "understand", Usage: "say what sentences mean to the bot: lines of {role, said, asked} in, a line of JSON for each out",
		Flags: []cli.Flag{&cli.StringFlag{Name: "score", Usage: "count instead how many sentences of this file are understood, and print every miss"}},
		Action: func(_ context.Context, c *cli.Command) error {
			l, err := understand.Load()
			if err != nil {
				return err
			}
			if name := c.String("score"); name != "" {
				return score(l, name, stdout)
			}
			out := json.NewEncoder(stdout)
			return understand.ReadSentences(stdin, func(s understand.Sentence) error {
				return out.Encode(l.Understand(s.Role, s.Said, s.Asked))
			})
		},
	}
}

func score(l *understand.Lexicon, name string, stdout io.Writer) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	sc, err := l.ScoreSentences(f)
	if err != nil {
		return err
	}
	return sc.Print(stdout)
}
