package visit_test

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

// aidMonth is a farm whose account has the template of the reminders. Three households keep their cadres,
// owed visits in all; the whole farm is in TestThePreview.
func aidMonth(t *testing.T) (r *apptest.Running, office string, owed int) {
	t.Helper()
	r = apptest.Boot(t)
	office = r.Office("one")
	pairings, err := r.Store().Pairings(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	by := model.ChangeInfo{Actor: "test", Why: "a smaller farm", At: r.Clock.Now()}
	for _, p := range pairings {
		if p.HouseholdID == "H-001" || p.HouseholdID == "H-002" || p.HouseholdID == "H-010" {
			owed++
			continue
		}
		if _, err := r.Store().ChangePairing(t.Context(), p.ID, 0, by, func(p *model.Pairing) error { p.To = "2017-12-01"; return nil }); err != nil {
			t.Fatal(err)
		}
	}
	r.UseReminderTemplate(office)
	return r, office, owed
}

// TestThePreview tells what settings would do in the whole farm.
func TestThePreview(t *testing.T) {
	r := apptest.Boot(t)
	office := r.Office("one")
	var s doc
	r.Must(http.MethodGet, "/staff/v1/aid-day-settings", office, nil, &s)
	delete(s, "$schema")
	s["stages"] = []doc{{"key": "T-3", "days": -3, "hour": 18, "hours": 24, "to": "cadre"}, {"key": "T", "days": 0, "hour": 8, "hours": 12, "to": "cadre"}, {"key": "T+2", "days": 2, "hour": 18, "hours": 24, "to": "cadre"}}
	var p struct{ Text string }
	r.Must(http.MethodPost, "/staff/v1/aid-day-settings/preview", office, s, &p)
	if !strings.Contains(p.Text, "110位干部") || !strings.Contains(p.Text, "330条") {
		t.Error(p.Text)
	}
	s["stages"] = []doc{{"key": "T", "days": 0, "hour": 8, "hours": 0, "to": "cadre"}}
	r.Refused(400, "stages", http.MethodPut, "/staff/v1/aid-day-settings", office, s)
}

type attempt struct {
	Way, Reason string
	ErrCode     int64
}

type reminder struct {
	Steps                  []attempt
	ID, State, Way, Reason string
	ErrCode                int64
}

func reminders(r *apptest.Running, office, stage string) (list []reminder) {
	var out struct{ Reminders []reminder }
	r.Must(http.MethodGet, "/staff/v1/aid-days/2018-01/reminders", office, nil, &out)
	return slices.DeleteFunc(out.Reminders, func(x reminder) bool { return !strings.HasPrefix(x.ID, "rem:2018-01:"+stage+":") })
}

// settled waits until every reminder of the stage has an outcome, and counts the outcomes.
func settled(t *testing.T, r *apptest.Running, office, stage string, want int) map[string]int {
	t.Helper()
	counts := map[string]int{}
	defer func() {
		if t.Failed() {
			t.Logf("%s: %v", stage, reminders(r, office, stage))
		}
	}()
	apptest.EventuallyAll(t, fmt.Sprintf("%d reminders of %s have an outcome", want, stage), func() bool {
		clear(counts)
		for _, x := range reminders(r, office, stage) {
			counts[x.State]++
		}
		return counts["queued"]+counts["sending"]+counts["accepted"] == 0 && counts["arrived"]+counts["by_hand"]+counts["dropped"]+counts["expired"]+counts["unknown"] == want
	})
	return counts
}

// TestAMonth walks from the first reminder to the office's report: one message a cadre and stage, and none
// after the visit is recorded.
func TestAMonth(t *testing.T) {
	r, office, owed := aidMonth(t)
	r.TurnTo("2018-01-02", 18)
	if n := settled(t, r, office, "T-3", owed); n["arrived"] != owed {
		t.Errorf("T-3: %v", n)
	}
	lead := apptest.LeadOf(t, "H-001")
	if n := r.Templates(lead); n != 1 {
		t.Errorf("%d reminders arrived", n)
	}
	r.TurnTo("2018-01-04", 18)
	settled(t, r, office, "T-1", owed)

	// The cadre records the visit by two digits, before the aid day.
	if got := r.Say(lead, "记录"); !strings.Contains(got, "H-001") {
		t.Fatal(got)
	}
	if got := r.Say(lead, "3"); !strings.Contains(got, "记好了") || !strings.Contains(got, "送政策1次") {
		t.Fatal(got)
	}
	r.TurnTo("2018-01-05", 8)
	if n := settled(t, r, office, "T", owed-1); n["arrived"] != owed-1 {
		t.Errorf("T: %v", n)
	}
	if n := r.Templates(lead); n != 2 {
		t.Errorf("%d reminders arrived after the visit", n)
	}
	var board struct {
		ByState map[string]int `json:"by_state"`
		Items   map[string]int
	}
	r.Must(http.MethodGet, "/staff/v1/aid-days/2018-01", office, nil, &board)
	if board.ByState["visited"] != 1 || board.ByState["expected"] != owed-1 || board.Items["policy_delivered"] != 1 {
		t.Errorf("%+v", board)
	}

	// What nobody asked for goes twice a day at the most, and never at night.
	r.TurnTo("2018-01-07", 18)
	settled(t, r, office, "T+2", owed-1)
	missing, err := r.Store().MessagesUnder(t.Context(), model.ReminderKey(model.Stage{Key: "T+2"}, "2018-01", strings.ToUpper(apptest.LeadOf(t, "H-010"))))
	if err != nil || len(missing) != 1 || !strings.Contains(missing[0].Text, "*家(H-010)") || !strings.Contains(missing[0].Text, "去过请补记") {
		t.Errorf("%+v %v", missing, err)
	}
	r.TurnTo("2018-01-08", 9)
	r.Must(http.MethodGet, "/staff/v1/aid-days/2018-01", office, nil, &board)
	if board.ByState["overdue"] != owed-1 {
		t.Errorf("%+v", board)
	}
	// A late record asks for a reason first.
	late := apptest.LeadOf(t, "H-010")
	r.Say(late, "记录")
	if got := r.Say(late, "1"); !strings.Contains(got, "为什么晚了") {
		t.Fatal(got)
	}
	apptest.WantContains(t, r.Say(late, "4"), "哪天去的", "3 1月5日(星期五),帮扶日")
	apptest.WantContains(t, r.Say(late, "4"), "记好了:1月6日")
	r.Must(http.MethodGet, "/staff/v1/aid-days/2018-01", office, nil, &board)
	if board.ByState["visited"] != 2 || board.ByState["visited_late"] != 0 { // it was there in time
		t.Errorf("%+v", board)
	}
	var past struct {
		Visits []struct {
			On, Late string
			At       time.Time `json:"recorded_at"`
		}
	}
	r.Must(http.MethodGet, "/staff/v1/households/H-010/visits", office, nil, &past)
	if v := past.Visits[0]; v.On != "2018-01-06" || model.DateOf(v.At) != "2018-01-08" {
		t.Errorf("%+v", v)
	}
}

// TestAnOutageOverTheAidDay sleeps through two stages: what is past its validity is never sent.
func TestAnOutageOverTheAidDay(t *testing.T) {
	r, office, owed := aidMonth(t)
	r.TurnTo("2018-01-05", 23) // T-3, T-1 and T are over
	r.TurnTo("2018-01-07", 18)
	settled(t, r, office, "T+2", owed)
	for _, stage := range []string{"T-3", "T-1", "T"} {
		if list := reminders(r, office, stage); len(list) != 0 {
			t.Errorf("%s: %d reminders", stage, len(list))
		}
	}
}

// TestAVisitStopsAReminderThatWaits records the visit while WeChat is busy.
func TestAVisitStopsAReminderThatWaits(t *testing.T) {
	r, office, owed := aidMonth(t)
	lead := apptest.LeadOf(t, "H-001")
	r.Faults(doc{"system_busy": 100000})
	r.TurnTo("2018-01-05", 9)
	apptest.EventuallyAll(t, "the reminders wait", func() bool { return len(reminders(r, office, "T")) == owed })
	r.Say(lead, "记录")
	if got := r.Say(lead, "1"); !strings.Contains(got, "记好了") {
		t.Fatal(got)
	}
	r.Faults(doc{"system_busy": 0})
	r.Clock.Advance(20 * time.Minute)
	if n := settled(t, r, office, "T", owed); n["dropped"] != 1 || n["arrived"] != owed-1 {
		t.Errorf("%v", n)
	}
	if n := r.Templates(lead); n != 0 {
		t.Errorf("%d arrived", n)
	}
}

// TestAHandoverInTheMonthMovesWhatIsOpen changes the cadre after the month was planned.
func TestAHandoverInTheMonthMovesWhatIsOpen(t *testing.T) {
	r, office, owed := aidMonth(t)
	r.TurnTo("2018-01-03", 9)
	board := func() (rows map[string]string) {
		var b struct {
			Rows []struct{ ID, State string }
		}
		r.Must(http.MethodGet, "/staff/v1/aid-days/2018-01", office, nil, &b)
		rows = map[string]string{}
		for _, x := range b.Rows {
			rows[x.ID] = x.State
		}
		return rows
	}
	apptest.EventuallyAll(t, "the month is planned", func() bool { return len(board()) == owed })
	old := r.Household(office, "H-001").Cadres[0]
	r.Must(http.MethodPost, "/staff/v1/households/H-001/handovers", office, doc{
		"pairing_id": old.PairingID, "on": "2018-01-03", "reason": "调动", "to": []doc{{"cadre_id": "C-110"}},
	}, nil)
	r.Clock.Advance(2 * time.Minute)
	apptest.EventuallyAll(t, "the new cadre owes the visit", func() bool {
		rows := board()
		return rows["2018-01/H-001/"+old.CadreID] == "cancelled" && rows["2018-01/H-001/C-110"] == "expected"
	})
}

func TestADifficultyToItsEnd(t *testing.T) {
	r := apptest.Boot(t)
	home, lead := r.Person("h-001").ID, apptest.LeadOf(t, "H-001")
	if got := r.Raise(home, "屋顶漏雨,想修一修"); !strings.Contains(got, "记下了:屋顶漏雨") {
		t.Fatal(got)
	}
	if got := r.Say(lead, "难事"); !strings.Contains(got, "屋顶漏雨") {
		t.Fatal(got)
	}
	r.Say(lead, "1") // to look at it
	r.Say(lead, "1") // it is done
	if got := r.Say(lead, "1"); !strings.Contains(got, "户号H-001确认") {
		t.Fatal(got)
	}
	if got := r.Say(home, "办得怎样"); !strings.Contains(got, "干部说办好了:屋顶漏雨") {
		t.Fatal(got)
	}
	if got := r.Say(home, "2"); !strings.Contains(got, "会接着办") {
		t.Fatal(got)
	}
	for _, digit := range []string{"难事", "1", "1", "1"} {
		r.Say(lead, digit)
	}
	r.Say(home, "办得怎样")
	if got := r.Say(home, "1"); !strings.Contains(got, "就算办好了") {
		t.Fatal(got)
	}
	if got := r.Say(lead, "难事"); !strings.Contains(got, "没有经办") {
		t.Fatal(got)
	}
	if got := r.Say(home, "没来"); !strings.Contains(got, "记下了") {
		t.Fatal(got)
	}
}
