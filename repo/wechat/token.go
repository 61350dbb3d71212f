package wechat

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"sync"
	"time"

	"bangfu/service/model"

	"github.com/bsm/redislock"
	"github.com/redis/go-redis/v9"
	"golang.org/x/sync/singleflight"
)

// tokens keeps the account's access token: in memory, in Redis for every process, and from WeChat's
// stable_token, which gives all callers the same one. One refresh at a time, in this process by
// singleflight, among processes by a lock. When Redis is away the memory carries on.
type tokens struct {
	client *Client
	rdb    redis.UniversalClient
	lock   *redislock.Client
	now    model.Clock
	flight singleflight.Group

	mu      sync.Mutex
	current token
	stale   string    // the last token that WeChat called stale
	restAt  time.Time // no fetch before this instant, after a failure
	failure error     // what that failure was

	usual, forced, forcedDaily pace
}

type token struct {
	Value string    `json:"value"`
	Until time.Time `json:"until"`
}

const (
	lockLife = 10 * time.Second
	lockPoll = 50 * time.Millisecond
	// restAfterFailure keeps a broken account from burning its daily quota of token calls.
	restAfterFailure = 3 * time.Second
)

func newTokens(c *Client, rdb redis.UniversalClient, now model.Clock) *tokens {
	t := &tokens{client: c, rdb: rdb, lock: redislock.New(rdb), now: now}
	t.usual, t.forced, t.forcedDaily = fetchPaces()
	return t
}

func (t *tokens) key() string { return "bangfu:wechat:token:" + t.client.account.AppID }

// get gives a token that should be good.
func (t *tokens) get(ctx context.Context) (string, error) {
	if v := t.inMemory(); v != "" {
		return v, nil
	}
	// The flight outlives the caller who started it: others wait for it too.
	ch := t.flight.DoChan("token", func() (any, error) {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), t.client.patience.Of(lockLife+callTimeout))
		defer cancel()
		return t.refresh(ctx)
	})
	select {
	case <-ctx.Done():
		return "", &Error{API: stableTokenPath, Msg: "no token in time", Class: ClassRetry}
	case res := <-ch:
		v, _ := res.Val.(string)
		return v, res.Err
	}
}

func (t *tokens) inMemory() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.current.Value != "" && t.now().Before(t.current.Until) {
		return t.current.Value
	}
	return ""
}

func (t *tokens) refresh(ctx context.Context) (string, error) {
	if v := t.inRedis(ctx); v != "" {
		return v, nil
	}
	if err := t.resting(); err != nil {
		return "", err
	}
	lock, err := t.lock.Obtain(ctx, t.key()+":lock", t.client.patience.Of(lockLife), &redislock.Options{
		RetryStrategy: redislock.LimitRetry(redislock.LinearBackoff(lockPoll), int(t.client.patience.Of(lockLife)/lockPoll)),
	})
	if err == nil {
		defer func() { _ = lock.Release(context.WithoutCancel(ctx)) }()
		if v := t.inRedis(ctx); v != "" { // another process was faster
			return v, nil
		}
	}
	fresh, err := t.fetch(ctx)
	if err != nil {
		t.rest(err)
		return "", err
	}
	t.keep(ctx, fresh)
	return fresh.Value, nil
}

func (t *tokens) inRedis(ctx context.Context) string {
	raw, err := t.rdb.Get(ctx, t.key()).Bytes()
	if err != nil {
		return ""
	}
	var tok token
	if json.Unmarshal(raw, &tok) != nil || !t.now().Before(tok.Until) {
		return ""
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if tok.Value == t.stale {
		return ""
	}
	t.current = tok
	return tok.Value
}

func (t *tokens) keep(ctx context.Context, fresh token) {
	t.mu.Lock()
	t.current, t.failure = fresh, nil
	t.mu.Unlock()
	if raw, err := json.Marshal(fresh); err == nil {
		_ = t.rdb.Set(ctx, t.key(), raw, fresh.Until.Sub(t.now())).Err() // without Redis the memory has it
	}
}

func (t *tokens) resting() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.failure != nil && t.now().Before(t.restAt) {
		return t.failure
	}
	return nil
}

func (t *tokens) rest(err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.failure, t.restAt = err, t.now().Add(restAfterFailure)
}

// invalidate drops a token that WeChat called stale, here and in Redis.
func (t *tokens) invalidate(ctx context.Context, value string) {
	t.mu.Lock()
	t.stale = value
	if t.current.Value == value {
		t.current = token{}
	}
	t.mu.Unlock()
	raw, err := t.rdb.Get(ctx, t.key()).Bytes()
	var tok token
	if err == nil && json.Unmarshal(raw, &tok) == nil && tok.Value == value {
		_ = t.rdb.Del(ctx, t.key()).Err()
	}
}

const stableTokenPath = "/cgi-bin/stable_token"

// fetch asks WeChat. When the usual call repeats the token that was called stale, it forces a new one,
// which WeChat allows 20 times a day.
func (t *tokens) fetch(ctx context.Context) (token, error) {
	tok, err := t.fetchOnce(ctx, false)
	t.mu.Lock()
	repeated := err == nil && tok.Value == t.stale
	t.mu.Unlock()
	if repeated {
		return t.fetchOnce(ctx, true)
	}
	return tok, err
}

func (t *tokens) fetchOnce(ctx context.Context, force bool) (token, error) {
	if err := t.mayFetch(force); err != nil {
		return token{}, err
	}
	account := t.client.account
	body, err := encodeJSON(map[string]any{
		"grant_type": "client_credential", "appid": account.AppID, "secret": account.AppSecret.Reveal(), "force_refresh": force,
	})
	if err != nil {
		return token{}, err
	}
	req, err := t.client.request(ctx, http.MethodPost, stableTokenPath, url.Values{}, body)
	if err != nil {
		return token{}, err
	}
	raw, err := t.client.exchange(t.client.http, stableTokenPath, req)
	if err = withSecret(err); ClassOf(err) == ClassUnknown && err != nil {
		// Asking twice for a token does no harm, and the call that wants it has not been made.
		err = &Error{API: stableTokenPath, Msg: "no token to be had", Class: ClassRetry}
	}
	if err != nil {
		return token{}, err
	}
	var a struct {
		AccessToken string `json:"access_token"`
		ExpiresIn   int64  `json:"expires_in"`
	}
	if json.Unmarshal(raw, &a) != nil || a.AccessToken == "" || a.ExpiresIn <= 0 {
		return token{}, &Error{API: stableTokenPath, Msg: "answer without a token", Class: ClassRetry}
	}
	return token{Value: a.AccessToken, Until: t.now().Add(usable(time.Duration(a.ExpiresIn) * time.Second))}, nil
}

// usable is for how long to use what lives that long: WeChat renews five minutes before the end, and
// what is short-lived is used for half its life.
func usable(life time.Duration) time.Duration { return life - min(5*time.Minute, life/2) }
