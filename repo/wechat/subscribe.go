package wechat

import "context"

const (
	bizSendPath   = "/cgi-bin/message/subscribe/bizsend"
	subscribePath = "/cgi-bin/message/subscribe/send"
)

// Stage is the version of a mini-program.
type Stage string

// The versions; empty means the released one.
const (
	StageReleased  Stage = "formal"
	StageTrial     Stage = "trial"
	StageDeveloper Stage = "developer"
)

func (s Stage) bad() rule {
	return rule{s != "" && s != StageReleased && s != StageTrial && s != StageDeveloper, "miniprogram_state unknown"}
}

// version is the stage as env_version has it, which uses other words.
func (s Stage) version() string {
	switch s {
	case StageReleased:
		return "release"
	case StageDeveloper:
		return "develop"
	}
	return string(s)
}

// Notice is a subscription notice of the official account. It reaches whoever accepted the template,
// also without following.
type Notice struct {
	To         string // openid at the official account
	TemplateID string
	Page       string   // a web page, at most 1024 bytes
	Mini       MiniPage // opened instead of Page where the phone can
	State      Stage
	Lang       string            // empty means zh_CN
	Data       map[string]string // by field name: thing1, time2, …
}

// SendNotice sends a subscription notice. WeChat gives no id: the event subscribe_msg_sent_event reports.
// Errors: ClassUser with code 43101 when the person has not accepted or the one message that an accept
// allows is used up; ClassRetry with 43108 when two go to the same person at once.
// Source: developers.weixin.qq.com, bizsend. The SDK lacks state and language.
func (c *Client) SendNotice(ctx context.Context, n Notice) error {
	data, bad := fieldsOf(n.Data)
	err := check(bizSendPath, badOpenID(n.To), longURL(n.Page), bad, n.State.bad(),
		rule{n.TemplateID == "", "no template_id"},
		rule{n.Mini.half(), "miniprogram without appid or page"},
	)
	if err != nil {
		return err
	}
	return c.call(ctx, bizSendPath, nil, struct {
		To         string           `json:"touser"`
		TemplateID string           `json:"template_id"`
		Page       string           `json:"page,omitempty"`
		Mini       *MiniPage        `json:"miniprogram,omitempty"`
		State      Stage            `json:"miniprogram_state,omitempty"`
		Lang       string           `json:"lang,omitempty"`
		Data       map[string]field `json:"data"`
	}{n.To, n.TemplateID, n.Page, n.Mini.ptr(), n.State, n.Lang, data}, nil)
}

// Subscribe is a subscription message of the mini-program.
type Subscribe struct {
	To         string // openid at the mini-program
	TemplateID string
	Page       string // of the mini-program, with its query
	State      Stage
	Lang       string            // empty means zh_CN
	Data       map[string]string // by field name: thing1, time2, …
}

// SendSubscribe sends a subscription message and gives its id, which subscribe_msg_sent_event repeats.
// Errors as for SendNotice. Source: developers.weixin.qq.com, subscribeMessage.send.
func (c *Client) SendSubscribe(ctx context.Context, s Subscribe) (string, error) {
	data, bad := fieldsOf(s.Data)
	err := check(subscribePath, badOpenID(s.To), longURL(s.Page), bad, s.State.bad(),
		rule{s.TemplateID == "", "no template_id"})
	if err != nil {
		return "", err
	}
	var a struct {
		MsgID loose `json:"msgid"`
	}
	err = c.call(ctx, subscribePath, nil, struct {
		To         string           `json:"touser"`
		TemplateID string           `json:"template_id"`
		Page       string           `json:"page,omitempty"`
		State      Stage            `json:"miniprogram_state,omitempty"`
		Lang       string           `json:"lang,omitempty"`
		Data       map[string]field `json:"data"`
	}{s.To, s.TemplateID, s.Page, s.State, s.Lang, data}, &a)
	return string(a.MsgID), err
}

// The sorts of subscription templates.
const (
	SubscribeOnce = 2 // an accept allows one message
	SubscribeLong = 3 // an accept allows messages until it is taken back
)

// SubscribeTemplate is a subscription template of the account.
type SubscribeTemplate struct {
	ID      string `json:"priTmplId"`
	Title   string `json:"title"`
	Content string `json:"content"` // with {{thing1.DATA}} where a field goes
	Example string `json:"example"`
	Type    int    `json:"type"` // SubscribeOnce or SubscribeLong
}

// SubscribeTemplates lists the account's subscription templates.
func (c *Client) SubscribeTemplates(ctx context.Context) ([]SubscribeTemplate, error) {
	var a struct {
		Data []SubscribeTemplate `json:"data"`
	}
	err := c.call(ctx, "/wxaapi/newtmpl/gettemplate", nil, nil, &a)
	return a.Data, err
}
