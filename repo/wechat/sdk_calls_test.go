package wechat_test

import (
	"crypto/sha1"
	"encoding/hex"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"bangfu/repo/wechat"
	"bangfu/service/model"
)

const (
	oauthAccess   = "/sns/oauth2/access_token"
	codeToSession = "/sns/jscode2session"
	getTicket     = "/cgi-bin/ticket/getticket"
	textCheck     = "/wxa/msg_sec_check"
	phoneNumber   = "/wxa/business/getuserphonenumber"
	qrCreate      = "/cgi-bin/qrcode/create"
	miniCode      = "/wxa/getwxacodeunlimit"
	urlLink       = "/wxa/generate_urllink"
)

func TestAuthorizeURL(t *testing.T) {
	s := newScripted(t, model.ChannelOA)
	const back = "https://x.cn/login?a=1&b=二#top"
	state := strings.Repeat("s", 32)
	address, err := s.AuthorizeURL(back, wechat.ScopeBase, state)
	s.wantsNone(err)
	want := "/connect/oauth2/authorize?appid=wx1&redirect_uri=" + url.QueryEscape(back) +
		"&response_type=code&scope=snsapi_base&state=" + state + "#wechat_redirect"
	if address != s.server.URL+want {
		t.Errorf("%s", address)
	}
	for _, odd := range []string{"", "short", strings.Repeat("x", 129)} {
		_, err = s.AuthorizeURL(back, wechat.ScopeBase, odd)
		s.wantsRefused("state "+odd, err)
	}
	for _, base := range []string{"", "https://api.weixin.qq.com", "https://sh.api.weixin.qq.com"} {
		address, err = s.another(model.ChannelOA, base).AuthorizeURL(back, wechat.ScopeBase, state)
		if err != nil || !strings.HasPrefix(address, "https://open.weixin.qq.com/connect/") || !strings.Contains(address, state) {
			t.Errorf("%q: %s %v", base, address, err)
		}
	}
	for _, odd := range []string{"", "/login", "javascript:alert(1)", "://"} {
		_, err = s.AuthorizeURL(odd, wechat.ScopeBase, state)
		s.wantsRefused(odd, err)
	}
	_, err = s.AuthorizeURL(back, "everything", state)
	s.wantsRefused("scope", err)
}

func TestWebLogin(t *testing.T) {
	s := newScripted(t, model.ChannelOA)
	s.says(oauthAccess, `{"access_token":"a","expires_in":7200,"refresh_token":"r","openid":"o1","scope":"snsapi_base","unionid":"u1"}`)
	got, err := s.WebLogin(t.Context(), "c+d/e=&x=1")
	if err != nil || got != (wechat.WebLogin{OpenID: "o1", UnionID: "u1"}) {
		t.Errorf("%+v %v", got, err)
	}
	q := s.requests()[0].query
	if q.Get("code") != "c+d/e=&x=1" || q.Get("secret") != hiddenSecret || q.Get("appid") != "wx1" || q.Has("access_token") {
		t.Errorf("%v", q)
	}
	s.says(oauthAccess, `{"access_token":"a","openid":"o1","is_snapshotuser":1}`)
	if got, err = s.WebLogin(t.Context(), "c"); err != nil || !got.Snapshot {
		t.Errorf("%+v %v", got, err)
	}
	s.says(oauthAccess, `{}`)
	_, err = s.WebLogin(t.Context(), "c")
	s.wants(err, wechat.ClassUnknown, 0)
	for code, class := range map[int]wechat.Class{
		40029: wechat.ClassCode, 40163: wechat.ClassCode, 40125: wechat.ClassAccount,
		40001: wechat.ClassAccount, // there is no token that could be stale: the secret is wrong
	} {
		s.refuses(oauthAccess, code)
		_, err = s.WebLogin(t.Context(), "c")
		s.wants(err, class, int64(code))
	}
	s.requests()
	_, err = s.WebLogin(t.Context(), "")
	s.wantsRefused("no code", err)
}

func TestCodeIsExchangedOnce(t *testing.T) {
	s := newScripted(t, model.ChannelOA)
	exchanges := map[string]func() error{
		oauthAccess:   func() error { _, err := s.WebLogin(t.Context(), "c"); return err },
		codeToSession: func() error { _, err := s.Login(t.Context(), "c"); return err },
	}
	for path, exchange := range exchanges {
		s.cut = ""
		s.wantsNone(s.ClearQuota(t.Context())) // leaves a connection that could be used again
		s.requests()
		s.cut = path
		s.wants(exchange(), wechat.ClassUnknown, 0)
		if n := len(s.requests()); n != 1 {
			t.Errorf("%s: asked %d times with a code that is good once", path, n)
		}
	}
}

