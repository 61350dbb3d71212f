//go:build noembed

package main

import (
	"io"

	"github.com/urfave/cli/v3"
)

// demonstrating is nothing: this binary has no demo.
func demonstrating(io.Writer, io.Writer) []*cli.Command { return nil }
