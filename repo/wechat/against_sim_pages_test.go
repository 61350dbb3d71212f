package wechat_test

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"bangfu/config"
	"bangfu/repo/wechat"
	"bangfu/repo/wechat/wxsim"
	"bangfu/service/model"

	"github.com/alicebob/miniredis/v2"
	"github.com/redis/go-redis/v9"
)

// simulated are clients of both accounts of one simulator, and its follower wang.
type simulated struct {
	oa, mini *wechat.Client
	url      string
	wang     wxsim.User
}

func newBoth(t *testing.T) simulated {
	t.Helper()
	now := func() time.Time { return time.Unix(1414587457, 0) }
	account := func(id string) wxsim.Account {
		return wxsim.Account{AppID: id, Secret: "s", Token: "t", OriginalID: "gh_" + id, Mode: "plain"}
	}
	sim := wxsim.New(wxsim.Config{OA: account("wx1"), MP: account("wx2"), Now: now, PushTimeout: hangs})
	server := httptest.NewServer(sim.Handler())
	t.Cleanup(server.Close)
	t.Cleanup(sim.Close)
	rdb := redis.NewClient(&redis.Options{Addr: miniredis.RunT(t).Addr()})
	t.Cleanup(func() { _ = rdb.Close() })
	client := func(channel model.Channel, id string) *wechat.Client {
		c := wechat.New(channel, config.Account{AppID: id, AppSecret: "s"}, server.URL, rdb, now, slog.New(slog.NewTextHandler(io.Discard, nil))).Patient(patience)
		t.Cleanup(c.Close)
		return c
	}
	return simulated{
		oa: client(model.ChannelOA, "wx1"), mini: client(model.ChannelMini, "wx2"), url: server.URL,
		wang: sim.AddUser(wxsim.User{ID: "wang", Following: true}),
	}
}

// control makes a control call and returns its answer.
func (s simulated) control(t *testing.T, path, body string) string {
	t.Helper()
	resp, err := http.Post(s.url+"/sim/"+path, "application/json", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("%s: %d %s", path, resp.StatusCode, raw)
	}
	return string(raw)
}

// opens follows the address to WeChat and returns what comes back with the person.
func opens(t *testing.T, address string) url.Values {
	t.Helper()
	browser := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	resp, err := browser.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	back, err := resp.Location()
	if err != nil {
		t.Fatalf("%d: %v", resp.StatusCode, err)
	}
	return back.Query()
}

func TestWebLoginAgainstTheSimulator(t *testing.T) {
	s := newBoth(t)
	s.control(t, "users/wang/web", `{}`)
	for _, scope := range []wechat.Scope{wechat.ScopeBase, wechat.ScopeUserInfo} {
		const state = "0123456789abcdef0123"
		address, err := s.oa.AuthorizeURL("https://x.cn/back?a=1&b=2", scope, state)
		if err != nil || !strings.HasPrefix(address, s.url+"/connect/oauth2/authorize?") {
			t.Fatalf("%s %v", address, err)
		}
		back := opens(t, address)
		if back.Get("state") != state || back.Get("a") != "1" || back.Get("b") != "2" {
			t.Errorf("came back with %v", back)
		}
		who, err := s.oa.WebLogin(t.Context(), back.Get("code"))
		if err != nil || who.OpenID != s.wang.OAOpenID || who.Snapshot || (who.UnionID != "") != (scope == wechat.ScopeUserInfo) {
			t.Errorf("%s: %+v %v", scope, who, err)
		}
		_, err = s.oa.WebLogin(t.Context(), back.Get("code"))
		if wechat.CodeOf(err) != 40163 || wechat.ClassOf(err) != wechat.ClassCode {
			t.Errorf("again: %v", err)
		}
	}
	s.control(t, "users/wang/web", `{"snapshot":true}`)
	address, _ := s.oa.AuthorizeURL("https://x.cn/back", wechat.ScopeBase, "0123456789abcdef0123")
	if who, err := s.oa.WebLogin(t.Context(), opens(t, address).Get("code")); err != nil || !who.Snapshot || who.OpenID == s.wang.OAOpenID {
		t.Errorf("snapshot: %+v %v", who, err)
	}
}

