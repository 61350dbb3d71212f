package wxsim

import (
	"net/url"
	"time"
)

// How long what a web log-in hands out can be used; its code lives codeLife.
const (
	webAccessLife  = 2 * time.Hour
	webRefreshLife = 30 * 24 * time.Hour
)

// The scopes of a web log-in.
const (
	scopeBase     = "snsapi_base"
	scopeUserInfo = "snsapi_userinfo"
)

// webLogins is what WeChat keeps about people who open web pages.
type webLogins struct {
	user     string // whose phone opens pages when the address names nobody
	snapshot bool   // and whether WeChat shows them a snapshot only
	codes    map[string]*webCode
	access   map[string]*webGrant
	refresh  map[string]*webGrant
}

func newWebLogins() webLogins {
	return webLogins{codes: map[string]*webCode{}, access: map[string]*webGrant{}, refresh: map[string]*webGrant{}}
}

// webCode is what WeChat sent a person back to a web page with.
type webCode struct {
	grant   webGrant
	expires time.Time
	used    bool
}

// webGrant is what a page may know of a person. In a snapshot that person is made up.
type webGrant struct {
	person   string
	openID   string
	unionID  string
	scope    string
	snapshot bool
	access   string
	until    time.Time // of access
	refresh  string
	end      time.Time // of refresh
}

// newWebCode lets a person into a page. The caller holds s.mu.
func (s *Sim) newWebCode(p *person, scope string, snapshot bool) string {
	g := webGrant{person: p.ID, openID: p.OAOpenID, unionID: p.UnionID, scope: scope, snapshot: snapshot}
	if snapshot {
		g.openID, g.unionID = derivedID("snapshot", p.ID), derivedID("snapshot union", p.ID)
	}
	code := "0" + randomText(31)
	s.web.codes[code] = &webCode{grant: g, expires: s.now().Add(codeLife)}
	return code
}

// webAnswer is what both token calls of a web log-in return.
type webAnswer struct {
	AccessToken  string `json:"access_token"`
	ExpiresIn    int64  `json:"expires_in"`
	RefreshToken string `json:"refresh_token"`
	OpenID       string `json:"openid"`
	Scope        string `json:"scope"`
	UnionID      string `json:"unionid,omitempty"`
	Snapshot     int    `json:"is_snapshotuser,omitempty"`
}

// apiWebAccess exchanges the code of a web log-in, once.
func apiWebAccess(s *Sim, c *call) (any, error) {
	if c.query.Get("grant_type") != "authorization_code" {
		return nil, fail(40002, "invalid grant_type")
	}
	a, err := s.byAppID(c.query.Get("appid"), c.query.Get("secret"))
	if err != nil {
		return nil, err
	}
	if err := s.spendWeb(c, a); err != nil {
		return nil, err
	}
	g, err := s.useWebCode(c.query.Get("code"), c.now)
	if err != nil {
		return nil, err
	}
	s.renew(g, c.now)
	g.refresh, g.end = "88_"+randomText(tokenLength-3), c.now.Add(webRefreshLife)
	s.web.refresh[g.refresh] = g
	answer := g.answer(c.now)
	// The scope decides, as the documents have it; a snapshot's unionid is made up like its openid.
	if g.scope == scopeUserInfo {
		answer.UnionID = g.unionID
	}
	if g.snapshot {
		answer.Snapshot = 1
	}
	return answer, nil
}

// spendWeb counts a call of a web page, which only an official account has.
func (s *Sim) spendWeb(c *call, a *account) error {
	if a.kind != kindOA {
		return fail(40013, "invalid appid")
	}
	return s.spend(c, a)
}

func (s *Sim) useWebCode(value string, now time.Time) (*webGrant, error) {
	if value == "" {
		return nil, fail(41008, "missing code")
	}
	code, known := s.web.codes[value]
	switch {
	case !known:
		return nil, fail(40029, "invalid code")
	case code.used:
		return nil, fail(40163, "code been used")
	case !now.Before(code.expires):
		return nil, fail(40029, "invalid code")
	}
	code.used = true
	return &code.grant, nil
}

// renew gives a grant two hours more; only a token that has run out is replaced.
func (s *Sim) renew(g *webGrant, now time.Time) {
	if !now.Before(g.until) {
		g.access = "88_" + randomText(tokenLength-3)
		s.web.access[g.access] = g
	}
	g.until = now.Add(webAccessLife)
}

func (g *webGrant) answer(now time.Time) webAnswer {
	return webAnswer{
		AccessToken: g.access, ExpiresIn: int64(g.until.Sub(now) / time.Second), RefreshToken: g.refresh,
		OpenID: g.openID, Scope: g.scope,
	}
}

// apiWebRefresh makes an access token of a web log-in last longer.
func apiWebRefresh(s *Sim, c *call) (any, error) {
	if c.query.Get("grant_type") != "refresh_token" {
		return nil, fail(40002, "invalid grant_type")
	}
	if appID := c.query.Get("appid"); appID == "" {
		return nil, fail(41002, "appid missing")
	} else if appID != s.oa.AppID {
		return nil, fail(40013, "invalid appid")
	}
	if err := s.spendWeb(c, s.oa); err != nil {
		return nil, err
	}
	value := c.query.Get("refresh_token")
	if value == "" {
		return nil, fail(41003, "refresh_token missing")
	}
	g, known := s.web.refresh[value]
	switch {
	case !known:
		return nil, fail(40030, "invalid refresh_token")
	case !c.now.Before(g.end):
		return nil, fail(42002, "refresh_token expired")
	}
	s.renew(g, c.now)
	return g.answer(c.now), nil
}

// grantOf finds what the access token of a web log-in stands for, and checks the openid beside it.
func (s *Sim) grantOf(q url.Values, now time.Time) (*webGrant, error) {
	value := q.Get("access_token")
	if value == "" {
		return nil, fail(41001, "access_token missing")
	}
	g, known := s.web.access[value]
	switch {
	case !known && malformedToken(value):
		return nil, fail(40014, "invalid access_token")
	case !known || g.access != value:
		return nil, notLatest() // the account's own token is none of a web log-in
	case !now.Before(g.until):
		return nil, fail(42001, "access_token expired")
	case q.Get("openid") == "":
		return nil, fail(41009, "missing openid")
	case q.Get("openid") != g.openID:
		return nil, fail(40003, "invalid openid")
	}
	return g, nil
}

// apiWebAuth tells whether the access token of a web log-in still works.
func apiWebAuth(s *Sim, c *call) (any, error) {
	if _, err := s.grantOf(c.query, c.now); err != nil {
		return nil, err
	}
	return done(), nil
}

// apiWebUserInfo tells a page who opened it, if it asked for that.
func apiWebUserInfo(s *Sim, c *call) (any, error) {
	g, err := s.grantOf(c.query, c.now)
	if err != nil {
		return nil, err
	}
	if g.scope != scopeUserInfo {
		return nil, fail(48001, "api unauthorized")
	}
	name := "微信用户"
	if !g.snapshot {
		name = s.people[g.person].Name
	}
	return map[string]any{
		"openid": g.openID, "nickname": name, "sex": 0, "province": "", "city": "", "country": "",
		"headimgurl": "", "privilege": []string{}, "unionid": g.unionID,
	}, nil
}
