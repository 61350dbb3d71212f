package wxsim_test

import (
	"net/http"
	"testing"
	"time"

	"bangfu/repo/wechat/wxsim"
)

type tokenAnswer struct {
	AccessToken string `json:"access_token"`
	ExpiresIn   int    `json:"expires_in"`
	ErrCode     int    `json:"errcode"`
}

func (w *world) stable(force bool) tokenAnswer {
	w.t.Helper()
	var a tokenAnswer
	w.request(http.MethodPost, "/cgi-bin/stable_token", stableBody(oaID, secret, force), &a)
	return a
}

func (w *world) plain() tokenAnswer {
	w.t.Helper()
	var a tokenAnswer
	query := "?grant_type=client_credential&appid=" + oaID + "&secret=" + secret
	w.request(http.MethodGet, "/cgi-bin/token"+query, "", &a)
	return a
}

// works checks what an API call with this token answers.
func (w *world) works(token string, want int) {
	w.t.Helper()
	if code, out := w.call(token, "/cgi-bin/getcallbackip", ""); code != want {
		w.t.Errorf("errcode %d (%v), want %d", code, out["errmsg"], want)
	}
}

func TestStableTokenRepeatsItself(t *testing.T) {
	w := newWorld(t)
	first := w.stable(false)
	w.clock.turn(time.Hour)
	again := w.stable(false)
	if again.AccessToken != first.AccessToken {
		t.Error("another token after an hour")
	}
	if first.ExpiresIn != 7200 || again.ExpiresIn != 3600 {
		t.Errorf("expires_in %d, then %d; want 7200, then 3600", first.ExpiresIn, again.ExpiresIn)
	}
	w.clock.turn(56 * time.Minute)
	renewed := w.stable(false)
	if renewed.AccessToken == first.AccessToken || renewed.ExpiresIn != 7200 {
		t.Error("not renewed five minutes before the end")
	}
	w.works(first.AccessToken, 0)
	w.clock.turn(5 * time.Minute)
	w.works(first.AccessToken, 42001)
	w.works(renewed.AccessToken, 0)
}

func TestForcedRefresh(t *testing.T) {
	w := newWorld(t)
	first := w.stable(false)
	forced := w.stable(true)
	if forced.AccessToken == first.AccessToken {
		t.Fatal("force_refresh gave the same token")
	}
	w.works(first.AccessToken, 40001)
	w.clock.turn(29 * time.Second)
	if early := w.stable(true); early.AccessToken != forced.AccessToken {
		t.Error("refreshed twice within 30 seconds")
	}
	for n := 2; n <= 20; n++ {
		w.clock.turn(31 * time.Second)
		if a := w.stable(true); a.ErrCode != 0 {
			t.Fatalf("forced refresh %d of the day: %d", n, a.ErrCode)
		}
	}
	w.clock.turn(31 * time.Second)
	if a := w.stable(true); a.ErrCode != 45009 {
		t.Errorf("forced refresh 21: %d, want 45009", a.ErrCode)
	}
	w.clock.turn(24 * time.Hour)
	if a := w.stable(true); a.ErrCode != 0 {
		t.Errorf("forced refresh on the next day: %d", a.ErrCode)
	}
}

func TestPlainTokenReplacesTheLast(t *testing.T) {
	w := newWorld(t)
	stable, first, second := w.stable(false), w.plain(), w.plain()
	if first.AccessToken == second.AccessToken || second.ExpiresIn != 7200 {
		t.Fatalf("want a new token each time: %+v, %+v", first, second)
	}
	w.works(first.AccessToken, 0)
	w.clock.turn(5 * time.Minute)
	w.works(first.AccessToken, 40001)
	w.works(second.AccessToken, 0)
	w.works(stable.AccessToken, 0)
}

func TestTokenRefusals(t *testing.T) {
	w := newWorld(t)
	const path = "/cgi-bin/token?grant_type=client_credential"
	for _, c := range []struct {
		name, method, path, body string
		want                     int
	}{
		{"wrong secret", http.MethodPost, "/cgi-bin/stable_token", stableBody(oaID, "wrong", false), 40125},
		{"unknown appid", http.MethodPost, "/cgi-bin/stable_token", stableBody("wx9", secret, false), 40013},
		{"no appid", http.MethodPost, "/cgi-bin/stable_token", stableBody("", secret, false), 41002},
		{"no secret", http.MethodPost, "/cgi-bin/stable_token", stableBody(oaID, "", false), 41004},
		{"no grant_type", http.MethodPost, "/cgi-bin/stable_token", `{"appid":"x"}`, 40002},
		{"GET", http.MethodGet, "/cgi-bin/stable_token", "", 43002},
		{"empty body", http.MethodPost, "/cgi-bin/stable_token", " ", 44002},
		{"not JSON", http.MethodPost, "/cgi-bin/stable_token", "a=b", 47001},
		{"wrong type", http.MethodPost, "/cgi-bin/stable_token", `{"grant_type":1}`, 47001},
		{"plain, wrong secret", http.MethodGet, path + "&appid=" + oaID + "&secret=no", "", 40125},
		{"plain, no grant_type", http.MethodGet, "/cgi-bin/token", "", 40002},
	} {
		var a tokenAnswer
		w.request(c.method, c.path, c.body, &a)
		if a.ErrCode != c.want || a.AccessToken != "" {
			t.Errorf("%s: errcode %d, want %d and no token", c.name, a.ErrCode, c.want)
		}
	}
}

