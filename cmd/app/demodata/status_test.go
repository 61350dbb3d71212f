package demodata_test

import (
	"testing"

	"bangfu/cmd/app/demodata"
	"bangfu/service/model"
	"bangfu/service/verify"
)

func TestStatusHistory(t *testing.T) {
	farm := demodata.Build()
	units := map[string]bool{}
	for _, u := range farm.Units {
		units[u.ID] = true
	}
	want := []model.HouseholdStatus{
		model.StatusRegistered, model.StatusUnderAssistance, model.StatusExitProposed, model.StatusExited, model.StatusConsolidated,
	}
	for _, h := range farm.Households {
		if len(h.StatusHistory) != len(want) {
			t.Errorf("%s: %d changes, want %d", h.ID, len(h.StatusHistory), len(want))
			continue
		}
		for i, c := range h.StatusHistory {
			if c.Status != want[i] || i > 0 && c.On <= h.StatusHistory[i-1].On {
				t.Errorf("%s: change %d is %s on %s", h.ID, i, c.Status, c.On)
			}
			if !units[c.By] || c.Evidence == "" || model.DateOf(c.At) != c.On {
				t.Errorf("%s: %s by %q at %v on the evidence %q", h.ID, c.Status, c.By, c.At, c.Evidence)
			}
		}
		checkDates(t, h)
	}
}

// checkDates holds the fields that repeat what the history says against it.
func checkDates(t *testing.T, h model.Household) {
	t.Helper()
	registered, proposed, exited, last := h.StatusHistory[0], h.StatusHistory[2], h.StatusHistory[3], h.StatusHistory[4]
	for _, c := range []struct {
		name      string
		got, want any
	}{
		{"status", h.Status, last.Status},
		{"since", h.StatusSince, last.On},
		{"registered on", h.RegisteredOn, registered.On},
		{"exited on", h.ExitedOn, exited.On},
		{"month of exit", h.ExitedOn.Period(), model.Period("2017-12")},
		{"status at the year's end", h.StatusOn(yearEnd), model.StatusExited},
		{"status on new year's day", h.StatusOn("2018-01-01"), model.StatusConsolidated},
		{"exit stands after consolidation", h.HasExited("2018-06-30"), true},
		{"public notice of a week", proposed.On.DaysUntil(exited.On) >= 7, true},
		{"still on subsistence", h.HasAttribute(model.AttributeSubsistence, "2018-06-30"), true},
	} {
		if c.got != c.want {
			t.Errorf("%s: %s: %v, want %v", h.ID, c.name, c.got, c.want)
		}
	}
}

func TestIncomes(t *testing.T) {
	farm := demodata.Build()
	members, seen := membersOf(farm), map[string]bool{}
	for _, i := range farm.Incomes {
		if seen[i.HouseholdID] {
			t.Errorf("%s has two accountings", i.HouseholdID)
		}
		seen[i.HouseholdID] = true
		if i.ID != i.HouseholdID+"/2017" || i.Year != 2017 {
			t.Errorf("%s is of %s and %d", i.ID, i.HouseholdID, i.Year)
		}
		if i.Members != len(members[i.HouseholdID]) {
			t.Errorf("%s: %d heads, the household has %d", i.ID, i.Members, len(members[i.HouseholdID]))
		}
		if each, err := i.PerHead(); err != nil || each <= farm.Settings.ExitLine {
			t.Errorf("%s: %s yuan a head, %v", i.ID, each.Yuan(), err)
		}
	}
	for _, h := range farm.Households {
		if !seen[h.ID] {
			t.Errorf("%s has no accounting", h.ID)
		}
	}
}

// Transfers are what the ledger paid for the household's living, and the pensions of the old.
func TestTransfersAgreeWithTheLedger(t *testing.T) {
	const pension = 132000
	farm := demodata.Build()
	want := map[string]model.Fen{}
	for _, e := range farm.Entries {
		living := e.Programme == verify.ProgrammeHeating || e.Programme == verify.ProgrammeHousingRent
		if living || e.Category == model.CategorySubsistence {
			want[e.HouseholdID] += e.Amount
		}
	}
	for household, members := range membersOf(farm) {
		want[household] += pension * model.Fen(count(members, func(p demodata.Person) bool { return ageOn(p, yearEnd) >= 60 }))
	}
	for _, i := range farm.Incomes {
		if i.Transfer != want[i.HouseholdID] {
			t.Errorf("%s: transfers %s, ledger and pensions %s", i.ID, i.Transfer.Yuan(), want[i.HouseholdID].Yuan())
		}
	}
}

// TestTheDemoKeepsTheRules asks for each change of every household's history what the system would have asked for.
func TestTheDemoKeepsTheRules(t *testing.T) {
	farm := demodata.Build()
	incomes, pairings := map[string][]model.IncomeRecord{}, map[string][]model.Pairing{}
	for _, i := range farm.Incomes {
		incomes[i.HouseholdID] = append(incomes[i.HouseholdID], i)
	}
	for _, p := range farm.Pairings {
		pairings[p.HouseholdID] = append(pairings[p.HouseholdID], p)
	}
	for _, h := range farm.Households {
		for i, c := range h.StatusHistory[1:] {
			before := h
			before.StatusHistory = h.StatusHistory[:i+1]
			before.Status, before.StatusSince = before.StatusHistory[i].Status, before.StatusHistory[i].On
			f := model.Facts{On: c.On, Today: yearEnd.AddDays(200), Mover: "another", ExitLine: farm.Settings.ExitLine, Incomes: incomes[h.ID]}
			for _, p := range pairings[h.ID] {
				if p.OpenOn(c.On) {
					f.OpenPairings++
				}
			}
			for _, no := range before.Unmet(c.Status, f) {
				t.Errorf("%s to %s: %s", h.ID, c.Status, no.Msg)
			}
		}
	}
}
