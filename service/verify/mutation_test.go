package verify_test

import (
	"maps"
	"slices"
	"testing"

	"bangfu/service/model"
	"bangfu/service/verify"
)

// mutation breaks one thing in the reference farm; want are exactly the lines that must turn.
type mutation struct {
	name string
	do   func(*verify.Records)
	want []string
}

var registryMutations = []mutation{
	{"a household is missing", func(r *verify.Records) {
		r.Households = slices.DeleteFunc(r.Households, func(h model.Household) bool { return h.ID == "H-009" })
	}, []string{
		"households", "persons", "households_exited", "households_on_subsistence_allowance", "cadres_paired",
		"group_medical_insured_persons", "heating_households", "family_doctor_contracts", "greenhouses_allotted",
	}},
	{"a household was removed as wrongly included", func(r *verify.Records) {
		h := household(r, "H-009")
		h.StatusHistory = append(h.StatusHistory[:4:4], model.StatusChange{Status: model.StatusRemoved, On: "2017-12-20"})
	}, []string{
		"households", "persons", "households_exited", "households_on_subsistence_allowance", "cadres_paired",
		"group_medical_insured_persons", "family_doctor_contracts",
	}},
	{"a household was registered without an accounting", func(r *verify.Records) {
		r.Households = append(r.Households, model.Household{
			ID:            "H-037",
			StatusHistory: []model.StatusChange{{Status: model.StatusRegistered, On: "2017-12-31"}},
		})
	}, []string{"households", "per_capita_net_income_min_fen", "loan_per_household_fen"}},
	{"a household was registered a day too late to count", func(r *verify.Records) {
		r.Households = append(r.Households, model.Household{
			ID:            "H-037",
			StatusHistory: []model.StatusChange{{Status: model.StatusRegistered, On: "2018-01-01"}},
		})
	}, nil},
	{"an exit was withdrawn", func(r *verify.Records) {
		h := household(r, "H-001")
		h.StatusHistory = append(h.StatusHistory[:4:4], model.StatusChange{Status: model.StatusUnderAssistance, On: "2017-12-20"})
	}, []string{"households_exited"}},
	{"an exited household is watched again", func(r *verify.Records) {
		h := household(r, "H-001")
		h.StatusHistory = append(h.StatusHistory[:4:4], model.StatusChange{Status: model.StatusRelapseWarning, On: "2017-12-20"})
	}, nil},
	{"an exited household has relapsed", func(r *verify.Records) {
		h := household(r, "H-001")
		h.StatusHistory = append(h.StatusHistory[:4:4], model.StatusChange{Status: model.StatusRelapsed, On: "2017-12-20"})
	}, []string{"households_exited"}},
	{"a person's two memberships overlap in one household", func(r *verify.Records) {
		p := person(r, "P-0001")
		p.Memberships = append(p.Memberships, p.Memberships[0])
	}, nil},
	{"a stranger has the group insurance", func(r *verify.Records) {
		r.Persons = append(r.Persons, model.Person{
			ID: "P-9999", Insurances: []model.Insurance{{Kind: model.InsuranceGroup, Year: 2017}},
		})
	}, nil},
	{"an exit came only in the new year", func(r *verify.Records) {
		household(r, "H-001").StatusHistory[3].On = "2018-01-01"
	}, []string{"households_exited"}},
	{"a household left the subsistence allowance", func(r *verify.Records) {
		household(r, "H-001").Attributes[0].To = "2017-12-30"
	}, []string{"households_on_subsistence_allowance"}},
	{"a household's allowance ended with the year", func(r *verify.Records) {
		household(r, "H-001").Attributes[0].To = "2017-12-31"
	}, nil},
	{"a person is missing", func(r *verify.Records) {
		r.Persons = r.Persons[:len(r.Persons)-1]
	}, []string{"persons", "per_capita_net_income_min_fen"}},
	{"a person moved out in the year", func(r *verify.Records) {
		person(r, "P-0061").Memberships[0].To = "2017-10-01"
	}, []string{"persons", "per_capita_net_income_min_fen"}},
	{"a person has lost the group insurance", func(r *verify.Records) {
		p := person(r, "P-0001")
		p.Insurances = slices.DeleteFunc(p.Insurances, func(i model.Insurance) bool { return i.Kind == model.InsuranceGroup })
	}, []string{"group_medical_insured_persons"}},
	{"a group policy is of another year", func(r *verify.Records) {
		person(r, "P-0001").Insurances[1].Year = 2018
	}, []string{"group_medical_insured_persons"}},
	{"an income is exactly the line", func(r *verify.Records) {
		*income(r, "H-009") = model.IncomeRecord{HouseholdID: "H-009", Year: 2017, Members: 1, Wage: 600000}
	}, []string{"per_capita_net_income_min_fen"}},
	{"an income is one fen above the line", func(r *verify.Records) {
		*income(r, "H-009") = model.IncomeRecord{HouseholdID: "H-009", Year: 2017, Members: 1, Wage: 600001}
	}, nil},
	{"an income is of another year", func(r *verify.Records) {
		income(r, "H-009").Year = 2016
	}, []string{"per_capita_net_income_min_fen"}},
	{"an income counts too few heads", func(r *verify.Records) {
		income(r, "H-001").Members--
	}, []string{"per_capita_net_income_min_fen"}},
	{"a pairing was closed", func(r *verify.Records) { r.Pairings[0].To = "2017-12-30" }, []string{"cadres_paired"}},
	{"a pairing opened after the year", func(r *verify.Records) {
		r.Pairings[0].From = "2018-01-01"
	}, []string{"cadres_paired"}},
	{"a cadre is missing", func(r *verify.Records) { r.Cadres = r.Cadres[1:] }, []string{"cadres_paired"}},
	{"a stranger is paired", func(r *verify.Records) {
		p := r.Pairings[0]
		p.CadreID = "C-999"
		r.Pairings = append(r.Pairings, p)
	}, nil},
	{"a cadre is paired with an unknown household", func(r *verify.Records) {
		r.Pairings[0].HouseholdID = "H-999"
	}, []string{"cadres_paired"}},
	{"a cadre has a second household", func(r *verify.Records) {
		second := r.Pairings[0]
		second.HouseholdID = "H-036"
		r.Pairings = append(r.Pairings, second)
	}, nil},
	{"a party branch is missing", func(r *verify.Records) {
		r.Units = r.Units[:len(r.Units)-1]
	}, []string{"party_organisations"}},
	{"the aid day is another", func(r *verify.Records) { r.Settings.AidDay = 6 }, []string{"aid_day_of_month"}},
}

