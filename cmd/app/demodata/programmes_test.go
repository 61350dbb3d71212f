package demodata_test

import (
	"fmt"
	"slices"
	"testing"

	"bangfu/cmd/app/demodata"
	"bangfu/service/model"
	"bangfu/service/verify"
)

// knownOf is what the registry and the books hold of a household.
func knownOf(farm demodata.Farm, h model.Household) model.EligibilityInput {
	k := model.EligibilityInput{Household: h}
	for _, p := range farm.Persons {
		if slices.ContainsFunc(p.Memberships, func(m model.Membership) bool { return m.HouseholdID == h.ID }) {
			k.Persons = append(k.Persons, p.Person)
		}
	}
	for _, i := range farm.Incomes {
		if i.HouseholdID == h.ID {
			k.Incomes = append(k.Incomes, i)
		}
	}
	for _, e := range farm.Entries {
		if e.HouseholdID == h.ID {
			k.Entries = append(k.Entries, e)
		}
	}
	return k
}

// outcomes are the answers of a programme on a day, by household or, of a programme for persons, by person.
func outcomes(farm demodata.Farm, p model.Programme, day model.Date) map[string]model.Result {
	list := map[string]model.Result{}
	for _, h := range farm.Households {
		k := knownOf(farm, h)
		if !p.PerPerson {
			list[h.ID] = model.Outcome(model.Evaluate(p.Rules, k.FactsOn(day, day, p.Code, nil), day))
			continue
		}
		for _, m := range k.Members(day) {
			list[m.ID] = model.Outcome(model.Evaluate(p.Rules, k.FactsOn(day, day, p.Code, &m), day))
		}
	}
	return list
}

// TestRulesAgreeWithWhoWasPaid evaluates every programme on the day before its first payment of 2017: those whom it
// fits are exactly those who were paid. For the medical relief one fact is not in the registry; nobody of those who
// got it is told no.
func TestRulesAgreeWithWhoWasPaid(t *testing.T) {
	farm := demodata.Build()
	fits := map[string]int{
		"subsistence": 36, "disability": -1, verify.ProgrammePremium: 61, verify.ProgrammeChronic: 5, verify.ProgrammeNewEntrant: 2,
		verify.ProgrammeSeniorSecondary: 2, verify.ProgrammeUniversity: 2, verify.ProgrammeNursery: 1, verify.ProgrammeHeating: 36,
		verify.ProgrammeHousingRent: 21,
	}
	for _, p := range farm.Programmes {
		paid, before := map[string]bool{}, model.Date("")
		for _, e := range farm.Entries {
			if e.Programme != p.Code {
				continue
			}
			if day := e.PaidOn.AddDays(-1); before == "" || day < before {
				before = day
			}
			if p.PerPerson {
				paid[e.PersonID] = true
			} else {
				paid[e.HouseholdID] = true
			}
		}
		if before == "" {
			continue // nothing was paid from it in the year
		}
		n := 0
		for id, got := range outcomes(farm, p, before) {
			if got == model.ResultYes {
				n++
			}
			want := model.ResultNo
			switch {
			case p.Code == verify.ProgrammeReliefMedical:
				want = model.ResultMissing
			case paid[id]:
				want = model.ResultYes
			}
			if got != want {
				t.Errorf("%s for %s on %s: %s, want %s", p.Code, id, before, got, want)
			}
		}
		if want := fits[p.Code]; want >= 0 && n != want {
			t.Errorf("%s fits %d, want %d", p.Code, n, want)
		}
	}
}

// TestNothingFitsTwice asks at the end of the year: whoever was paid is told when.
func TestNothingFitsTwice(t *testing.T) {
	farm := demodata.Build()
	for _, p := range farm.Programmes {
		once := slices.ContainsFunc(p.Rules, func(r model.Rule) bool { return r.Code == "ONCE_A_YEAR" || r.Code == "ONCE_PER_STUDENT" })
		for id, got := range outcomes(farm, p, yearEnd) {
			if once && got == model.ResultYes {
				t.Errorf("%s fits %s again", p.Code, id)
			}
		}
	}
}

func TestProgrammesAreGood(t *testing.T) {
	farm := demodata.Build()
	units, seen := map[string]bool{}, map[string]bool{}
	for _, u := range farm.Units {
		units[u.ID] = true
	}
	for _, p := range farm.Programmes {
		if err := p.Check(); err != nil {
			t.Errorf("%s: %v", p.Code, err.(*model.Error).Msg)
		}
		if seen[p.Code] || !units[p.PayerUnitID] || p.ID != fmt.Sprintf("%s/1", p.Code) {
			t.Errorf("%s is there twice, or nobody pays it", p.Code)
		}
		seen[p.Code] = true
	}
	for _, e := range farm.Entries {
		if !seen[e.Programme] && e.Programme != "not_allotted" {
			t.Errorf("nothing is known of %s", e.Programme)
		}
	}
}
