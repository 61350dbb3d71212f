package wxsim_test

import (
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"bangfu/repo/wechat/wxsim"
)

// authorize opens WeChat's page and returns the address it sends the person back to, or its text.
func (w *world) authorize(change func(q url.Values)) (back *url.URL, status int, page string) {
	w.t.Helper()
	q := url.Values{
		"appid": {oaID}, "redirect_uri": {"https://back.example/h5/callback?x=1"}, "response_type": {"code"},
		"scope": {"snsapi_base"}, "state": {"S1"}, "sim_user": {"wang"},
	}
	change(q)
	browser := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	resp, err := browser.Get(w.url + "/connect/oauth2/authorize?" + q.Encode())
	if err != nil {
		w.t.Fatal(err)
	}
	defer resp.Body.Close()
	raw, _ := io.ReadAll(resp.Body)
	if resp.StatusCode == http.StatusFound {
		if back, err = url.Parse(resp.Header.Get("Location")); err != nil {
			w.t.Fatal(err)
		}
	}
	return back, resp.StatusCode, string(raw)
}

// webCode lets wang into a page.
func (w *world) webCode(scope string) string {
	w.t.Helper()
	back, status, page := w.authorize(func(q url.Values) { q.Set("scope", scope) })
	if back == nil {
		w.t.Fatalf("%d %s", status, page)
	}
	return back.Query().Get("code")
}

// sns makes a call that needs no token of the account.
func (w *world) sns(path string, pairs ...string) map[string]any {
	w.t.Helper()
	q := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		q.Set(pairs[i], pairs[i+1])
	}
	out := map[string]any{}
	w.request(http.MethodGet, "/sns/"+path+"?"+q.Encode(), "", &out)
	return out
}

func (w *world) webAccess(code string) map[string]any {
	w.t.Helper()
	return w.sns("oauth2/access_token", "appid", oaID, "secret", secret, "code", code, "grant_type", "authorization_code")
}

func TestAuthorizeSendsBack(t *testing.T) {
	w := newWorld(t)
	back, status, _ := w.authorize(func(url.Values) {})
	if status != http.StatusFound || !strings.HasPrefix(back.String(), "https://back.example/h5/callback?x=1&code=") ||
		back.Query().Get("state") != "S1" {
		t.Fatalf("%d %v", status, back)
	}
	out := w.webAccess(back.Query().Get("code"))
	if out["openid"] != w.users()["wang"].OAOpenID || out["scope"] != "snsapi_base" || out["expires_in"] != 7200.0 ||
		out["unionid"] != nil || out["is_snapshotuser"] != nil {
		t.Errorf("%v", out)
	}
	if out := w.webAccess(back.Query().Get("code")); out["errcode"] != 40163.0 {
		t.Errorf("second use: %v", out)
	}
}

func TestAuthorizeRefusals(t *testing.T) {
	w := newWorld(t)
	for name, value := range map[string]string{
		"appid": mpID, "redirect_uri": "back.example", "response_type": "token", "scope": "snsapi_all",
		"state": strings.Repeat("s", 129),
	} {
		_, status, page := w.authorize(func(q url.Values) { q.Set(name, value) })
		if status != http.StatusBadRequest || !strings.Contains(strings.ToLower(page), strings.ToLower(name)) {
			t.Errorf("%s: %d %s", name, status, page)
		}
	}
}

func TestWhoOpensAPage(t *testing.T) {
	w := newWorld(t)
	nobody := func(q url.Values) { q.Del("sim_user") }
	_, status, page := w.authorize(nobody)
	if status != http.StatusOK || !strings.Contains(page, "王秀英") || !strings.Contains(page, "sim_user=passer") {
		t.Errorf("nobody chosen: %d %s", status, page)
	}
	w.do("users/passer/web", `{"snapshot":false}`, nil)
	back, _, _ := w.authorize(nobody)
	if out := w.webAccess(back.Query().Get("code")); out["openid"] != w.users()["passer"].OAOpenID {
		t.Errorf("%v", out)
	}
	w.refuses(http.StatusNotFound, "users/nobody/web", `{}`)
	w.do("reset", "", nil)
	if _, status, _ := w.authorize(nobody); status != http.StatusOK {
		t.Errorf("after a reset: %d", status)
	}
}

func TestSnapshot(t *testing.T) {
	w := newWorld(t)
	w.do("users/wang/web", `{"snapshot":true}`, nil)
	out, wang := w.webAccess(w.webCode("snsapi_userinfo")), w.users()["wang"]
	if out["is_snapshotuser"] != 1.0 || out["openid"] == wang.OAOpenID || out["unionid"] == wang.UnionID {
		t.Errorf("%v", out)
	}
	token, openID := out["access_token"].(string), out["openid"].(string)
	if info := w.sns("userinfo", "access_token", token, "openid", openID); info["nickname"] == wang.Name || info["openid"] != openID {
		t.Errorf("%v", info)
	}
	w.do("users/wang/web", `{"snapshot":false}`, nil)
	if out := w.webAccess(w.webCode("snsapi_base")); out["is_snapshotuser"] != nil || out["openid"] != wang.OAOpenID {
		t.Errorf("%v", out)
	}
}

