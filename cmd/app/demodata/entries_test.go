package demodata_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"unicode"

	"bangfu/cmd/app/demodata"
	"bangfu/service/model"
	"bangfu/service/verify"
)

var systems = []model.System{
	model.SystemLand, model.SystemIndustry, model.SystemPost, model.SystemTechnology, model.SystemCapital,
	model.SystemFund, model.SystemRelief,
}

var methods = []model.Method{
	model.MethodTransfer, model.MethodCash, model.MethodInKind, model.MethodFeeWaiver, model.MethodPremium,
	model.MethodReimbursement,
}

func TestEntriesAreComplete(t *testing.T) {
	for _, e := range demodata.Build().Entries {
		for what, ok := range map[string]bool{
			"id":                        strings.HasPrefix(e.ID, "ref/2017/"),
			"category":                  slices.Contains(model.Categories, e.Category),
			"system":                    slices.Contains(systems, e.System),
			"method":                    slices.Contains(methods, e.Method),
			"programme":                 e.Programme != "",
			"fund":                      e.Fund != "",
			"payer":                     e.PayerUnitID != "",
			"evidence":                  e.Evidence != "",
			"Chinese title":             strings.ContainsFunc(e.Title, func(r rune) bool { return unicode.Is(unicode.Han, r) }),
			"amount in whole yuan":      e.Amount > 0 && e.Amount%100 == 0,
			"day in the year":           e.PaidOn.Year() == 2017,
			"household or not allotted": (e.HouseholdID == "") == e.NotAllotted,
			"household of the person":   e.PersonID == "" || e.HouseholdID != "",
			"no reversal":               e.ReversesID == "",
		} {
			if !ok {
				t.Errorf("%s: wrong %s: %+v", e.ID, what, e)
			}
		}
	}
}

func TestGoldenSums(t *testing.T) {
	farm := demodata.Build()
	sum := func(match func(model.Entry) bool) model.Fen {
		var total model.Fen
		for _, e := range farm.Entries {
			if match(e) {
				total += e.Amount
			}
		}
		return total
	}
	category := func(c model.Category) model.Fen { return sum(func(e model.Entry) bool { return e.Category == c }) }
	detailed := func(c model.Category) model.Fen {
		return sum(func(e model.Entry) bool { return e.Category == c && !e.NotAllotted })
	}
	programme := func(p string) model.Fen { return sum(func(e model.Entry) bool { return e.Programme == p }) }
	for _, c := range []struct {
		name      string
		got, want model.Fen
	}{
		{"total", sum(func(model.Entry) bool { return true }), 218_532_000},
		{"subsistence and disability", category(model.CategorySubsistence), 29_360_000},
		{"premiums", category(model.CategoryPremium), 5_700_000},
		{"medical relief", category(model.CategoryMedical), 29_190_000},
		{"education", category(model.CategoryEducation), 4_024_000},
		{"education by grants", category(model.CategoryEducation), 2*1_200_000 + 1_400_000 + 224_000},
		{"industry", category(model.CategoryIndustry), 115_800_000},
		{"subsidies", category(model.CategorySubsidy), 34_458_000},

		{"subsistence all to households", detailed(model.CategorySubsistence), 29_360_000},
		{"premiums to persons", detailed(model.CategoryPremium), 61 * 21_000},
		{"medical to households", detailed(model.CategoryMedical), 1_100_000 + 350_000},
		{"education all to households", detailed(model.CategoryEducation), 4_024_000},
		{"industry to households", detailed(model.CategoryIndustry), 0},
		{"subsidies to households", detailed(model.CategorySubsidy), 6_700_000 + 13_020_000},

		{"chronic", programme(verify.ProgrammeChronic), 1_100_000},
		{"relief fund", programme(verify.ProgrammeReliefMedical), 350_000},
		{"new entrants", programme(verify.ProgrammeNewEntrant), 2_400_000},
		{"secondary and university", programme(verify.ProgrammeSeniorSecondary) + programme(verify.ProgrammeUniversity), 1_400_000},
		{"nursery", programme(verify.ProgrammeNursery), 224_000},
		{"heating", programme(verify.ProgrammeHeating), 6_700_000},
		{"housing", programme(verify.ProgrammeHousingRent), 13_020_000},
	} {
		if c.got != c.want {
			t.Errorf("%s: %s yuan, want %s", c.name, c.got.Yuan(), c.want.Yuan())
		}
	}
}

