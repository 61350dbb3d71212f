//go:build noembed

package app

import (
	"context"
	"errors"
	"io"

	"bangfu/config"
)

var errNoDemo = errors.New("this binary has no demo")

// simulator is absent.
type simulator = *struct{}

func (*App) refuseServers() error { return errNoDemo }

func (*App) prepareDemo(context.Context) error { return errNoDemo }

func (*App) simulate(context.Context) error { return errNoDemo }

func (*App) finishDemo(context.Context) error { return errNoDemo }

// Seed always fails.
func Seed(context.Context, config.Config, Options, io.Writer) error { return errNoDemo }
