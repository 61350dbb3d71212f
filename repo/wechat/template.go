package wechat

import "context"

const templatePath = "/cgi-bin/message/template/send"

// Template is a template message of a service account. It reaches followers only.
type Template struct {
	To          string // openid
	TemplateID  string
	URL         string            // opened by a tap; at most 1024 bytes
	Mini        MiniPage          // opened instead of URL where the phone can
	ClientMsgID string            // at most MaxClientID bytes; WeChat sends the same one to the same person once in 10 minutes
	Data        map[string]string // by field name
}

// SendTemplate sends a template message and gives its id, which the event TEMPLATESENDJOBFINISH repeats.
// Errors: ClassUser when the person does not follow, ClassPayload for data that the template does not
// allow. Source: developers.weixin.qq.com, api_sendtemplatemessage. The SDK takes no context, types no
// error and sends an empty mini-program.
func (c *Client) SendTemplate(ctx context.Context, t Template) (string, error) {
	data, bad := fieldsOf(t.Data)
	err := check(templatePath, badOpenID(t.To), longURL(t.URL), bad,
		rule{t.TemplateID == "", "no template_id"},
		rule{t.Mini.half(), "miniprogram without appid or page"},
		rule{len(t.ClientMsgID) > MaxClientID, "client_msg_id longer than 32 bytes"},
	)
	if err != nil {
		return "", err
	}
	var a struct {
		MsgID loose `json:"msgid"`
	}
	err = c.call(ctx, templatePath, nil, struct {
		To          string           `json:"touser"`
		TemplateID  string           `json:"template_id"`
		URL         string           `json:"url,omitempty"`
		Mini        *MiniPage        `json:"miniprogram,omitempty"`
		ClientMsgID string           `json:"client_msg_id,omitempty"`
		Data        map[string]field `json:"data"`
	}{t.To, t.TemplateID, t.URL, t.Mini.ptr(), t.ClientMsgID, data}, &a)
	return string(a.MsgID), err
}

// TemplateInfo is a template that the account has.
type TemplateInfo struct {
	ID      string `json:"template_id"`
	Title   string `json:"title"`
	Content string `json:"content"` // with {{thing1.DATA}} where a field goes
	Example string `json:"example"`
}

// Templates lists the account's templates; at most 25.
func (c *Client) Templates(ctx context.Context) ([]TemplateInfo, error) {
	var a struct {
		List []TemplateInfo `json:"template_list"`
	}
	err := c.call(ctx, "/cgi-bin/template/get_all_private_template", nil, nil, &a)
	return a.List, err
}
