package wxsim_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"
)

const (
	templatePath  = "/cgi-bin/message/template/send"
	bizPath       = "/cgi-bin/message/subscribe/bizsend"
	subscribePath = "/cgi-bin/message/subscribe/send"
)

// templateBody is a send of a template that registers made; more are further fields.
func templateBody(openID, template, thing, when, more string) string {
	body, _ := json.Marshal(map[string]any{
		"touser": openID, "template_id": template, "miniprogram": map[string]string{"appid": "", "pagepath": ""},
		"data": map[string]any{"thing1": map[string]string{"value": thing, "color": ""}, "time2": map[string]string{"value": when}},
	})
	return strings.TrimSuffix(string(body), "}") + more + "}"
}

// msgID makes a call and reads an id from the answer without losing digits.
func (w *world) msgID(appID, path, body, key string) string {
	w.t.Helper()
	out := map[string]json.RawMessage{}
	w.request(http.MethodPost, path+"?access_token="+w.token(appID), body, &out)
	if len(out[key]) == 0 {
		w.t.Errorf("%s %s: no %s but %s %s", path, body, key, out["errcode"], out["errmsg"])
	}
	return string(out[key])
}

func TestTemplateMessage(t *testing.T) {
	w := newWorld(t)
	w.registers()
	wang := w.users()["wang"]
	id := w.msgID(oaID, templatePath, templateBody(wang.OAOpenID, "T", "入户走访", "2020-10-05 09:00", `,"url":"https://example.com/v"`), "msgid")
	if m := w.last("wang"); m.Via != "template" || m.From != "account" ||
		m.Content != "走访提醒\n事项：入户走访\n时间：2020-10-05 09:00\nhttps://example.com/v" {
		t.Errorf("the person sees %+v", m)
	}
	r := w.reports(1)[0]
	if r.Event != "TEMPLATESENDJOBFINISH" || r.Status != "success" || r.MsgID != id || r.FromUserName != wang.OAOpenID {
		t.Errorf("event %+v for %s", r, id)
	}
}

func TestTemplateMessageChecks(t *testing.T) {
	w := newWorld(t)
	w.registers()
	wang, passer := w.users()["wang"].OAOpenID, w.users()["passer"].OAOpenID
	const when = "2020-10-05 09:00"
	for name, c := range map[string]struct {
		body string
		code int
		says string
	}{
		"nobody":              {templateBody("oNobody", "T", "走访", when, ""), 40003, "invalid openid"},
		"not following":       {templateBody(passer, "T", "走访", when, ""), 43004, "require subscribe"},
		"unknown template":    {templateBody(wang, "X", "走访", when, ""), 40037, "invalid template_id"},
		"for subscriptions":   {templateBody(wang, "S", "走访", when, ""), 40037, "invalid template_id"},
		"long value":          {templateBody(wang, "T", strings.Repeat("走", 21), when, ""), 47003, "argument invalid! data.thing1.value invalid rid: "},
		"line break":          {templateBody(wang, "T", "走\n访", when, ""), 47003, "argument invalid! data.thing1.value invalid rid: "},
		"no time":             {templateBody(wang, "T", "走访", "明天", ""), 47003, "argument invalid! data.time2.value invalid rid: "},
		"empty":               {templateBody(wang, "T", "走访", "", ""), 47003, "argument invalid! data.time2.value is emtpy rid: "},
		"missing":             {`{"touser":"` + wang + `","template_id":"T","data":null}`, 47003, "argument invalid! data.thing1.value invalid rid: "},
		"value is a number":   {`{"touser":"` + wang + `","template_id":"T","data":{"thing1":{"value":1}}}`, 47001, "data format error"},
		"long url":            {templateBody(wang, "T", "走访", when, `,"url":"https://`+strings.Repeat("u", 1024)+`"`), 40039, "invalid url size"},
		"strange mini":        {templateBody(wang, "T", "走访", when, `,"miniprogram":{"appid":"wx9","pagepath":"p"}`), 40013, "invalid appid"},
		"our mini, more data": {templateBody(wang, "T", "走访", when, `,"miniprogram":{"appid":"`+mpID+`","pagepath":"p"},"lang":""`), 0, "ok"},
	} {
		out := w.wants(c.code, templatePath, c.body)
		if got, _ := out["errmsg"].(string); !strings.HasPrefix(got, c.says) {
			t.Errorf("%s: %q, want %q", name, got, c.says)
		}
	}
	w.reports(1)
	if n := len(w.chat("wang")); n != 1 {
		t.Errorf("%d messages have arrived, want 1", n)
	}
}

func TestTemplateMessageOnce(t *testing.T) {
	w := newWorld(t)
	w.registers()
	w.act("passer/follow", "")
	w.received()
	wang, passer := w.users()["wang"].OAOpenID, w.users()["passer"].OAOpenID
	send := func(openID, clientID string) string {
		t.Helper()
		return w.msgID(oaID, templatePath, templateBody(openID, "T", "走访", "09:00", `,"client_msg_id":"`+clientID+`"`), "msgid")
	}
	first := send(wang, "202010-1")
	w.clock.turn(10*time.Minute - time.Second)
	if got := send(wang, "202010-1"); got != first {
		t.Errorf("%s, want %s again", got, first)
	}
	for name, id := range map[string]string{
		"another person": send(passer, "202010-1"), "another id": send(wang, "202010-2"), "no id": send(wang, ""), "no id again": send(wang, ""),
	} {
		if id == first {
			t.Errorf("%s: taken for the first", name)
		}
	}
	w.clock.turn(time.Second)
	if got := send(wang, "202010-1"); got == first {
		t.Error("still remembered after ten minutes")
	}
	w.reports(6)
	if n := len(w.chat("wang")); n != 5 {
		t.Errorf("%d messages have arrived, want 5", n)
	}
}

