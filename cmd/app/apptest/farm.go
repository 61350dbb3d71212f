package apptest

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"bangfu/cmd/app/demodata"
	"bangfu/service/model"
)

// Doc is an object in a request.
type Doc = map[string]any

// But is the object with one field changed.
func But(d Doc, key string, value any) Doc {
	changed := Doc{key: value}
	for k, v := range d {
		if k != key {
			changed[k] = v
		}
	}
	return changed
}

// Amount is an amount as the APIs write it.
type Amount struct {
	Fen       int64
	Yuan, Wan string
}

// Paid is what the reference farm's entries say that a household received in 2017.
type Paid struct {
	Total   model.Fen
	Parts   map[model.Category]model.Fen
	Entries map[model.Category][]model.Entry
}

// PaidTo adds up the reference farm's entries of a household.
func PaidTo(householdID string) Paid {
	p := Paid{Parts: map[model.Category]model.Fen{}, Entries: map[model.Category][]model.Entry{}}
	for _, e := range demodata.Build().Entries {
		if e.HouseholdID == householdID && e.PaidOn.Year() == 2017 {
			p.Total = sum(p.Total, e.Amount)
			p.Parts[e.Category] = sum(p.Parts[e.Category], e.Amount)
			p.Entries[e.Category] = append(p.Entries[e.Category], e)
		}
	}
	return p
}

// sum panics where the reference farm's amounts are beyond all bounds.
func sum(amounts ...model.Fen) model.Fen {
	total, err := model.AddUp(amounts...)
	if err != nil {
		panic(err)
	}
	return total
}

// MembersOf are the reference farm's persons of a household.
func MembersOf(householdID string) (list []demodata.Person) {
	for _, p := range demodata.Build().Persons {
		if p.Memberships[0].HouseholdID == householdID {
			list = append(list, p)
		}
	}
	return list
}

// LeadOf is the simulated person of the cadre who leads the household's pairing.
func LeadOf(t testing.TB, householdID string) string {
	t.Helper()
	for _, p := range demodata.Build().Pairings {
		if p.HouseholdID == householdID && p.Role == model.PairingLead {
			return strings.ToLower(p.CadreID)
		}
	}
	t.Fatalf("nobody leads %s", householdID)
	return ""
}

// NationalID is an id number of nobody, in the form of GB 11643.
func NationalID(serial int) string {
	first := fmt.Sprintf("23990019600203%03d", serial)
	return first + string(model.IDCheckDigit(first))
}

// EntryBody is a body for POST /staff/v1/entries.
func EntryBody(key, householdID string) Doc {
	return Doc{
		"client_key": key, "household_no": householdID, "title": "临时救助", "category": "subsidy_condolence", "system": "social_relief", "fund": "农场帮扶资金",
		"amount_yuan": "300.50", "paid_on": "2017-12-27", "method": "cash", "payer_unit_id": "U-office", "policy": "《临时救助办法》", "evidence": "审批表",
	}
}

// Household is a household as the office reads it.
type Household struct {
	No          string `json:"household_no"`
	Rev         int64
	Status      string
	StatusSince string `json:"status_since"`
	Head        string
	Members     []struct {
		ID       string `json:"person_id"`
		Name     string
		Relation string
	}
	Cadres []struct {
		PairingID string `json:"pairing_id"`
		CadreID   string `json:"cadre_id"`
		Role      string
	}
	History []struct{ Status, On string } `json:"status_history"`
	Attrs   Doc
}

// Household reads a household in the office.
func (r *Running) Household(token, no string) (h Household) {
	r.t.Helper()
	r.Must(http.MethodGet, "/staff/v1/households/"+no, token, nil, &h)
	return h
}

// TurnTo turns the clock to an hour of a day in Shanghai.
func (r *Running) TurnTo(day model.Date, hour int) {
	r.Clock.Advance(day.Start().Add(time.Duration(hour) * time.Hour).Sub(r.Clock.Now()))
}

var sixDigits = regexp.MustCompile(`绑定码:(\d{6})`)

// BindingCode lets the household's cadre ask the bot for a binding code.
func (r *Running) BindingCode(householdID string) string {
	r.t.Helper()
	reply := r.Say(LeadOf(r.t, householdID), "发绑定码 "+householdID)
	m := sixDigits.FindStringSubmatch(reply)
	if m == nil {
		r.t.Fatalf("no code in %q", reply)
	}
	return m[1]
}

// Templates is how many template messages a simulated person's chat holds.
func (r *Running) Templates(person string) (n int) {
	r.t.Helper()
	for _, l := range r.Chat(person) {
		if l.Kind == "template" {
			n++
		}
	}
	return n
}

// CustomMessages is how many customer messages a simulated person's chat holds.
func (r *Running) CustomMessages(person string) (n int) {
	r.t.Helper()
	for _, l := range r.Chat(person) {
		if l.Via == "custom" {
			n++
		}
	}
	return n
}

// ReminderTemplate is what the templates of UseReminderTemplate say.
const ReminderTemplate = "帮扶日:{{thing1.DATA}}\n日期:{{date2.DATA}}\n说明:{{thing3.DATA}}"

// UseReminderTemplate gives the account a template for reminders, T1, and names it in the settings.
func (r *Running) UseReminderTemplate(office string) {
	r.t.Helper()
	r.Sim(http.MethodPost, "templates", Doc{"account": "oa", "id": "T1", "title": "走访提醒", "content": ReminderTemplate, "type": 0}, nil)
	var s Doc
	r.Must(http.MethodGet, "/staff/v1/aid-day-settings", office, nil, &s)
	delete(s, "$schema")
	s["templates"] = Doc{"reminder": Doc{"message": "T1", "subscription": ""}}
	r.Must(http.MethodPut, "/staff/v1/aid-day-settings", office, s, nil)
}
