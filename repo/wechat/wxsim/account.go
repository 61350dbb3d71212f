package wxsim

import "time"

// kind says which sort of account an endpoint serves; the bits combine.
type kind int

const (
	kindOA  kind = 1
	kindMP  kind = 2
	kindAny      = kindOA | kindMP
)

func (k kind) String() string {
	if k == kindMP {
		return "mp"
	}
	return "oa"
}

// shanghai is the zone WeChat counts its days in. China has had no clock change since 1991, so a
// fixed zone is right and needs no time zone database.
func shanghai(t time.Time) time.Time { return t.In(time.FixedZone("CST", 8*60*60)) }

// account is one account with its tokens and counters, guarded by Sim.mu.
type account struct {
	Account
	kind    kind
	aesKey  []byte
	keyErr  error
	tokens  map[string]*token
	plain   *token // latest of /cgi-bin/token
	stable  *token // latest of /cgi-bin/stable_token
	forced  []time.Time
	used    map[string]int
	day     string
	minute  perMinute
	cleared int // clear_quota calls in month
	month   string
}

func newAccount(cfg Account, k kind) *account {
	a := &account{Account: cfg, kind: k, tokens: map[string]*token{}, used: map[string]int{}}
	if cfg.AESKey != "" || cfg.Mode == "safe" {
		a.aesKey, a.keyErr = decodeAESKey(cfg.AESKey)
	}
	return a
}

func (a *account) safe() bool { return a.Mode == "safe" }

// spend counts one call against the day's quota; limit 0 means unlimited.
func (a *account) spend(path string, limit int, now time.Time) error {
	if day := shanghai(now).Format(time.DateOnly); day != a.day {
		a.day, a.used = day, map[string]int{}
	}
	if limit > 0 && a.used[path] >= limit {
		return quotaReached()
	}
	a.used[path]++
	return nil
}

func quotaReached() error { return fail(45009, "reach max api daily quota limit") }

// byAppID finds the account with this appid and secret, as the token endpoints check them.
func (s *Sim) byAppID(appID, secret string) (*account, error) {
	for _, a := range []*account{s.oa, s.mp} {
		if appID == "" || a.AppID != appID {
			continue
		}
		if secret == "" {
			return nil, fail(41004, "appsecret missing")
		}
		if a.Secret != secret {
			return nil, fail(40125, "invalid appsecret")
		}
		return a, nil
	}
	if appID == "" {
		return nil, fail(41002, "appid missing")
	}
	return nil, fail(40013, "invalid appid")
}
