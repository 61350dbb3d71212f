package wxsim_test

import (
	"net/http"
	"strings"
	"testing"
	"time"
)

func TestFollowAndUnfollow(t *testing.T) {
	w := newWorld(t)
	w.says("nonsense") // an answer nobody waits for does not show as a failure
	w.refuses(http.StatusConflict, "users/passer/text", `{"content":"你好"}`)
	w.refuses(http.StatusConflict, "users/passer/unfollow", "")
	w.says("success")
	w.act("passer/follow", "")
	if m := w.one(); m.MsgType != "event" || m.Event != "subscribe" || m.EventKey != "" || m.Ticket != "" {
		t.Errorf("follow sends %+v", m)
	}
	if !w.users()["passer"].Following {
		t.Error("not following afterwards")
	}
	w.refuses(http.StatusConflict, "users/passer/follow", "")
	w.says("nonsense")
	w.act("passer/unfollow", "")
	if m := readMessage(t, w.received()[0].body); m.Event != "unsubscribe" || m.EventKey != "" {
		t.Errorf("unfollow sends %+v", m)
	}
	if m := w.last("passer"); w.users()["passer"].Following || m.Content != "取消了关注" {
		t.Errorf("after unfollowing: %+v", m)
	}
}

func TestScanning(t *testing.T) {
	w := newWorld(t)
	w.act("passer/scan", `{"scene":"H-001"}`)
	first := w.one()
	if first.Event != "subscribe" || first.EventKey != "qrscene_H-001" || first.Ticket == "" {
		t.Errorf("a stranger's scan sends %+v", first)
	}
	w.act("passer/scan", `{"scene":"H-001"}`)
	if m := w.one(); m.Event != "SCAN" || m.EventKey != "H-001" || m.Ticket != first.Ticket {
		t.Errorf("a follower's scan sends %+v", m)
	}
	w.refuses(http.StatusBadRequest, "users/passer/scan", "{}")
}

func TestQRCodes(t *testing.T) {
	w := newWorld(t)
	const path = "/cgi-bin/qrcode/create"
	made := w.wants(0, path, `{"expire_seconds":600,"action_name":"QR_STR_SCENE","action_info":{"scene":{"scene_str":"H-001"}}}`)
	if made["expire_seconds"] != 600.0 || made["ticket"] == "" || made["url"] == "" {
		t.Errorf("made %v", made)
	}
	w.act("wang/scan", `{"scene":"H-001"}`)
	if m := w.one(); m.Ticket != made["ticket"] {
		t.Errorf("ticket %q, want that of the code", m.Ticket)
	}
	w.wants(0, path, `{"action_name":"QR_LIMIT_SCENE","action_info":{"scene":{"scene_id":7}}}`)
	w.clock.turn(10 * time.Minute)
	w.refuses(http.StatusConflict, "users/wang/scan", `{"scene":"H-001"}`)
	w.act("wang/scan", `{"scene":"7"}`)
	for body, code := range map[string]int{
		`{"action_name":"QR","action_info":{"scene":{"scene_id":7}}}`:                    40052,
		`{"action_name":"QR_SCENE","action_info":{"scene":{"scene_id":0}}}`:              40053,
		`{"action_name":"QR_LIMIT_SCENE","action_info":{"scene":{"scene_id":100001}}}`:   40053,
		`{"action_name":"QR_LIMIT_STR_SCENE","action_info":{"scene":{"scene_str":""}}}`:  40053,
		`{"action_name":"QR_STR_SCENE","action_info":{"scene":{"scene_str":["a","b"]}}}`: 47001,
	} {
		w.wants(code, path, body)
	}
}

