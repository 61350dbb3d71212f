package wechat

import (
	"context"
	"net/url"
)

const (
	authorizePath   = "/connect/oauth2/authorize"
	oauthAccessPath = "/sns/oauth2/access_token"
)

// Scope is what a log-in on a web page asks for.
type Scope string

// The scopes.
const (
	ScopeBase     Scope = "snsapi_base"     // the openid, without asking the person
	ScopeUserInfo Scope = "snsapi_userinfo" // asks; without a tap the page may be a snapshot
)

// AuthorizeURL is where a web page inside WeChat sends the person to log in. WeChat sends them back to
// redirect, whose host is set in WeChat's console, with a code and the state. Refuse a code that comes with a state that
// this browser did not leave with, or a stranger could log a person in as himself. WeChat sometimes comes back twice
// with the same code. The SDK escapes no state and knows no host but WeChat's.
func (c *Client) AuthorizeURL(redirect string, scope Scope, state string) (address string, err error) {
	u, err := url.Parse(redirect)
	err = check(authorizePath,
		rule{err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http", "redirect is not an address of the web"},
		rule{scope != ScopeBase && scope != ScopeUserInfo, "scope unknown"},
		rule{len(state) < 16 || len(state) > 128, "state is not 16 to 128 characters"})
	if err != nil {
		return "", err
	}
	// In this order: WeChat is known to read it literally.
	return c.pages.open + authorizePath + "?appid=" + url.QueryEscape(c.account.AppID) + "&redirect_uri=" + url.QueryEscape(redirect) +
		"&response_type=code&scope=" + string(scope) + "&state=" + url.QueryEscape(state) + "#wechat_redirect", nil
}

// WebLogin is who WeChat says has opened a web page.
type WebLogin struct {
	OpenID   string
	UnionID  string // empty unless the account hangs on an open-platform account and the scope gives it
	Snapshot bool   // a made-up person who looks at a snapshot of the page: never bind anything to them
}

// WebLogin exchanges a code that came back to redirect, which is good once and for five minutes.
// ClassCode: it is used or old; send the person to AuthorizeURL again.
func (c *Client) WebLogin(ctx context.Context, code string) (WebLogin, error) {
	if err := check(oauthAccessPath, rule{code == "", "no code"}); err != nil {
		return WebLogin{}, err
	}
	// The SDK does not escape the code.
	res, err := c.sdk.oauth.GetUserAccessTokenContext(ctx, url.QueryEscape(code))
	if err := withSecret(sdkError(oauthAccessPath, res.ErrCode, res.ErrMsg, err)); err != nil {
		return WebLogin{}, err
	}
	if res.OpenID == "" {
		return WebLogin{}, unexpected(oauthAccessPath, "answer without openid")
	}
	return WebLogin{OpenID: res.OpenID, UnionID: res.UnionID, Snapshot: res.IsSnapShotUser != 0}, nil
}
