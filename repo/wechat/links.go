package wechat

import (
	"context"
	"strings"
)

const urlLinkPath = "/wxa/generate_urllink"

// The limits of a link: bytes of its query, days of its life.
const (
	MaxLinkQuery = 1024
	MaxLinkDays  = 30
)

// URLLink is a web address that opens the mini-program from outside WeChat, from a text message say.
type URLLink struct {
	Path  string // empty means the first page; without query
	Query string // at most MaxLinkQuery bytes
	Stage Stage
	Days  int // 1 to MaxLinkDays
}

// MakeURLLink has WeChat make a link; 500000 a day. ClassPayload: path or query are wrong (40165,
// 40212). The SDK takes no context and always sends both kinds of expiry.
func (c *Client) MakeURLLink(ctx context.Context, l URLLink) (string, error) {
	err := check(urlLinkPath, l.Stage.bad(),
		rule{l.Days < 1 || l.Days > MaxLinkDays, "life is not 1 to 30 days"},
		rule{len(l.Query) > MaxLinkQuery, "query longer than 1024 bytes"},
		rule{strings.Contains(l.Path, "?"), "path with a query"})
	if err != nil {
		return "", err
	}
	var a struct {
		Link string `json:"url_link"`
	}
	err = c.call(ctx, urlLinkPath, nil, struct {
		Path  string `json:"path,omitempty"`
		Query string `json:"query,omitempty"`
		Type  int    `json:"expire_type"` // 1: days from now
		Days  int    `json:"expire_interval"`
		Env   string `json:"env_version,omitempty"`
	}{l.Path, l.Query, 1, l.Days, l.Stage.version()}, &a)
	if err == nil && a.Link == "" {
		err = unexpected(urlLinkPath, "answer without a link")
	}
	return a.Link, err
}
