package wxsim_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"bangfu/repo/wechat/wxsim"
)

const (
	massAllPath = "/cgi-bin/message/mass/sendall"
	massToPath  = "/cgi-bin/message/mass/send"
	massGetPath = "/cgi-bin/message/mass/get"
)

func massText(part, text, clientID string) string {
	words, _ := json.Marshal(text)
	body := `{` + part + `,"msgtype":"text","text":{"content":` + string(words) + `}`
	if clientID != "" {
		body += `,"clientmsgid":"` + clientID + `"`
	}
	return body + "}"
}

// massTo is a text to people.
func massTo(clientID string, openIDs ...string) string {
	list, _ := json.Marshal(openIDs)
	return massText(`"touser":`+string(list), "农场通知", clientID)
}

const toAll = `"filter":{"is_to_all":true}`

// village is wang, li and zhao, who follow, with a tag on the first two.
func (w *world) village() (wang, li, zhao string, tag int) {
	w.t.Helper()
	for _, id := range []string{"li", "zhao"} {
		w.sim.AddUser(wxsim.User{ID: id, Following: true})
	}
	users := w.users()
	wang, li, zhao = users["wang"].OAOpenID, users["li"].OAOpenID, users["zhao"].OAOpenID
	made, _ := w.wants(0, "/cgi-bin/tags/create", `{"tag":{"name":"贫困户"}}`)["tag"].(map[string]any)
	id, _ := made["id"].(float64)
	w.wants(0, "/cgi-bin/tags/members/batchtagging", fmt.Sprintf(`{"openid_list":[%q,%q],"tagid":%d}`, wang, li, int(id)))
	return wang, li, zhao, int(id)
}

func (w *world) massSpeaks(id string) int {
	w.t.Helper()
	n := 0
	for _, m := range w.chat(id) {
		if m.Via == "mass" {
			n++
		}
	}
	return n
}

func (w *world) massStatus(id string) string {
	w.t.Helper()
	status, _ := w.wants(0, massGetPath, `{"msg_id":"`+id+`"}`)["msg_status"].(string)
	return status
}

func TestMassByTag(t *testing.T) {
	w := newWorld(t)
	_, _, _, tag := w.village()
	id := w.msgID(oaID, massAllPath, massText(fmt.Sprintf(`"filter":{"is_to_all":false,"tag_id":%d}`, tag), "农场通知", "c1"), "msg_id")
	if w.massSpeaks("wang") != 1 || w.massSpeaks("li") != 1 || w.massSpeaks("zhao") != 0 {
		t.Errorf("wrong people: %+v", w.chat("zhao"))
	}
	if m := w.last("li"); m.Content != "农场通知" || m.Kind != "text" {
		t.Errorf("li sees %+v", m)
	}
	r := w.reports(1)[0]
	if r.Event != "MASSSENDJOBFINISH" || r.MsgID != id || r.Status != "send success" || r.ToUserName != "gh_oa" || r.FromUserName == "" {
		t.Errorf("event %+v for %s", r, id)
	}
	if r.TotalCount != 2 || r.FilterCount != 2 || r.SentCount != 2 || r.ErrorCount != 0 ||
		r.Copyright.CheckState != "0" || r.Articles.Count != 0 {
		t.Errorf("counts %+v", r)
	}
	if got := w.massStatus(id); got != "SEND_SUCCESS" {
		t.Errorf("status %s", got)
	}
	w.wants(0, massGetPath, `{"msg_id":`+id+`}`)
	w.wants(40059, massGetPath, `{"msg_id":"1"}`)
	w.wants(40059, massGetPath, `{}`)
	out := w.wants(0, massAllPath, massText(fmt.Sprintf(`"filter":{"tag_id":"%d"}`, tag), "标签是字符串", ""))
	if out["errmsg"] != "send job submission success" || out["msg_data_id"] != nil {
		t.Errorf("answer %v", out)
	}
}

