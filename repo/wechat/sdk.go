package wechat

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"sync"
	"sync/atomic"

	"github.com/silenceper/wechat/v2/credential"
	"github.com/silenceper/wechat/v2/miniprogram/auth"
	miniconfig "github.com/silenceper/wechat/v2/miniprogram/config"
	minicontext "github.com/silenceper/wechat/v2/miniprogram/context"
	"github.com/silenceper/wechat/v2/miniprogram/security"
	oaconfig "github.com/silenceper/wechat/v2/officialaccount/config"
	oacontext "github.com/silenceper/wechat/v2/officialaccount/context"
	"github.com/silenceper/wechat/v2/officialaccount/oauth"
	"github.com/silenceper/wechat/v2/util"
)

// The SDK has one global HTTP client, no timeouts, and puts tokens and secrets into error texts.
// So it never gets any: each Client hands it a marker in their place, and the one transport that we
// install finds the Client by the marker, puts the real value in, sends through that client (its
// timeouts, its base URL, its refresh of stale tokens) and returns the body.

// sdkClients maps a marker to its *Client. It is package state because the SDK's client is.
var (
	sdkClients sync.Map
	sdkCount   atomic.Int64
	sdkInstall sync.Once
)

type sdk struct {
	marker   string
	auth     *auth.Auth
	security *security.Security
	oauth    *oauth.Oauth
}

func newSDK(c *Client) sdk {
	sdkInstall.Do(func() { util.DefaultHTTPClient = &http.Client{Transport: sdkTransport{}} })
	s := sdk{marker: "bangfu-client-" + strconv.FormatInt(sdkCount.Add(1), 10)}
	sdkClients.Store(s.marker, c)
	// Not through NewMiniProgram and the like: they want a cache for tokens, which are none of its business here.
	mini := &minicontext.Context{
		Config:                   &miniconfig.Config{AppID: c.account.AppID, AppSecret: s.marker},
		AccessTokenContextHandle: credential.AccessTokenCompatibleHandle{AccessTokenHandle: s},
	}
	s.auth, s.security = auth.NewAuth(mini), security.NewSecurity(mini)
	s.oauth = oauth.NewOauth(&oacontext.Context{
		Config: &oaconfig.Config{AppID: c.account.AppID, AppSecret: s.marker}, AccessTokenHandle: s,
	})
	return s
}

func (s sdk) close() { sdkClients.Delete(s.marker) }

// GetAccessToken gives the SDK the marker for a token.
func (s sdk) GetAccessToken() (string, error) { return s.marker, nil }

type sdkTransport struct{}

// RoundTrip sends the SDK's request through the client that its marker names.
func (sdkTransport) RoundTrip(req *http.Request) (*http.Response, error) {
	q := req.URL.Query()
	marker := q.Get("access_token")
	if marker == "" {
		marker = q.Get("secret")
	}
	found, ok := sdkClients.Load(marker)
	if !ok {
		return nil, errors.New("wechat: call of an unknown client")
	}
	raw, err := found.(*Client).relay(req, q)
	var refused *Error
	if errors.As(err, &refused) && refused.Code != 0 {
		err = nil // the SDK reads errcode from the body itself; see sdkError
	}
	if err != nil {
		return nil, err
	}
	return &http.Response{
		Status: "200 OK", StatusCode: http.StatusOK, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: http.Header{}, Body: io.NopCloser(bytes.NewReader(raw)), ContentLength: int64(len(raw)), Request: req,
	}, nil
}

// relay rebuilds the SDK's request with the real secret or token.
func (c *Client) relay(req *http.Request, q url.Values) ([]byte, error) {
	var payload []byte
	if req.Body != nil {
		var err error
		if payload, err = io.ReadAll(req.Body); err != nil {
			return nil, fmt.Errorf("wechat %s: %w", req.URL.Path, err)
		}
	}
	if q.Has("access_token") {
		return c.withToken(req.Context(), req.URL.Path, func(token string) (*http.Request, error) {
			q.Set("access_token", token)
			return c.request(req.Context(), req.Method, req.URL.Path, q, payload)
		})
	}
	q.Set("secret", c.account.AppSecret.Reveal())
	real, err := c.request(req.Context(), req.Method, req.URL.Path, q, payload)
	if err != nil {
		return nil, err
	}
	return c.exchange(c.once, req.URL.Path, real)
}

// sdkError gives an error of the SDK our type: our own transport's passes through, the rest is read
// from the code that the SDK decoded.
func sdkError(api string, code int64, msg string, err error) error {
	var own *Error
	switch {
	case err == nil:
		return nil
	case errors.As(err, &own):
		return own
	case code != 0:
		return newError(api, code, msg)
	}
	return unexpected(api, "answer of an unexpected form")
}

const codeToSessionPath = "/sns/jscode2session"

// MiniLogin is who WeChat says has opened the mini-program.
type MiniLogin struct {
	OpenID  string
	UnionID string // empty unless account and mini-program hang on one open-platform account
}

// Login exchanges a code of wx.login, which is good once and for five minutes.
// ClassCode means that the client must fetch another.
func (c *Client) Login(ctx context.Context, code string) (MiniLogin, error) {
	// The SDK does not escape the code.
	res, err := c.sdk.auth.Code2SessionContext(ctx, url.QueryEscape(code))
	if err := withSecret(sdkError(codeToSessionPath, res.ErrCode, res.ErrMsg, err)); err != nil {
		return MiniLogin{}, err
	}
	if res.OpenID == "" {
		return MiniLogin{}, unexpected(codeToSessionPath, "answer without openid")
	}
	return MiniLogin{OpenID: res.OpenID, UnionID: res.UnionID}, nil
}