func TestPagesAgainstTheSimulator(t *testing.T) {
	s := newBoth(t)
	conf, err := s.oa.JSConfig(t.Context(), "https://x.cn/p#x")
	if err != nil || len(conf.Signature) != 40 {
		t.Errorf("%+v %v", conf, err)
	}
	pic, err := s.mini.DrawMiniCode(t.Context(), wechat.MiniCode{Scene: "h=1", Page: "pages/home"})
	if err != nil || pic.Type != "image/jpeg" {
		t.Errorf("%s %v", pic.Type, err)
	}
	if _, err = s.mini.DrawMiniCode(t.Context(), wechat.MiniCode{Scene: "h=1", Page: "home"}); wechat.CodeOf(err) != 41030 {
		t.Errorf("unknown page: %v", err)
	}
	link, err := s.mini.MakeURLLink(t.Context(), wechat.URLLink{Path: "pages/home", Query: "h=1", Days: 30})
	if err != nil || !strings.HasPrefix(link, "https://") {
		t.Errorf("%s %v", link, err)
	}
	qr, err := s.oa.TemporaryQR(t.Context(), "bind-1", time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.Get(qr.ImageURL)
	if err != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("%s: %v %v", qr.ImageURL, resp, err)
	}
	_ = resp.Body.Close()
}

func TestTextCheckAgainstTheSimulator(t *testing.T) {
	s := newBoth(t)
	text := wechat.TextCheck{OpenID: s.wang.MPOpenID, Scene: wechat.SceneComment, Content: "来赌博吧"}
	if _, err := s.mini.CheckText(t.Context(), text); wechat.CodeOf(err) != 61010 || wechat.ClassOf(err) != wechat.ClassUser {
		t.Errorf("never opened: %v", err)
	}
	code := strings.Split(s.control(t, "users/wang/login-code", ""), `"`)[3]
	if who, err := s.mini.Login(t.Context(), code); err != nil || who.UnionID != s.wang.UnionID {
		t.Fatalf("%+v %v", who, err)
	}
	if v, err := s.mini.CheckText(t.Context(), text); err != nil || v.Suggest != wechat.SuggestPass || v.Label != 100 {
		t.Errorf("%+v %v", v, err)
	}
	s.control(t, "faults", `{"risky":["赌博"]}`)
	if v, err := s.mini.CheckText(t.Context(), text); err != nil || v.Suggest != wechat.SuggestRisky || v.TraceID == "" {
		t.Errorf("%+v %v", v, err)
	}
}

func TestTagMenusAgainstTheSimulator(t *testing.T) {
	s := newBoth(t)
	tag, err := s.oa.CreateTag(t.Context(), "干部")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.oa.AddTagMenu(t.Context(), tag.ID, someMenu); wechat.CodeOf(err) != 65303 || wechat.ClassOf(err) != wechat.ClassPayload {
		t.Errorf("before the account's: %v", err)
	}
	if err := s.oa.SetMenu(t.Context(), someMenu); err != nil {
		t.Fatal(err)
	}
	id, err := s.oa.AddTagMenu(t.Context(), tag.ID, someMenu)
	if err != nil || id == "" {
		t.Fatalf("%q %v", id, err)
	}
	m, err := s.oa.Menu(t.Context())
	if err != nil || len(m.ForTag) != 1 || m.ForTag[0].MenuID != id || m.ForTag[0].TagID != tag.ID {
		t.Errorf("%+v %v", m, err)
	}
	if err := s.oa.DeleteTagMenu(t.Context(), id); err != nil {
		t.Error(err)
	}
	if left, err := s.oa.TagPeople(t.Context(), tag.ID, []string{s.wang.OAOpenID}); err != nil || len(left) != 0 {
		t.Errorf("%v %v", left, err)
	}
	if all, err := walk(s.oa.TagMembers(t.Context(), tag.ID)); err != nil || !slices.Equal(all, []string{s.wang.OAOpenID}) {
		t.Errorf("%v %v", all, err)
	}
	if list, err := s.oa.Users(t.Context(), []string{s.wang.OAOpenID}); err != nil || len(list) != 1 || list[0].UnionID != s.wang.UnionID {
		t.Errorf("%+v %v", list, err)
	}
	s.control(t, "faults", `{"tag_fails":["`+s.wang.OAOpenID+`"]}`)
	left, err := s.oa.UntagPeople(t.Context(), tag.ID, []string{s.wang.OAOpenID})
	if wechat.CodeOf(err) != 45171 || !slices.Equal(left, []string{s.wang.OAOpenID}) {
		t.Errorf("%v %v", left, err)
	}
}