func TestMassChecks(t *testing.T) {
	w := newWorld(t)
	wang, li, _, tag := w.village()
	filter := fmt.Sprintf(`"filter":{"tag_id":%d}`, tag)
	crowd := make([]string, 10001)
	for i := range crowd {
		crowd[i] = fmt.Sprintf("o%d", i)
	}
	for _, c := range []struct {
		code       int
		path, body string
	}{
		{40152, massAllPath, massText(`"filter":{"is_to_all":false,"tag_id":99}`, "x", "c")},
		{40152, massAllPath, massText(`"filter":{}`, "x", "c")},
		{47001, massAllPath, massText(`"filter":{"tag_id":"x"}`, "x", "c")},
		{44004, massAllPath, massText(filter, "", "c")},
		{45002, massAllPath, massText(filter, strings.Repeat("x", 2049), "c")},
		{45067, massAllPath, massText(filter, "x", strings.Repeat("c", 33))},
		{40008, massAllPath, `{` + filter + `,"msgtype":"poem"}`},
		{40007, massAllPath, `{` + filter + `,"msgtype":"images","images":{"media_ids":[]}}`},
		{40007, massAllPath, `{` + filter + `,"msgtype":"mpnews","mpnews":{}}`},
		{40130, massToPath, massTo("c", wang)},
		{40130, massToPath, massTo("c", wang, wang)},
		{40130, massToPath, massTo("c")},
		{40032, massToPath, massTo("c", crowd...)},
		{40031, massToPath, massTo("c", wang, "oNobody")},
		{47001, massToPath, massText(`"touser":"`+wang+`"`, "x", "c")},
	} {
		w.wants(c.code, c.path, c.body)
	}
	if n := w.massSpeaks("wang"); n != 0 || len(w.received()) != 0 {
		t.Errorf("%d messages by refused sends", n)
	}
	w.wants(0, massToPath, massTo("c", wang, li, w.users()["passer"].OAOpenID))
	if r := w.reports(1)[0]; r.TotalCount != 2 || w.massSpeaks("passer") != 0 {
		t.Errorf("people who do not follow count: %+v", r)
	}
	if code, _ := w.call(w.token(mpID), massToPath, massTo("c", wang, li)); code != 45103 {
		t.Errorf("by the mini-program: %d", code)
	}
}

func TestMassRepeat(t *testing.T) {
	w := newWorld(t)
	wang, li, zhao, _ := w.village()
	id := w.msgID(oaID, massToPath, massTo("c1", wang, li), "msg_id")
	again := func(body string) {
		t.Helper()
		if out := w.wants(45065, massToPath, body); !strings.HasPrefix(fmt.Sprint(out["errmsg"]), "clientmsgid exist rid: ") {
			t.Errorf("errmsg %v", out["errmsg"])
		}
		if got := w.msgID(oaID, massToPath, body, "msg_id"); got != id {
			t.Errorf("msg_id %s, want %s", got, id)
		}
	}
	again(massTo("c1", wang, li))
	w.clock.turn(24*time.Hour - time.Second)
	again(massTo("c1", wang, zhao)) // whatever else is in it
	w.clock.turn(time.Second)
	if got := w.msgID(oaID, massToPath, massTo("c1", wang, li), "msg_id"); got == id {
		t.Error("still known after a day")
	}
	id = w.msgID(oaID, massToPath, massTo("", wang, li), "msg_id")
	again(massTo("", wang, li))
	w.wants(0, massToPath, massTo("", wang, zhao))
	w.reports(4)
	if n := w.massSpeaks("wang"); n != 4 {
		t.Errorf("%d messages, want 4", n)
	}
}

func TestMassFourAMonth(t *testing.T) {
	w := newWorld(t)
	wang, li, zhao, _ := w.village()
	for i := range 4 {
		w.wants(0, massToPath, massTo(fmt.Sprint("c", i), wang, li))
	}
	w.reports(4)
	w.faults(`{"refuse":{"` + li + `":48002}}`)
	w.wants(0, massToPath, massTo("c4", wang, zhao))
	if r := w.reports(1)[0]; r.TotalCount != 2 || r.FilterCount != 1 || r.SentCount != 1 || r.ErrorCount != 0 {
		t.Errorf("wang has had four: %+v", r)
	}
	w.clock.turn(29 * 24 * time.Hour) // 2 October to 31 October
	w.wants(0, massToPath, massTo("c5", wang, zhao))
	w.reports(1)
	w.clock.turn(15 * time.Hour) // midnight in Shanghai
	w.wants(0, massToPath, massTo("c6", wang, li))
	if r := w.reports(1)[0]; r.TotalCount != 2 || r.FilterCount != 2 || r.SentCount != 1 || r.ErrorCount != 1 {
		t.Errorf("a new month, and li refuses: %+v", r)
	}
	if a, b, c := w.massSpeaks("wang"), w.massSpeaks("li"), w.massSpeaks("zhao"); a != 5 || b != 4 || c != 2 {
		t.Errorf("messages %d %d %d", a, b, c)
	}
}

func TestMassToAll(t *testing.T) {
	w := newWorld(t)
	w.village()
	send := func(code int) {
		t.Helper()
		w.wants(code, massAllPath, massText(toAll, "致全体", fmt.Sprint("all-", w.clock.now().Unix())))
		w.clock.turn(time.Second)
	}
	for range 4 {
		send(0)
		send(45028)
		w.clock.turn(24 * time.Hour)
	}
	send(45028)
	w.clock.turn(30 * 24 * time.Hour)
	send(0)
	if r := w.reports(5)[0]; r.TotalCount != 3 || w.massSpeaks("zhao") != 5 || w.massSpeaks("passer") != 0 {
		t.Errorf("event %+v", r)
	}
}

