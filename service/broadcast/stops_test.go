package broadcast_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"bangfu/cmd/app/apptest"
	"bangfu/repo/repotest"
	"bangfu/service/model"
)

// TestPausingABroadcast stops one within a piece, goes on with those who wait, and cancels another: whoever has it has
// it, and nobody else gets it.
func TestPausingABroadcast(t *testing.T) {
	repotest.Raced(t)
	c := newCrowd(t)
	id := c.approved(t, doc{"rate": 8})
	c.do(id, "start", c.office, doc{})
	c.someHaveIt(t, id)
	c.do(id, "pause", c.office, doc{"why": "先等等"})
	c.lanesEnd(t, id)
	got := c.got("household")[1]
	if waiting := len(c.recipients(id, "pending")); got == 0 || waiting == 0 || got+waiting != 36 {
		t.Errorf("%d have it, %d wait", got, waiting)
	}
	c.Refused(409, "broadcast_state", http.MethodPost, "/staff/v1/broadcasts/"+id+"/pause", c.office, doc{"why": "再"})
	c.do(id, "resume", c.second, doc{})
	if b := c.until(t, id, "finished"); b.Counts["accepted"] != 36 || sum(b.Counts) != 36 {
		t.Errorf("%+v", b)
	}
	if got := c.got("household"); got[1] != 36 {
		t.Errorf("households by messages: %v", got)
	}

	id = c.approved(t, doc{"rate": 8})
	c.do(id, "start", c.office, doc{})
	c.someHaveIt(t, id)
	c.do(id, "cancel", c.office, doc{"why": "写错了"})
	c.lanesEnd(t, id)
	second := c.got("household")[2]
	if waiting := len(c.recipients(id, "pending")); second == 36 || second+waiting != 36 {
		t.Errorf("%d have it, %d never get it", second, waiting)
	}
	c.Refused(409, "broadcast_state", http.MethodPost, "/staff/v1/broadcasts/"+id+"/resume", c.office, doc{})
	if a := c.Call(http.MethodGet, "/staff/v1/broadcasts/"+id+"/export?reason="+url.QueryEscape("核对结果"), c.office, nil); strings.Count(a.Body, "\n") != 37 {
		t.Errorf("export: %d lines", strings.Count(a.Body, "\n"))
	}
}

// someHaveIt waits until a few have the broadcast.
func (c *crowd) someHaveIt(t *testing.T, id string) {
	t.Helper()
	apptest.EventuallyAll(t, "some have it", func() bool {
		var p struct{ Counts map[string]int }
		c.Must(http.MethodGet, "/staff/v1/broadcasts/"+id+"/progress", c.office, nil, &p)
		return p.Counts["accepted"] > 0
	})
}

// lanesEnd waits until nothing of the broadcast is under way.
func (c *crowd) lanesEnd(t *testing.T, id string) {
	t.Helper()
	apptest.EventuallyAll(t, "its lanes end", func() bool {
		for _, lane := range []string{"/0", "/1"} {
			_, err := c.Store().Job(t.Context(), "broadcast:run|"+id+lane)
			if !model.IsKind(err, model.KindNotFound) {
				return false
			}
		}
		return true
	})
}

// TestABroadcastPassesOverWhoWantsNone: nothing goes to somebody who wants no messages about the household; what everybody
// has to know they are told in person.
func TestABroadcastPassesOverWhoWantsNone(t *testing.T) {
	c := newCrowd(t)
	c.Say("h-001", "退订")
	apptest.WantContains(t, c.Say("h-001", "1"), "不再主动发了")
	id := c.approved(t, only("H-001", "H-002"))
	c.do(id, "start", c.office, doc{})
	c.until(t, id, "finished")
	if list := c.recipients(id, "by_hand"); len(list) != 1 || list[0].Reason != "stopped" || c.Running.Templates("h-001") != 0 || c.Running.Templates("h-002") != 1 {
		t.Errorf("%+v", list)
	}
	apptest.WantContains(t, c.Say("h-001", "恢复提醒"), "恢复了")
	id = c.approved(t, only("H-001"))
	c.do(id, "start", c.office, doc{})
	c.until(t, id, "finished")
	if c.Running.Templates("h-001") != 1 {
		t.Error("nothing goes to somebody who wants messages again")
	}
}

