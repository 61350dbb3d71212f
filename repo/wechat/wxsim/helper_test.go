package wxsim_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"bangfu/repo/wechat/wxsim"
)

const (
	oaID   = "wx0000000000000001"
	mpID   = "wx0000000000000002"
	secret = "the-secret"
	key    = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
)

// clock stands still until it is turned.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) turn(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// push is one callback as the back end received it.
type push struct {
	query  url.Values
	header http.Header
	body   string
}

// world is a simulator with a back end that answers its callbacks.
type world struct {
	t     *testing.T
	sim   *wxsim.Sim
	url   string
	back  string // base URL of the back end
	clock *clock

	mu     sync.Mutex
	pushes []push
	answer func(w http.ResponseWriter, r *http.Request, body string)
}

// newWorld starts both; options change the configuration first.
func newWorld(t *testing.T, options ...func(*wxsim.Config)) *world {
	t.Helper()
	w := &world{t: t, clock: &clock{at: time.Date(2020, 10, 2, 9, 0, 0, 0, time.FixedZone("CST", 8*3600))}}
	back := httptest.NewServer(http.HandlerFunc(w.receive))
	t.Cleanup(back.Close)
	w.back = back.URL
	account := func(id, original, path string) wxsim.Account {
		return wxsim.Account{
			AppID: id, Secret: secret, Token: "pamtest", AESKey: key, OriginalID: original, Mode: "plain",
			CallbackURL: back.URL + path,
		}
	}
	cfg := wxsim.Config{
		OA: account(oaID, "gh_oa", "/wechat/oa?tenant=1"), MP: account(mpID, "gh_mp", "/wechat/mp"),
		AppURL: back.URL, Now: w.clock.now, Turn: w.clock.turn, PushTimeout: hangs,
	}
	for _, option := range options {
		option(&cfg)
	}
	w.sim = wxsim.New(cfg)
	server := httptest.NewServer(w.sim.Handler())
	t.Cleanup(server.Close)
	t.Cleanup(w.sim.Close)
	w.url = server.URL
	w.sim.AddUser(wxsim.User{ID: "wang", Name: "王秀英", Group: "household", Following: true})
	w.sim.AddUser(wxsim.User{ID: "passer", Name: "过路人"})
	return w
}

func safeMode(c *wxsim.Config) { c.OA.Mode = "safe" }

// hangs is how long anything may take before it counts as never.
const hangs = 3 * time.Minute

func (w *world) receive(rw http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	w.mu.Lock()
	w.pushes = append(w.pushes, push{query: r.URL.Query(), header: r.Header.Clone(), body: string(body)})
	answer := w.answer
	w.mu.Unlock()
	if answer == nil {
		_, _ = io.WriteString(rw, "success")
		return
	}
	answer(rw, r, string(body))
}

// answers sets what the back end says to every callback from now on.
func (w *world) answers(fn func(rw http.ResponseWriter, r *http.Request, body string)) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.answer = fn
}

func (w *world) says(body string) {
	w.answers(func(rw http.ResponseWriter, _ *http.Request, _ string) { _, _ = io.WriteString(rw, body) })
}

// received takes the callbacks that have come since the last time.
func (w *world) received() []push {
	w.mu.Lock()
	defer w.mu.Unlock()
	list := w.pushes
	w.pushes = nil
	return list
}

// request makes an HTTP request and reads a JSON answer into out unless that is nil.
func (w *world) request(method, path, body string, out any) int {
	w.t.Helper()
	req, err := http.NewRequestWithContext(w.t.Context(), method, w.url+path, strings.NewReader(body))
	if err != nil {
		w.t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		w.t.Fatalf("%s %s: %v", method, path, err)
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		w.t.Fatal(err)
	}
	if out != nil {
		if err := json.Unmarshal(raw, out); err != nil {
			w.t.Fatalf("%s %s: %v in %s", method, path, err, raw)
		}
	}
	return resp.StatusCode
}

// do carries out a control call that must be accepted.
func (w *world) do(path, body string, out any) {
	w.t.Helper()
	var raw json.RawMessage
	if status := w.request(http.MethodPost, "/sim/"+path, body, &raw); status != http.StatusOK {
		w.t.Fatalf("%s %s: status %d: %s", path, body, status, raw)
	}
	if out != nil && json.Unmarshal(raw, out) != nil {
		w.t.Fatalf("%s: cannot read %s", path, raw)
	}
}

// refuses makes a control call that must be answered with this status and some reason.
func (w *world) refuses(status int, path, body string) {
	w.t.Helper()
	var out struct{ Error string }
	if got := w.request(http.MethodPost, "/sim/"+path, body, &out); got != status || out.Error == "" {
		w.t.Errorf("%s %s: got %d %q, want %d with a reason", path, body, got, out.Error, status)
	}
}