var moneyMutations = []mutation{
	{"a fen more of subsistence", func(r *verify.Records) { paidFor(r, "subsistence").Amount++ },
		[]string{"spend_subsistence_disability_fen", "spend_total_fen"}},
	{"a fen less of premiums without detail", func(r *verify.Records) { rest(r, model.CategoryPremium).Amount-- },
		[]string{"spend_medical_premium_fen", "spend_total_fen"}},
	{"a fen more of medical relief without detail", func(r *verify.Records) { rest(r, model.CategoryMedical).Amount++ },
		[]string{"spend_medical_relief_fen", "spend_total_fen"}},
	{"the industry entry is taken back", func(r *verify.Records) { reverse(r, rest(r, model.CategoryIndustry)) },
		[]string{"spend_industry_fen", "spend_total_fen"}},
	{"the rest of the subsidies is paid a day later", func(r *verify.Records) {
		rest(r, model.CategorySubsidy).PaidOn = "2018-01-01"
	}, []string{"spend_subsidy_condolence_fen", "spend_total_fen"}},
	{"an entry is paid on the first day of the year", func(r *verify.Records) {
		paidFor(r, "subsistence").PaidOn = "2017-01-01"
	}, nil},
	{"an entry is paid on the last day of the year before", func(r *verify.Records) {
		paidFor(r, "subsistence").PaidOn = "2016-12-31"
	}, []string{"spend_subsistence_disability_fen", "spend_total_fen"}},
	{"an entry stands under the wrong category", func(r *verify.Records) {
		rest(r, model.CategoryMedical).Category = model.CategoryIndustry
	}, []string{"spend_medical_relief_fen", "spend_industry_fen"}},
	{"a premium is another amount", func(r *verify.Records) { paidFor(r, verify.ProgrammePremium).Amount++ },
		[]string{"premium_per_person_fen", "spend_medical_premium_fen", "spend_total_fen"}},
	{"two persons' premiums stand under one", func(r *verify.Records) {
		paidFor(r, verify.ProgrammePremium).PersonID = "P-0002"
	}, []string{"premium_per_person_fen"}},
	{"a new entrant's grant is taken back", func(r *verify.Records) {
		reverse(r, paidFor(r, verify.ProgrammeNewEntrant))
	}, []string{"education_new_entrants", "spend_education_relief_fen", "spend_total_fen"}},
	{"a new entrant's grant is another amount", func(r *verify.Records) {
		paidFor(r, verify.ProgrammeNewEntrant).Amount--
	}, []string{"education_new_entrant_grant_fen", "spend_education_relief_fen", "spend_total_fen"}},
	{"two students' grants stand under one", func(r *verify.Records) {
		paidFor(r, verify.ProgrammeUniversity).PersonID = paidFor(r, verify.ProgrammeSeniorSecondary).PersonID
	}, []string{"education_secondary_and_university_fen"}},
	{"a student got too little", func(r *verify.Records) { paidFor(r, verify.ProgrammeSeniorSecondary).Amount -= 100 },
		[]string{"education_secondary_and_university_fen", "spend_education_relief_fen", "spend_total_fen"}},
	{"the nursery waiver is taken back", func(r *verify.Records) { reverse(r, paidFor(r, verify.ProgrammeNursery)) },
		[]string{"education_nursery_waiver_fen", "spend_education_relief_fen", "spend_total_fen"}},
	{"the nursery waiver names a stranger", func(r *verify.Records) {
		paidFor(r, verify.ProgrammeNursery).PersonID = "P-9999"
	}, []string{"education_nursery_waiver_fen"}},
	{"a chronic reimbursement is taken back", func(r *verify.Records) {
		reverse(r, paidFor(r, verify.ProgrammeChronic))
	}, []string{"chronic_reimbursed_households", "chronic_reimbursed_fen", "spend_medical_relief_fen", "spend_total_fen"}},
	{"a household gives back what it never got", func(r *verify.Records) {
		e := reversal(*paidFor(r, verify.ProgrammeChronic))
		e.HouseholdID, e.Amount = "H-001", -100
		r.Entries = append(r.Entries, e)
	}, []string{"chronic_reimbursed_fen", "spend_medical_relief_fen", "spend_total_fen"}},
	{"a chronic reimbursement went to a sixth household", func(r *verify.Records) {
		e := *paidFor(r, verify.ProgrammeChronic)
		paidFor(r, verify.ProgrammeChronic).Amount -= 100
		e.ID, e.HouseholdID, e.Amount = e.ID+"/2", "H-001", 100
		r.Entries = append(r.Entries, e)
	}, []string{"chronic_reimbursed_households"}},
	{"a relief payment names an unknown household", func(r *verify.Records) {
		paidFor(r, verify.ProgrammeReliefMedical).HouseholdID = "H-999"
	}, []string{"relief_fund_medical_households"}},
	{"a relief payment is posted twice", func(r *verify.Records) {
		e := *paidFor(r, verify.ProgrammeReliefMedical)
		e.ID += "/2"
		r.Entries = append(r.Entries, e)
	}, []string{"relief_fund_medical_fen", "spend_medical_relief_fen", "spend_total_fen"}},
	{"a household's heating stands under another", func(r *verify.Records) {
		paidFor(r, verify.ProgrammeHeating).HouseholdID = "H-002"
	}, []string{"heating_households"}},
	{"heating aid is a fen more", func(r *verify.Records) { paidFor(r, verify.ProgrammeHeating).Amount++ },
		[]string{"heating_fen", "spend_subsidy_condolence_fen", "spend_total_fen"}},
	{"a housing subsidy has another programme", func(r *verify.Records) {
		paidFor(r, verify.ProgrammeHousingRent).Programme = "temporary"
	}, []string{"housing_rent_households", "housing_rent_fen"}},
	{"housing is exactly the lower bound", func(r *verify.Records) {
		paidFor(r, verify.ProgrammeHousingRent).Amount -= 20000
		rest(r, model.CategorySubsidy).Amount += 20000
	}, nil},
	{"housing is one fen below the lower bound", func(r *verify.Records) {
		paidFor(r, verify.ProgrammeHousingRent).Amount -= 20001
		rest(r, model.CategorySubsidy).Amount += 20001
	}, []string{"housing_rent_fen"}},
}

