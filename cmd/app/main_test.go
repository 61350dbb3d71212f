package app_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"bangfu/cmd/app/apptest"
	"bangfu/scripts/reference"
	"bangfu/service/model"
)

func TestMain(m *testing.M) { apptest.Main(m) }

// paid is what the reference farm's entries say that a household received in 2017.
type paid struct {
	total   model.Fen
	parts   map[model.Category]model.Fen
	entries map[model.Category][]model.Entry
}

func paidTo(householdID string) paid {
	p := paid{parts: map[model.Category]model.Fen{}, entries: map[model.Category][]model.Entry{}}
	for _, e := range reference.Build().Entries {
		if e.HouseholdID == householdID && e.PaidOn.Year() == 2017 {
			p.total += e.Amount
			p.parts[e.Category] += e.Amount
			p.entries[e.Category] = append(p.entries[e.Category], e)
		}
	}
	return p
}

// leadOf is the simulated person of the cadre who leads the household's pairing.
func leadOf(t *testing.T, householdID string) string {
	t.Helper()
	for _, p := range reference.Build().Pairings {
		if p.HouseholdID == householdID && p.Role == model.PairingLead {
			return strings.ToLower(p.CadreID)
		}
	}
	t.Fatalf("nobody leads %s", householdID)
	return ""
}

var sixDigits = regexp.MustCompile(`绑定码:(\d{6})`)

// codeFrom lets the household's cadre ask the bot for a binding code.
func codeFrom(t *testing.T, r *apptest.Running, householdID string) string {
	t.Helper()
	cadre := leadOf(t, householdID)
	reply := r.Say(cadre, "发绑定码 "+householdID)
	m := sixDigits.FindStringSubmatch(reply)
	if m == nil {
		t.Fatalf("no code in %q", reply)
	}
	return m[1]
}

// office logs the demo's staff in.
func office(t *testing.T, r *apptest.Running) string {
	t.Helper()
	a := r.Call(http.MethodPost, "/staff/v1/login", "", map[string]string{"name": "office", "password": "bangfu-demo"})
	var out struct{ Token string }
	a.JSON(t, &out)
	if a.Status != http.StatusOK || out.Token == "" {
		t.Fatalf("office cannot log in: %d %s", a.Status, a.Body)
	}
	return out.Token
}

func wantContains(t *testing.T, text string, wanted ...string) {
	t.Helper()
	for _, w := range wanted {
		if !strings.Contains(text, w) {
			t.Errorf("want %q in:\n%s", w, text)
		}
	}
}

func wantWithout(t *testing.T, text string, unwanted ...string) {
	t.Helper()
	for _, w := range unwanted {
		if w != "" && strings.Contains(text, w) {
			t.Errorf("did not want %q in:\n%s", w, text)
		}
	}
}
