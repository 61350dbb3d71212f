package wechat

import "time"

// pace allows n events within any stretch of time per. It is kept in each process, so that it holds
// while Redis is away, too.
type pace struct {
	n    int
	per  time.Duration
	past []time.Time // at most n, oldest first
}

// allow reports whether an event may happen now, and counts it if so.
func (p *pace) allow(now time.Time) bool {
	for len(p.past) > 0 && now.Sub(p.past[0]) >= p.per {
		p.past = p.past[1:]
	}
	if len(p.past) >= p.n {
		return false
	}
	p.past = append(p.past, now)
	return true
}

// fetchPaces keep a process far from the quotas of stable_token, whatever goes wrong: 500,000 calls a
// day, of which 20 may force a new token, 30 seconds apart.
// Source: developers.weixin.qq.com, api_getstableaccesstoken.
func fetchPaces() (usual, forced, forcedDaily pace) {
	return pace{n: 5, per: 10 * time.Second}, pace{n: 1, per: 30 * time.Second}, pace{n: 20, per: 24 * time.Hour}
}

var errPace = &Error{API: stableTokenPath, Msg: "asked too often, resting", Class: ClassRetry}

// mayFetch says whether WeChat may be asked for a token now.
func (t *tokens) mayFetch(force bool) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	now := t.now()
	if force && (!t.forced.allow(now) || !t.forcedDaily.allow(now)) || !t.usual.allow(now) {
		return errPace
	}
	return nil
}
