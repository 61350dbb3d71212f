package wxsim

import (
	"slices"
	"strings"
	"time"
)

const (
	tokenLife    = 2 * time.Hour
	tokenOverlap = 5 * time.Minute // how long a replaced token and its successor both work
	forceGap     = 30 * time.Second
	forcePerDay  = 20
	tokenLength  = 136
)

// token is one access token. A replaced token that has run out is "not latest", not "expired".
type token struct {
	value    string
	expires  time.Time
	replaced bool
}

// authorise maps the access_token of a request to its account. The caller holds s.mu.
func (s *Sim) authorise(value string, now time.Time) (*account, error) {
	if value == "" {
		return nil, fail(41001, "access_token missing")
	}
	for _, a := range []*account{s.oa, s.mp} {
		if t, ok := a.tokens[value]; ok {
			return a, t.check(now)
		}
	}
	if malformedToken(value) {
		return nil, fail(40014, "invalid access_token")
	}
	return nil, notLatest()
}

func notLatest() error {
	return fail(40001, "invalid credential, access_token is invalid or not latest")
}

func (t *token) check(now time.Time) error {
	switch {
	case now.Before(t.expires):
		return nil
	case t.replaced:
		return notLatest()
	default:
		return fail(42001, "access_token expired")
	}
}

// malformedToken tells a string that never was a token from one this simulator does not know.
func malformedToken(value string) bool {
	return len(value) < 32 || len(value) > 512 || strings.Trim(value, letters+"_-") != ""
}

// mint makes a new token for the account and drops those long dead.
func (a *account) mint(now time.Time) *token {
	for value, t := range a.tokens {
		if now.Sub(t.expires) > 24*time.Hour {
			delete(a.tokens, value)
		}
	}
	t := &token{value: "88_" + randomText(tokenLength-3), expires: now.Add(tokenLife)}
	a.tokens[t.value] = t
	return t
}

// replace ends an older token after grace, or at its own end when that is sooner.
func (t *token) replace(now time.Time, grace time.Duration) {
	if t == nil {
		return
	}
	if end := now.Add(grace); end.Before(t.expires) {
		t.expires, t.replaced = end, true
	}
}

// revoke makes every token of the account unknown, as a reset of the AppSecret would.
func (a *account) revoke() {
	a.tokens = map[string]*token{}
	a.plain, a.stable = nil, nil
}

type tokenAnswer struct {
	AccessToken string `json:"access_token"`
	ExpiresIn   int64  `json:"expires_in"`
}

func (t *token) answer(now time.Time) tokenAnswer {
	return tokenAnswer{AccessToken: t.value, ExpiresIn: int64(t.expires.Sub(now) / time.Second)}
}

// apiToken is GET /cgi-bin/token: always a new token, the old one works five minutes more.
func apiToken(s *Sim, c *call) (any, error) {
	if c.query.Get("grant_type") != "client_credential" {
		return nil, fail(40002, "invalid grant_type")
	}
	a, err := s.mayAskForTokens(c.query.Get("appid"), c.query.Get("secret"))
	if err != nil {
		return nil, err
	}
	if err := s.spend(c, a); err != nil {
		return nil, err
	}
	a.plain.replace(c.now, tokenOverlap)
	a.plain = a.mint(c.now)
	return a.plain.answer(c.now), nil
}

// apiStableToken is POST /cgi-bin/stable_token: the same token again while it has five minutes.
func apiStableToken(s *Sim, c *call) (any, error) {
	var in struct {
		GrantType    string `json:"grant_type"`
		AppID        string `json:"appid"`
		Secret       string `json:"secret"`
		ForceRefresh bool   `json:"force_refresh"`
	}
	if err := c.bind(&in); err != nil {
		return nil, err
	}
	if in.GrantType != "client_credential" {
		return nil, fail(40002, "invalid grant_type")
	}
	a, err := s.mayAskForTokens(in.AppID, in.Secret)
	if err != nil {
		return nil, err
	}
	if err := s.spend(c, a); err != nil {
		return nil, err
	}
	if in.ForceRefresh {
		if err := a.forceRefresh(c.now); err != nil {
			return nil, err
		}
	}
	if a.stable == nil || a.stable.expires.Sub(c.now) < tokenOverlap {
		a.stable = a.mint(c.now)
	}
	return a.stable.answer(c.now), nil
}

// forceRefresh ends the stable token at once. Within 30 s of the last time it does nothing, and
// the twenty-first time in a day is refused.
func (a *account) forceRefresh(now time.Time) error {
	day := shanghai(now).Format(time.DateOnly)
	a.forced = slices.DeleteFunc(a.forced, func(t time.Time) bool {
		return shanghai(t).Format(time.DateOnly) != day && now.Sub(t) >= forceGap
	})
	if n := len(a.forced); n > 0 && now.Sub(a.forced[n-1]) < forceGap {
		return nil
	}
	if len(a.forced) >= forcePerDay {
		return fail(45009, "reach max api daily quota limit, force_refresh")
	}
	a.forced = append(a.forced, now)
	a.stable.replace(now, 0)
	a.stable = nil
	return nil
}
