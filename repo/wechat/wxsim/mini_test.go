package wxsim_test

import (
	"io"
	"net/http"
	"testing"
	"time"

	"bangfu/repo/wechat/wxsim"
)

func (w *world) loginCode(id string) string {
	w.t.Helper()
	var out struct{ Code string }
	w.do("users/"+id+"/login-code", "", &out)
	return out.Code
}

// session exchanges a login code.
func (w *world) session(appID, code string) map[string]any {
	w.t.Helper()
	out := map[string]any{}
	w.request(http.MethodGet, "/sns/jscode2session?grant_type=authorization_code&appid="+appID+
		"&secret="+secret+"&js_code="+code, "", &out)
	return out
}

func TestLoginCodeWorksOnce(t *testing.T) {
	w := newWorld(t)
	wang, code := w.users()["wang"], w.loginCode("wang")
	out := w.session(mpID, code)
	if out["openid"] != wang.MPOpenID || out["unionid"] != wang.UnionID || out["session_key"] == "" {
		t.Errorf("session %v, want that of %+v", out, wang)
	}
	if key, _ := out["session_key"].(string); len(key) != 24 {
		t.Errorf("session_key %q, want 24 characters", key)
	}
	if out := w.session(mpID, code); out["errcode"] != 40163.0 {
		t.Errorf("second use: %v, want 40163", out)
	}
}

func TestLoginCodeRefusals(t *testing.T) {
	w := newWorld(t)
	old := w.loginCode("wang")
	w.clock.turn(5 * time.Minute)
	for name, c := range map[string]struct {
		appID, code string
		want        float64
	}{
		"expired": {mpID, old, 40029}, "unknown": {mpID, "x", 40029}, "missing": {mpID, "", 41008},
		"official account": {oaID, w.loginCode("wang"), 40013}, "unknown app": {"wx9", "x", 40013},
	} {
		if out := w.session(c.appID, c.code); out["errcode"] != c.want || out["openid"] != nil {
			t.Errorf("%s: %v, want %v", name, out, c.want)
		}
	}
}

func TestTooManyLogins(t *testing.T) {
	w := newWorld(t)
	for n := range 100 {
		if out := w.session(mpID, w.loginCode("wang")); out["openid"] == nil {
			t.Fatalf("login %d: %v", n+1, out)
		}
	}
	if out := w.session(mpID, w.loginCode("wang")); out["errcode"] != 45011.0 {
		t.Errorf("login 101 of the minute: %v, want 45011", out)
	}
	if out := w.session(mpID, w.loginCode("passer")); out["openid"] == nil {
		t.Errorf("somebody else: %v", out)
	}
	w.clock.turn(time.Minute)
	if out := w.session(mpID, w.loginCode("wang")); out["openid"] == nil {
		t.Errorf("a minute later: %v", out)
	}
}

func TestPhoneCode(t *testing.T) {
	w := newWorld(t)
	token, wang := w.token(mpID), w.users()["wang"]
	code := func() string {
		var out struct{ Code string }
		w.do("users/wang/phone-code", `{"phone":"13800000000"}`, &out)
		return out.Code
	}
	exchange := func(code, openID string) (int, map[string]any) {
		return w.call(token, "/wxa/business/getuserphonenumber", `{"code":"`+code+`","openid":"`+openID+`"}`)
	}
	first := code()
	if got, _ := exchange(first, w.users()["passer"].MPOpenID); got != 40003 {
		t.Errorf("another's openid: %d, want 40003", got)
	}
	got, out := exchange(first, wang.MPOpenID)
	info, _ := out["phone_info"].(map[string]any)
	if got != 0 || info["purePhoneNumber"] != "13800000000" || info["countryCode"] != "86" {
		t.Errorf("%d %v", got, out)
	}
	if got, _ := exchange(first, ""); got != 40029 {
		t.Errorf("second use: %d, want 40029", got)
	}
	late := code()
	w.clock.turn(5 * time.Minute)
	if got, _ := exchange(late, ""); got != 40029 {
		t.Errorf("expired: %d, want 40029", got)
	}
	w.refuses(http.StatusBadRequest, "users/wang/phone-code", `{}`)
}

func TestMiniRequestsAreForwarded(t *testing.T) {
	w := newWorld(t)
	w.answers(func(rw http.ResponseWriter, r *http.Request, body string) {
		rw.WriteHeader(http.StatusNotFound)
		if r.URL.Query().Has("text") {
			_, _ = io.WriteString(rw, "plain text")
			return
		}
		_, _ = io.WriteString(rw, `{"method":"`+r.Method+`","path":"`+r.URL.RequestURI()+`","auth":"`+
			r.Header.Get("Authorization")+`","sent":`+body+`}`)
	})
	var out struct {
		Status int
		Body   any
	}
	w.do("users/wang/mini", `{"method":"POST","path":"/mini/v1/bind?a=1","token":"t","body":{"code":"1"}}`, &out)
	got, _ := out.Body.(map[string]any)
	sent, _ := got["sent"].(map[string]any)
	if out.Status != http.StatusNotFound || got["method"] != "POST" || got["path"] != "/mini/v1/bind?a=1" ||
		got["auth"] != "Bearer t" || sent["code"] != "1" {
		t.Errorf("forwarded as %+v", out)
	}
	w.do("users/wang/mini", `{"path":"/mini/v1/household?text"}`, &out)
	if out.Body != "plain text" {
		t.Errorf("an answer that is not JSON: %#v", out.Body)
	}
	if n := len(w.received()); n != 2 {
		t.Fatalf("%d requests, want 2", n)
	}
	for _, path := range []string{
		"", "/staff/v1/me", "/mini/../staff", "/mini/%2e%2e/staff", "/mini/..%2fstaff", "http://other/mini/v1", "//other/mini/v1", "mini/v1",
	} {
		w.refuses(http.StatusBadRequest, "users/wang/mini", `{"path":"`+path+`"}`)
	}
	if n := len(w.received()); n != 0 {
		t.Errorf("%d requests got past /mini/", n)
	}
	w.refuses(http.StatusNotFound, "users/nobody/mini", `{"path":"/mini/v1/me"}`)
}

func TestMiniWithoutBackEnd(t *testing.T) {
	w := newWorld(t, func(c *wxsim.Config) { c.AppURL = "" })
	w.refuses(http.StatusConflict, "users/wang/mini", `{"path":"/mini/v1/me"}`)
	w = newWorld(t, func(c *wxsim.Config) { c.AppURL = "http://127.0.0.1:1" })
	w.refuses(http.StatusBadGateway, "users/wang/mini", `{"path":"/mini/v1/me"}`)
}