func TestMenuTaps(t *testing.T) {
	w := newWorld(t)
	w.wants(0, "/cgi-bin/menu/create", menuBody)
	w.says("nonsense")
	for key, want := range map[string]struct{ event, key, shown string }{
		"HOME":                     {"CLICK", "HOME", "点了菜单「我家」"},
		"https://example.com/list": {"VIEW", "https://example.com/list", "点了菜单「公示」"},
		"pages/home":               {"view_miniprogram", "pages/home", "点了菜单「小程序」"},
		"SCAN":                     {"scancode_push", "SCAN", "点了菜单「扫码」"},
		"GONE":                     {"CLICK", "GONE", "点了菜单「GONE」"},
		"https://example.com/old":  {"VIEW", "https://example.com/old", "点了菜单「https://example.com/old」"},
	} {
		before := len(w.chat("wang"))
		w.act("wang/menu", `{"key":"`+key+`"}`)
		list, chat := w.received(), w.chat("wang")[before:]
		if m := readMessage(t, list[0].body); m.Event != want.event || m.EventKey != want.key {
			t.Errorf("%s sends %+v", key, m)
		}
		if chat[0].Content != want.shown {
			t.Errorf("%s shows %q, want %q", key, chat[0].Content, want.shown)
		}
		// Leaving the chat for a page waits for no answer, so its failure is not seen.
		if quiet := strings.HasPrefix(want.event, "V") || want.event == "view_miniprogram"; (len(chat) == 1) != quiet {
			t.Errorf("%s: %d lines", key, len(chat))
		}
	}
	w.refuses(http.StatusBadRequest, "users/wang/menu", "{}")
	w.refuses(http.StatusConflict, "users/passer/menu", `{"key":"HOME"}`)
}

func TestVoiceAndImage(t *testing.T) {
	w := newWorld(t)
	w.act("wang/voice", `{"recognition":"补贴有多少"}`)
	if m := w.one(); m.MsgType != "voice" || m.Recognition != "补贴有多少" || m.MsgId == "" {
		t.Errorf("voice sends %+v", m)
	}
	w.act("wang/image", "")
	if m := w.one(); m.MsgType != "image" || m.PicUrl == "" || m.MsgId == "" {
		t.Errorf("image sends %+v", m)
	}
}

func TestMessageIDsNeverRepeat(t *testing.T) {
	w := newWorld(t)
	seen := map[string]bool{}
	for range 10 {
		w.act("wang/text", `{"content":"我家"}`)
		if m := w.one(); seen[m.MsgId] {
			t.Fatalf("MsgId %s again", m.MsgId)
		} else {
			seen[m.MsgId] = true
		}
	}
	w.do("reset", "", nil)
	w.act("wang/text", `{"content":"我家"}`)
	if m := w.one(); seen[m.MsgId] {
		t.Error("a reset starts the ids again")
	}
}

func TestRawEvent(t *testing.T) {
	w := newWorld(t)
	w.act("wang/event", `{"event":"TEMPLATESENDJOBFINISH","event_key":"x"}`)
	if m := w.one(); m.Event != "TEMPLATESENDJOBFINISH" || m.EventKey != "x" {
		t.Errorf("sends %+v", m)
	}
	w.refuses(http.StatusBadRequest, "users/wang/event", "{}")
}

func TestActionsOfTheMiniProgram(t *testing.T) {
	w := newWorld(t)
	passer := w.users()["passer"]
	w.act("passer/text", `{"account":"mp","content":"在吗"}`)
	if m := w.one(); m.ToUserName != "gh_mp" || m.FromUserName != passer.MPOpenID {
		t.Errorf("sends %+v", m)
	}
	for action, body := range map[string]string{
		"follow": "", "unfollow": "", "scan": `"scene":"1",`, "menu": `"key":"x",`, "voice": "",
	} {
		w.refuses(http.StatusBadRequest, "users/wang/"+action, `{`+body+`"account":"mp"}`)
	}
	w.refuses(http.StatusBadRequest, "users/wang/text", `{"account":"mpp","content":"在吗"}`)
	if n := len(w.received()); n != 0 {
		t.Errorf("%d pushes of refused actions", n)
	}
	if !w.users()["wang"].Following {
		t.Error("a refused action changed something")
	}
}