// What the report gives no detail of is one entry in each category, not spread over households.
func TestNotAllotted(t *testing.T) {
	got := map[model.Category]model.Fen{}
	for _, e := range demodata.Build().Entries {
		if e.NotAllotted {
			if _, twice := got[e.Category]; twice {
				t.Errorf("%s: a second entry of its category", e.ID)
			}
			got[e.Category] = e.Amount
		}
	}
	want := map[model.Category]model.Fen{
		model.CategoryPremium: 4_419_000, model.CategoryMedical: 27_740_000,
		model.CategoryIndustry: 115_800_000, model.CategorySubsidy: 14_738_000,
	}
	if !maps.Equal(got, want) {
		t.Errorf("not allotted %v, want %v", got, want)
	}
}

func TestEntriesOfHouseholds(t *testing.T) {
	farm := demodata.Build()
	entries, months := map[string]int{}, map[string][]string{}
	for _, e := range farm.Entries {
		entries[e.HouseholdID]++
		if e.Programme == "subsistence" {
			months[e.HouseholdID] = append(months[e.HouseholdID], string(e.PaidOn.Period()))
		}
	}
	var year []string
	for m := 1; m <= 12; m++ {
		year = append(year, fmt.Sprintf("2017-%02d", m))
	}
	for _, h := range farm.Households {
		if entries[h.ID] < 14 {
			t.Errorf("%s has %d entries, want at least 14", h.ID, entries[h.ID])
		}
		if !slices.Equal(months[h.ID], year) {
			t.Errorf("%s: subsistence in %v", h.ID, months[h.ID])
		}
	}
}

// The report gives totals that do not divide evenly (R12), so no amount may be the same for all.
func TestAmountsDifferByHousehold(t *testing.T) {
	farm := demodata.Build()
	for programme, least := range map[string]int{
		verify.ProgrammeHeating: 8, verify.ProgrammeHousingRent: 8, verify.ProgrammeChronic: 5, verify.ProgrammeReliefMedical: 3,
	} {
		different := map[model.Fen]bool{}
		for _, amount := range householdsPaid(farm, programme) {
			different[amount] = true
		}
		if len(different) < least {
			t.Errorf("%s: %d different amounts, want at least %d", programme, len(different), least)
		}
	}
}

func TestGrantsFitPersons(t *testing.T) {
	farm := demodata.Build()
	persons := map[string]demodata.Person{}
	for _, p := range farm.Persons {
		persons[p.ID] = p
	}
	fits := map[string]func(demodata.Person) bool{
		"disability":                    func(p demodata.Person) bool { return p.Disability != "" },
		verify.ProgrammePremium:         func(p demodata.Person) bool { return p.Insured(model.InsuranceBasic, 2017) },
		verify.ProgrammeChronic:         func(p demodata.Person) bool { return len(p.Chronic) > 0 },
		verify.ProgrammeNewEntrant:      stageIs("university"),
		verify.ProgrammeUniversity:      stageIs("university"),
		verify.ProgrammeSeniorSecondary: stageIs("secondary"),
		verify.ProgrammeNursery:         stageIs("nursery"),
	}
	paid := map[string]map[string]bool{}
	for _, e := range farm.Entries {
		fit, personal := fits[e.Programme]
		if personal != (e.PersonID != "") {
			t.Errorf("%s: programme %s, person %q", e.ID, e.Programme, e.PersonID)
			continue
		}
		if personal && !fit(persons[e.PersonID]) {
			t.Errorf("%s does not fit %+v", e.ID, persons[e.PersonID].Person)
		}
		if paid[e.Programme] == nil {
			paid[e.Programme] = map[string]bool{}
		}
		paid[e.Programme][e.PersonID] = true
	}
	for _, p := range farm.Persons {
		for _, programme := range []string{"disability", verify.ProgrammePremium, verify.ProgrammeChronic} {
			if fits[programme](p) && !paid[programme][p.ID] {
				t.Errorf("%s has no %s", p.ID, programme)
			}
		}
		if age := ageOn(p, "2017-08-25"); paid[verify.ProgrammeNewEntrant][p.ID] && (age < 17 || age > 20) {
			t.Errorf("%s enters college at %d", p.ID, age)
		}
	}
}

func stageIs(stage string) func(demodata.Person) bool {
	return func(p demodata.Person) bool { return p.StudentStage == stage }
}