func TestWebAccessRefusals(t *testing.T) {
	w := newWorld(t)
	late := w.webCode("snsapi_base")
	w.clock.turn(5 * time.Minute)
	for _, c := range []struct {
		name, value string
		code        float64
	}{
		{"code", late, 40029}, {"code", "x", 40029}, {"code", "", 41008}, {"secret", "x", 40125}, {"secret", "", 41004},
		{"appid", "wx9", 40013}, {"appid", mpID, 40013}, {"appid", "", 41002}, {"grant_type", "x", 40002},
	} {
		args := []string{"appid", oaID, "secret", secret, "code", w.webCode("snsapi_base"), "grant_type", "authorization_code"}
		if out := w.sns("oauth2/access_token", append(args, c.name, c.value)...); out["errcode"] != c.code || out["openid"] != nil {
			t.Errorf("%s %q: %v, want %v", c.name, c.value, out, c.code)
		}
	}
}

func TestWebRefresh(t *testing.T) {
	w := newWorld(t)
	first := w.webAccess(w.webCode("snsapi_userinfo"))
	token, openID := first["access_token"].(string), first["openid"].(string)
	refresh := func(pairs ...string) map[string]any {
		args := []string{"appid", oaID, "grant_type", "refresh_token", "refresh_token", first["refresh_token"].(string)}
		return w.sns("oauth2/refresh_token", append(args, pairs...)...)
	}
	auth := func(token string) any { return w.sns("auth", "access_token", token, "openid", openID)["errcode"] }
	w.clock.turn(time.Hour)
	if out := refresh(); out["access_token"] != token || out["expires_in"] != 7200.0 || out["unionid"] != nil {
		t.Errorf("while it works: %v", out)
	}
	w.clock.turn(time.Hour)
	if code := auth(token); code != 0.0 {
		t.Errorf("made longer: %v", code)
	}
	w.clock.turn(time.Hour)
	if code := auth(token); code != 42001.0 {
		t.Errorf("run out: %v", code)
	}
	next, _ := refresh()["access_token"].(string)
	if next == token || auth(next) != 0.0 || auth(token) != 40001.0 {
		t.Errorf("a new one: %v, old %v", auth(next), auth(token))
	}
	for _, c := range []struct {
		name, value string
		code        float64
	}{
		{"refresh_token", "x", 40030}, {"refresh_token", "", 41003}, {"grant_type", "x", 40002}, {"appid", "wx9", 40013}, {"appid", "", 41002},
	} {
		if out := refresh(c.name, c.value); out["errcode"] != c.code {
			t.Errorf("%s %q: %v, want %v", c.name, c.value, out, c.code)
		}
	}
	w.clock.turn(30 * 24 * time.Hour)
	if out := refresh(); out["errcode"] != 42002.0 {
		t.Errorf("a month later: %v", out)
	}
}

func TestWebUserInfo(t *testing.T) {
	w := newWorld(t)
	wang := w.users()["wang"]
	base, full := w.webAccess(w.webCode("snsapi_base")), w.webAccess(w.webCode("snsapi_userinfo"))
	info := func(token any, openID string) map[string]any {
		value, _ := token.(string)
		return w.sns("userinfo", "access_token", value, "openid", openID)
	}
	if full["unionid"] != wang.UnionID {
		t.Errorf("%v", full)
	}
	if out := info(full["access_token"], wang.OAOpenID); out["nickname"] != "王秀英" || out["unionid"] != wang.UnionID {
		t.Errorf("%v", out)
	}
	for name, c := range map[string]struct {
		out  map[string]any
		want float64
	}{
		"silent":          {info(base["access_token"], wang.OAOpenID), 48001},
		"somebody else":   {info(full["access_token"], w.users()["passer"].OAOpenID), 40003},
		"nobody":          {info(full["access_token"], ""), 41009},
		"account's token": {info(w.token(oaID), wang.OAOpenID), 40001},
		"no token":        {info("", wang.OAOpenID), 41001},
		"nonsense":        {info("x", wang.OAOpenID), 40014},
	} {
		if c.out["errcode"] != c.want || c.out["openid"] != nil {
			t.Errorf("%s: %v, want %v", name, c.out, c.want)
		}
	}
}

func TestWebCallsAreRecorded(t *testing.T) {
	w := newWorld(t)
	w.webAccess(w.webCode("snsapi_base"))
	var out struct{ Calls []wxsim.Call }
	w.request(http.MethodGet, "/sim/calls", "", &out)
	if n := len(out.Calls); n != 2 || out.Calls[0].Path != "/connect/oauth2/authorize" || out.Calls[1].Account != "oa" {
		t.Errorf("%+v", out.Calls)
	}
}
