package wxsim

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"path"
	"strconv"
	"strings"
)

// maxForward bounds the back end's answer to the mini-program.
const maxForward = 1 << 20

type miniInput struct {
	Method string          `json:"method"`
	Path   string          `json:"path"`
	Token  string          `json:"token"`
	Body   json.RawMessage `json:"body"`
}

type miniAnswer struct {
	Status int             `json:"status"`
	Body   json.RawMessage `json:"body"`
}

// miniRequest sends a request to the back end as the mini-program on this person's phone would.
func (s *Sim) miniRequest(r *http.Request, in miniInput) (any, error) {
	if _, err := s.chat(r, 0); err != nil {
		return nil, err
	}
	target, err := s.miniURL(in.Path)
	if err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(r.Context(), orElse(in.Method, http.MethodGet), target, bytes.NewReader(in.Body))
	if err != nil {
		return nil, badRequest("method or path cannot be used")
	}
	// The back end sees the header the real mini-program container adds.
	req.Header.Set("Referer", "https://servicewechat.com/"+s.mp.AppID+"/devtools/page-frame.html")
	if len(in.Body) > 0 {
		req.Header.Set("Content-Type", "application/json")
	}
	if in.Token != "" {
		req.Header.Set("Authorization", "Bearer "+in.Token)
	}
	return s.forwardMini(req)
}

// miniURL joins the path to the back end's base URL and lets nothing outside /mini/ through.
func (s *Sim) miniURL(raw string) (string, error) {
	u, err := url.Parse(raw)
	if err != nil || u.Host != "" || u.Scheme != "" || path.Clean(u.Path) != strings.TrimSuffix(u.Path, "/") ||
		!strings.HasPrefix(u.Path, "/mini/") {
		return "", badRequest("only paths beginning with /mini/")
	}
	if s.cfg.AppURL == "" {
		return "", conflict("the simulator does not know the back end's address")
	}
	return strings.TrimSuffix(s.cfg.AppURL, "/") + u.RequestURI(), nil
}

func (s *Sim) forwardMini(req *http.Request) (any, error) {
	resp, err := s.forward.Do(req)
	if err != nil {
		return nil, &controlError{http.StatusBadGateway, "the back end cannot be reached"}
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(io.LimitReader(resp.Body, maxForward))
	if err != nil {
		return nil, &controlError{http.StatusBadGateway, "the back end's answer broke off"}
	}
	switch {
	case len(bytes.TrimSpace(data)) == 0:
		data = []byte("null")
	case !json.Valid(data):
		data, _ = json.Marshal(string(data))
	}
	return miniAnswer{Status: resp.StatusCode, Body: data}, nil
}

type verifyInput struct {
	Account string `json:"account"` // "oa" (default) or "mp"
}

// verifyURL makes the check WeChat makes when a callback URL is saved: the echostr must come back.
func (s *Sim) verifyURL(r *http.Request, in verifyInput) (any, error) {
	a, err := s.accountNamed(in.Account)
	if err != nil {
		return nil, err
	}
	u, err := url.Parse(a.CallbackURL)
	if err != nil || u.Host == "" {
		return nil, conflict("the account has no callback URL")
	}
	timestamp, nonce, echo := strconv.FormatInt(s.now().Unix(), 10), randomDigits(), randomDigits()
	q := u.Query()
	q.Set("signature", signature(a.Token, timestamp, nonce))
	q.Set("timestamp", timestamp)
	q.Set("nonce", nonce)
	q.Set("echostr", echo)
	u.RawQuery = q.Encode()
	ctx, cancel := context.WithTimeout(r.Context(), s.cfg.PushTimeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return nil, conflict("the callback URL cannot be used")
	}
	attempt, err := s.exchange(req)
	if err != nil {
		attempt.Error = err.Error()
	}
	return map[string]any{"ok": attempt.Status == http.StatusOK && attempt.Body == echo, "attempt": attempt}, nil
}
