package visit_test

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"bangfu/cmd/app/apptest"
	"bangfu/service/model"
)

// TestAWholeMonth goes through all seven stages, and through everything that can come between: a visit, an excuse, a
// hand-over, a muted household, somebody who leaves the account, 43101, 45015, a token that WeChat does not know any
// more, a quota that is used up, the quiet hours and the cap. What counts is what the phones hold at the end.
func TestAWholeMonth(t *testing.T) {
	r, office, owed := aidMonth(t)
	m := &monthOf{Running: r, t: t, office: office, cadres: paired(t, r)}
	if owed != 9 || len(m.cadres) != 9 {
		t.Fatalf("%d owed, %d cadres", owed, len(m.cadres))
	}
	visits, gone, away, refuses, closed, handed := m.cadres[0], m.cadres[1], m.cadres[2], m.cadres[3], m.cadres[4], m.cadres[5]
	const heir, secretary, chief = "c-110", "c-107", "c-108"
	r.Staff("branch", strings.ToUpper(secretary), model.RoleAssignment{Role: model.RoleSecretary})
	r.Staff("chief", strings.ToUpper(chief), model.RoleAssignment{Role: model.RoleOffice})
	m.templates()
	r.Act(refuses, "consent", doc{"templates": []doc{{"id": "S1", "status": "accept"}}})
	r.Clock.Advance(2 * time.Second) // of one second they would be one
	r.Act(refuses, "consent", doc{"templates": []doc{{"id": "S1", "status": "accept"}}})

	r.TurnTo("2018-01-02", 18)
	m.stage("T-3", map[string]int{"arrived": 9})
	r.TurnTo("2018-01-03", 9)
	m.stage("T-2h", map[string]int{"arrived": 3})

	// One may stay away, one leaves the account, one has taken the consent back, one has closed the window.
	m.excused(away)
	r.Act(gone, "unfollow", nil)
	r.Faults(doc{"refuse": doc{r.Person(refuses).OAOpenID: 43101, r.Person(closed).OAOpenID: 45015}})
	r.TurnTo("2018-01-04", 18)
	m.stage("T-1", map[string]int{"arrived": 5, "by_hand": 3})
	m.triedAndFailed(refuses, "43101 subscription", "43101 template")
	m.triedAndFailed(closed, "45015 template")
	r.Faults(doc{"refuse": nil})

	// A visit stops the chain; a hand-over moves it.
	m.visitConfirmed(visits)
	old := slices.IndexFunc(r.Household(office, "H-002").Cadres, func(c cadreOf) bool { return strings.EqualFold(c.CadreID, handed) })
	r.Must(http.MethodPost, "/staff/v1/households/H-002/handovers", office, doc{
		"pairing_id": r.Household(office, "H-002").Cadres[old].PairingID, "on": "2018-01-04", "reason": "调动", "to": []doc{{"cadre_id": strings.ToUpper(heir)}},
	}, nil)
	r.Faults(doc{"revoke_tokens": true})
	r.TurnTo("2018-01-05", 8)
	m.stage("T", map[string]int{"arrived": 6, "by_hand": 1})

	m.capped()
	m.muted("H-010", "2018-01-06")
	m.quotaUsedUp()

	r.Say(closed, "请假")
	r.Say(closed, "1")
	r.Say(closed, "2")
	r.TurnTo("2018-01-10", 9)
	m.stage("T+5", map[string]int{"arrived": 1, "by_hand": 1}) // the demo's secretary is no cadre: the office reads it among the troubles
	m.report("T+5", "branch", "还有2户的4次走访没有记录", "干部生病1次(待批准)")
	m.late(closed)
	r.TurnTo("2018-01-15", 9)
	m.stage("T+10", map[string]int{"arrived": 2, "by_hand": 1}) // with the log-in that the demo has
	m.report("T+10", "chief", "还有2户的3次走访没有记录")

	r.TurnTo("2018-02-01", 0)
	want := map[string]int{"visited": 1, "visited_late": 1, "excused": 1, "cancelled": 4, "missed": 3}
	if got := boardStates(r, office); !maps.Equal(got, want) {
		t.Errorf("the month ends with %v, want %v", got, want)
	}
	const t3, t2h, t1, t0, next, t5, t10 = "02 18h", "03 09h", "04 18h", "05 08h", "08 08h", "10 09h", "15 09h"
	m.phone(visits, t3, t1)
	m.phone(gone, t3)
	m.phone(away, t3)
	m.phone(refuses, t3, t0, next)
	m.phone(closed, t3, t0, next)
	m.phone(handed, t3, t1)
	m.phone(heir, t0, next)
	for _, c := range m.cadres[6:] {
		m.phone(c, t3, t1, t0)
	}
	for _, h := range []string{"h-001", "h-002", "h-010"} {
		m.phone(h, t2h)
	}
	m.phone(secretary, t5)
	m.phone(chief, t10)
}

