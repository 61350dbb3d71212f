package wxsim

import (
	"encoding/base64"
	"time"
)

// codeLife is how long a login or phone code can be exchanged.
const codeLife = 5 * time.Minute

// loginsPerMinute is how often one user may log in.
const loginsPerMinute = 100

// loginCode is what wx.login gave the mini-program.
type loginCode struct {
	person  string
	expires time.Time
	used    bool
}

// phoneCode is what the "get phone number" button gave the mini-program.
type phoneCode struct {
	person  string
	phone   string
	expires time.Time
}

func (s *Sim) newLoginCode(p *person) string {
	code := "0" + randomText(31)
	s.codes[code] = &loginCode{person: p.ID, expires: s.now().Add(codeLife)}
	return code
}

func (s *Sim) newPhoneCode(p *person, phone string) string {
	code := randomText(64)
	s.phones[code] = &phoneCode{person: p.ID, phone: phone, expires: s.now().Add(codeLife)}
	return code
}

// apiCodeToSession exchanges a login code, once.
func apiCodeToSession(s *Sim, c *call) (any, error) {
	if c.query.Get("grant_type") != "authorization_code" {
		return nil, fail(40002, "invalid grant_type")
	}
	a, err := s.byAppID(c.query.Get("appid"), c.query.Get("secret"))
	if err != nil {
		return nil, err
	}
	if a.kind != kindMP {
		return nil, fail(40013, "invalid appid")
	}
	if err := s.spend(c, a); err != nil {
		return nil, err
	}
	p, err := s.useLoginCode(c)
	if err != nil {
		return nil, err
	}
	p.openedAt, p.sessionKey = c.now, base64.StdEncoding.EncodeToString([]byte(randomText(16)))
	return map[string]any{"openid": p.MPOpenID, "unionid": p.UnionID, "session_key": p.sessionKey}, nil
}

func (s *Sim) useLoginCode(c *call) (*person, error) {
	value := c.query.Get("js_code")
	if value == "" {
		return nil, fail(41008, "missing code")
	}
	code, known := s.codes[value]
	switch {
	case !known:
		return nil, fail(40029, "invalid code")
	case code.used:
		return nil, fail(40163, "code been used")
	case !c.now.Before(code.expires):
		return nil, fail(40029, "invalid code")
	}
	code.used = true
	p := s.people[code.person]
	if p.tooManyLogins(c.now) {
		return nil, fail(45011, "api minute-quota reach limit, must slower, retry next minute")
	}
	return p, nil
}

// tooManyLogins counts a login in the running minute.
func (p *person) tooManyLogins(now time.Time) bool {
	if minute := now.Unix() / 60; minute != p.loginMinute {
		p.loginMinute, p.logins = minute, 0
	}
	p.logins++
	return p.logins > loginsPerMinute
}

// apiPhoneNumber exchanges a phone code, once. A used code reads as unknown.
func apiPhoneNumber(s *Sim, c *call) (any, error) {
	var in struct {
		Code   string `json:"code"`
		OpenID string `json:"openid"`
	}
	if err := c.bind(&in); err != nil {
		return nil, err
	}
	code, known := s.phones[in.Code]
	if !known || !c.now.Before(code.expires) {
		return nil, fail(40029, "invalid code")
	}
	if in.OpenID != "" && s.people[code.person].MPOpenID != in.OpenID {
		return nil, fail(40003, "invalid openid")
	}
	delete(s.phones, in.Code)
	return map[string]any{"errcode": 0, "errmsg": "ok", "phone_info": map[string]any{
		"phoneNumber": code.phone, "purePhoneNumber": code.phone, "countryCode": "86",
		"watermark": map[string]any{"timestamp": c.now.Unix(), "appid": c.acct.AppID},
	}}, nil
}
