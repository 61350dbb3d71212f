// Package wechat is our edge to WeChat: one Client per account, with its own HTTP client, shared
// stable token, typed and classified errors, and the callback codec. It uses silenceper/wechat where
// that is right and replaces it where it is not; every gap that is closed here says so.
package wechat

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	"bangfu/config"
	"bangfu/service/model"

	"github.com/redis/go-redis/v9"
)

const (
	realBaseURL = "https://api.weixin.qq.com"
	// callTimeout bounds one HTTP exchange; the SDK's own client has no timeout at all.
	callTimeout = 8 * time.Second
	maxAnswer   = 5 << 20 // a picture that a person sent
)

// Client speaks to WeChat for one account. Safe for concurrent use.
type Client struct {
	channel model.Channel
	account config.Account
	baseURL string
	pages   pageHosts
	http    *http.Client
	once    *http.Client // for what must not arrive twice
	now     model.Clock
	tokens  *tokens
	tickets *tickets
	sdk     sdk
	log     *slog.Logger

	patience model.Patience
}

// New makes the client of one account. The access token is shared through rdb with every other process.
func New(channel model.Channel, account config.Account, baseURL string, rdb redis.UniversalClient, now model.Clock, log *slog.Logger) *Client {
	if baseURL == "" {
		baseURL = realBaseURL
	}
	c := &Client{
		channel: channel, account: account, baseURL: baseURL, pages: hostsFor(baseURL), now: now, log: log,
		http: &http.Client{Timeout: callTimeout, CheckRedirect: refuseRedirect},
	}
	c.once = &http.Client{Timeout: callTimeout, CheckRedirect: refuseRedirect, Transport: newConnections()}
	c.tokens = newTokens(c, rdb, now)
	c.tickets = newTickets(c, rdb)
	c.sdk = newSDK(c)
	return c
}

// Patient lets calls take longer than callTimeout. Call it before anything is asked of WeChat.
func (c *Client) Patient(p model.Patience) *Client {
	c.patience = p
	c.http.Timeout, c.once.Timeout = p.Of(callTimeout), p.Of(callTimeout)
	return c
}

// Close gives up what the SDK's global state holds of the client.
func (c *Client) Close() {
	c.sdk.close()
	c.http.CloseIdleConnections()
}

// newConnections is a transport that uses none twice. On a connection that was used before, Go repeats a
// GET that got no answer; and WeChat has log-in codes, good once, exchanged by GET.
func newConnections() *http.Transport {
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.DisableKeepAlives = true
	return t
}

