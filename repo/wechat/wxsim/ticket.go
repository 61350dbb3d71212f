package wxsim

import "time"

// jsTicket is what web pages sign their use of the JS-SDK with.
type jsTicket struct {
	value   string
	expires time.Time
}

// apiTicket gives the same ticket again while it has five minutes; a later one leaves it good.
func apiTicket(s *Sim, c *call) (any, error) {
	sort := c.query.Get("type")
	if sort != "jsapi" && sort != "wx_card" {
		return nil, fail(40097, "invalid args")
	}
	t := s.tickets[sort]
	if t.expires.Sub(c.now) < tokenOverlap {
		t = jsTicket{value: randomText(86), expires: c.now.Add(tokenLife)}
		s.tickets[sort] = t
	}
	return map[string]any{
		"errcode": 0, "errmsg": "ok", "ticket": t.value, "expires_in": int64(t.expires.Sub(c.now) / time.Second),
	}, nil
}
