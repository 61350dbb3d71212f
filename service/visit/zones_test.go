package visit_test

import (
	"fmt"
	"maps"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"bangfu/cmd/app/apptest"
	"bangfu/service/model"
)

// turnsFile names the file into which TestTheTurnsOfTheYear writes what it saw.
const turnsFile = "BANGFU_TURNS_FILE"

// TestTheTurnsOfTheYear sets the aid day to the first of the month and goes over 1 March, 31 December and a leap day,
// when it is another day, month or year in the server's zone than in Shanghai.
func TestTheTurnsOfTheYear(t *testing.T) {
	r, office, owed := aidMonth(t)
	var s doc
	r.Must(http.MethodGet, "/staff/v1/aid-day-settings", office, nil, &s)
	delete(s, "$schema")
	s["aid_day"] = 1
	s["stages"] = []doc{
		{"key": "eve", "days": -1, "hour": 18, "hours": 12, "to": "cadre"}, {"key": "day", "days": 0, "hour": 8, "hours": 12, "to": "cadre"},
	}
	r.Must(http.MethodPut, "/staff/v1/aid-day-settings", office, s, nil)
	cadres, lead := paired(t, r), apptest.LeadOf(t, "H-001")
	var seen []string
	note := func(format string, args ...any) { seen = append(seen, fmt.Sprintf(format, args...)) }

	for _, turn := range []struct{ eve, day model.Date }{
		{"2018-02-28", "2018-03-01"}, {"2018-12-31", "2019-01-01"}, {"2020-02-29", "2020-03-01"},
	} {
		r.TurnTo(turn.eve, 18)
		wentOut(t, r, turn.day, "eve", owed)
		r.Clock.Advance(turn.day.Start().Add(30 * time.Minute).Sub(r.Clock.Now())) // half past midnight in Shanghai
		r.Say(lead, "记录 H-001 talk")
		visits, err := r.Store().VisitsTo(t.Context(), "H-001")
		if err != nil || len(visits) == 0 {
			t.Fatal(visits, err)
		}
		last := visits[len(visits)-1]
		note("%s of %s, late because %q", last.ID, last.Period, last.LateReason)
		r.TurnTo(turn.day, 8)
		wentOut(t, r, turn.day, "day", owed-1)
		var board struct {
			AidDay  string         `json:"aid_day"`
			ByState map[string]int `json:"by_state"`
		}
		r.Must(http.MethodGet, "/staff/v1/aid-days/"+string(turn.day.Period()), office, nil, &board)
		note("%s %v", board.AidDay, board.ByState)
		if board.ByState["visited"] != 1 || board.AidDay != string(turn.day) {
			t.Errorf("%+v", board)
		}
	}
	for _, c := range cadres {
		got := remindedAt(r, c)
		note("%s %v", c, got)
		want := []string{"2018-02-28 18:00", "2018-03-01 08:00", "2018-12-31 18:00", "2019-01-01 08:00", "2020-02-29 18:00", "2020-03-01 08:00"}
		if c == lead { // whose visit is recorded before the morning
			want = []string{want[0], want[2], want[4]}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s was reminded at %v, want %v", c, got, want)
		}
	}
	if file := os.Getenv(turnsFile); file != "" {
		if err := os.WriteFile(file, []byte(strings.Join(seen, "\n")), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// wentOut waits until so many reminders of the stage have arrived.
func wentOut(t *testing.T, r *apptest.Running, aidDay model.Date, stage string, want int) {
	t.Helper()
	states := map[model.MessageState]int{}
	apptest.EventuallyAll(t, fmt.Sprintf("%d reminders of %s of %s arrive", want, stage, aidDay), func() bool {
		list, err := r.Store().MessagesUnder(t.Context(), fmt.Sprintf("rem:%s:%s:", aidDay.Period(), stage))
		clear(states)
		for _, m := range list {
			states[m.State]++
		}
		return err == nil && maps.Equal(states, map[model.MessageState]int{model.MessageArrived: want})
	})
}

// remindedAt are the hours in Shanghai at which a person was reminded of the aid day.
func remindedAt(r *apptest.Running, person string) (hours []string) {
	var chat struct {
		Messages []struct {
			At            time.Time
			Kind, Content string
		}
	}
	r.Sim(http.MethodGet, "users/"+person+"/messages", nil, &chat)
	for _, l := range chat.Messages {
		if strings.Contains(l.Content, "帮扶日走访") && l.Kind != "text" {
			hours = append(hours, l.At.In(model.Shanghai).Format("2006-01-02 15:00"))
		}
	}
	return hours
}

// TestTheSameInEveryZone runs TestTheTurnsOfTheYear as processes in three time zones, and compares what they saw.
func TestTheSameInEveryZone(t *testing.T) {
	if testing.Short() {
		t.Skip("needs a run without -short: it starts three processes")
	}
	zones := []string{"UTC", "America/New_York", "Asia/Shanghai"}
	seen, all := make([]string, len(zones)), sync.WaitGroup{}
	for i, zone := range zones {
		if _, err := time.LoadLocation(zone); err != nil {
			t.Skipf("needs the time zone database (package tzdata) with %s: %v", zone, err)
		}
		file := filepath.Join(t.TempDir(), "seen")
		all.Go(func() {
			cmd := exec.Command(os.Args[0], "-test.run=^TestTheTurnsOfTheYear$", "-test.count=1")
			cmd.Env = append(os.Environ(), "TZ="+zone, turnsFile+"="+file)
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Errorf("%s: %v\n%s", zone, err, out)
			}
			b, err := os.ReadFile(file)
			if err != nil || len(b) == 0 {
				t.Errorf("%s saw nothing: %v", zone, err)
			}
			seen[i] = string(b)
		})
	}
	all.Wait()
	for i, zone := range zones {
		if seen[i] != seen[0] {
			t.Errorf("%s saw\n%s\n\n%s saw\n%s", zone, seen[i], zones[0], seen[0])
		}
	}
}
