package wxsim_test

import (
	"io"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"time"

	"bangfu/repo/wechat/wxsim"
)

func TestControlRefusesWhatItDoesNotKnow(t *testing.T) {
	w := newWorld(t)
	for _, c := range []struct {
		status     int
		path, body string
	}{
		{400, "users/wang/text", `{"contents":"我家"}`},
		{400, "users/wang/text", `{"content":"我家"}{}`},
		{400, "users/wang/text", `{"content":`},
		{400, "users/wang/text", `[]`},
		{400, "users/wang/text", `{}`},
		{400, "faults", `{"sloow_ms":1}`},
		{400, "faults", `{"callbacks":{"loose":1}}`},
		{400, "faults", `{"status":99}`},
		{400, "faults", `[1]`},
		{400, "clock", `{"turns":"1h"}`},
		{400, "users", `{"id":"x","gruop":"cadre"}`},
		{400, "users", `{"id":"x","group":"king"}`},
		{400, "users", `{"id":"a/b"}`},
		{400, "reset", `{"hard":true}`},
		{404, "users/nobody/text", `{"content":"我家"}`},
		{404, "users/nobody/login-code", ""},
	} {
		w.refuses(c.status, c.path, c.body)
	}
	if n := len(w.received()); n != 0 {
		t.Errorf("%d pushes", n)
	}
}

func TestAddUser(t *testing.T) {
	w := newWorld(t)
	var u wxsim.User
	w.do("users", `{"id":"zhao","name":"赵志强","group":"cadre","oa_openid":"oZhao"}`, &u)
	if u.OAOpenID != "oZhao" || len(u.MPOpenID) != 28 || len(u.UnionID) != 28 || u.MPOpenID == u.UnionID || u.Following {
		t.Errorf("added %+v", u)
	}
	again := w.sim.AddUser(wxsim.User{ID: "zhao", Name: "赵强", OAOpenID: "oOther", Following: true})
	if again.Name != "赵强" || again.Group != "cadre" || again.OAOpenID != "oZhao" || again.Following {
		t.Errorf("added again: %+v", again)
	}
	if other := w.sim.AddUser(wxsim.User{Name: "谁", Group: "king"}); other.ID == "" || other.Group != "stranger" {
		t.Errorf("without an id: %+v", other)
	}
	w.refuses(http.StatusConflict, "users", `{"id":"thief","oa_openid":"oZhao"}`)
	if n := len(w.users()); n != 4 {
		t.Errorf("%d users, want 4", n)
	}
	// The same id leads to the same openids in every process, so that demo data stay valid.
	if here, there := w.users()["wang"], newWorld(t).users()["wang"]; here != there {
		t.Errorf("%+v is not %+v", here, there)
	}
}

func TestFaultsAreChangedOneByOne(t *testing.T) {
	w := newWorld(t)
	var f wxsim.Faults
	w.do("faults", `{"system_busy":3,"refuse":{"o1":48002},"spent":["/a"]}`, nil)
	w.do("faults", `{"callbacks":{"lose":2}}`, &f)
	want := wxsim.Faults{
		SystemBusy: 3, Refuse: map[string]int{"o1": 48002}, Spent: []string{"/a"}, Callbacks: wxsim.CallbackFaults{Lose: 2},
	}
	if !reflect.DeepEqual(f, want) {
		t.Errorf("faults %+v, want %+v", f, want)
	}
	w.refuses(http.StatusBadRequest, "faults", `{"system_busy":9,"status":9}`)
	if w.request(http.MethodGet, "/sim/faults", "", &f); f.SystemBusy != 3 {
		t.Error("a refused change took effect")
	}
	w.do("faults", `{}`, nil)
	f = wxsim.Faults{}
	w.request(http.MethodGet, "/sim/faults", "", &f)
	if want := (wxsim.Faults{Refuse: map[string]int{}, Spent: []string{}}); !reflect.DeepEqual(f, want) {
		t.Errorf("cleared: %+v", f)
	}
}

func TestClock(t *testing.T) {
	w := newWorld(t)
	var c struct {
		Now     time.Time
		CanTurn bool `json:"can_turn"`
	}
	start := w.clock.now()
	if w.request(http.MethodGet, "/sim/clock", "", &c); !c.Now.Equal(start) || !c.CanTurn {
		t.Errorf("clock %+v", c)
	}
	if w.do("clock", `{"turn":"24h"}`, &c); !c.Now.Equal(start.Add(24*time.Hour)) || !w.clock.now().Equal(c.Now) {
		t.Errorf("a day later: %+v", c)
	}
	if w.do("clock", `{"to":"2020-10-05T08:00:00+08:00"}`, &c); c.Now.Format(time.RFC3339) != "2020-10-05T08:00:00+08:00" {
		t.Errorf("turned to an instant: %+v", c)
	}
	w.act("wang/text", `{"content":"我家"}`)
	if m := w.one(); m.CreateTime != c.Now.Unix() {
		t.Errorf("CreateTime %d, want the turned clock's %d", m.CreateTime, c.Now.Unix())
	}
	for _, body := range []string{
		`{}`, `{"turn":"-1h"}`, `{"turn":"0"}`, `{"turn":"soon"}`, `{"to":"2020-10-01T00:00:00Z"}`, `{"to":"x"}`,
		`{"turn":"1h","to":"2030-10-01T00:00:00Z"}`,
	} {
		w.refuses(http.StatusBadRequest, "clock", body)
	}
	w = newWorld(t, func(c *wxsim.Config) { c.Turn = nil })
	if w.request(http.MethodGet, "/sim/clock", "", &c); c.CanTurn {
		t.Error("a clock without Turn can be turned")
	}
	w.refuses(http.StatusConflict, "clock", `{"turn":"1h"}`)
}

