package wxsim

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"time"
	"unicode/utf8"
)

const (
	maxChecked = 2500          // characters of a text
	activeFor  = 2 * time.Hour // after opening the mini-program

	labelNormal = 100
	labelCrime  = 20006
)

// checkInput is what both checks of content ask for.
type checkInput struct {
	OpenID  string `json:"openid"`
	Scene   int    `json:"scene"`
	Version int    `json:"version"`
}

// check also finds out whether the person has opened the mini-program lately.
func (in checkInput) check(s *Sim, c *call) error {
	if in.Version != 2 || in.Scene < 1 || in.Scene > 4 {
		return fail(40097, "invalid args")
	}
	p := s.byOpenID(c.acct, in.OpenID)
	if p == nil || p.openedAt.IsZero() || c.now.Sub(p.openedAt) > activeFor {
		return fail(61010, "code is expired")
	}
	return nil
}

// judged is WeChat's opinion of a text or a picture.
type judged struct {
	Suggest string `json:"suggest"`
	Label   int    `json:"label"`
}

// judge finds the first word of the fault "risky" in the text.
func (s *Sim) judge(text string) (judged, string) {
	for _, word := range s.faults.Risky {
		if word != "" && strings.Contains(text, word) {
			return judged{"risky", labelCrime}, word
		}
	}
	return judged{"pass", labelNormal}, ""
}

// apiTextCheck looks for forbidden content, version 2.
func apiTextCheck(s *Sim, c *call) (any, error) {
	var in struct {
		checkInput
		Content  string `json:"content"`
		Title    string `json:"title"`
		Nickname string `json:"nickname"`
	}
	if err := c.bind(&in); err != nil {
		return nil, err
	}
	switch {
	case in.Content == "":
		return nil, fail(44004, "empty content")
	case utf8.RuneCountInString(in.Content) > maxChecked:
		return nil, fail(45002, "content size out of limit")
	}
	if err := in.check(s, c); err != nil {
		return nil, err
	}
	result, word := s.judge(in.Title + "\n" + in.Nickname + "\n" + in.Content)
	detail := []map[string]any{{"strategy": "content_model", "errcode": 0, "suggest": result.Suggest, "label": result.Label, "prob": 90}}
	if word != "" {
		detail = append(detail, map[string]any{
			"strategy": "keyword", "errcode": 0, "suggest": result.Suggest, "label": result.Label, "level": 90, "keyword": word,
		})
	}
	return map[string]any{"errcode": 0, "errmsg": "ok", "result": result, "detail": detail, "trace_id": newRID()}, nil
}

// apiMediaCheck looks at a picture or a sound later; its address stands for what is in it.
func apiMediaCheck(s *Sim, c *call) (any, error) {
	var in struct {
		checkInput
		URL  string `json:"media_url"`
		Type int    `json:"media_type"`
	}
	if err := c.bind(&in); err != nil {
		return nil, err
	}
	if !isWebURL(in.URL) || in.Type != 1 && in.Type != 2 {
		return nil, fail(40097, "invalid args")
	}
	if err := in.check(s, c); err != nil {
		return nil, err
	}
	result, _ := s.judge(in.URL)
	trace := newRID()
	s.pushMediaResult(c.acct, s.byOpenID(c.acct, in.OpenID), trace, result)
	return map[string]any{"errcode": 0, "errmsg": "ok", "trace_id": trace}, nil
}

func (s *Sim) pushMediaResult(a *account, p *person, trace string, result judged) {
	verdict := []field{text("suggest", result.Suggest), number("label", int64(result.Label))}
	detail := append([]field{text("strategy", "content_model"), number("errcode", 0)}, verdict...)
	s.pushLater(s.address(a, p, gesture{silent: true, fields: []field{
		text("MsgType", "event"), text("Event", "wxa_media_check"), text("appid", a.AppID), text("trace_id", trace),
		number("version", 2), group("detail", append(detail, number("prob", 90))...), number("errcode", 0), text("errmsg", "ok"),
		group("result", verdict...),
	}}))
}

// group is an element that holds others.
func group(name string, fields ...field) field {
	inner := strings.TrimSuffix(strings.TrimPrefix(buildXML(fields...), "<xml>"), "</xml>")
	return field{name: name, value: inner, bare: true}
}

// pushLater pushes without making the call under way wait for the answer. Close waits for it.
func (s *Sim) pushLater(p outgoing) {
	go func() { _, _ = s.push(p) }()
}

// apiCheckSession tells whether the session of a log-in is still the person's latest.
func apiCheckSession(s *Sim, c *call) (any, error) {
	p := s.byOpenID(c.acct, c.query.Get("openid"))
	if p == nil {
		return nil, fail(40003, "invalid openid")
	}
	if c.query.Get("sig_method") != "hmac_sha256" {
		return nil, fail(40097, "invalid args")
	}
	mac := hmac.New(sha256.New, []byte(p.sessionKey))
	if want := hex.EncodeToString(mac.Sum(nil)); p.sessionKey == "" || c.query.Get("signature") != want {
		return nil, fail(87009, "invalid signature")
	}
	return done(), nil
}