func TestAccessTokenChecks(t *testing.T) {
	w := newWorld(t)
	w.works("", 41001)
	w.works("garbage", 40014)
	w.works("88_thisLooksLikeATokenButNobodyEverGaveItToAnybody", 40001)
	if code, _ := w.call(w.token(mpID), "/cgi-bin/user/get", ""); code != 45103 {
		t.Errorf("mini-program on an official account's API: %d, want 45103", code)
	}
	if code, _ := w.call(w.token(oaID), "/wxa/business/getuserphonenumber", `{"code":"x"}`); code != 48001 {
		t.Errorf("official account on a mini-program's API: %d, want 48001", code)
	}
	if code, _ := w.call(w.token(oaID), "/cgi-bin/nothing", ""); code != 40066 {
		t.Errorf("unknown path: %d, want 40066", code)
	}
	token := w.token(oaID)
	w.faults(`{"revoke_tokens":true}`)
	w.works(token, 40001)
	if again := w.token(oaID); again == token {
		t.Error("the revoked token was given out again")
	}
}

func TestDailyQuota(t *testing.T) {
	w := newWorld(t)
	for n := range 2000 {
		if a := w.plain(); a.ErrCode != 0 {
			t.Fatalf("call %d: %d", n+1, a.ErrCode)
		}
	}
	if a := w.plain(); a.ErrCode != 45009 {
		t.Errorf("call 2001: %d, want 45009", a.ErrCode)
	}
	// 09:00 in Shanghai: the next day begins in fifteen hours, whatever day it is in UTC.
	w.clock.turn(15*time.Hour - time.Second)
	if a := w.plain(); a.ErrCode != 45009 {
		t.Errorf("one second before midnight: %d, want 45009", a.ErrCode)
	}
	w.clock.turn(time.Second)
	if a := w.plain(); a.ErrCode != 0 {
		t.Errorf("at midnight: %d", a.ErrCode)
	}
}

func TestQuotaIsCountedAndCleared(t *testing.T) {
	w := newWorld(t)
	quota := func() map[string]any {
		out := w.wants(0, "/cgi-bin/openapi/quota/get", `{"cgi_path":"/cgi-bin/user/get"}`)
		q, _ := out["quota"].(map[string]any)
		return q
	}
	w.wants(0, "/cgi-bin/user/get", "")
	w.wants(0, "/cgi-bin/user/get", "")
	if q := quota(); q["daily_limit"] != 500.0 || q["used"] != 2.0 || q["remain"] != 498.0 {
		t.Errorf("quota %v, want 2 of 500 used", q)
	}
	w.wants(40013, "/cgi-bin/clear_quota", `{"appid":"`+mpID+`"}`)
	for range 10 {
		w.wants(0, "/cgi-bin/clear_quota", `{"appid":"`+oaID+`"}`)
	}
	if q := quota(); q["used"] != 0.0 {
		t.Errorf("quota %v after clearing, want nothing used", q)
	}
	w.wants(48006, "/cgi-bin/clear_quota", `{"appid":"`+oaID+`"}`)
	w.clock.turn(31 * 24 * time.Hour)
	w.wants(0, "/cgi-bin/clear_quota", `{"appid":"`+oaID+`"}`)
	w.wants(76021, "/cgi-bin/openapi/quota/get", `{"cgi_path":"/nothing"}`)
}

func TestAccountsAreApart(t *testing.T) {
	w := newWorld(t, func(c *wxsim.Config) { c.MP.Secret = "another" })
	var a tokenAnswer
	w.request(http.MethodPost, "/cgi-bin/stable_token", stableBody(mpID, secret, false), &a)
	if a.ErrCode != 40125 {
		t.Errorf("the official account's secret for the mini-program: %d, want 40125", a.ErrCode)
	}
}
