//go:build noembed

package app

import (
	"context"
	"errors"
)

var errNoDemo = errors.New("this binary has no demo")

// simulator is absent.
type simulator = *struct{}

func (*App) refuseServers() error { return errNoDemo }

func (*App) prepareDemo(context.Context) error { return errNoDemo }

func (*App) simulate(context.Context) error { return errNoDemo }

func (*App) setMenu(context.Context) {}