type cadreOf = struct {
	PairingID string `json:"pairing_id"`
	CadreID   string `json:"cadre_id"`
	Role      string
}

// monthOf is January 2018 on the small farm.
type monthOf struct {
	*apptest.Running
	t      *testing.T
	office string
	cadres []string
}

// templates lets the visits' questions and the needs go by the template of the reminders, and reminders by a
// subscription notice first.
func (m *monthOf) templates() {
	m.Sim(http.MethodPost, "templates", doc{"account": "oa", "id": "S1", "title": "走访提醒", "content": apptest.ReminderTemplate, "type": 2}, nil)
	var s doc
	m.Must(http.MethodGet, "/staff/v1/aid-day-settings", m.office, nil, &s)
	delete(s, "$schema")
	s["templates"] = doc{
		"reminder": doc{"message": "T1", "subscription": "S1"}, "need": doc{"message": "T1", "subscription": ""},
		"visit": doc{"message": "T1", "subscription": ""},
	}
	m.Must(http.MethodPut, "/staff/v1/aid-day-settings", m.office, s, nil)
}

// stage waits until the reminders of a stage have these outcomes and no others.
func (m *monthOf) stage(stage string, want map[string]int) {
	m.t.Helper()
	got := map[string]int{}
	defer func() {
		if m.t.Failed() {
			m.t.Logf("%s: %v", stage, reminders(m.Running, m.office, stage))
		}
	}()
	apptest.EventuallyAll(m.t, fmt.Sprintf("%s ends as %v", stage, want), func() bool {
		clear(got)
		for _, x := range reminders(m.Running, m.office, stage) {
			got[x.State]++
		}
		return maps.Equal(got, want)
	})
}

// excused asks for an excuse by three digits, which the office approves; the cadre hears of it.
func (m *monthOf) excused(cadre string) {
	m.t.Helper()
	m.Say(cadre, "请假")
	m.Say(cadre, "1")
	apptest.WantContains(m.t, m.Say(cadre, "1"), "等领导批准")
	id := "2018-01/H-001/" + strings.ToUpper(cadre)
	m.Must(http.MethodPost, "/staff/v1/excuses", m.office, doc{"id": id, "approve": true}, nil)
	apptest.EventuallyAll(m.t, "the cadre hears of the excuse", func() bool {
		return slices.ContainsFunc(m.Chat(cadre), func(l apptest.ChatLine) bool { return strings.Contains(l.Content, "请假批准了") })
	})
}

// triedAndFailed looks at WeChat's answers to the reminder of T-1, and at who tells the cadre.
func (m *monthOf) triedAndFailed(cadre string, want ...string) {
	m.t.Helper()
	var got []string
	for _, step := range became(m.Running, m.office, "T-1", cadre).Steps {
		got = append(got, fmt.Sprintf("%d %s", step.ErrCode, step.Way))
	}
	if !slices.Equal(got, want) {
		m.t.Errorf("%s: %v, want %v", cadre, got, want)
	}
}

// visitConfirmed records a visit on the evening before the day; the household is asked, and answers by one digit.
func (m *monthOf) visitConfirmed(cadre string) {
	m.t.Helper()
	m.Say(cadre, "记录")
	apptest.WantContains(m.t, m.Say(cadre, "2"), "记好了")
	m.Clock.Advance(2 * time.Minute)
	apptest.EventuallyAll(m.t, "the household is asked", func() bool {
		return slices.ContainsFunc(m.Chat("h-001"), func(l apptest.ChatLine) bool { return strings.Contains(l.Content, "来过回71,没来回72") })
	})
	apptest.WantContains(m.t, m.Say("h-001", "71"), "谢谢您", "很满意")
	var board struct{ Reminded, Confirmed, Denied int }
	// What was sent to somebody who has left is erased.
	m.Must(http.MethodGet, "/staff/v1/aid-days/2018-01", m.office, nil, &board)
	if board.Reminded != 8 || board.Confirmed != 1 || board.Denied != 0 {
		m.t.Errorf("%+v", board)
	}
}

