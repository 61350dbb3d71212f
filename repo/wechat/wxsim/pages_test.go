package wxsim_test

import (
	"bytes"
	"encoding/json"
	"image/jpeg"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

// post makes a call of the mini-program and returns type and body of the answer as they are.
func (w *world) post(path, body string) (kind string, raw []byte) {
	w.t.Helper()
	resp, err := http.Post(w.url+path+"?access_token="+w.token(mpID), "application/json", strings.NewReader(body))
	if err != nil {
		w.t.Fatal(err)
	}
	defer resp.Body.Close()
	raw, err = io.ReadAll(resp.Body)
	if err != nil {
		w.t.Fatal(err)
	}
	return resp.Header.Get("Content-Type"), raw
}

// wantsMini makes an API call of the mini-program and checks its errcode.
func (w *world) wantsMini(code int, path, body string) map[string]any {
	w.t.Helper()
	got, out := w.call(w.token(mpID), path, body)
	if got != code {
		w.t.Errorf("%s %.80s: errcode %d (%v), want %d", path, body, got, out["errmsg"], code)
	}
	return out
}

func TestTicket(t *testing.T) {
	w := newWorld(t)
	ask := func() map[string]any { return w.wants(0, "/cgi-bin/ticket/getticket?type=jsapi", "") }
	first := ask()
	if ticket, _ := first["ticket"].(string); len(ticket) != 86 || first["expires_in"] != 7200.0 {
		t.Errorf("%v", first)
	}
	w.clock.turn(time.Hour)
	if out := ask(); out["ticket"] != first["ticket"] || out["expires_in"] != 3600.0 {
		t.Errorf("an hour later: %v", out)
	}
	w.clock.turn(56 * time.Minute)
	if out := ask(); out["ticket"] == first["ticket"] || out["expires_in"] != 7200.0 {
		t.Errorf("at the end: %v", out)
	}
	w.wants(40097, "/cgi-bin/ticket/getticket", "")
}

func TestMiniCode(t *testing.T) {
	w := newWorld(t)
	const path = "/wxa/getwxacodeunlimit"
	kind, raw := w.post(path, `{"scene":"h=1","page":"pages/home","check_path":true,"width":280}`)
	if img, err := jpeg.Decode(bytes.NewReader(raw)); err != nil || kind != "image/jpeg" || img.Bounds().Dx() == 0 {
		t.Errorf("%s: %v", kind, err)
	}
	if _, other := w.post(path, `{"scene":"h=2","page":"pages/home"}`); bytes.Equal(raw, other) {
		t.Error("every scene has the same picture")
	}
	for body, code := range map[string]int{
		`{"scene":""}`: 40129,
		`{"scene":"` + strings.Repeat("a", 33) + `"}`: 40129,
		`{"scene":"户"}`:                       40129,
		`{"scene":"a b"}`:                     40129,
		`{"scene":"a","page":"home"}`:         41030,
		`{"scene":"a","page":"/pages/home"}`:  41030,
		`{"scene":"a","page":"pages/a?b=1"}`:  41030,
		`{"scene":"a","width":100}`:           40097,
		`{"scene":"a","env_version":"gamma"}`: 40097,
		`{"scene":1}`:                         47001,
	} {
		w.wantsMini(code, path, body)
	}
	if kind, _ := w.post(path, `{"scene":"!#$&'()*+,/:;=?@-._~","page":"home","check_path":false}`); kind != "image/jpeg" {
		t.Errorf("an unreleased page: %s", kind)
	}
	w.wants(48001, path, `{"scene":"a"}`)
}

func TestCodesAMinute(t *testing.T) {
	w := newWorld(t)
	token := w.token(mpID)
	for range 5000 {
		w.call(token, "/wxa/getwxacodeunlimit", `{"scene":""}`)
	}
	if code, _ := w.call(token, "/wxa/getwxacodeunlimit", `{"scene":""}`); code != 45009 {
		t.Errorf("number 5001: %d", code)
	}
	if code, _ := w.call(token, "/wxa/msg_sec_check", `{}`); code != 44004 {
		t.Errorf("another endpoint: %d", code)
	}
	w.clock.turn(time.Minute)
	if code, _ := w.call(token, "/wxa/getwxacodeunlimit", `{"scene":""}`); code != 40129 {
		t.Errorf("a minute later: %d", code)
	}
}

func TestQRCodePicture(t *testing.T) {
	w := newWorld(t)
	made := w.wants(0, "/cgi-bin/qrcode/create", `{"expire_seconds":600,"action_name":"QR_STR_SCENE","action_info":{"scene":{"scene_str":"H-001"}}}`)
	ticket, _ := made["ticket"].(string)
	show := func(ticket string) (*http.Response, string) {
		return w.send(http.MethodGet, "/cgi-bin/showqrcode?ticket="+url.QueryEscape(ticket), func(*http.Request) {})
	}
	if resp, body := show(ticket); resp.StatusCode != http.StatusOK || http.DetectContentType([]byte(body)) != "image/jpeg" {
		t.Errorf("%d %.40q", resp.StatusCode, body)
	}
	if resp, _ := show("x"); resp.StatusCode != http.StatusNotFound {
		t.Errorf("no ticket: %d", resp.StatusCode)
	}
	w.clock.turn(10 * time.Minute)
	if resp, _ := show(ticket); resp.StatusCode != http.StatusNotFound {
		t.Errorf("an old ticket: %d", resp.StatusCode)
	}
}

func TestURLLinks(t *testing.T) {
	w := newWorld(t)
	const path = "/wxa/generate_urllink"
	made := w.wantsMini(0, path, `{"path":"pages/home","query":"h=1","expire_type":1,"expire_interval":30,"env_version":"trial"}`)
	link, _ := made["url_link"].(string)
	if !strings.HasPrefix(link, "https://wxaurl.cn/") {
		t.Fatalf("%v", made)
	}
	out := w.wantsMini(0, "/wxa/query_urllink", `{"url_link":"`+link+`"}`)
	info, _ := out["url_link_info"].(map[string]any)
	if info["path"] != "pages/home" || info["query"] != "h=1" || info["appid"] != mpID || info["env_version"] != "trial" ||
		info["expire_time"] != float64(w.clock.now().Add(30*24*time.Hour).Unix()) {
		t.Errorf("%v", out)
	}
	if out := w.wantsMini(0, "/wxa/query_urllink", `{"query_type":1}`); out["url_link_info"] != nil || out["quota_info"] == nil {
		t.Errorf("visits: %v", out)
	}
	w.wantsMini(40097, "/wxa/query_urllink", `{"url_link":"https://wxaurl.cn/x"}`)
	at := func(d time.Duration) string {
		raw, _ := json.Marshal(map[string]any{"expire_type": 0, "expire_time": w.clock.now().Add(d).Unix()})
		return string(raw)
	}
	w.wantsMini(0, path, at(30*24*time.Hour))
	for body, code := range map[string]int{
		at(30*24*time.Hour + time.Second):                            85401,
		at(59 * time.Second):                                         85401,
		`{"expire_type":1,"expire_interval":31}`:                     85401,
		`{"expire_type":1,"expire_interval":0}`:                      85401,
		`{"expire_type":1,"expire_interval":900000000000000000}`:     85401,
		`{"expire_type":2}`:                                          40097,
		`{}`:                                                         85401,
		`{"expire_type":1,"expire_interval":1,"path":"home"}`:        40165,
		`{"expire_type":1,"expire_interval":1,"path":"pages/a?b=1"}`: 40165,
		`{"expire_type":1,"expire_interval":1,"query":"` + strings.Repeat("a", 1025) + `"}`:       40212,
		`{"expire_type":1,"expire_interval":1,"path":"pages/a","query":"a","env_version":"beta"}`: 40097,
	} {
		w.wantsMini(code, path, body)
	}
}

func TestSchemes(t *testing.T) {
	w := newWorld(t)
	const path = "/wxa/generatescheme"
	out := w.wantsMini(0, path, `{"jump_wxa":{"path":"/pages/home","query":"h=1"},"is_expire":true,"expire_type":1,"expire_interval":30}`)
	if link, _ := out["openlink"].(string); !strings.HasPrefix(link, "weixin://dl/business/?t=") {
		t.Errorf("%v", out)
	}
	w.wantsMini(0, path, `{"jump_wxa":{"path":"","query":""}}`)
	w.wantsMini(85401, path, `{"is_expire":true,"expire_type":1,"expire_interval":31}`)
	w.wantsMini(40165, path, `{"jump_wxa":{"path":"home"}}`)
}
