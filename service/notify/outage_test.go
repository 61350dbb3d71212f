package notify_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"bangfu/cmd/app/apptest"
	"bangfu/service/model"
)

type doc = map[string]any

const template = "帮扶日:{{thing1.DATA}}\n日期:{{date2.DATA}}\n说明:{{thing3.DATA}}"

// farm is a Bangfu whose account has templates for reminders and broadcasts. Twelve households keep their cadres.
type farm struct {
	*apptest.Running
	office string
	owed   []string // the numbers of the cadres who are reminded
}

func newFarm(t *testing.T) *farm {
	t.Helper()
	r := apptest.Boot(t)
	f := &farm{Running: r, office: r.Staff("one", "C-001", model.RoleAssignment{Role: model.RoleOffice})}
	pairings, err := r.Store().Pairings(t.Context())
	must(t, err)
	by := model.ChangeInfo{Actor: "test", Why: "a smaller farm", At: r.Clock.Now()}
	for _, p := range pairings {
		if p.HouseholdID <= "H-012" {
			if p.OpenOn("2018-01-05") && !slices.Contains(f.owed, p.CadreID) {
				f.owed = append(f.owed, p.CadreID)
			}
			continue
		}
		_, err := r.Store().ChangePairing(t.Context(), p.ID, 0, by, func(p *model.Pairing) error { p.To = "2017-12-01"; return nil })
		must(t, err)
	}
	for _, id := range []string{"T1", "TB"} {
		r.Sim(http.MethodPost, "templates", doc{"account": "oa", "id": id, "title": "提醒", "content": template, "type": 0}, nil)
	}
	_, err = r.Store().ChangeSettings(t.Context(), 0, by, func(s *model.Settings) error {
		s.Templates = map[string]model.Templates{"reminder": {Message: "T1"}, "broadcast": {Message: "TB"}}
		return nil
	})
	must(t, err)
	return f
}

// reminders of the stage by state.
func (f *farm) reminders(t *testing.T, stage string) map[model.MessageState]int {
	t.Helper()
	list, err := f.Store().MessagesUnder(t.Context(), "rem:2018-01:"+stage+":")
	must(t, err)
	counts := map[model.MessageState]int{}
	for _, m := range list {
		counts[m.State]++
	}
	return counts
}

// got are how many template messages each person of the simulated WeChat has, by text.
func (f *farm) got(person, part string) (n int) {
	for _, line := range f.Chat(strings.ToLower(person)) {
		if line.Kind == "template" && strings.Contains(line.Content, part) {
			n++
		}
	}
	return n
}

// broadcast to all households, which began.
func (f *farm) broadcast(t *testing.T, more doc) string {
	t.Helper()
	body := doc{
		"title": "通知", "by_hand": true, "rate": 5000, "audience": doc{"to": "households"},
		"content": doc{"about": "新政策", "when": "2018年1月2日", "more": "请看详情", "text": "您好,请看新政策。"},
	}
	for k, v := range more {
		body[k] = v
	}
	var b struct {
		ID, State string
		Rev       int64
	}
	path := func(what string) string { return "/staff/v1/broadcasts/" + b.ID + what }
	f.Must(http.MethodPost, "/staff/v1/broadcasts", f.office, body, &b)
	f.Must(http.MethodPost, path("/test"), f.office, nil, nil)
	f.Must(http.MethodPost, path("/submit"), f.office, nil, nil)
	if f.Must(http.MethodGet, path(""), f.office, nil, &b); b.State == "submitted" {
		f.Must(http.MethodPost, path("/approve"), f.Office("second"), doc{"rev": b.Rev}, nil)
	}
	f.Must(http.MethodPost, path("/start"), f.office, doc{}, nil)
	return b.ID
}

func (f *farm) counts(id string) (state string, counts map[string]int) {
	var b struct {
		State  string
		Counts map[string]int
	}
	f.Must(http.MethodGet, "/staff/v1/broadcasts/"+id, f.office, nil, &b)
	return b.State, b.Counts
}

func (f *farm) hold(t *testing.T) (h model.ChannelSuspension) {
	t.Helper()
	list, err := f.Store().ChannelSuspensions(t.Context())
	must(t, err)
	for _, x := range list {
		if x.Reason == model.SuspensionOutage {
			h = x
		}
	}
	return h
}

