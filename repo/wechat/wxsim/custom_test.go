package wxsim_test

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"bangfu/repo/wechat/wxsim"
)

const sendPath = "/cgi-bin/message/custom/send"

// menuBody has one button of each kind that matters to the message window.
const menuBody = `{"button":[
	{"type":"click","name":"我家","key":"HOME"},
	{"type":"view","name":"公示","url":"https://example.com/list"},
	{"name":"更多","sub_button":[
		{"type":"scancode_push","name":"扫码","key":"SCAN"},
		{"type":"miniprogram","name":"小程序","appid":"wx2","pagepath":"pages/home","url":"https://example.com"},
		{"type":"location_select","name":"位置","key":"WHERE"}]}]}`

func TestMessageWindow(t *testing.T) {
	for name, c := range map[string]struct {
		action, body string
		allowed      int
		life         time.Duration
	}{
		"nothing":      {"", "", 0, 0},
		"message":      {"text", `{"content":"我家"}`, 5, 48 * time.Hour},
		"voice":        {"voice", `{"recognition":"我家"}`, 5, 48 * time.Hour},
		"click":        {"menu", `{"key":"HOME"}`, 3, time.Minute},
		"scancode":     {"menu", `{"key":"SCAN"}`, 3, time.Minute},
		"view":         {"menu", `{"key":"https://example.com/list"}`, 0, 0},
		"mini-program": {"menu", `{"key":"pages/home"}`, 0, 0},
		"location":     {"menu", `{"key":"WHERE"}`, 0, 0},
		"scan":         {"scan", `{"scene":"H-001"}`, 3, time.Minute},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.wants(0, "/cgi-bin/menu/create", menuBody)
			openID := w.users()["wang"].OAOpenID
			if c.action != "" {
				w.act("wang/"+c.action, c.body)
			}
			for range c.allowed {
				w.sends(0, openID)
			}
			if c.allowed > 0 {
				w.sends(45047, openID)
				w.act("wang/"+c.action, c.body) // the next action opens it again
				w.clock.turn(c.life - time.Second)
				w.sends(0, openID)
				w.clock.turn(time.Second)
			}
			w.sends(45015, openID)
		})
	}
}

func TestFollowingOpensAndUnfollowingClosesTheWindow(t *testing.T) {
	w := newWorld(t)
	passer := w.users()["passer"].OAOpenID
	w.sends(45015, passer)
	w.act("passer/follow", "")
	for range 3 {
		w.sends(0, passer)
	}
	w.sends(45047, passer)
	w.act("passer/text", `{"content":"你好"}`)
	w.sends(0, passer)
	w.act("passer/unfollow", "")
	w.sends(45015, passer)
	w.act("passer/event", `{"event":"CLICK","event_key":"HOME"}`) // late, from before
	w.sends(45015, passer)
	w.act("passer/follow", "")
	w.act("passer/unfollow", "")
	w.act("passer/follow", "") // opens its own window and none from before
	for range 3 {
		w.sends(0, passer)
	}
	w.sends(45047, passer)
}

func TestShortWindowIsUsedBeforeTheLong(t *testing.T) {
	w := newWorld(t)
	openID := w.users()["wang"].OAOpenID
	w.act("wang/text", `{"content":"我家"}`)
	w.act("wang/scan", `{"scene":"1"}`)
	for range 3 {
		w.sends(0, openID)
	}
	w.clock.turn(time.Hour)
	for range 5 {
		w.sends(0, openID)
	}
	w.sends(45047, openID)
}

func TestCustomMessageChecks(t *testing.T) {
	w := newWorld(t)
	openID := w.users()["wang"].OAOpenID
	send := func(kind, part string) string {
		return `{"touser":"` + openID + `","msgtype":"` + kind + `","` + kind + `":` + part + `}`
	}
	for name, c := range map[string]struct {
		body  string
		code  int
		shown string
	}{
		"longest text":    {customText(openID, strings.Repeat("家", 682)+"ab"), 0, strings.Repeat("家", 682) + "ab"},
		"one byte more":   {customText(openID, strings.Repeat("家", 683)), 45002, ""},
		"empty text":      {customText(openID, ""), 44004, ""},
		"nobody":          {customText("oNobody", "好"), 40003, ""},
		"mp openid":       {customText(w.users()["wang"].MPOpenID, "好"), 40003, ""},
		"unknown type":    {send("poem", `{}`), 40008, ""},
		"mini-program's":  {send("link", `{}`), 40008, ""},
		"wrong form":      {`{"touser":7}`, 47001, ""},
		"text is no part": {send("text", `"好"`), 47001, ""},
		"one article":     {send("news", `{"articles":[{"title":"公示","url":"http://a"}]}`), 0, "公示\nhttp://a"},
		"two articles":    {send("news", `{"articles":[{"title":"1"},{"title":"2"}]}`), 45008, ""},
		"image":           {send("image", `{"media_id":"m"}`), 0, "[图片]"},
		"no media":        {send("image", `{}`), 40007, ""},
		"choices":         {send("msgmenu", `{"head_content":"满意吗","list":[{"id":"1","content":"满意"}]}`), 0, "满意吗\n· 满意"},
	} {
		t.Run(name, func(t *testing.T) {
			w.act("wang/text", `{"content":"我家"}`)
			w.wants(c.code, sendPath, c.body)
			if m := w.last("wang"); c.code == 0 && (m.Content != c.shown || m.Via != "custom") || c.code != 0 && m.From != "user" {
				t.Errorf("the person sees %+v", m)
			}
		})
	}
}

