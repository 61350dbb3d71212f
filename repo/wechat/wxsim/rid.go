package wxsim

import (
	"errors"
	"net/http"
	"time"
)

// WeChat knows for a week what a call was whose error it gave an rid; here maxRIDs of them are kept.
const (
	ridLife = 7 * 24 * time.Hour
	maxRIDs = 1000
)

// failedCall is a call that was refused, without its query and bodies: those carry secrets.
type failedCall struct {
	acct *account
	at   time.Time
	url  string
	code int
}

// note gives an error its rid and remembers it. The caller holds s.mu.
func (s *Sim) note(r *http.Request, c *call, err error) {
	var e *apiError
	if !errors.As(err, &e) {
		return
	}
	if len(s.rids) >= maxRIDs {
		clear(s.rids)
	}
	e.rid = newRID()
	s.rids[e.rid] = failedCall{acct: c.acct, at: c.now, url: r.URL.Path, code: e.code}
}

// apiRID tells what a refused call of the same account was.
func apiRID(s *Sim, c *call) (any, error) {
	var in struct {
		RID string `json:"rid"`
	}
	if err := c.bind(&in); err != nil {
		return nil, err
	}
	f, known := s.rids[in.RID]
	switch {
	case !known:
		return nil, fail(76001, "rid not found")
	case f.acct != c.acct:
		return nil, fail(76003, "no permission to query this rid")
	case c.now.Sub(f.at) > ridLife:
		return nil, fail(76004, "rid is overtime")
	}
	return map[string]any{"errcode": 0, "errmsg": "ok", "request": map[string]any{
		"invoke_time": f.at.Unix(), "cost_in_ms": 1, "request_url": f.url, "request_body": "",
		"response_body": map[string]int{"errcode": f.code}, "client_ip": "127.0.0.1",
	}}, nil
}