func TestLoginWithAWrongSecret(t *testing.T) {
	s := newScripted(t, model.ChannelMini)
	s.refuses(codeToSession, 40001)
	_, err := s.Login(t.Context(), "c")
	s.wants(err, wechat.ClassAccount, 40001)
	if n := len(s.requests()); n != 1 {
		t.Errorf("asked %d times", n)
	}
}

const ticketAnswer = `{"errcode":0,"errmsg":"ok","ticket":"TICKET","expires_in":7200}`

func TestJSConfig(t *testing.T) {
	s := newScripted(t, model.ChannelOA)
	s.says(getTicket, ticketAnswer)
	conf, err := s.JSConfig(t.Context(), "http://mp.weixin.qq.com?params=value#part")
	s.wantsNone(err)
	sum := sha1.Sum([]byte("jsapi_ticket=TICKET&noncestr=" + conf.Nonce + "&timestamp=1414587457&url=http://mp.weixin.qq.com?params=value"))
	if conf.AppID != "wx1" || conf.Timestamp != 1414587457 || conf.Nonce == "" || conf.Signature != hex.EncodeToString(sum[:]) {
		t.Errorf("%+v", conf)
	}
	if q := s.sent(getTicket, "").query; q.Get("type") != "jsapi" {
		t.Error(q)
	}
	if again, _ := s.JSConfig(t.Context(), "http://x.cn/"); again.Nonce == conf.Nonce {
		t.Error("nonce repeats")
	}
	_, err = s.another(model.ChannelOA, s.server.URL).JSConfig(t.Context(), "http://x.cn/")
	if n := len(s.requests()); err != nil || n != 0 {
		t.Errorf("another process asked %d times: %v", n, err)
	}
	s.now = s.now.Add(7000 * time.Second)
	_, err = s.JSConfig(t.Context(), "http://x.cn/")
	if n := len(s.requests()); err != nil || n != 1 {
		t.Errorf("after its end: asked %d times: %v", n, err)
	}
	_, err = s.JSConfig(t.Context(), "#x")
	s.wantsRefused("no page", err)
}

func TestJSConfigRestsAfterFailure(t *testing.T) {
	s := newScripted(t, model.ChannelOA)
	s.says(getTicket, refusal(45009), ticketAnswer)
	for range 3 {
		_, err := s.JSConfig(t.Context(), "http://x.cn/")
		s.wants(err, wechat.ClassDay, 45009)
	}
	if n := len(s.requests()); n != 1 {
		t.Errorf("asked %d times", n)
	}
	s.now = s.now.Add(5 * time.Second)
	_, err := s.JSConfig(t.Context(), "http://x.cn/")
	s.wantsNone(err)
	empty := newScripted(t, model.ChannelOA)
	empty.says(getTicket, `{"errcode":0}`)
	_, err = empty.JSConfig(t.Context(), "http://x.cn/")
	empty.wants(err, wechat.ClassUnknown, 0)
}

func TestJSConfigWithoutRedis(t *testing.T) {
	s := newScripted(t, model.ChannelOA)
	s.says(getTicket, ticketAnswer)
	s.wantsNone(s.ClearQuota(t.Context())) // so that the token is in memory
	s.redis.SetError("away")
	s.requests()
	for range 2 {
		_, err := s.JSConfig(t.Context(), "http://x.cn/")
		s.wantsNone(err)
	}
	if n := len(s.requests()); n != 1 {
		t.Errorf("asked %d times", n)
	}
}

func TestCheckText(t *testing.T) {
	s := newScripted(t, model.ChannelMini)
	s.says(textCheck, `{"errcode":0,"errmsg":"ok","result":{"suggest":"risky","label":20006},
		"detail":[{"strategy":"keyword","errcode":0,"suggest":"risky","label":20006,"level":20,"keyword":"k"}],"trace_id":"60ae120f"}`)
	text := wechat.TextCheck{OpenID: "m1", Scene: wechat.SceneComment, Content: hiddenText + "<b>&", Title: "t"}
	got, err := s.CheckText(t.Context(), text)
	if err != nil || got != (wechat.Verdict{Suggest: wechat.SuggestRisky, Label: 20006, TraceID: "60ae120f"}) {
		t.Errorf("%+v %v", got, err)
	}
	s.sent(textCheck, `{"openid":"m1","scene":2,"content":"`+hiddenText+`<b>&","nickname":"","title":"t","signature":"","version":2}`)
	for code, class := range map[int]wechat.Class{61010: wechat.ClassUser, 87014: wechat.ClassPayload, 45011: wechat.ClassMinute, 40001: wechat.ClassToken} {
		s.refuses(textCheck, code)
		_, err = s.CheckText(t.Context(), text)
		s.wants(err, class, int64(code))
	}
	s.saysStatus(textCheck, 500, "<html>"+hiddenText)
	_, err = s.CheckText(t.Context(), text)
	s.wants(err, wechat.ClassUnknown, 0)
	s.says(textCheck, `{}`)
	_, err = s.CheckText(t.Context(), text)
	s.wants(err, wechat.ClassUnknown, 0)
	s.requests()
	for name, odd := range map[string]wechat.TextCheck{
		"nobody": {Scene: 1, Content: "x"}, "scene": {OpenID: "m1", Content: "x"}, "empty": {OpenID: "m1", Scene: 1},
		"long": {OpenID: "m1", Scene: 1, Content: strings.Repeat("字", 2501)},
	} {
		_, err = s.CheckText(t.Context(), odd)
		s.wantsRefused(name, err)
	}
}

