package wxsim_test

import (
	"encoding/xml"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
)

// templateReport is one template of a subscribe_msg_* event.
type templateReport struct {
	TemplateId            string
	SubscribeStatusString string
	PopupScene            string
	MsgID                 string
	ErrorCode             string
	ErrorStatus           string
}

// report is an event that WeChat sends on its own account.
type report struct {
	ToUserName   string
	FromUserName string
	MsgType      string
	Event        string
	MsgID        string
	Status       string
	Popup        []templateReport `xml:"SubscribeMsgPopupEvent>List"`
	Change       []templateReport `xml:"SubscribeMsgChangeEvent>List"`
	Sent         []templateReport `xml:"SubscribeMsgSentEvent>List"`

	TotalCount, FilterCount, SentCount, ErrorCount int

	Copyright struct {
		Count      int
		CheckState string
	} `xml:"CopyrightCheckResult"`
	Articles struct {
		Count int
		Items []struct {
			ArticleIdx int
			ArticleUrl string
		} `xml:"ResultList>item"`
	} `xml:"ArticleUrlResult"`
}

func readReport(t *testing.T, body string) report {
	t.Helper()
	var r report
	if err := xml.Unmarshal([]byte(body), &r); err != nil {
		t.Fatalf("not a report: %v in %s", err, body)
	}
	return r
}

// until waits for a condition that another goroutine brings about.
func (w *world) until(what string, happened func() bool) {
	w.t.Helper()
	ctx := w.t.Context()
	tick, end := time.NewTicker(time.Millisecond), time.After(hangs)
	defer tick.Stop()
	for !happened() {
		select {
		case <-tick.C:
		case <-end:
			w.t.Fatalf("%s: has not come", what)
		case <-ctx.Done():
			w.t.Fatal(ctx.Err())
		}
	}
}

// reports waits for n pushes and reads them.
func (w *world) reports(n int) []report {
	w.t.Helper()
	var list []report
	w.until("pushes", func() bool {
		for _, p := range w.received() {
			list = append(list, readReport(w.t, p.body))
		}
		return len(list) >= n
	})
	if len(list) != n {
		w.t.Fatalf("%d pushes, want %d", len(list), n)
	}
	return list
}

type consentLine struct {
	Account, Template string
	Left              int
	Always            bool
}

func (w *world) consents(id string) []consentLine {
	w.t.Helper()
	var out struct{ Consents []consentLine }
	w.request(http.MethodGet, "/sim/users/"+id+"/consents", "", &out)
	return out.Consents
}

func TestConsentPopup(t *testing.T) {
	w := newWorld(t)
	out := w.act("wang/consent", `{"templates":[{"id":"A","status":"accept"},{"id":"B","status":"reject"}],"scene":2}`)
	if len(out.Attempts) != 1 || out.Failed {
		t.Errorf("outcome %+v", out)
	}
	r, wang := w.reports(1)[0], w.users()["wang"]
	want := []templateReport{
		{TemplateId: "A", SubscribeStatusString: "accept", PopupScene: "2"},
		{TemplateId: "B", SubscribeStatusString: "reject", PopupScene: "2"},
	}
	if r.Event != "subscribe_msg_popup_event" || r.MsgType != "event" || r.ToUserName != "gh_oa" ||
		r.FromUserName != wang.OAOpenID || !slices.Equal(r.Popup, want) {
		t.Errorf("event %+v", r)
	}
	if m := w.last("wang"); m.Kind != "event" || m.From != "user" || !strings.Contains(m.Content, "接受「A」") {
		t.Errorf("the chat shows %+v", m)
	}
	w.act("wang/consent", `{"templates":[{"id":"A","status":"accept"}]}`)
	w.act("wang/consent", `{"account":"mp","templates":[{"id":"M","status":"accept","long_term":true}]}`)
	list := w.reports(2)
	if list[1].ToUserName != "gh_mp" || list[1].FromUserName != wang.MPOpenID {
		t.Errorf("event of the mini-program %+v", list[1])
	}
	got := w.consents("wang")
	if !slices.Equal(got, []consentLine{{"mp", "M", 0, true}, {"oa", "A", 2, false}, {"oa", "B", 0, false}}) {
		t.Errorf("consents %+v", got)
	}
	if n := len(w.consents("passer")); n != 0 {
		t.Errorf("%d consents of somebody else", n)
	}
}

func TestConsentChange(t *testing.T) {
	w := newWorld(t)
	w.act("wang/consent", `{"templates":[{"id":"A","status":"accept","long_term":true}]}`)
	w.act("wang/consent-change", `{"templates":[{"id":"A","status":"reject"}]}`)
	r := w.reports(2)[1]
	if r.Event != "subscribe_msg_change_event" || len(r.Popup) != 0 ||
		!slices.Equal(r.Change, []templateReport{{TemplateId: "A", SubscribeStatusString: "reject"}}) {
		t.Errorf("event %+v", r)
	}
	if got := w.consents("wang"); !slices.Equal(got, []consentLine{{"oa", "A", 0, false}}) {
		t.Errorf("consents %+v", got)
	}
	w.refuses(http.StatusBadRequest, "users/wang/consent-change", `{"templates":[{"id":"A","status":"accept"}]}`)
	w.refuses(http.StatusBadRequest, "users/wang/consent-change", `{}`)
	w.act("wang/consent", `{"templates":[{"id":"A","status":"accept"}]}`)
	w.do("reset", "", nil)
	if n := len(w.consents("wang")); n != 0 {
		t.Errorf("%d consents after a reset", n)
	}
}

func TestConsentIsChecked(t *testing.T) {
	w := newWorld(t)
	w.do("templates", `{"id":"L","title":"走访","content":"{{thing1.DATA}}","type":3}`, nil)
	w.do("templates", `{"id":"O","title":"走访","content":"{{thing1.DATA}}","type":2}`, nil)
	for body, status := range map[string]int{
		`{}`: http.StatusBadRequest,
		`{"templates":[{"id":"A","status":"maybe"}]}`:                                             http.StatusBadRequest,
		`{"templates":[{"status":"accept"}]}`:                                                     http.StatusBadRequest,
		`{"account":"web","templates":[{"id":"A","status":"accept"}]}`:                            http.StatusBadRequest,
		`{"templates":[{"id":"A","status":"accept"}],"scene":3}`:                                  http.StatusBadRequest,
		`{"templates":[{"id":"L","status":"accept"},{"id":"O","status":"accept"}]}`:               http.StatusBadRequest,
		`{"templates":[{"id":"O","status":"accept","long_term":true}]}`:                           http.StatusConflict,
		`{"templates":[` + strings.Repeat(`{"id":"A","status":"accept"},`, 3) + `{"id":"B"}]}`:    http.StatusBadRequest,
		`{"templates":[{"id":"A","status":"accept"},{"id":"B","status":"accept","longterm":1}]}`:  http.StatusBadRequest,
		`{"templates":[{"id":"A","status":"accept"},{"id":"B","status":"accept","long_term":1}]}`: http.StatusBadRequest,
	} {
		w.refuses(status, "users/wang/consent", body)
	}
	w.refuses(http.StatusNotFound, "users/nobody/consent", `{"templates":[{"id":"A","status":"accept"}]}`)
	if n := len(w.received()); n != 0 {
		t.Errorf("%d pushes", n)
	}
	w.act("wang/consent", `{"templates":[{"id":"L","status":"accept"}]}`)
	if got := w.consents("wang"); !slices.Equal(got, []consentLine{{"oa", "L", 0, true}}) {
		t.Errorf("a long-term template is known as such: %+v", got)
	}
}