// TestAnHourOfOutage: WeChat's gateway answers 503 for an hour. Nothing is taken for sent, the account is suspended and
// probed, and when WeChat is back everything that is still valid arrives once.
func TestAnHourOfOutage(t *testing.T) {
	for _, status := range []int{502, 503, 504, 404} {
		t.Run(fmt.Sprint(status), func(t *testing.T) {
			f := newFarm(t)
			f.Faults(doc{"status": status})
			f.TurnTo("2018-01-02", 18)
			apptest.EventuallyAll(t, "the reminders are planned", func() bool { return len(f.reminders(t, "T-3")) > 0 })
			apptest.EventuallyAll(t, "the account is suspended", func() bool { return f.hold(t).ID == "oa/all" })
			for range 12 {
				f.Clock.Advance(5 * time.Minute)
				before := f.hold(t).Tries
				apptest.EventuallyAll(t, "WeChat is probed in vain", func() bool { return f.hold(t).Tries > before })
			}
			if n := f.reminders(t, "T-3"); n[model.MessageQueued] != len(f.owed) || len(n) != 1 {
				t.Errorf("during the outage: %v, want %d queued", n, len(f.owed))
			}
			f.Faults(doc{})
			f.Clock.Advance(6 * time.Minute)
			apptest.EventuallyAll(t, "all reminders arrive", func() bool { return f.reminders(t, "T-3")[model.MessageArrived] == len(f.owed) })
			for _, id := range f.owed {
				if n := f.got(id, "帮扶日走访"); n != 1 {
					t.Errorf("%s got %d", id, n)
				}
			}
			if h := f.hold(t); h.ID != "" {
				t.Errorf("still suspended: %+v", h)
			}
		})
	}
}

// TestABroadcastOutlivesAnOutage: no recipient fails because WeChat was away, and none gets it twice.
func TestABroadcastOutlivesAnOutage(t *testing.T) {
	f := newFarm(t)
	f.TurnTo("2017-12-29", 9)
	id := f.broadcast(t, doc{"rate": 12})
	apptest.EventuallyAll(t, "some have it", func() bool {
		var p struct{ Counts map[string]int }
		f.Must(http.MethodGet, "/staff/v1/broadcasts/"+id+"/progress", f.office, nil, &p)
		return p.Counts["accepted"] > 0
	})
	f.Faults(doc{"status": 503})
	apptest.EventuallyAll(t, "the account is suspended", func() bool { return f.hold(t).ID == "oa/all" })
	for range 12 {
		f.Clock.Advance(5 * time.Minute)
	}
	f.Faults(doc{})
	apptest.EventuallyAll(t, "the broadcast goes on", func() bool {
		state, _ := f.counts(id)
		if state != "finished" {
			f.Clock.Advance(time.Minute)
		}
		return state == "finished"
	})
	if _, counts := f.counts(id); counts["unknown"]+counts["failed"] != 0 {
		t.Errorf("%v", counts)
	}
	for _, p := range f.People() {
		if p.Group == "household" {
			if n := f.got(p.ID, "新政策"); n != 1 {
				t.Errorf("%s got %d", p.ID, n)
			}
		}
	}
}

// TestUnknownInARow: WeChat takes messages and no answer comes. After a few in a row the account is suspended; a person
// sees who they were and has them sent again together.
func TestUnknownInARow(t *testing.T) {
	f := newFarm(t)
	f.TurnTo("2018-01-02", 17)
	f.Must(http.MethodPost, "/staff/v1/household-cards", f.office, doc{"household_no": "H-001"}, nil) // with a token that lasts
	f.Faults(doc{"status": 500})
	f.TurnTo("2018-01-02", 18)
	apptest.EventuallyAll(t, "the account is suspended", func() bool { return f.hold(t).ID == "oa/all" })
	apptest.EventuallyAll(t, "each has an outcome or waits", func() bool {
		n := f.reminders(t, "T-3")
		return n[model.MessageSending] == 0 && n[model.MessageUnknown] >= 3 && n[model.MessageUnknown]+n[model.MessageQueued] == len(f.owed)
	})
	f.Faults(doc{})
	f.Clock.Advance(6 * time.Minute)
	unknown := f.reminders(t, "T-3")[model.MessageUnknown]
	apptest.EventuallyAll(t, "the others arrive", func() bool { return f.reminders(t, "T-3")[model.MessageArrived] == len(f.owed)-unknown })

	var now struct{ Troubles []struct{ ID, State string } }
	f.Must(http.MethodGet, "/staff/v1/sending", f.office, nil, &now)
	var ids []string
	for _, x := range now.Troubles {
		if x.State == "unknown" {
			ids = append(ids, x.ID)
		}
	}
	var out struct{ Resent int }
	f.Must(http.MethodPost, "/staff/v1/messages/resend-many", f.office, doc{"ids": append(ids, ids[0], "nothing")}, &out)
	if out.Resent != unknown || len(ids) != unknown {
		t.Errorf("%d sent again of %d, listed %d", out.Resent, unknown, len(ids))
	}
	apptest.EventuallyAll(t, "all arrive", func() bool { return f.reminders(t, "T-3")[model.MessageArrived] == len(f.owed) })
	auditor := f.Staff("reader", "", model.RoleAssignment{Role: model.RoleInspector})
	f.Refused(403, "not_your_duty", http.MethodPost, "/staff/v1/messages/resend-many", auditor, doc{"ids": ids})
}
