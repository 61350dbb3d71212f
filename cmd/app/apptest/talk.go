package apptest

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

// patience is how long a condition may take to come true. It is a guard against hanging, not a wait, and no measure of the
// machine.
const patience = 15 * time.Minute

// Eventually waits until the condition holds.
func Eventually(t testing.TB, what string, holds func() bool) {
	t.Helper()
	eventually(t, what, 5*time.Millisecond, holds)
}

// EventuallyAll waits for a condition that is dear to look at.
func EventuallyAll(t testing.TB, what string, holds func() bool) {
	t.Helper()
	eventually(t, what, 250*time.Millisecond, holds)
}

func eventually(t testing.TB, what string, every time.Duration, holds func() bool) {
	t.Helper()
	tick := time.NewTicker(every)
	defer tick.Stop()
	end := time.NewTimer(patience)
	defer end.Stop()
	for !holds() {
		select {
		case <-tick.C:
		case <-end.C:
			t.Fatalf("never happened: %s", what)
		}
	}
}

// Answer is an HTTP answer.
type Answer struct {
	Status int
	Header http.Header
	Body   string
}

// JSON decodes the body into v.
func (a Answer) JSON(t testing.TB, v any) {
	t.Helper()
	if err := json.Unmarshal([]byte(a.Body), v); err != nil {
		t.Fatalf("answer %d is not what was expected: %v\n%s", a.Status, err, a.Body)
	}
}

// Code is the stable code of a problem; empty when the answer is none.
func (a Answer) Code() string {
	var p struct{ Code string }
	if json.Unmarshal([]byte(a.Body), &p) != nil {
		return ""
	}
	return p.Code
}

// Request is one HTTP request; Body is sent as it is, anything else as JSON.
func Request(t testing.TB, method, address, token string, body any) Answer {
	t.Helper()
	var payload io.Reader
	switch b := body.(type) {
	case nil:
	case string:
		payload = strings.NewReader(b)
	default:
		raw, err := json.Marshal(b)
		if err != nil {
			t.Fatal(err)
		}
		payload = bytes.NewReader(raw)
	}
	req, err := http.NewRequest(method, address, payload)
	if err != nil {
		t.Fatal(err)
	}
	if payload != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return Answer{Status: resp.StatusCode, Header: resp.Header, Body: string(raw)}
}

// Call is a request to Bangfu.
func (r *Running) Call(method, path, token string, body any) Answer {
	r.t.Helper()
	return Request(r.t, method, r.App.LocalURL()+path, token, body)
}

// Sim is a request to the simulator's control API, which must work.
func (r *Running) Sim(method, path string, body, into any) {
	r.t.Helper()
	a := Request(r.t, method, r.App.SimURL()+"/sim/"+path, "", body)
	if a.Status != http.StatusOK {
		r.t.Fatalf("simulator %s: %d %s", path, a.Status, a.Body)
	}
	if into != nil {
		a.JSON(r.t, into)
	}
}

// Pushed is what became of a push.
type Pushed struct {
	Attempts []struct {
		Status int
		Body   string
		Error  string
	}
	Reply  *struct{ Type, Content string }
	Failed bool
}

// Text is the passive reply, or empty.
func (p Pushed) Text() string {
	if p.Reply == nil {
		return ""
	}
	return p.Reply.Content
}

// Act lets a simulated person do something: follow, unfollow, text, voice, scan, menu, event, image.
func (r *Running) Act(person, action string, input any) Pushed {
	r.t.Helper()
	var p Pushed
	r.Sim(http.MethodPost, "users/"+url.PathEscape(person)+"/"+action, input, &p)
	if in, ok := input.(map[string]string); ok {
		r.remember(in["content"])
		r.remember(in["recognition"])
	}
	r.remember(p.Text())
	return p
}

// Follow lets persons follow the official account.
func (r *Running) Follow(persons ...string) {
	r.t.Helper()
	for _, p := range persons {
		r.Act(p, "follow", nil)
	}
}

// Say sends a text and returns the reply.
func (r *Running) Say(person, text string) string {
	r.t.Helper()
	return r.Act(person, "text", map[string]string{"content": text}).Text()
}

// Raise lets a household speak of a difficulty and agree to what the bot says back; it returns the last answer.
func (r *Running) Raise(person, text string) string {
	r.t.Helper()
	if said := r.Say(person, "反映 "+text); !strings.Contains(said, "就这样记下") {
		return said
	}
	return r.Say(person, "1")
}

// ChatLine is one line of a chat as the person sees it.
type ChatLine struct {
	Seq                      int64
	From, Kind, Via, Content string
}

// Chat is everything in a person's chat.
func (r *Running) Chat(person string) []ChatLine {
	r.t.Helper()
	var out struct{ Messages []ChatLine }
	r.Sim(http.MethodGet, "users/"+person+"/messages", nil, &out)
	return out.Messages
}

// Person is a simulated person.
type Person struct {
	ID       string `json:"id"`
	Group    string `json:"group"`
	Note     string `json:"note"`
	OAOpenID string `json:"oa_openid"`
	MPOpenID string `json:"mp_openid"`
	UnionID  string `json:"unionid"`
}

// People are all simulated persons.
func (r *Running) People() []Person {
	r.t.Helper()
	var out struct{ Users []Person }
	r.Sim(http.MethodGet, "users", nil, &out)
	return out.Users
}

// Person by id.
func (r *Running) Person(id string) Person {
	r.t.Helper()
	for _, p := range r.People() {
		if p.ID == id {
			return p
		}
	}
	r.t.Fatalf("no simulated person %s", id)
	return Person{}
}

// LoginCode is a fresh code of wx.login.
func (r *Running) LoginCode(person string) string {
	r.t.Helper()
	var out struct{ Code string }
	r.Sim(http.MethodPost, "users/"+person+"/login-code", nil, &out)
	return out.Code
}

// PhoneCode is a fresh code of a tap on the phone-number button, for the number.
func (r *Running) PhoneCode(person, phone string) string {
	r.t.Helper()
	var out struct{ Code string }
	r.Sim(http.MethodPost, "users/"+person+"/phone-code", map[string]string{"phone": phone}, &out)
	return out.Code
}

// LogIn opens the mini-program for a person and returns the session token.
func (r *Running) LogIn(person string) string {
	r.t.Helper()
	a := r.Call(http.MethodPost, "/mini/v1/login", "", map[string]string{"code": r.LoginCode(person)})
	var out struct{ Token string }
	a.JSON(r.t, &out)
	if out.Token == "" {
		r.t.Fatalf("no token: %d %s", a.Status, a.Body)
	}
	return out.Token
}

// Web makes a person the one whose phone opens web pages; with snapshot they see a snapshot only.
func (r *Running) Web(person string, snapshot bool) {
	r.t.Helper()
	r.Sim(http.MethodPost, "users/"+url.PathEscape(person)+"/web", map[string]bool{"snapshot": snapshot}, nil)
}

// SimAccounts are the AppIDs of the simulated accounts.
func (r *Running) SimAccounts() (oa, mini string) {
	r.t.Helper()
	var out struct {
		OA, MP struct {
			AppID string `json:"app_id"`
		}
	}
	r.Sim(http.MethodGet, "info", nil, &out)
	return out.OA.AppID, out.MP.AppID
}

// Faults sets the simulator's fault knobs.
func (r *Running) Faults(f map[string]any) {
	r.t.Helper()
	r.Sim(http.MethodPost, "faults", f, nil)
}