// A redirect would carry the token to another host.
func refuseRedirect(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

// answer is the part that every answer of WeChat shares.
type answer struct {
	ErrCode int64  `json:"errcode"`
	ErrMsg  string `json:"errmsg"`
}

// call sends as send does and decodes the answer into out, unless that is nil.
func (c *Client) call(ctx context.Context, path string, query url.Values, body, out any) error {
	raw, err := c.send(ctx, path, query, body)
	if err != nil || out == nil {
		return err
	}
	return decodeAnswer(path, raw, out)
}

// send posts body as JSON (or gets, when body is nil) with the access token. The answer comes along
// with WeChat's refusal too: some refusals hold more than a code.
func (c *Client) send(ctx context.Context, path string, query url.Values, body any) ([]byte, error) {
	method, payload := http.MethodGet, []byte(nil)
	if body != nil {
		method = http.MethodPost
		var err error
		if payload, err = encodeJSON(body); err != nil {
			return nil, refuse(path, "arguments cannot be written as JSON")
		}
	}
	return c.withToken(ctx, path, func(token string) (*http.Request, error) {
		q := url.Values{}
		for k, v := range query {
			q[k] = v
		}
		q.Set("access_token", token)
		return c.request(ctx, method, path, q, payload)
	})
}

func decodeAnswer(api string, raw []byte, out any) error {
	if json.Unmarshal(raw, out) != nil {
		return unexpected(api, "answer of an unexpected form")
	}
	return nil
}

// withToken sends the request that build makes for a token; when WeChat says that the token is stale,
// it sends it once more with a fresh one.
func (c *Client) withToken(ctx context.Context, api string, build func(token string) (*http.Request, error)) ([]byte, error) {
	for last := false; ; last = true {
		token, err := c.tokens.get(ctx)
		if err != nil {
			return nil, err
		}
		req, err := build(token)
		if err != nil {
			return nil, err
		}
		raw, err := c.exchange(c.http, api, req)
		if ClassOf(err) != ClassToken || last {
			return raw, err
		}
		c.tokens.invalidate(ctx, token)
	}
}

func (c *Client) request(ctx context.Context, method, path string, q url.Values, payload []byte) (*http.Request, error) {
	req, err := http.NewRequestWithContext(ctx, method, c.baseURL+path+"?"+q.Encode(), bytes.NewReader(payload))
	if err != nil {
		return nil, fmt.Errorf("wechat %s: bad request", path) // the text of err holds the token
	}
	if payload != nil {
		req.Header.Set("Content-Type", "application/json; charset=utf-8")
	}
	return req, nil
}

// exchange makes one HTTP exchange and reads the errcode, which WeChat puts into a body of status 200.
func (c *Client) exchange(by *http.Client, api string, req *http.Request) ([]byte, error) {
	var connected atomic.Bool
	ctx := httptrace.WithClientTrace(req.Context(), &httptrace.ClientTrace{
		GotConn: func(httptrace.GotConnInfo) { connected.Store(true) },
	})
	resp, err := by.Do(req.WithContext(ctx))
	if err != nil {
		return nil, transportError(api, err, connected.Load())
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	if err != nil {
		return nil, unexpected(api, "answer broke off")
	}
	var a answer
	decoded := json.Unmarshal(raw, &a)
	if resp.StatusCode != http.StatusOK && (decoded != nil || a.ErrCode == 0) {
		return nil, statusError(api, resp.StatusCode)
	}
	if decoded != nil {
		if isPicture(resp, raw) || isVoice(raw) {
			return raw, nil
		}
		return nil, unexpected(api, "answer is not JSON")
	}
	if a.ErrCode != 0 {
		e := newError(api, a.ErrCode, a.ErrMsg)
		level := slog.LevelWarn
		if e.Code == codeNoMenu {
			level = slog.LevelDebug // an answer to "which menu is there"
		}
		c.log.Log(req.Context(), level, "wechat refused", "api", api, "errcode", e.Code, "class", e.Class, "rid", e.RID)
		return raw, e
	}
	return raw, nil
}

// isPicture takes any kind of image; the SDK takes image/jpeg alone.
func isPicture(resp *http.Response, raw []byte) bool {
	return strings.HasPrefix(resp.Header.Get("Content-Type"), "image/") || strings.HasPrefix(http.DetectContentType(raw), "image/")
}

// transportError tells "never left us" (safe to repeat) from "may have arrived" (unknown). Without a
// connection nothing left: no address, refused, no TLS, or the time was up before.
// The text of the error itself would hold the address with token or secret, so it is not kept.
func transportError(api string, err error, connected bool) error {
	var op *net.OpError
	if !connected || errors.As(err, &op) && op.Op == "dial" {
		return &Error{API: api, Msg: "no connection", Class: ClassRetry}
	}
	return unexpected(api, "no answer")
}

// statusError is the error of an answer without a return code. WeChat gives a code with whatever it has looked at, so a
// refusal of the request (4xx) or a gateway without its server (502, 503, 504) says that nothing was done. Any other
// status says nothing about that.
func statusError(api string, status int) error {
	text := fmt.Sprintf("HTTP status %d", status)
	switch {
	case status >= 400 && status < 500, status == http.StatusBadGateway, status == http.StatusServiceUnavailable, status == http.StatusGatewayTimeout:
		return &Error{API: api, Msg: text, Class: ClassRetry}
	}
	return unexpected(api, text)
}

// encodeJSON leaves <, > and & as they are; WeChat shows escapes literally.
func encodeJSON(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	err := enc.Encode(v)
	return b.Bytes(), err
}