func TestReset(t *testing.T) {
	w := newWorld(t)
	wang, token, code := w.users()["wang"].OAOpenID, w.token(oaID), w.loginCode("wang")
	w.wants(0, "/cgi-bin/menu/create", menuBody)
	w.act("wang/text", `{"content":"我家"}`)
	w.act("passer/scan", `{"scene":"42"}`)
	w.act("wang/unfollow", "")
	w.faults(`{"system_busy":0,"refuse":{"` + wang + `":48002},"spent":["/cgi-bin/user/get"]}`)
	w.do("reset", "", nil)
	users := w.users()
	if !users["wang"].Following || users["passer"].Following || len(w.chat("wang")) != 0 {
		t.Errorf("people after the reset: %+v", users)
	}
	w.sends(45015, wang)
	w.wants(0, "/cgi-bin/user/get", "")
	w.works(token, 0)
	w.wants(0, "/cgi-bin/menu/get", "")
	if out := w.session(mpID, code); out["errcode"] != 40029.0 {
		t.Errorf("a login code from before: %v", out)
	}
	w.act("wang/text", `{"content":"我家"}`)
	w.sends(0, wang)
}

func TestMessagesAfterAndWaiting(t *testing.T) {
	w := newWorld(t)
	w.act("wang/text", `{"content":"一"}`)
	w.act("wang/text", `{"content":"二"}`)
	seq := w.chat("wang")[0].Seq
	var out struct{ Messages []wxsim.Message }
	read := func(query string) int {
		return w.request(http.MethodGet, "/sim/users/wang/messages?"+query, "", &out)
	}
	if read("after=1"); len(out.Messages) != 1 || out.Messages[0].Content != "二" || seq != 1 {
		t.Errorf("after the first: %+v", out.Messages)
	}
	if read("after=2&wait=10ms"); out.Messages == nil || len(out.Messages) != 0 {
		t.Errorf("nothing new: %+v", out.Messages)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		read("after=2&wait=30s")
	}()
	w.act("passer/follow", "") // somebody else's news does not end the wait
	w.act("wang/text", `{"content":"三"}`)
	<-done
	if len(out.Messages) != 1 || out.Messages[0].Content != "三" {
		t.Errorf("waited for %+v", out.Messages)
	}
	for _, query := range []string{"after=x", "wait=x", "wait=31s", "wait=-1s"} {
		if status := w.request(http.MethodGet, "/sim/users/wang/messages?"+query, "", nil); status != http.StatusBadRequest {
			t.Errorf("%s: status %d, want 400", query, status)
		}
	}
}

// send makes a request with full control over its header.
func (w *world) send(method, path string, change func(r *http.Request)) (*http.Response, string) {
	w.t.Helper()
	req, err := http.NewRequestWithContext(w.t.Context(), method, w.url+path, nil)
	if err != nil {
		w.t.Fatal(err)
	}
	change(req)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		w.t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		w.t.Fatal(err)
	}
	return resp, string(body)
}

func TestOnlyThisMachineControls(t *testing.T) {
	w := newWorld(t)
	elsewhere := func(r *http.Request) { r.Host = "evil.example" }
	for _, path := range []string{"/", "/sim/users", "/sim/events"} {
		if resp, _ := w.send(http.MethodGet, path, elsewhere); resp.StatusCode != http.StatusForbidden {
			t.Errorf("%s under another name: %d, want 403", path, resp.StatusCode)
		}
	}
	if resp, _ := w.send(http.MethodGet, "/cgi-bin/getcallbackip", elsewhere); resp.StatusCode != http.StatusOK {
		t.Errorf("the API under another name: %d; a back end in a container needs it", resp.StatusCode)
	}
	resp, _ := w.send(http.MethodPost, "/sim/reset", func(r *http.Request) { r.Header.Set("Origin", "https://evil.example") })
	if resp.StatusCode != http.StatusForbidden {
		t.Errorf("a post from another site: %d, want 403", resp.StatusCode)
	}
}

func TestPage(t *testing.T) {
	w := newWorld(t, func(c *wxsim.Config) { c.Tips = []wxsim.Tip{{Title: "问一问", Text: "发“我家”"}} })
	resp, body := w.send(http.MethodGet, "/", func(*http.Request) {})
	if resp.StatusCode != http.StatusOK || !strings.Contains(body, "微信模拟器") {
		t.Fatalf("status %d: %.80s", resp.StatusCode, body)
	}
	if policy := resp.Header.Get("Content-Security-Policy"); !strings.Contains(policy, "script-src 'self'") {
		t.Errorf("policy %q", policy)
	}
	// Everything the page loads is there and nothing is loaded from elsewhere.
	for _, part := range strings.Split(body, `"`) {
		if strings.HasSuffix(part, ".js") || strings.HasSuffix(part, ".css") || strings.HasSuffix(part, "icon.svg") {
			if resp, _ := w.send(http.MethodGet, "/"+part, func(*http.Request) {}); resp.StatusCode != http.StatusOK {
				t.Errorf("%s: %d", part, resp.StatusCode)
			}
		}
		if strings.HasPrefix(part, "http") || strings.HasPrefix(part, "//") {
			t.Errorf("the page names %s", part)
		}
	}
	_, info := w.send(http.MethodGet, "/sim/info", func(*http.Request) {})
	if !strings.Contains(info, "发“我家”") || strings.Contains(info, secret) || strings.Contains(info, key) || strings.Contains(info, "pamtest") {
		t.Errorf("info %s; want the tips and no secret", info)
	}
}
