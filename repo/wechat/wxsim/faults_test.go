package wxsim_test

import (
	"net/http"
	"strings"
	"testing"
)

func TestReorderedPushes(t *testing.T) {
	w := newWorld(t)
	contents := func() string {
		t.Helper()
		var all []string
		for _, p := range w.received() {
			all = append(all, readMessage(t, p.body).Content)
		}
		return strings.Join(all, " ")
	}
	w.faults(`{"callbacks":{"reorder":1}}`)
	if out := w.act("wang/text", `{"content":"一"}`); !out.Held || out.Failed || len(out.Attempts) != 0 {
		t.Errorf("outcome %+v", out)
	}
	if got := contents(); got != "" {
		t.Errorf("%q came at once", got)
	}
	w.act("wang/text", `{"content":"二"}`)
	w.act("wang/text", `{"content":"三"}`)
	if got := contents(); got != "二 一 三" {
		t.Errorf("order %q", got)
	}
	w.faults(`{"callbacks":{"reorder":2}}`)
	for _, content := range []string{"一", "二", "三"} {
		w.act("wang/text", `{"content":"`+content+`"}`)
	}
	if got := contents(); got != "三 一 二" {
		t.Errorf("order %q", got)
	}
	w.faults(`{"callbacks":{"reorder":1}}`)
	w.act("wang/text", `{"content":"一"}`)
	w.faults(`{"callbacks":{"lose":1}}`)
	w.act("wang/text", `{"content":"二"}`) // overtakes nothing
	if got := contents(); got != "" {
		t.Errorf("%q although the second was lost", got)
	}
	w.do("reset", "", nil)
	w.act("passer/follow", "")
	if n := len(w.received()); n != 1 {
		t.Errorf("%d pushes after a reset, want 1", n)
	}
}

func TestReorderedReportIsNotWaitedFor(t *testing.T) {
	w := newWorld(t)
	w.registers()
	w.faults(`{"callbacks":{"reorder":1}}`)
	w.wants(0, templatePath, templateBody(w.users()["wang"].OAOpenID, "T", "走访", "09:00", ""))
	w.sim.Close() // with the report still held back
	if n := len(w.received()); n != 0 {
		t.Errorf("%d pushes after closing", n)
	}
}

func TestHeldAnswerIsShown(t *testing.T) {
	w := newWorld(t)
	w.says(replyXML(w.users()["wang"].OAOpenID, "gh_oa", textXML("在的")))
	w.faults(`{"callbacks":{"reorder":1}}`)
	w.act("wang/text", `{"content":"一"}`)
	if m := w.last("wang"); m.From != "user" {
		t.Errorf("answered before it was delivered: %+v", m)
	}
	w.act("passer/event", `{"event":"VIEW"}`)
	if m := w.last("wang"); m.Via != "passive" || m.Content != "在的" {
		t.Errorf("the answer is missing: %+v", m)
	}
}

func TestTokenFaults(t *testing.T) {
	w := newWorld(t)
	token := w.token(oaID)
	ask := func(code int, text string) {
		t.Helper()
		for _, appID := range []string{oaID, mpID} {
			var plain, stable struct {
				ErrCode int
				ErrMsg  string
			}
			w.request(http.MethodGet, "/cgi-bin/token?grant_type=client_credential&appid="+appID+"&secret="+secret, "", &plain)
			w.request(http.MethodPost, "/cgi-bin/stable_token", stableBody(appID, secret, false), &stable)
			if plain.ErrCode != code || stable.ErrCode != code || !strings.HasPrefix(plain.ErrMsg, text) {
				t.Errorf("%+v and %+v, want %d %s", plain, stable, code, text)
			}
		}
	}
	w.faults(`{"ip_refused":true}`)
	ask(40164, "invalid ip 10.0.0.1, not in whitelist rid: ")
	w.works(token, 0) // a token from before
	w.faults(`{"ip_refused":false,"secret_frozen":true}`)
	ask(40243, "")
	w.faults(`{}`)
	ask(0, "")
}
