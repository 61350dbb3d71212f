package wechat

import (
	"context"
	"net/url"
)

// MaxText is the most bytes of UTF-8 that a text reply or customer message may have.
const MaxText = 2048

// SendText sends a customer message. WeChat allows it for 48 hours after the person wrote.
func (c *Client) SendText(ctx context.Context, openID, text string) error {
	return c.call(ctx, "/cgi-bin/message/custom/send", nil, map[string]any{
		"touser": openID, "msgtype": "text", "text": map[string]string{"content": text},
	}, nil)
}

// UnionID is the person's id across the accounts of one open-platform account; empty when there is
// none or the person does not follow.
func (c *Client) UnionID(ctx context.Context, openID string) (string, error) {
	var a struct {
		UnionID string `json:"unionid"`
	}
	err := c.call(ctx, "/cgi-bin/user/info", url.Values{"openid": {openID}, "lang": {"zh_CN"}}, nil, &a)
	return a.UnionID, err
}

// Button is one entry of the account's menu: a key to press, or a group of buttons.
type Button struct {
	Type string   `json:"type,omitempty"` // "click"; empty for a group
	Name string   `json:"name"`
	Key  string   `json:"key,omitempty"`
	Sub  []Button `json:"sub_button,omitempty"`
}

// SetMenu replaces the account's menu.
func (c *Client) SetMenu(ctx context.Context, buttons []Button) error {
	return c.call(ctx, "/cgi-bin/menu/create", nil, map[string]any{"button": buttons}, nil)
}