func TestStaleTokenInACallOfTheSDK(t *testing.T) {
	s := newScripted(t, model.ChannelMini)
	s.says("/cgi-bin/stable_token", `{"access_token":"old","expires_in":7200}`, `{"access_token":"`+hiddenToken+`","expires_in":7200}`)
	s.says(textCheck, refusal(42001), `{"errcode":0,"errmsg":"ok","result":{"suggest":"pass","label":100},"trace_id":"x"}`)
	got, err := s.CheckText(t.Context(), wechat.TextCheck{OpenID: "m1", Scene: wechat.SceneForum, Content: "x"})
	if err != nil || got.Suggest != wechat.SuggestPass {
		t.Errorf("%+v %v", got, err)
	}
	list := s.requests()
	if len(list) != 2 || list[0].query.Get("access_token") != "old" || list[1].query.Get("access_token") != hiddenToken ||
		list[0].body != list[1].body {
		t.Errorf("%v", list)
	}
}

func TestPhoneNumber(t *testing.T) {
	s := newScripted(t, model.ChannelMini)
	s.says(phoneNumber, `{"errcode":0,"errmsg":"ok","phone_info":{"phoneNumber":"+8613800000000","purePhoneNumber":"13800000000",
		"countryCode":86,"watermark":{"timestamp":1637744274,"appid":"wx1"}}}`)
	got, err := s.PhoneNumber(t.Context(), "c+/=", "m1")
	if err != nil || got != (wechat.Phone{Number: "+8613800000000", Pure: "13800000000", Country: "86"}) {
		t.Errorf("%+v %v", got, err)
	}
	s.sent(phoneNumber, `{"code":"c+/=","openid":"m1"}`)
	_, err = s.PhoneNumber(t.Context(), "c", "")
	s.wantsNone(err)
	s.sent(phoneNumber, `{"code":"c"}`)
	s.refuses(phoneNumber, 40029)
	_, err = s.PhoneNumber(t.Context(), "c", "m1")
	s.wants(err, wechat.ClassCode, 40029)
	s.says(phoneNumber, `{"errcode":0}`)
	_, err = s.PhoneNumber(t.Context(), "c", "m1")
	s.wants(err, wechat.ClassUnknown, 0)
	s.requests()
	_, err = s.PhoneNumber(t.Context(), "", "m1")
	s.wantsRefused("no code", err)
}

func TestQR(t *testing.T) {
	s := newScripted(t, model.ChannelOA)
	s.says(qrCreate, `{"ticket":"gQ/8+==","expire_seconds":604800,"url":"http://weixin.qq.com/q/x"}`)
	got, err := s.TemporaryQR(t.Context(), "bind:h1", 7*24*time.Hour)
	want := wechat.QR{Ticket: "gQ/8+==", URL: "http://weixin.qq.com/q/x", Life: 7 * 24 * time.Hour,
		ImageURL: s.server.URL + "/cgi-bin/showqrcode?ticket=gQ%2F8%2B%3D%3D"}
	if err != nil || got != want {
		t.Errorf("%+v %v", got, err)
	}
	s.sent(qrCreate, `{"expire_seconds":604800,"action_name":"QR_STR_SCENE","action_info":{"scene":{"scene_str":"bind:h1"}}}`)
	_, err = s.PermanentQR(t.Context(), "poster")
	s.wantsNone(err)
	s.sent(qrCreate, `{"action_name":"QR_LIMIT_STR_SCENE","action_info":{"scene":{"scene_str":"poster"}}}`)
	for name, life := range map[string]time.Duration{"short": time.Second, "long": 31 * 24 * time.Hour} {
		_, err = s.TemporaryQR(t.Context(), "x", life)
		s.wantsRefused(name, err)
	}
	for _, scene := range []string{"", strings.Repeat("x", 65)} {
		_, err = s.PermanentQR(t.Context(), scene)
		s.wantsRefused("scene "+scene, err)
	}
	s.says(qrCreate, `{}`)
	_, err = s.PermanentQR(t.Context(), "poster")
	s.wants(err, wechat.ClassUnknown, 0)
}