func TestMassPace(t *testing.T) {
	w := newWorld(t)
	for range 60 {
		w.wants(40152, massAllPath, massText(`"filter":{}`, "x", "c"))
	}
	w.wants(45011, massToPath, massTo("c", "o1", "o2"))
	w.clock.turn(time.Minute)
	w.wants(40031, massToPath, massTo("c", "o1", "o2"))
}

func TestMassFaults(t *testing.T) {
	w := newWorld(t)
	wang, li, _, _ := w.village()
	w.faults(`{"mass_first_45065":1}`)
	id := w.msgID(oaID, massToPath, massTo("c1", wang, li), "msg_id")
	if r := w.reports(1)[0]; r.MsgID != id || r.SentCount != 2 {
		t.Errorf("it must have been sent: %+v", r)
	}
	w.wants(45065, massToPath, massTo("c1", wang, li))
	w.faults(`{"mass_first_45065":1}`)
	w.wants(45065, massToPath, massTo("c2", wang, li))
	w.wants(0, massToPath, massTo("c3", wang, li))
	w.reports(2)

	w.faults(`{"mass_hold":true}`)
	id = w.msgID(oaID, massToPath, massTo("c4", wang, li), "msg_id")
	if got := w.massStatus(id); got != "SENDING" {
		t.Errorf("status %s", got)
	}
	w.faults(`{"mass_hold":false,"mass_end":"err(10001)"}`)
	if got := w.massStatus(id); got != "SEND_SUCCESS" {
		t.Errorf("status %s", got)
	}
	before := w.massSpeaks("wang")
	id = w.msgID(oaID, massToPath, massTo("c5", wang, li), "msg_id")
	if r := w.reports(1)[0]; r.Status != "err(10001)" || r.MsgID != id || r.SentCount != 0 || w.massSpeaks("wang") != before {
		t.Errorf("event %+v", r)
	}
	if got := w.massStatus(id); got != "SEND_FAIL" {
		t.Errorf("status %s", got)
	}
}

func TestMassDelete(t *testing.T) {
	w := newWorld(t)
	w.village()
	const drop = "/cgi-bin/message/mass/delete"
	id := w.msgID(oaID, massAllPath, `{`+toAll+`,"msgtype":"mpnews","mpnews":{"media_id":"m"},"send_ignore_reprint":0}`, "msg_id")
	if out := w.wants(45065, massAllPath, `{`+toAll+`,"msgtype":"mpnews","mpnews":{"media_id":"m"},"send_ignore_reprint":0}`); out["msg_id"] == nil {
		t.Errorf("answer %v", out)
	}
	if r := w.reports(1)[0]; r.Articles.Count != 1 || len(r.Articles.Items) != 1 || r.Articles.Items[0].ArticleUrl == "" {
		t.Errorf("event %+v", r)
	}
	w.wants(0, drop, `{"msg_id":`+id+`,"article_idx":0}`)
	if got := w.massStatus(id); got != "DELETE" {
		t.Errorf("status %s", got)
	}
	w.wants(40059, drop, `{"msg_id":1}`)
	w.clock.turn(24 * time.Hour)
	id = w.msgID(oaID, massAllPath, massText(toAll, "x", ""), "msg_id")
	w.wants(40008, drop, `{"msg_id":`+id+`}`)
}

func TestMassPreviewAndSpeed(t *testing.T) {
	w := newWorld(t)
	users := w.users()
	const preview, speedGet, speedSet = "/cgi-bin/message/mass/preview", "/cgi-bin/message/mass/speed/get", "/cgi-bin/message/mass/speed/set"
	to := func(part string) string { return massText(part, "预览", "") }
	for range 5 { // does not count
		w.wants(0, preview, to(`"touser":"`+users["wang"].OAOpenID+`"`))
	}
	w.wants(0, preview, to(`"towxname":"wang"`))
	if n := w.massSpeaks("wang"); n != 6 || len(w.received()) != 0 {
		t.Errorf("%d previews", n)
	}
	w.wants(40132, preview, to(`"towxname":"nobody"`))
	w.wants(40003, preview, to(`"touser":"oNobody"`))
	w.wants(43004, preview, to(`"touser":"`+users["passer"].OAOpenID+`"`))
	w.wants(44004, preview, massText(`"touser":"`+users["wang"].OAOpenID+`"`, "", ""))

	if out := w.wants(0, speedGet, `{}`); out["speed"] != 0.0 || out["realspeed"] != 80.0 {
		t.Errorf("speed %v", out)
	}
	w.wants(0, speedSet, `{"speed":4}`)
	w.wants(45083, speedSet, `{"speed":5}`)
	w.wants(45084, speedSet, `{}`)
	if out := w.wants(0, speedGet, `{}`); out["speed"] != 4.0 || out["realspeed"] != 10.0 {
		t.Errorf("speed %v", out)
	}
}