// TestAnAccountThatWeChatRefuses: the broadcast pauses by itself, the office hears of it, and nobody is lost.
func TestAnAccountThatWeChatRefuses(t *testing.T) {
	c := newCrowd(t)
	c.Say("c-001", "帮助") // so that the office can be told
	id := c.approved(t, nil)
	refuse := map[string]int{}
	for _, p := range c.People() {
		if p.Group == "household" {
			refuse[p.OAOpenID] = 48001
		}
	}
	c.Faults(doc{"refuse": refuse})
	c.do(id, "start", c.office, doc{})
	b := c.until(t, id, "paused")
	if !strings.Contains(b.Reason, "48001") {
		t.Errorf("%+v", b)
	}
	apptest.EventuallyAll(t, "the office hears of it", func() bool { return c.heard("c-001", "已自动暂停") })
	if waiting := len(c.recipients(id, "pending")); waiting != 36 {
		t.Errorf("%d wait", waiting)
	}
	c.Faults(doc{})
	c.Running.TurnTo("2017-12-28", 14)
	c.do(id, "resume", c.office, doc{})
	if b := c.until(t, id, "finished"); b.Counts["accepted"] != 36 || sum(b.Counts) != 36 {
		t.Errorf("%+v", b)
	}
	if got := c.got("household"); got[1] != 36 {
		t.Errorf("households by messages: %v", got)
	}
}

// heard reports whether somebody was told words.
func (c *crowd) heard(person, words string) bool {
	for _, line := range c.Chat(person) {
		if line.From == "account" && strings.Contains(line.Content, words) {
			return true
		}
	}
	return false
}

// TestThePreviewOfABroadcast says who gets it now, who is left out and why, and what each would read.
func TestThePreviewOfABroadcast(t *testing.T) {
	repotest.Raced(t)
	c := newCrowd(t)
	c.Running.TurnTo("2017-12-28", 21)
	var b broadcastView
	body := doc{
		"title": "低保标准", "by_hand": true, "content": merge(doc{}, policyContent),
		"audience": doc{"to": "households", "attributes": []string{"subsistence"}, "ids": []string{"H-001", "H-002"}, "except": []string{"H-002"}},
	}
	c.Must(http.MethodPost, "/staff/v1/broadcasts", c.office, body, &b)
	var p struct {
		Groups map[string]int
		Second bool    `json:"second_person"`
		Quiet  *string `json:"quiet_until"`
		Rows   []struct {
			Name, Group string
			Households  []string `json:"household_nos"`
			Content     struct{ More, Text string }
		}
	}
	c.Must(http.MethodGet, "/staff/v1/broadcasts/"+b.ID+"/preview", c.office, nil, &p)
	if p.Quiet == nil || p.Second || p.Groups["now"] == 0 || p.Groups["now"] >= 36 || len(p.Rows) != p.Groups["now"] {
		t.Errorf("%+v", p)
	}
	seen := map[string]bool{}
	for _, row := range p.Rows {
		no := strings.Join(row.Households, "、")
		seen[no] = true
		if row.Content.More != "户号"+no+"请看详情" || !strings.Contains(row.Name, "*") {
			t.Errorf("%+v", row)
		}
	}
	if !seen["H-001"] || seen["H-002"] {
		t.Errorf("listed one in, the excluded one out: %v", seen)
	}
	// What WeChat would refuse is refused before.
	long := merge(doc{}, policyContent)
	long["about"] = strings.Repeat("长", 21)
	c.Refused(400, "broadcast_content", http.MethodPost, "/staff/v1/broadcasts", c.office, merge(doc{"title": "太长", "audience": doc{"to": "households"}}, doc{"content": long}))
}