func TestMiniProgramMessages(t *testing.T) {
	w := newWorld(t)
	openID, token := w.users()["passer"].MPOpenID, w.token(mpID)
	send := func(code int, body string) {
		t.Helper()
		if got, out := w.call(token, sendPath, body); got != code {
			t.Errorf("errcode %d (%v), want %d", got, out["errmsg"], code)
		}
	}
	send(45015, customText(openID, "好"))
	w.act("passer/event", `{"account":"mp","event":"user_enter_tempsession"}`)
	send(40008, `{"touser":"`+openID+`","msgtype":"voice","voice":{"media_id":"m"}}`)
	send(0, customText(openID, "好"))
	send(0, customText(openID, "好"))
	send(45047, customText(openID, "好"))
	w.act("passer/text", `{"account":"mp","content":"在吗"}`)
	send(0, customText(openID, "好"))
}

func TestTyping(t *testing.T) {
	w := newWorld(t)
	openID := w.users()["wang"].OAOpenID
	typing := func(code int, command string) {
		t.Helper()
		w.wants(code, "/cgi-bin/message/custom/typing", `{"touser":"`+openID+`","command":"`+command+`"}`)
	}
	typing(45080, "Typing")
	w.act("wang/text", `{"content":"我家"}`)
	typing(0, "Typing")
	typing(45081, "Typing")
	typing(0, "CancelTyping")
	typing(0, "Typing")
	typing(45072, "Dancing")
	w.clock.turn(31 * time.Second)
	typing(45080, "Typing")
	w.wants(40003, "/cgi-bin/message/custom/typing", `{"touser":"oNobody","command":"Typing"}`)
}

func TestRefusalFaults(t *testing.T) {
	w := newWorld(t)
	openID, passer := w.users()["wang"].OAOpenID, w.users()["passer"].OAOpenID
	w.act("wang/text", `{"content":"我家"}`)
	w.act("passer/follow", "")
	w.faults(`{"refuse":{"` + openID + `":48002}}`)
	w.sends(48002, openID)
	w.sends(0, passer)
	w.faults(`{"refuse":{"` + passer + `":50002}}`)
	w.sends(48002, openID)
	w.sends(50002, passer)
	w.faults(`{"refuse":{"` + openID + `":0}}`)
	w.sends(0, openID)
	w.faults(`{"spent":["` + sendPath + `"]}`)
	w.sends(45009, openID)
	w.wants(0, "/cgi-bin/user/get", "")
	w.faults(`{}`)
	w.sends(0, passer)
}

func TestSystemBusyFault(t *testing.T) {
	w := newWorld(t)
	token := w.token(oaID)
	w.faults(`{"system_busy":2}`)
	w.works(token, -1)
	w.works(token, -1)
	w.works(token, 0)
}

func TestGatewayFaults(t *testing.T) {
	w := newWorld(t)
	w.faults(`{"status":502}`)
	if status := w.request(http.MethodGet, "/cgi-bin/getcallbackip", "", nil); status != http.StatusBadGateway {
		t.Errorf("status %d, want 502", status)
	}
	w.faults(`{"status":0,"slow_ms":60000}`)
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Millisecond)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, w.url+"/cgi-bin/getcallbackip", nil)
	if err != nil {
		t.Fatal(err)
	}
	if resp, err := http.DefaultClient.Do(req); err == nil {
		resp.Body.Close()
		t.Error("answered at once although told to be slow")
	}
}

func TestAnswerCutAfterAccepting(t *testing.T) {
	w := newWorld(t)
	openID, token := w.users()["wang"].OAOpenID, w.token(oaID)
	w.act("wang/text", `{"content":"我家"}`)
	w.faults(`{"cut_after_accept":1}`)
	resp, err := http.Post(w.url+sendPath+"?access_token="+token, "application/json", strings.NewReader(customText(openID, "好")))
	if err == nil {
		resp.Body.Close()
		t.Error("the answer arrived")
	}
	if m := w.last("wang"); m.Content != "好" {
		t.Errorf("the message did not take effect: %+v", m)
	}
	w.sends(0, openID)
}

func TestCallsAreListed(t *testing.T) {
	w := newWorld(t)
	w.sends(45015, w.users()["wang"].OAOpenID)
	w.faults(`{"status":502}`)
	w.request(http.MethodGet, "/cgi-bin/user/get?access_token=x", "", nil)
	var out struct{ Calls []wxsim.Call }
	w.request(http.MethodGet, "/sim/calls", "", &out)
	type line struct {
		path, account string
		status, code  int
	}
	var got []line
	for _, c := range out.Calls {
		got = append(got, line{c.Path, c.Account, c.Status, c.ErrCode})
	}
	want := []line{
		{"/cgi-bin/stable_token", "oa", 200, 0}, {sendPath, "oa", 200, 45015}, {"/cgi-bin/user/get", "", 502, 0},
	}
	if len(got) != len(want) {
		t.Fatalf("calls %+v, want %+v", got, want)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("call %d: %+v, want %+v", i, got[i], want[i])
		}
	}
	if raw, _ := json.Marshal(out); strings.Contains(string(raw), secret) {
		t.Error("the list of calls has the secret")
	}
}
