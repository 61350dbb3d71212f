package visit_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"bangfu/cmd/app/apptest"
	"bangfu/repo/repotest"
	"bangfu/service/model"
)

// paired are the simulated cadres of the small farm, those of H-001 first.
func paired(t *testing.T, r *apptest.Running) (cadres []string) {
	t.Helper()
	pairings, err := r.Store().Pairings(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range pairings {
		if id := strings.ToLower(p.CadreID); p.OpenOn("2018-01-05") && !slices.Contains(cadres, id) {
			cadres = append(cadres, id)
		}
	}
	return cadres
}

// became is the reminder of the stage for the cadre.
func became(r *apptest.Running, office, stage, cadre string) reminder {
	for _, x := range reminders(r, office, stage) {
		if strings.HasSuffix(x.ID, ":"+strings.ToUpper(cadre)) {
			return x
		}
	}
	return reminder{}
}

type sending struct {
	Holds []struct {
		Way, Reason string
		ErrCode     int64
	}
	Today    map[string]int
	Troubles []reminder
}

func sendingNow(r *apptest.Running, office string) (s sending) {
	r.Must(http.MethodGet, "/staff/v1/sending", office, nil, &s)
	return s
}

// TestAMonthOfTroubles meets what WeChat has in store: a stale token, a cut connection, people who block or
// unfollow, and a quota that is used up. Whatever happens, nobody hears a stage twice.
func TestAMonthOfTroubles(t *testing.T) {
	repotest.Raced(t)
	r, office, owed := aidMonth(t)
	cadres := paired(t, r)
	blocked, gone, excused := cadres[0], cadres[1], cadres[2]

	// T-3: no token is known any more, one answer is lost, one person blocks the account's messages.
	r.Faults(doc{"revoke_tokens": true, "cut_after_accept": 1, "blocked": []string{r.Person(blocked).OAOpenID}})
	r.TurnTo("2018-01-02", 18)
	if n := settledOr(t, r, office, "T-3", owed); n["arrived"] != owed-1 || n["by_hand"] != 1 {
		t.Errorf("T-3: %v", n)
	}
	if x := became(r, office, "T-3", blocked); x.State != "by_hand" || len(x.Steps) == 0 || x.Steps[len(x.Steps)-1].Reason != "failed:user block" {
		t.Errorf("blocked: %+v", x)
	}

	// T-1: one has left the account, one may stay away.
	r.Faults(doc{"blocked": []string{}})
	r.Act(gone, "unfollow", nil)
	r.Say(excused, "请假")
	r.Say(excused, "1")
	if got := r.Say(excused, "1"); !strings.Contains(got, "等领导批准") {
		t.Fatal(got)
	}
	id := "2018-01/" + householdOf(t, r, excused) + "/" + strings.ToUpper(excused)
	elsewhere := r.Staff("far", "", model.RoleAssignment{Role: model.RoleSecretary, UnitID: "U-area-6"})
	r.Refused(404, "not_found", http.MethodPost, "/staff/v1/excuses", elsewhere, doc{"id": id, "approve": true})
	r.Must(http.MethodPost, "/staff/v1/excuses", office, doc{"id": id, "approve": true}, nil)
	r.TurnTo("2018-01-04", 18)
	if n := settledOr(t, r, office, "T-1", owed-1); n["arrived"] != owed-2 || n["by_hand"] != 1 {
		t.Errorf("T-1: %v", n)
	}

	// T: the quota of the day is used up. The first answer stops the way; the stage does not live until midnight.
	r.Faults(doc{"spent": []string{"/cgi-bin/message/template/send"}})
	r.TurnTo("2018-01-05", 8)
	if n := settledOr(t, r, office, "T", owed-1); n["by_hand"] != owed-1 {
		t.Errorf("T: %v", n)
	}
	if s := sendingNow(r, office); len(s.Holds) != 1 || s.Holds[0].Way != "oa/template" || s.Holds[0].Reason != "day" || s.Holds[0].ErrCode != 45009 {
		t.Errorf("%+v", s.Holds)
	}
	// A person may have one sent again, after midnight.
	r.Faults(doc{"spent": []string{}})
	again := became(r, office, "T", blocked)
	r.Must(http.MethodPost, "/staff/v1/messages/resend", office, doc{"id": again.ID}, nil)
	r.TurnTo("2018-01-06", 9)
	apptest.EventuallyAll(t, "the one that was sent again arrives", func() bool { return became(r, office, "T", blocked).State == "arrived" })
	r.Refused(409, "message_state", http.MethodPost, "/staff/v1/messages/resend", office, doc{"id": again.ID})
	if n := sendingNow(r, office).Today["oa/template"]; n != 1 {
		t.Errorf("%d went today", n)
	}

	r.TurnTo("2018-01-07", 18)
	if n := settledOr(t, r, office, "T+2", owed-1); n["arrived"] != owed-2 || n["by_hand"] != 1 {
		t.Errorf("T+2: %v", n)
	}
	want := map[string]int{blocked: 3, gone: 1, excused: 1, cadres[3]: 3}
	for cadre, n := range want {
		if got := r.Templates(cadre); got != n {
			t.Errorf("%s got %d reminders, want %d", cadre, got, n)
		}
	}
}

// settledOr waits until every reminder of the stage has its last outcome: by hand counts as one.
func settledOr(t *testing.T, r *apptest.Running, office, stage string, want int) map[string]int {
	t.Helper()
	counts := map[string]int{}
	apptest.EventuallyAll(t, stage+" has outcomes", func() bool {
		clear(counts)
		for _, x := range reminders(r, office, stage) {
			counts[x.State]++
		}
		return counts["arrived"]+counts["by_hand"]+counts["dropped"]+counts["expired"] == want
	})
	return counts
}

func householdOf(t *testing.T, r *apptest.Running, cadre string) string {
	t.Helper()
	list, err := r.Store().PairingsOfCadre(t.Context(), strings.ToUpper(cadre))
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range list {
		if p.OpenOn("2018-01-05") {
			return p.HouseholdID
		}
	}
	t.Fatalf("%s helps nobody", cadre)
	return ""
}

// TestQuietHoursCapAndConsent: what falls into the night waits for the morning, the third of a day for the next
// day, and a consent is spent once.
func TestQuietHoursCapAndConsent(t *testing.T) {
	r, office, owed := aidMonth(t)
	var s doc
	r.Must(http.MethodGet, "/staff/v1/aid-day-settings", office, nil, &s)
	delete(s, "$schema")
	s["cap_per_day"] = 1
	s["stages"] = []doc{
		{"key": "night", "days": 0, "hour": 21, "hours": 24, "to": "cadre"},
		{"key": "morning", "days": 1, "hour": 9, "hours": 48, "to": "cadre"},
	}
	s["templates"] = doc{"reminder": doc{"message": "T1", "subscription": "S1"}}
	r.Must(http.MethodPut, "/staff/v1/aid-day-settings", office, s, nil)
	r.Sim(http.MethodPost, "templates", doc{"account": "oa", "id": "S1", "title": "走访提醒", "content": apptest.ReminderTemplate, "type": 2}, nil)
	lead := apptest.LeadOf(t, "H-001")
	r.Act(lead, "consent", doc{"templates": []doc{{"id": "S1", "status": "accept"}}})

	r.TurnTo("2018-01-05", 21)
	apptest.EventuallyAll(t, "the night's reminders wait", func() bool { return len(reminders(r, office, "night")) == owed })
	if n := r.Templates(lead); n != 0 {
		t.Errorf("%d arrived at night", n)
	}
	r.TurnTo("2018-01-06", 8)
	settled(t, r, office, "night", owed)
	if x := became(r, office, "night", lead); x.Way != "subscription" {
		t.Errorf("%+v", x)
	}
	// The second of the day goes the next morning, and by the template: the consent is spent.
	r.TurnTo("2018-01-06", 10)
	apptest.EventuallyAll(t, "the morning's reminders wait", func() bool { return len(reminders(r, office, "morning")) == owed })
	r.TurnTo("2018-01-07", 8)
	settled(t, r, office, "morning", owed)
	if x := became(r, office, "morning", lead); x.Way != "template" {
		t.Errorf("%+v", x)
	}
	if n := r.Templates(lead); n != 2 {
		t.Errorf("%d arrived", n)
	}
}

// TestAMutedHousehold is left in peace at once, and owes nobody anything until it is back.
func TestAMutedHousehold(t *testing.T) {
	r, office, owed := aidMonth(t)
	r.TurnTo("2018-01-03", 8)
	apptest.EventuallyAll(t, "the month is planned", func() bool { return boardStates(r, office)["expected"] == owed })
	file := r.Household(office, "H-001")
	mute := func(rev int64, m doc) {
		r.Must(http.MethodPut, "/staff/v1/households/H-001", office, doc{"rev": rev, "why": "去外地看病", "muted": m}, nil)
		r.Clock.Advance(2 * time.Minute)
	}
	r.Refused(400, "mute", http.MethodPut, "/staff/v1/households/H-001", office, doc{"rev": file.Rev, "why": "试", "muted": doc{"reason": "", "from": "2018-01-03", "until": "2018-01-20"}})
	mute(file.Rev, doc{"reason": "去外地看病", "from": "2018-01-03", "until": "2018-01-20"})
	helpers := len(file.Cadres)
	apptest.EventuallyAll(t, "nobody owes it a visit", func() bool { return boardStates(r, office)["cancelled"] == helpers })
	mute(file.Rev+1, doc{"reason": "", "from": "", "until": ""})
	apptest.EventuallyAll(t, "the visits are owed again", func() bool { return boardStates(r, office)["expected"] == owed })
}

// TestOneVisitIsEnough where the farm says so.
func TestOneVisitIsEnough(t *testing.T) {
	r, office, _ := aidMonth(t)
	var s doc
	r.Must(http.MethodGet, "/staff/v1/aid-day-settings", office, nil, &s)
	delete(s, "$schema")
	s["visit_rule"] = "any"
	r.Must(http.MethodPut, "/staff/v1/aid-day-settings", office, s, nil)
	r.TurnTo("2018-01-05", 10)
	apptest.EventuallyAll(t, "the month is planned", func() bool { return boardStates(r, office)["expected"] > 0 })
	lead := apptest.LeadOf(t, "H-001")
	r.Say(lead, "记录")
	r.Say(lead, "1")
	if n, helpers := boardStates(r, office)["visited"], len(r.Household(office, "H-001").Cadres); n != helpers || helpers < 2 {
		t.Errorf("%d visited of %d", n, helpers)
	}
}

func boardStates(r *apptest.Running, office string) map[string]int {
	var b struct {
		ByState map[string]int `json:"by_state"`
	}
	r.Must(http.MethodGet, "/staff/v1/aid-days/2018-01", office, nil, &b)
	return b.ByState
}
