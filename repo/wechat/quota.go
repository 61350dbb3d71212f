package wechat

import (
	"context"
	"strings"
)

const (
	quotaPath      = "/cgi-bin/openapi/quota/get"
	clearQuotaPath = "/cgi-bin/clear_quota"
)

// Quota is how often an interface may be called today.
type Quota struct {
	Limit  int64 `json:"daily_limit"`
	Used   int64 `json:"used"`
	Remain int64 `json:"remain"`
}

// Quota asks for the quota of an interface by its path: /cgi-bin/message/template/send.
// WeChat's counting is about one per cent off.
func (c *Client) Quota(ctx context.Context, path string) (Quota, error) {
	if err := check(quotaPath, rule{!strings.HasPrefix(path, "/"), "not a path"}); err != nil {
		return Quota{}, err
	}
	var a struct {
		Quota Quota `json:"quota"`
	}
	err := c.call(ctx, quotaPath, nil, map[string]string{"cgi_path": path}, &a)
	return a.Quota, err
}

// ClearQuota sets every count of today to nothing; WeChat allows it ten times a month (ClassAccount,
// 48006).
func (c *Client) ClearQuota(ctx context.Context) error {
	return c.call(ctx, clearQuotaPath, nil, map[string]string{"appid": c.account.AppID}, nil)
}

// CallbackIPs are the addresses from which WeChat pushes, and the cheapest proof that AppID, AppSecret
// and the list of allowed addresses are right: ClassAccount when they are not.
func (c *Client) CallbackIPs(ctx context.Context) ([]string, error) {
	return c.ips(ctx, "/cgi-bin/getcallbackip")
}

// APIDomainIPs are the addresses that a firewall must let us call.
func (c *Client) APIDomainIPs(ctx context.Context) ([]string, error) {
	return c.ips(ctx, "/cgi-bin/get_api_domain_ip")
}

func (c *Client) ips(ctx context.Context, path string) ([]string, error) {
	var a struct {
		List []string `json:"ip_list"`
	}
	err := c.call(ctx, path, nil, nil, &a)
	return a.List, err
}