func TestTemplateMessageFaults(t *testing.T) {
	w := newWorld(t)
	w.registers()
	wang := w.users()["wang"].OAOpenID
	body := templateBody(wang, "T", "走访", "09:00", "")
	w.faults(`{"blocked":["` + wang + `"]}`)
	w.wants(0, templatePath, body)
	if r := w.reports(1)[0]; r.Status != "failed:user block" {
		t.Errorf("event %+v", r)
	}
	if n := len(w.chat("wang")); n != 0 {
		t.Errorf("%d messages in spite of the block", n)
	}
	w.faults(`{"blocked":[],"refuse":{"` + wang + `":43116}}`)
	w.wants(43116, templatePath, body)
	w.faults(`{}`)
	w.faults(`{"spent":["` + templatePath + `"]}`)
	w.wants(45009, templatePath, body)
	w.faults(`{}`)
	token := w.token(oaID)
	w.faults(`{"cut_after_accept":1}`)
	resp, err := http.Post(w.url+templatePath+"?access_token="+token, "application/json", strings.NewReader(body))
	if err == nil {
		resp.Body.Close()
		t.Error("the answer arrived")
	}
	if r := w.reports(1)[0]; r.Status != "success" || len(w.chat("wang")) != 1 {
		t.Errorf("without an answer it still must take effect: %+v", r)
	}
}

func TestSubscriptionNotice(t *testing.T) {
	w := newWorld(t)
	w.registers()
	passer := w.users()["passer"] // a notice reaches people who do not follow
	body := templateBody(passer.OAOpenID, "S", "走访", "09:00", `,"page":"https://example.com/v"`)
	out := w.wants(43101, bizPath, body)
	if msg, _ := out["errmsg"].(string); !strings.HasPrefix(msg, "user refuse to accept the msg rid: ") {
		t.Errorf("errmsg %q", msg)
	}
	w.act("passer/consent", `{"templates":[{"id":"S","status":"accept"}],"scene":1}`)
	w.reports(1)
	w.wants(47003, bizPath, templateBody(passer.OAOpenID, "S", "走访", "", "")) // does not cost the consent
	if _, has := w.wants(0, bizPath, body)["msgid"]; has {
		t.Error("bizsend gives no msgid")
	}
	r := w.reports(1)[0]
	if r.Event != "subscribe_msg_sent_event" || len(r.Sent) != 1 || r.FromUserName != passer.OAOpenID {
		t.Fatalf("event %+v", r)
	}
	if s := r.Sent[0]; s.TemplateId != "S" || s.MsgID == "" || s.ErrorCode != "0" || s.ErrorStatus != "success" {
		t.Errorf("report %+v", s)
	}
	if m := w.last("passer"); m.Via != "subscribe" || m.Content != "走访提醒\n事项：走访\n时间：09:00\nhttps://example.com/v" {
		t.Errorf("the person sees %+v", m)
	}
	w.wants(43101, bizPath, body)
	w.wants(40003, bizPath, templateBody("oNobody", "S", "走访", "09:00", ""))
	w.wants(40037, bizPath, templateBody(passer.OAOpenID, "T", "走访", "09:00", ""))
	if code, _ := w.call(w.token(mpID), bizPath, body); code != 45103 {
		t.Errorf("by the mini-program: %d", code)
	}
	if code, _ := w.call(w.token(oaID), subscribePath, body); code != 48001 {
		t.Errorf("subscribe/send by the official account: %d", code)
	}
}

func TestSubscriptionMessage(t *testing.T) {
	w := newWorld(t)
	w.registers()
	wang, token := w.users()["wang"], w.token(mpID)
	body := templateBody(wang.MPOpenID, "M", "走访", "09:00", `,"page":"pages/v","miniprogram_state":"formal","lang":"zh_CN"`)
	send := func(want int) {
		t.Helper()
		if code, out := w.call(token, subscribePath, body); code != want {
			t.Errorf("errcode %d (%v), want %d", code, out["errmsg"], want)
		}
	}
	send(43101)
	w.act("wang/consent", `{"account":"mp","templates":[{"id":"M","status":"accept"}]}`)
	w.act("wang/consent", `{"account":"mp","templates":[{"id":"M","status":"accept"}]}`)
	w.reports(2)
	id := w.msgID(mpID, subscribePath, body, "msgid")
	if r := w.reports(1)[0]; len(r.Sent) != 1 || r.Sent[0].MsgID != id || r.ToUserName != "gh_mp" || r.FromUserName != wang.MPOpenID {
		t.Errorf("event %+v for %s", r, id)
	}
	w.act("wang/consent-change", `{"account":"mp","templates":[{"id":"M","status":"reject"}]}`)
	send(43101)
	w.do("templates", `{"account":"mp","id":"M","content":"{{thing1.DATA}}","type":3}`, nil)
	w.act("wang/consent", `{"account":"mp","templates":[{"id":"M","status":"accept"}]}`)
	for range 3 {
		send(0)
	}
	w.faults(`{"refuse":{"` + wang.MPOpenID + `":43101}}`)
	send(43101)
}