// capped has a cadre reminded a third time on the day of the visit: that waits for the next morning.
func (m *monthOf) capped() {
	m.t.Helper()
	owner := apptest.LeadOf(m.t, "H-010")
	m.Raise("h-010", "屋顶漏雨")
	m.Raise("h-010", "井水发浑,想请人看看")
	told := func() (n int) {
		for _, l := range m.Chat(owner) {
			if strings.Contains(l.Content, "户号H-010的难事") {
				n++
			}
		}
		return n
	}
	apptest.EventuallyAll(m.t, "the first difficulty reaches its owner", func() bool { return told() == 1 })
	m.Running.TurnTo("2018-01-06", 7)
	if n := told(); n != 1 {
		m.t.Errorf("%d of the difficulties were told beyond the cap", n)
	}
	m.Running.TurnTo("2018-01-06", 8)
	apptest.EventuallyAll(m.t, "the second follows in the morning", func() bool { return told() == 2 })
}

func (m *monthOf) muted(household, from string) {
	m.t.Helper()
	file := m.Running.Household(m.office, household)
	m.Must(http.MethodPut, "/staff/v1/households/"+household, m.office, doc{
		"rev": file.Rev, "why": "去外地看病", "muted": doc{"reason": "去外地看病", "from": from, "until": "2018-01-25"},
	}, nil)
}

// quotaUsedUp has WeChat refuse everybody of T+2 with 45009 in the evening: they get it in the morning, once.
func (m *monthOf) quotaUsedUp() {
	m.t.Helper()
	m.Faults(doc{"spent": []string{"/cgi-bin/message/template/send"}})
	m.Running.TurnTo("2018-01-07", 18)
	m.stage("T+2", map[string]int{"queued": 3, "by_hand": 1})
	midnight := model.Date("2018-01-08").Start()
	apptest.EventuallyAll(m.t, "all that wait, wait for midnight", func() bool {
		for _, x := range reminders(m.Running, m.office, "T+2") {
			job, err := m.Store().Job(m.t.Context(), "message:send|"+x.ID)
			if x.State == "queued" && (err != nil || job.DueAt.Before(midnight)) {
				return false
			}
		}
		return true
	})
	m.Faults(doc{"spent": []string{}})
	m.Clock.Advance(7 * time.Hour) // one in the night: the quota is new, but people sleep
	m.stage("T+2", map[string]int{"queued": 3, "by_hand": 1})
	m.Running.TurnTo("2018-01-08", 8)
	m.stage("T+2", map[string]int{"arrived": 3, "by_hand": 1})
}

// report looks at what somebody of the staff is told of a month.
func (m *monthOf) report(stage, staff string, parts ...string) {
	m.t.Helper()
	row, err := m.Store().Message(m.t.Context(), "rem:2018-01:"+stage+":"+staff)
	if err != nil {
		m.t.Fatal(err)
	}
	apptest.WantContains(m.t, row.Text, parts...)
}

// late records after the time, with the day on which the cadre was there and the reason.
func (m *monthOf) late(cadre string) {
	m.t.Helper()
	m.Say(cadre, "记录")
	apptest.WantContains(m.t, m.Say(cadre, "1"), "为什么晚了", "或者写一句")
	apptest.WantContains(m.t, m.Say(cadre, "家里老人住院,一直在医院"), "记好了:1月10日(星期三)")
	list, err := m.Store().VisitsTo(m.t.Context(), "H-002")
	if err != nil {
		m.t.Fatal(err)
	}
	if v := list[len(list)-1]; v.LateReason != "家里老人住院,一直在医院" {
		m.t.Errorf("%+v", v)
	}
}

// phone looks at when a person got a reminder of the aid day, a report among them: each of these hours once.
func (m *monthOf) phone(person string, want ...string) {
	m.t.Helper()
	var got []string
	for _, at := range remindedAt(m.Running, person) {
		got = append(got, strings.TrimPrefix(strings.TrimSuffix(at, ":00"), "2018-01-")+"h")
	}
	if !slices.Equal(got, want) {
		m.t.Errorf("%s got reminders at %v, want %v", person, got, want)
	}
}
