package app_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"bangfu/cmd/app/apptest"
	"bangfu/service/model"
)

const policyTemplate = "事项:{{thing1.DATA}}\n日期:{{date2.DATA}}\n说明:{{thing3.DATA}}"

// crowd is a farm with the template of broadcasts, and with n people who follow and look after households. Their
// accounts are written straight into the database; how people bind has tests of its own.
type crowd struct {
	*apptest.Running
	office, second string
	people         []apptest.Person
}

func newCrowd(t *testing.T, n int, options ...apptest.Option) *crowd {
	t.Helper()
	r := apptest.Boot(t, options...)
	c := &crowd{Running: r, second: r.Office("two")}
	c.office = r.Staff("one", "C-001", model.Post{Duty: model.DutyOffice})
	r.Sim(http.MethodPost, "templates", doc{"account": "oa", "id": "TB", "title": "政策提醒", "content": policyTemplate, "type": 0}, nil)
	by := model.Edit{Actor: "test", Why: "template", At: r.Clock.Now()}
	_, err := r.Store().ChangeSettings(t.Context(), 0, by, func(s *model.Settings) error {
		s.Templates = map[string]model.Templates{"broadcast": {Message: "TB"}}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for i := range n {
		id := fmt.Sprintf("crowd-%04d", i)
		var p apptest.Person
		r.Sim(http.MethodPost, "users", doc{"id": id, "following": true}, &p)
		c.people = append(c.people, p)
		c.bind(t, p, i)
	}
	return c
}

func (c *crowd) bind(t *testing.T, p apptest.Person, i int) {
	t.Helper()
	now, identity := c.Clock.Now(), model.IdentityID(model.ChannelOA, p.OAOpenID)
	household := fmt.Sprintf("H-%03d", 1+i%36)
	account := model.Account{ID: "u:" + p.ID, Rev: 1, CreatedAt: now, Bindings: []model.Binding{{HouseholdID: household, View: model.ViewFull, Since: now}}}
	if err := c.Store().InsertAccount(t.Context(), account); err != nil {
		t.Fatal(err)
	}
	err := c.Store().InsertIdentity(t.Context(), model.Identity{ID: identity, Channel: model.ChannelOA, OpenID: p.OAOpenID, AccountID: account.ID, FirstSeenAt: now})
	if err != nil {
		t.Fatal(err)
	}
}

var policyContent = doc{"about": "低保标准提高", "when": "2018年1月1日", "more": "户号{户号}请看详情", "text": "您好,{户号}的低保标准明年提高,请问帮扶干部。"}

// compose makes a broadcast, tests it and submits it.
func (c *crowd) compose(t *testing.T, more doc) string {
	t.Helper()
	body := doc{"title": "低保标准", "audience": doc{"to": "households"}, "content": policyContent, "by_hand": true, "rate": 5000}
	for k, v := range more {
		body[k] = v
	}
	var b struct{ ID, State string }
	c.Must(http.MethodPost, "/staff/v1/broadcasts", c.office, body, &b)
	c.do(b.ID, "test", c.office, nil)
	c.do(b.ID, "submit", c.office, nil)
	return b.ID
}

// approved is one that may go.
func (c *crowd) approved(t *testing.T, more doc) string {
	t.Helper()
	id := c.compose(t, more)
	if b := c.broadcast(id); b.State == "submitted" {
		c.do(id, "approve", c.second, doc{"rev": b.Rev})
	}
	return id
}

func (c *crowd) do(id, what, token string, body any) {
	c.Must(http.MethodPost, "/staff/v1/broadcasts/"+id+"/"+what, token, body, nil)
}

type broadcastView struct {
	ID, State, Reason string
	Rev               int64
	Counts            map[string]int
}

func (c *crowd) broadcast(id string) (b broadcastView) {
	c.Must(http.MethodGet, "/staff/v1/broadcasts/"+id, c.office, nil, &b)
	return b
}

// until waits for a state and gives the broadcast as it stands then.
func (c *crowd) until(t *testing.T, id, state string) (b broadcastView) {
	t.Helper()
	apptest.EventuallyAll(t, "the broadcast is "+state, func() bool { b = c.broadcast(id); return b.State == state })
	return b
}

// got is how many template messages each person has.
func (c *crowd) got(t *testing.T) map[int]int {
	t.Helper()
	by := map[int]int{}
	for _, p := range c.people {
		by[arrived(c.Running, p.ID)]++
	}
	return by
}

// TestABroadcast walks from the draft to the archive: a second person, a quiet night, everybody once, and those
// without WeChat on their cadre's list.
func TestABroadcast(t *testing.T) {
	c := newCrowd(t, 60)
	id := c.compose(t, nil)
	if b := c.broadcast(id); b.State != "submitted" {
		t.Fatalf("%+v", b)
	}
	c.Refused(403, "second_person", http.MethodPost, "/staff/v1/broadcasts/"+id+"/approve", c.office, doc{"rev": c.broadcast(id).Rev})
	c.Refused(409, "broadcast_state", http.MethodPost, "/staff/v1/broadcasts/"+id+"/start", c.office, doc{})
	var p struct {
		Groups map[string]int
		Second bool `json:"second_person"`
		Rows   []struct {
			Name, Group string
			Content     struct{ More string }
		}
	}
	c.Must(http.MethodGet, "/staff/v1/broadcasts/"+id+"/preview", c.office, nil, &p)
	if p.Groups["now"] < 60 || !p.Second {
		t.Errorf("preview: %+v", p.Groups)
	}
	if more := p.Rows[0].Content.More; !strings.HasPrefix(more, "户号H-") {
		t.Errorf("variables: %q", more)
	}
	c.do(id, "approve", c.second, doc{"rev": c.broadcast(id).Rev})

	// It is scheduled for the night; the quiet hours hold it until eight.
	c.do(id, "start", c.office, doc{"at": "2017-12-28 22:00"})
	turnTo(c.Running, "2017-12-28", 22)
	c.until(t, id, "running")
	turnTo(c.Running, "2017-12-29", 8)
	b := c.until(t, id, "finished")
	if b.Counts["accepted"] < 60 || b.Counts["pending"] != 0 {
		t.Errorf("%+v", b)
	}
	if got := c.got(t); got[1] != 60 {
		t.Errorf("people by messages: %v", got)
	}
	a := c.Call(http.MethodGet, "/staff/v1/broadcasts/"+id+"/events", c.office, nil)
	if !strings.Contains(a.Body, "event: progress") || !strings.Contains(a.Body, `"state":"finished"`) {
		t.Errorf("events: %s", a.Body)
	}
	if a := c.Call(http.MethodGet, "/staff/v1/broadcasts/"+id+"/export", c.office, nil); strings.Count(a.Body, "\n") != sum(b.Counts)+1 {
		t.Errorf("export: %d lines for %v", strings.Count(a.Body, "\n"), b.Counts)
	}
}

func sum(counts map[string]int) (n int) {
	for _, x := range counts {
		n += x
	}
	return n
}

var _ = sync.Mutex{}
var _ = time.Second