func (w *world) act(path, body string) wxsim.Outcome {
	w.t.Helper()
	var out wxsim.Outcome
	w.do("users/"+path, body, &out)
	return out
}

func (w *world) faults(body string) {
	w.t.Helper()
	w.do("faults", body, nil)
}

func (w *world) users() map[string]wxsim.User {
	w.t.Helper()
	var out struct{ Users []wxsim.User }
	w.request(http.MethodGet, "/sim/users", "", &out)
	byID := map[string]wxsim.User{}
	for _, u := range out.Users {
		byID[u.ID] = u
	}
	return byID
}

func (w *world) chat(id string) []wxsim.Message {
	w.t.Helper()
	var out struct{ Messages []wxsim.Message }
	w.request(http.MethodGet, "/sim/users/"+id+"/messages", "", &out)
	return out.Messages
}

// last is the newest line of a chat.
func (w *world) last(id string) wxsim.Message {
	w.t.Helper()
	list := w.chat(id)
	if len(list) == 0 {
		w.t.Fatalf("the chat of %s is empty", id)
	}
	return list[len(list)-1]
}

// token is the stable token of an account.
func (w *world) token(appID string) string {
	w.t.Helper()
	var out struct {
		AccessToken string `json:"access_token"`
	}
	w.request(http.MethodPost, "/cgi-bin/stable_token", stableBody(appID, secret, false), &out)
	if out.AccessToken == "" {
		w.t.Fatalf("no token for %s", appID)
	}
	return out.AccessToken
}

func stableBody(appID, secret string, force bool) string {
	body, _ := json.Marshal(map[string]any{
		"grant_type": "client_credential", "appid": appID, "secret": secret, "force_refresh": force,
	})
	return string(body)
}

// call makes a WeChat API call: POST with a body, GET without. It returns errcode and the answer.
func (w *world) call(token, path, body string) (int, map[string]any) {
	w.t.Helper()
	method := http.MethodGet
	if body != "" {
		method = http.MethodPost
	}
	separator := "?"
	if strings.Contains(path, "?") {
		separator = "&"
	}
	out := map[string]any{}
	if status := w.request(method, path+separator+"access_token="+token, body, &out); status != http.StatusOK {
		w.t.Fatalf("%s: status %d", path, status)
	}
	code, _ := out["errcode"].(float64)
	return int(code), out
}

// wants makes an API call of the official account and checks its errcode.
func (w *world) wants(code int, path, body string) map[string]any {
	w.t.Helper()
	got, out := w.call(w.token(oaID), path, body)
	if got != code {
		w.t.Errorf("%s %.80s: errcode %d (%v), want %d", path, body, got, out["errmsg"], code)
	}
	return out
}

// sends is a customer text to a person from the official account.
func (w *world) sends(code int, openID string) {
	w.t.Helper()
	w.wants(code, "/cgi-bin/message/custom/send", customText(openID, "您好"))
}

func customText(openID, content string) string {
	body, _ := json.Marshal(map[string]any{
		"touser": openID, "msgtype": "text", "text": map[string]string{"content": content},
	})
	return string(body)
}

// message is the plain XML of a push, read by other means than the simulator's own.
type message struct {
	XMLName      xml.Name `xml:"xml"`
	ToUserName   string
	FromUserName string
	CreateTime   int64
	MsgType      string
	Content      string
	MsgId        string
	Event        string
	EventKey     string
	Ticket       string
	Recognition  string
	PicUrl       string
	Encrypt      string
}

func readMessage(t *testing.T, body string) message {
	t.Helper()
	var m message
	if err := xml.NewDecoder(bytes.NewReader([]byte(body))).Decode(&m); err != nil {
		t.Fatalf("not a message: %v in %s", err, body)
	}
	return m
}

// one takes the single push that has come and reads it.
func (w *world) one() message {
	w.t.Helper()
	list := w.received()
	if len(list) != 1 {
		w.t.Fatalf("got %d pushes, want 1", len(list))
	}
	return readMessage(w.t, list[0].body)
}

// replyXML answers a push; rest is everything after CreateTime.
func replyXML(to, from, rest string) string {
	return fmt.Sprintf("<xml><ToUserName><![CDATA[%s]]></ToUserName><FromUserName><![CDATA[%s]]></FromUserName>"+
		"<CreateTime>1</CreateTime>%s</xml>", to, from, rest)
}

func textXML(content string) string {
	return "<MsgType><![CDATA[text]]></MsgType><Content><![CDATA[" + content + "]]></Content>"
}