func TestDrawMiniCode(t *testing.T) {
	s := newScripted(t, model.ChannelMini)
	code := wechat.MiniCode{Scene: "h=1&c=2", Page: "pages/visit", Stage: wechat.StageDeveloper, Width: 430, Unchecked: true}
	for kind, data := range map[string]string{
		"image/jpeg": "\xff\xd8\xff\xe0 rest", "image/png": "\x89PNG\r\n\x1a\n rest", "image/webp": "RIFF\x00\x00\x00\x00WEBPVP rest",
	} {
		s.says(miniCode, data) // whatever its Content-Type says
		got, err := s.DrawMiniCode(t.Context(), code)
		if err != nil || got.Type != kind || string(got.Data) != data {
			t.Errorf("%s: %q %v", kind, got, err)
		}
		s.sent(miniCode, `{"scene":"h=1&c=2","page":"pages/visit","check_path":false,"env_version":"develop","width":430}`)
	}
	s.refuses(miniCode, 41030)
	_, err := s.DrawMiniCode(t.Context(), code)
	s.wants(err, wechat.ClassPayload, 41030)
	for _, odd := range []string{"", "{}", "<html>"} {
		s.says(miniCode, odd)
		_, err = s.DrawMiniCode(t.Context(), code)
		s.wants(err, wechat.ClassUnknown, 0)
	}
	s.requests()
	for name, odd := range map[string]wechat.MiniCode{
		"no scene": {}, "long scene": {Scene: strings.Repeat("x", 33)}, "Chinese scene": {Scene: "户"}, "space": {Scene: "a b"},
		"query in page": {Scene: "a", Page: "p?a=1"}, "leading /": {Scene: "a", Page: "/p"}, "width": {Scene: "a", Width: 100},
		"stage": {Scene: "a", Stage: "gamma"},
	} {
		_, err = s.DrawMiniCode(t.Context(), odd)
		s.wantsRefused(name, err)
	}
}

func TestMakeURLLink(t *testing.T) {
	s := newScripted(t, model.ChannelMini)
	s.says(urlLink, `{"errcode":0,"errmsg":"ok","url_link":"https://wxaurl.cn/x"}`)
	got, err := s.MakeURLLink(t.Context(), wechat.URLLink{Path: "pages/a", Query: "a=1&b=2", Stage: wechat.StageReleased, Days: 30})
	if err != nil || got != "https://wxaurl.cn/x" {
		t.Errorf("%s %v", got, err)
	}
	s.sent(urlLink, `{"path":"pages/a","query":"a=1&b=2","expire_type":1,"expire_interval":30,"env_version":"release"}`)
	s.refuses(urlLink, 44990)
	_, err = s.MakeURLLink(t.Context(), wechat.URLLink{Days: 1})
	s.wants(err, wechat.ClassMinute, 44990)
	s.requests()
	for name, odd := range map[string]wechat.URLLink{
		"for ever": {}, "31 days": {Days: 31}, "long": {Days: 1, Query: strings.Repeat("q", 1025)}, "query": {Days: 1, Path: "p?a"},
	} {
		_, err = s.MakeURLLink(t.Context(), odd)
		s.wantsRefused(name, err)
	}
}

func TestQuota(t *testing.T) {
	s := newScripted(t, model.ChannelOA)
	s.says("/cgi-bin/openapi/quota/get", `{"errcode":0,"errmsg":"ok","quota":{"daily_limit":100000,"used":1,"remain":99999}}`)
	got, err := s.Quota(t.Context(), templateSend)
	if err != nil || got != (wechat.Quota{Limit: 100000, Used: 1, Remain: 99999}) {
		t.Errorf("%+v %v", got, err)
	}
	s.sent("/cgi-bin/openapi/quota/get", `{"cgi_path":"/cgi-bin/message/template/send"}`)
	s.wantsNone(s.ClearQuota(t.Context()))
	s.sent("/cgi-bin/clear_quota", `{"appid":"wx1"}`)
	s.refuses("/cgi-bin/clear_quota", 48006)
	s.wants(s.ClearQuota(t.Context()), wechat.ClassAccount, 48006)
	s.requests()
	_, err = s.Quota(t.Context(), "send")
	s.wantsRefused("no path", err)
	for path, ask := range map[string]func() ([]string, error){
		"/cgi-bin/getcallbackip":     func() ([]string, error) { return s.CallbackIPs(t.Context()) },
		"/cgi-bin/get_api_domain_ip": func() ([]string, error) { return s.APIDomainIPs(t.Context()) },
	} {
		s.says(path, `{"ip_list":["101.226.62.77"]}`)
		if list, err := ask(); err != nil || fmt.Sprint(list) != "[101.226.62.77]" {
			t.Errorf("%s: %v %v", path, list, err)
		}
		s.sent(path, "")
		s.refuses(path, 40164)
		_, err = ask()
		s.wants(err, wechat.ClassAccount, 40164)
		s.requests()
	}
}
