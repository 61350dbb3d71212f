package broadcast_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"

	"bangfu/cmd/app/apptest"
	"bangfu/repo/repotest"
	"bangfu/service/model"
)

const policyTemplate = "事项:{{thing1.DATA}}\n日期:{{date2.DATA}}\n说明:{{thing3.DATA}}"

// crowd is a farm with the template of broadcasts. The reference farm's cadres and one person of each household are
// bound already.
type crowd struct {
	*apptest.Running
	office, second string
}

func newCrowd(t *testing.T, options ...apptest.Option) *crowd {
	t.Helper()
	r := apptest.Boot(t, options...)
	c := &crowd{Running: r, second: r.Office("two")}
	c.office = r.Staff("one", "C-001", model.RoleAssignment{Role: model.RoleOffice})
	r.Sim(http.MethodPost, "templates", doc{"account": "oa", "id": "TB", "title": "政策提醒", "content": policyTemplate, "type": 0}, nil)
	by := model.ChangeInfo{Actor: "test", Why: "template", At: r.Clock.Now()}
	_, err := r.Store().ChangeSettings(t.Context(), 0, by, func(s *model.Settings) error {
		s.Templates, s.CapPerDay = map[string]model.Templates{"broadcast": {Message: "TB"}}, 0
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

var policyContent = doc{"about": "低保标准提高", "when": "2018年1月1日", "more": "户号{户号}请看详情", "text": "您好,{户号}的低保标准明年提高,请问帮扶干部。"}

var cadreContent = doc{"about": "下月帮扶日", "when": "2018年1月5日", "more": "{姓名}请按时走访", "text": "{干部}您好,{单位}下月5日走访,请安排好。"}

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

// got counts people of a group by how many template messages they have.
func (c *crowd) got(group string) map[int]int {
	by := map[int]int{}
	for _, p := range c.People() {
		if p.Group == group {
			by[c.Running.Templates(p.ID)]++
		}
	}
	return by
}

// households are the numbers of the first n.
func households(n int) (ids []string) {
	for i := range n {
		ids = append(ids, fmt.Sprintf("H-%03d", i+1))
	}
	return ids
}

func only(ids ...string) doc {
	return doc{"audience": doc{"to": "households", "only": true, "ids": ids}}
}

// TestABroadcast walks from the draft to the archive: a second person, an edit that voids the approval, two people who
// press at once, a quiet night, and everybody once.
func TestABroadcast(t *testing.T) {
	repotest.Raced(t)
	c := newCrowd(t)
	id := c.compose(t, doc{"audience": doc{"to": "cadres"}, "content": cadreContent})
	path := "/staff/v1/broadcasts/" + id
	if b := c.broadcast(id); b.State != "submitted" {
		t.Fatalf("%+v", b)
	}
	c.Refused(403, "second_person", http.MethodPost, path+"/approve", c.office, doc{"rev": c.broadcast(id).Rev})
	c.Refused(409, "broadcast_state", http.MethodPost, path+"/start", c.office, doc{})
	old := c.broadcast(id).Rev
	c.do(id, "approve", c.second, doc{"rev": old})

	// An edit makes it a draft again, and what was approved was another text.
	edited := doc{"rev": c.broadcast(id).Rev, "title": "低保标准", "audience": doc{"to": "cadres", "except": []string{"C-110"}}, "content": cadreContent, "rate": 5000}
	c.Must(http.MethodPut, path, c.office, edited, nil)
	c.Refused(409, "broadcast_state", http.MethodPost, path+"/start", c.office, doc{})
	c.do(id, "test", c.office, nil)
	c.do(id, "submit", c.office, nil)
	c.Refused(409, "changed_meanwhile", http.MethodPost, path+"/approve", c.second, doc{"rev": old})
	c.do(id, "approve", c.second, doc{"rev": c.broadcast(id).Rev})

	// It is scheduled for the night, then two people send it at once; the quiet hours hold it until eight.
	c.Running.TurnTo("2017-12-28", 21)
	var all sync.WaitGroup
	answers := make(chan int, 2)
	for _, token := range []string{c.office, c.second} {
		all.Go(func() { answers <- c.Call(http.MethodPost, path+"/start", token, doc{}).Status })
	}
	all.Wait()
	if a, b := <-answers, <-answers; a+b != 200+409 {
		t.Errorf("two people pressed: %d, %d", a, b)
	}
	if b := c.until(t, id, "running"); b.Counts["pending"] != 109 {
		t.Errorf("frozen: %+v", b)
	}
	c.App.Embedded().Flush()
	c.Running.TurnTo("2017-12-29", 8)
	b := c.until(t, id, "finished")
	if b.Counts["accepted"] != 109 || sum(b.Counts) != 109 {
		t.Errorf("%+v", b)
	}
	// The author has the two tests besides; C-110 has nothing.
	if got := c.got("cadre"); got[1] != 108 || got[3] != 1 || got[0] != 1 {
		t.Errorf("cadres by messages: %v", got)
	}
	if a := c.Call(http.MethodGet, path+"/events", c.office, nil); !strings.Contains(a.Body, "event: progress") || !strings.Contains(a.Body, `"state":"finished"`) {
		t.Errorf("events: %s", a.Body)
	}
	if a := c.Call(http.MethodGet, path+"/export?reason="+url.QueryEscape("核对结果"), c.office, nil); strings.Count(a.Body, "\n") != 110 {
		t.Errorf("export: %d lines", strings.Count(a.Body, "\n"))
	}
}

func sum(counts map[string]int) (n int) {
	for _, x := range counts {
		n += x
	}
	return n
}

type recipientView struct {
	Person, State, Reason string
	Households            []string `json:"household_nos"`
	ErrCode               int64
}

func (c *crowd) recipients(id, state string) []recipientView {
	var out struct{ Recipients []recipientView }
	c.Must(http.MethodGet, "/staff/v1/broadcasts/"+id+"/recipients?limit=200&state="+state, c.office, nil, &out)
	return out.Recipients
}

// TestABroadcastWhoseWorkerDies kills the worker that holds some recipients, loses WeChat's answer for others, and
// empties Redis: nobody gets it twice, nobody is forgotten, and whoever may or may not have it is listed.
func TestABroadcastWhoseWorkerDies(t *testing.T) {
	repotest.Raced(t)
	c := newCrowd(t)
	c.Running.TurnTo("2017-12-28", 21)
	id := c.approved(t, only(households(20)...))
	c.do(id, "start", c.office, doc{})
	c.until(t, id, "running")
	if waiting := c.recipients(id, "pending"); len(waiting) != 20 {
		t.Fatal(len(waiting))
	}
	var rows []model.Recipient
	err := c.Store().EachWaiting(t.Context(), id, func(r model.Recipient) error { rows = append(rows, r); return nil })
	if err != nil || len(rows) != 20 {
		t.Fatal(len(rows), err)
	}
	// Somebody claims three of them and is never heard of again.
	if mine, err := c.Store().ClaimRecipients(t.Context(), []*model.Recipient{&rows[0], &rows[1], &rows[2]}, "dead", c.Clock.Now()); err != nil || len(mine) != 3 {
		t.Fatal(len(mine), err)
	}
	// Of two more WeChat's answer is lost; it reports on them later.
	c.Faults(doc{"cut_after_accept": 2})
	c.App.Embedded().Flush()
	c.Running.TurnTo("2017-12-29", 8)
	b := c.until(t, id, "finished")
	apptest.EventuallyAll(t, "WeChat's reports settle those whose answer was lost", func() bool {
		b = c.broadcast(id)
		return b.Counts["accepted"] == 17
	})
	unknown := c.recipients(id, "unknown")
	if b.Counts["unknown"] != 3 || len(unknown) != 3 || sum(b.Counts) != 20 {
		t.Errorf("%+v, listed %d", b, len(unknown))
	}
	if got := c.got("household"); got[1] != 17 || got[0] != 19 {
		t.Errorf("households by messages: %v", got)
	}
	// A person decides: one has it, one is told by hand, one gets it again.
	for i, decision := range []string{"accepted", "by_hand", "again"} {
		c.Must(http.MethodPost, "/staff/v1/broadcasts/"+id+"/recipients/"+unknown[i].Person, c.office, doc{"decision": decision}, nil)
	}
	apptest.EventuallyAll(t, "the third has it", func() bool {
		b = c.broadcast(id)
		return b.State == "finished" && b.Counts["accepted"] == 19
	})
	if got := c.got("household"); got[1] != 18 || got[2] != 0 {
		t.Errorf("households by messages: %v", got)
	}
}

// TestWhatWeChatRefuses goes through people who do not follow, a quota that ends at midnight, and a template that is
// gone: the broadcast pauses by itself, and a retry reaches those whom it failed and nobody else.
func TestWhatWeChatRefuses(t *testing.T) {
	c := newCrowd(t)
	open := map[string]int{c.Person("h-001").OAOpenID: 43004, c.Person("h-002").OAOpenID: 40003}
	c.Faults(doc{"refuse": open})
	id := c.approved(t, only(households(6)...))
	c.do(id, "start", c.office, doc{})
	b := c.until(t, id, "finished")
	if b.Counts["accepted"] != 4 || b.Counts["by_hand"] != 2 {
		t.Errorf("%+v", b)
	}
	list := c.recipients(id, "by_hand")
	if len(list) != 2 || list[0].ErrCode+list[1].ErrCode != 43004+40003 {
		t.Errorf("%+v", list)
	}
	// The cadre finds it among what is to be told.
	if got := c.Say(apptest.LeadOf(t, list[0].Households[0]), "已告知"); !strings.Contains(got, "低保标准明年提高") {
		t.Error(got)
	}

	// The quota of the day is used up in the afternoon: it goes on at eight the next morning.
	c.Running.TurnTo("2017-12-28", 15)
	c.Faults(doc{})
	id = c.approved(t, nil)
	c.Faults(doc{"spent": []string{"/cgi-bin/message/template/send"}})
	c.do(id, "start", c.office, doc{})
	apptest.EventuallyAll(t, "WeChat stops the way", func() bool {
		holds, err := c.Store().ChannelSuspensions(t.Context())
		return err == nil && len(holds) == 1 && holds[0].Until.Equal(model.Date("2017-12-29").Start())
	})
	if b := c.broadcast(id); b.State != "running" {
		t.Errorf("%+v", b)
	}
	c.Faults(doc{"spent": []string{}})
	c.Running.TurnTo("2017-12-29", 1)
	c.Running.TurnTo("2017-12-29", 8)
	if b := c.until(t, id, "finished"); b.Counts["accepted"] != 36 {
		t.Errorf("%+v", b)
	}

	// The template is gone: after the first ones it pauses, and the office hears of it.
	id = c.approved(t, nil)
	refuse := map[string]int{}
	for _, p := range c.People() {
		if p.Group == "household" && p.ID != "h-001" && p.ID != "h-002" {
			refuse[p.OAOpenID] = 40037
		}
	}
	c.Faults(doc{"refuse": refuse})
	c.do(id, "start", c.office, doc{})
	b = c.until(t, id, "paused")
	if !strings.Contains(b.Reason, "自动暂停") {
		t.Errorf("%+v", b)
	}
	c.Faults(doc{})
	var again struct{ Again int }
	failed := 0
	apptest.EventuallyAll(t, "the outcomes of the piece are written", func() bool {
		failed = len(c.recipients(id, "failed"))
		return failed > 0
	})
	c.Must(http.MethodPost, "/staff/v1/broadcasts/"+id+"/retry", c.office, doc{}, &again)
	// The other shard may have failed meanwhile, too; that nobody is left out or gets it twice is counted below.
	if b = c.until(t, id, "finished"); again.Again < failed || b.Counts["accepted"] != 36 {
		t.Errorf("%d of %d again: %+v", again.Again, failed, b)
	}
	if got := c.got("household"); got[3] != 4 || got[2] != 32 {
		t.Errorf("households by messages: %v", got)
	}
}
