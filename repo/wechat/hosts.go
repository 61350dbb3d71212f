package wechat

import (
	"net/url"
	"strings"
)

// pageHosts are the addresses of WeChat's that a browser opens. The simulator has them at its own.
type pageHosts struct {
	open string // asks a person to log in
	mp   string // draws codes
}

// hostsFor derives them from the address of the API: WeChat has several of those, in one domain.
func hostsFor(baseURL string) pageHosts {
	u, err := url.Parse(baseURL)
	if err == nil && strings.HasSuffix("."+u.Hostname(), ".weixin.qq.com") {
		return pageHosts{open: "https://open.weixin.qq.com", mp: "https://mp.weixin.qq.com"}
	}
	return pageHosts{open: baseURL, mp: baseURL}
}
