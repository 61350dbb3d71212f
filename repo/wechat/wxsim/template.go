package wxsim

import (
	"slices"
	"time"
)

// maxLink is the longest address a message may open, in bytes.
const maxLink = 1024

// onceFor is how long WeChat remembers a client_msg_id.
const onceFor = 10 * time.Minute

// templateCall is the body all sends of a template share.
type templateCall struct {
	ToUser     string                  `json:"touser"`
	TemplateID string                  `json:"template_id"`
	URL        string                  `json:"url"`  // of template messages
	Page       string                  `json:"page"` // of subscription messages
	Data       map[string]keywordValue `json:"data"`
	ClientID   string                  `json:"client_msg_id"`
	Mini       struct {
		AppID string `json:"appid"`
	} `json:"miniprogram"`
}

// onceKey is a message that reaches a person once.
type onceKey struct{ openID, clientID string }

// onceSent is the message that was sent under a onceKey.
type onceSent struct {
	msgID int64
	at    time.Time
}

// readTemplateCall checks what all sends of a template share, except the data.
func (s *Sim) readTemplateCall(c *call, subscription bool) (in templateCall, p *person, t Template, err error) {
	if err = c.bind(&in); err != nil {
		return in, nil, t, err
	}
	if p = s.byOpenID(c.acct, in.ToUser); p == nil {
		return in, nil, t, fail(40003, "invalid openid")
	}
	t, known := s.template(c.acct, in.TemplateID)
	switch {
	case !known || (t.Type != typeMessage) != subscription:
		return in, nil, t, fail(40037, "invalid template_id")
	case len(in.URL) > maxLink || len(in.Page) > maxLink:
		return in, nil, t, fail(40039, "invalid url size")
	case in.Mini.AppID != "" && c.acct.kind == kindOA && in.Mini.AppID != s.mp.AppID:
		return in, nil, t, fail(40013, "invalid appid") // not bound to the official account
	}
	return in, p, t, nil
}

// apiTemplateSend delivers a template message to a follower, and the same client_msg_id once.
func apiTemplateSend(s *Sim, c *call) (any, error) {
	in, p, t, err := s.readTemplateCall(c, false)
	if err != nil {
		return nil, err
	}
	if !p.Following {
		return nil, fail(43004, "require subscribe")
	}
	if err := t.checkData(in.Data); err != nil {
		return nil, err
	}
	if err := s.refused(in.ToUser); err != nil {
		return nil, err
	}
	key := onceKey{in.ToUser, in.ClientID}
	if was, known := s.once[key]; known && c.now.Sub(was.at) < onceFor {
		return templateAnswer(was.msgID), nil
	}
	s.msgID++
	if in.ClientID != "" {
		s.once[key] = onceSent{msgID: s.msgID, at: c.now}
	}
	status := "success"
	if slices.Contains(s.faults.Blocked, in.ToUser) {
		status = "failed:user block"
	} else {
		s.say(p, Message{From: "account", Kind: "template", Via: "template", Content: t.render(in.Data, in.URL)})
	}
	c.later(s.report(c.acct, p, "TEMPLATESENDJOBFINISH", number("MsgID", s.msgID), text("Status", status)))
	return templateAnswer(s.msgID), nil
}

func templateAnswer(msgID int64) any {
	return map[string]any{"errcode": 0, "errmsg": "ok", "msgid": msgID}
}
