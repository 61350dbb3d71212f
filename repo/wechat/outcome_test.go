package wechat_test

import (
	"context"
	"net/http/httptest"
	"testing"

	"bangfu/repo/wechat"
	"bangfu/service/model"
)

// anyTemplate is a message that WeChat would take.
func anyTemplate() wechat.Template {
	return wechat.Template{To: "o1", TemplateID: "T", Data: map[string]string{"thing1": hiddenText}}
}

// A caller repeats what never left, gives up what was refused, and leaves alone what may have arrived.
func TestOutcomeOfASend(t *testing.T) {
	cases := []struct {
		name    string
		prepare func(*scripted)
		class   wechat.Class
		code    int64
		reached int // how often the send itself reached the server
	}{
		{"cut after the request", func(s *scripted) { s.cut = templateSend }, wechat.ClassUnknown, 0, 1},
		{"gateway without its server", func(s *scripted) { s.saysStatus(templateSend, 502, "<html>") }, wechat.ClassRetry, 0, 1},
		{"unavailable", func(s *scripted) { s.saysStatus(templateSend, 503, "") }, wechat.ClassRetry, 0, 1},
		{"gateway waited in vain", func(s *scripted) { s.saysStatus(templateSend, 504, "") }, wechat.ClassRetry, 0, 1},
		{"no such address", func(s *scripted) { s.saysStatus(templateSend, 404, "<html>") }, wechat.ClassRetry, 0, 1},
		{"too many requests", func(s *scripted) { s.saysStatus(templateSend, 429, "{}") }, wechat.ClassRetry, 0, 1},
		{"a fault inside", func(s *scripted) { s.saysStatus(templateSend, 500, "") }, wechat.ClassUnknown, 0, 1},
		{"a status with a code", func(s *scripted) { s.saysStatus(templateSend, 503, refusal(43004)) }, wechat.ClassUser, 43004, 1},
		{"not JSON", func(s *scripted) { s.says(templateSend, hiddenToken) }, wechat.ClassUnknown, 0, 1},
		{"odd JSON", func(s *scripted) { s.says(templateSend, `["`+hiddenText+`"]`) }, wechat.ClassUnknown, 0, 1},
		{"refused", func(s *scripted) { s.refuses(templateSend, 43004) }, wechat.ClassUser, 43004, 1},
		{"busy", func(s *scripted) { s.refuses(templateSend, -1) }, wechat.ClassRetry, -1, 1},
		{"a code that nobody knows", func(s *scripted) { s.refuses(templateSend, 99999) }, wechat.ClassPayload, 99999, 1},
		{"stale token twice", func(s *scripted) { s.refuses(templateSend, 42001) }, wechat.ClassToken, 42001, 2},
		{"nobody there", func(s *scripted) { s.server.Close() }, wechat.ClassRetry, 0, 0},
		{"token cut", func(s *scripted) { s.cut = "/cgi-bin/stable_token" }, wechat.ClassRetry, 0, 0},
		{"token: gateway error", func(s *scripted) { s.saysStatus("/cgi-bin/stable_token", 502, "x") }, wechat.ClassRetry, 0, 0},
		{"token: wrong secret", func(s *scripted) { s.refuses("/cgi-bin/stable_token", 40001) }, wechat.ClassAccount, 40001, 0},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			s := newScripted(t, model.ChannelOA)
			c.prepare(s)
			_, err := s.SendTemplate(t.Context(), anyTemplate())
			s.wants(err, c.class, c.code)
			if n := len(s.requests()); n != c.reached {
				t.Errorf("reached the server %d times, want %d", n, c.reached)
			}
		})
	}
}

func TestNoTimeLeftIsNeverSent(t *testing.T) {
	s := newScripted(t, model.ChannelOA)
	_, err := s.SendTemplate(t.Context(), anyTemplate()) // so that there is a token
	s.wantsNone(err)
	s.requests()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = s.SendTemplate(ctx, anyTemplate())
	s.wants(err, wechat.ClassRetry, 0)
	if n := len(s.requests()); n != 0 {
		t.Errorf("sent %d times", n)
	}
}

func TestNoTLSIsNeverSent(t *testing.T) {
	s := newScripted(t, model.ChannelOA)
	_, err := s.SendTemplate(t.Context(), anyTemplate()) // so that there is a token in Redis
	s.wantsNone(err)
	s.requests()
	untrusted := httptest.NewUnstartedServer(s.server.Config.Handler)
	untrusted.Config.ErrorLog = quiet()
	untrusted.StartTLS()
	t.Cleanup(untrusted.Close)
	_, err = s.another(model.ChannelOA, untrusted.URL).SendTemplate(t.Context(), anyTemplate())
	s.wants(err, wechat.ClassRetry, 0)
	if n := len(s.requests()); n != 0 {
		t.Errorf("sent %d times", n)
	}
}

func TestGivingUpAfterTheSendIsUnknown(t *testing.T) {
	s := newScripted(t, model.ChannelOA)
	_, err := s.SendTemplate(t.Context(), anyTemplate())
	s.wantsNone(err)
	ctx, cancel := context.WithCancel(t.Context())
	s.onRequest = cancel // the caller goes away while WeChat is at work
	_, err = s.SendTemplate(ctx, anyTemplate())
	s.wants(err, wechat.ClassUnknown, 0)
}
