package mini

import (
	"context"

	"bangfu/handler/scope"
	"bangfu/service/access"
	"bangfu/service/account"

	"github.com/danielgtaylor/huma/v2"
)

// caller is the person in WeChat who asks.
type caller struct {
	*api
	account.Caller
}

// reach is a scope of the mini-program's routes.
type reach[T any] = scope.Scope[caller, T]

// The scopes that name nothing.
var (
	ofOneself = reach[access.Account]{Kind: "own", Check: func(_ context.Context, c caller, _ []string) (access.Account, error) {
		return c.Access.OfAccount(c.Account), nil
	}}
	ofCadre = reach[access.Cadre]{Kind: "own_cadre", Check: func(_ context.Context, c caller, _ []string) (access.Cadre, error) {
		return c.Access.Myself(c.Account)
	}}
)

// ofMine is the household that the parameter names, or the caller's first, however much of it they see.
func ofMine(param string) reach[access.Household] {
	return reach[access.Household]{Kind: "own_household", Params: []string{param}, Check: func(_ context.Context, c caller, named []string) (access.Household, error) {
		return c.Access.Mine(c.Account, named[0])
	}}
}

// ofMineInFull is the same without proxies.
func ofMineInFull(param string) reach[access.Household] {
	return reach[access.Household]{Kind: "own_household_in_full", Params: []string{param}, Check: func(_ context.Context, c caller, named []string) (access.Household, error) {
		return c.Access.MineInFull(c.Account, named[0])
	}}
}

// ofMineOrPaired is a household that the caller looks after, or whose cadre they are.
func ofMineOrPaired(param string) reach[access.Household] {
	return reach[access.Household]{Kind: "own_or_paired_household", Params: []string{param}, Check: func(ctx context.Context, c caller, named []string) (access.Household, error) {
		return c.Access.MineOrPaired(ctx, c.Account, named[0])
	}}
}

// ofVisited is a household that the calling cadre helps or has helped; whether they did on the day of a visit, the
// record of the visit asks.
func ofVisited(param string) reach[access.Household] {
	return reach[access.Household]{Kind: "helped_household", Params: []string{param}, Check: func(ctx context.Context, c caller, named []string) (access.Household, error) {
		cadre, err := c.Access.Myself(c.Account)
		if err != nil {
			return access.Household{}, err
		}
		return c.Access.Helped(ctx, cadre, named[0])
	}}
}

// route adds an operation for whoever has logged in, where its scope reaches.
func route[T, I, O any](a *api, o huma.Operation, s reach[T], do func(context.Context, T, *I) (*O, error)) {
	o.Security, o.Middlewares = loggedIn, huma.Middlewares{a.authenticate}
	scope.Register(a.huma, o, func(ctx context.Context) caller { return caller{a, callerOf(ctx)} }, s, do)
}

// open adds an operation that needs no log-in.
func open[I, O any](a *api, o huma.Operation, do func(context.Context, *I) (*O, error)) {
	huma.Register(a.huma, o, do)
}

// The operations of the mini-program.
var (
	phone     = scope.Group{Prefix: "/mini/v1", Tag: "小程序"}
	get       = phone.Get
	post      = phone.Post
	put       = phone.Put
	gone      = phone.Deleted
	noContent = scope.NoContent
)