func TestMutations(t *testing.T) {
	for _, m := range slices.Concat(registryMutations, moneyMutations, visitMutations, activityMutations, coopMutations, fundMutations) {
		t.Run(m.name, func(t *testing.T) {
			t.Parallel()
			r := farmRecords()
			m.do(&r)
			report := compute(t, r)
			want := slices.Sorted(slices.Values(m.want))
			if got := different(report); !slices.Equal(got, want) {
				t.Errorf("lines that differ:\n got %q\nwant %q", got, want)
			}
			if report.Differ() != (len(want) > 0) {
				t.Errorf("Differ() = %v with %d lines different", report.Differ(), len(want))
			}
		})
	}
}

// A measure that no mutation can turn would be a line that always says the same.
func TestEveryHeldLineCanTurn(t *testing.T) {
	turned := map[string]bool{}
	for _, m := range slices.Concat(registryMutations, moneyMutations, visitMutations, activityMutations, coopMutations, fundMutations) {
		for _, id := range m.want {
			turned[id] = true
		}
	}
	var held []string
	for _, l := range compute(t, farmRecords()).Lines {
		if l.Held {
			held = append(held, l.ID)
		}
	}
	slices.Sort(held)
	if got := slices.Sorted(maps.Keys(turned)); !slices.Equal(got, held) {
		t.Errorf("mutations turn\n%q\nheld are\n%q", got, held)
	}
}

