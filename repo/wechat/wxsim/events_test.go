package wxsim_test

import (
	"bufio"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"bangfu/repo/wechat/wxsim"
)

// event is one server-sent event.
type event struct{ name, data string }

// listen opens the live feed; the channel ends with the feed.
func (w *world) listen() <-chan event {
	w.t.Helper()
	req, err := http.NewRequestWithContext(w.t.Context(), http.MethodGet, w.url+"/sim/events", nil)
	if err != nil {
		w.t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		w.t.Fatal(err)
	}
	if got := resp.Header.Get("Content-Type"); got != "text/event-stream" {
		w.t.Errorf("Content-Type %q", got)
	}
	w.t.Cleanup(func() { _ = resp.Body.Close() })
	out := make(chan event, 100)
	go func() {
		defer close(out)
		next := event{name: "message"}
		for lines := bufio.NewScanner(resp.Body); lines.Scan(); {
			switch line := lines.Text(); {
			case strings.HasPrefix(line, "event: "):
				next.name = line[len("event: "):]
			case strings.HasPrefix(line, "data: "):
				out <- event{name: next.name, data: line[len("data: "):]}
				next.name = "message"
			}
		}
	}()
	return out
}

// await reads the feed up to an event of this name.
func await(t *testing.T, feed <-chan event, name string, out any) {
	t.Helper()
	for e := range feed {
		if e.name != name {
			continue
		}
		if err := json.Unmarshal([]byte(e.data), out); err != nil {
			t.Fatalf("%s: %v in %s", name, err, e.data)
		}
		return
	}
	t.Fatalf("the feed ended without %q", name)
}

func TestLiveFeed(t *testing.T) {
	w := newWorld(t)
	wang := w.users()["wang"]
	w.says(replyXML(wang.OAOpenID, "gh_oa", textXML("在的")))
	feed := w.listen()
	var line struct {
		User    string
		Message wxsim.Message
	}
	w.act("wang/text", `{"content":"第一行\n第二行"}`)
	await(t, feed, "message", &line)
	if line.User != "wang" || line.Message.From != "user" || line.Message.Content != "第一行\n第二行" {
		t.Errorf("first %+v", line)
	}
	await(t, feed, "message", &line)
	if line.User != "wang" || line.Message.Via != "passive" || line.Message.Content != "在的" {
		t.Errorf("then %+v", line)
	}
	var u wxsim.User
	w.act("wang/unfollow", "")
	if await(t, feed, "user", &u); u.ID != "wang" || u.Following {
		t.Errorf("user %+v", u)
	}
	var c wxsim.Call
	w.wants(0, "/cgi-bin/menu/create", `{"button":[{"type":"click","name":"我家","key":"HOME"}]}`)
	if await(t, feed, "call", &c); c.Path != "/cgi-bin/stable_token" {
		t.Errorf("call %+v", c)
	}
	var m struct{ Button []struct{ Name string } }
	if await(t, feed, "menu", &m); len(m.Button) != 1 || m.Button[0].Name != "我家" {
		t.Errorf("menu %+v", m)
	}
	var clock struct{ Now string }
	w.do("clock", `{"turn":"1h"}`, nil)
	if await(t, feed, "clock", &clock); clock.Now != "2020-10-02T10:00:00+08:00" {
		t.Errorf("clock %+v", clock)
	}
	w.do("reset", "", nil)
	await(t, feed, "reset", &struct{}{})
}