func TestNotesSayWhatIsWrong(t *testing.T) {
	for _, c := range []struct {
		name, id, want string
		do             func(*verify.Records)
	}{
		{"no accounting", "per_capita_net_income_min_fen", "1 户没有收入核算", func(r *verify.Records) {
			income(r, "H-009").HouseholdID = ""
		}},
		{"wrong heads", "per_capita_net_income_min_fen", "1 户核算人数与在册人数不符", func(r *verify.Records) {
			income(r, "H-001").Members++
		}},
		{"no accounting at all", "per_capita_net_income_min_fen", "36 户没有收入核算", func(r *verify.Records) {
			r.Incomes = nil
		}},
		{"too few receivers", "education_secondary_and_university_fen", "领取人数 3,公布为 4", func(r *verify.Records) {
			paidFor(r, verify.ProgrammeUniversity).PersonID = paidFor(r, verify.ProgrammeSeniorSecondary).PersonID
		}},
		{"odd premiums", "premium_per_person_fen", "1 人的金额不同", func(r *verify.Records) {
			paidFor(r, verify.ProgrammePremium).Amount++
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := farmRecords()
			c.do(&r)
			if got := line(t, compute(t, r), c.id); got.Note != c.want || got.Same {
				t.Errorf("note %q, same %v; want %q and not the same", got.Note, got.Same, c.want)
			}
		})
	}
}
