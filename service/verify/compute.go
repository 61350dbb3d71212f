package verify

import (
	"errors"

	"bangfu/service/model"
)

// answer is what the records say to a figure. A note tells what is wrong beside the number;
// a figure with a note never counts as the same.
type answer struct {
	value int64
	note  string
}

// measure recomputes one figure.
type measure func(Records, figure) answer

// measures are the figures that today's records can hold; any other is reported as not held.
func measures() map[string]measure {
	return map[string]measure{
		"households":                          households,
		"persons":                             persons,
		"households_exited":                   exited,
		"per_capita_net_income_min_fen":       lowestIncome,
		"households_on_subsistence_allowance": onSubsistence,
		"cadres_paired":                       cadresPaired,
		"party_organisations":                 partyOrganisations,
		"aid_day_of_month":                    aidDay,
		"group_medical_insured_persons":       groupInsured,

		"meetings":                   activities(model.ActivityMeeting),
		"volunteer_visits":           activities(model.ActivityVolunteerVisit),
		"volunteer_medical_services": activities(model.ActivityVolunteerMedical),
		"volunteer_farm_help":        activities(model.ActivityVolunteerFarm),
		"volunteers":                 volunteers,
		"satisfaction_min_percent":   lowestSatisfaction,
		"family_doctor_contracts":    doctorContracts,

		"difficulties_solved":  items(model.KindNeed),
		"policies_delivered":   items(model.KindPolicy),
		"technology_delivered": items(model.KindTechnology),
		"cadre_own_pocket_fen": ownPocket,

		"relief_fund_donations_fen":  donated,
		"loan_per_household_fen":     lentEach,
		"planned_fund_fen":           planned,
		"cadre_assistance_funds_fen": cadreFunds,

		"spend_subsistence_disability_fen": spend(model.CategorySubsistence),
		"spend_medical_premium_fen":        spend(model.CategoryPremium),
		"spend_medical_relief_fen":         spend(model.CategoryMedical),
		"spend_education_relief_fen":       spend(model.CategoryEducation),
		"spend_industry_fen":               spend(model.CategoryIndustry),
		"spend_subsidy_condolence_fen":     spend(model.CategorySubsidy),
		"spend_total_fen":                  spend(model.Categories...),

		"education_new_entrants":                 personsPaid(ProgrammeNewEntrant),
		"education_new_entrant_grant_fen":        eachPaid(ProgrammeNewEntrant),
		"education_secondary_and_university_fen": paid(ProgrammeSeniorSecondary, ProgrammeUniversity),
		"education_nursery_waiver_fen":           paid(ProgrammeNursery),
		"premium_per_person_fen":                 eachPaid(ProgrammePremium),
		"chronic_reimbursed_households":          householdsPaid(ProgrammeChronic),
		"chronic_reimbursed_fen":                 paid(ProgrammeChronic),
		"relief_fund_medical_households":         householdsPaid(ProgrammeReliefMedical),
		"relief_fund_medical_fen":                paid(ProgrammeReliefMedical),
		"heating_households":                     householdsPaid(ProgrammeHeating),
		"heating_fen":                            paid(ProgrammeHeating),
		"housing_rent_households":                householdsPaid(ProgrammeHousingRent),
		"housing_rent_fen":                       paid(ProgrammeHousingRent),

		"greenhouses_allotted":                 allotted,
		"coop_greenhouses":                     coopHouses,
		"coop_bags_per_crop_per_greenhouse":    coop(func(in model.DividendInputs, _ model.Dividend) int64 { return in.Plan.BagsPerCrop }),
		"coop_crops":                           coop(func(in model.DividendInputs, _ model.Dividend) int64 { return in.Plan.Crops }),
		"coop_input_per_greenhouse_fen":        coop(func(in model.DividendInputs, _ model.Dividend) int64 { return int64(in.Plan.UnitInput) }),
		"coop_benefit_per_greenhouse_fen":      coop(func(_ model.DividendInputs, d model.Dividend) int64 { return int64(d.UnitBenefit) }),
		"coop_share_fund_fen":                  coop(func(in model.DividendInputs, _ model.Dividend) int64 { return int64(in.Fund) }),
		"coop_share_rate_permille":             permille,
		"coop_stick_subsidy_per_household_fen": holding,
		"coop_share_holders":                   coop(func(in model.DividendInputs, _ model.Dividend) int64 { return int64(len(in.Holders)) }),
		"coop_base_dividend_fen":               eachDividend,
		"coop_dividend_pool_fen":               coop(func(_ model.DividendInputs, d model.Dividend) int64 { return int64(d.Pool) }),
		"coop_dividend_remainder_fen":          coop(func(_ model.DividendInputs, d model.Dividend) int64 { return int64(d.Remainder) }),
	}
}

// Compute sets every published figure beside what the records say. It fails with an internal
// error when an entry of the year could not be accounted for in any total.
func Compute(r Records) (Report, error) {
	figures, err := loadFigures(publishedJSON)
	if err != nil {
		return Report{}, model.NewError(model.KindInternal, "verify_figures", "公布的数字读不出来").Wrap(err)
	}
	if err := errors.Join(r.checkEntries(reportYear), r.fit()); err != nil {
		return Report{}, err
	}
	held := measures()
	report := Report{Lines: make([]Line, 0, len(figures))}
	for _, f := range figures {
		report.Lines = append(report.Lines, compare(f, held[f.ID], r))
	}
	report.Open = openRelations(r)
	return report, nil
}

func compare(f figure, m measure, r Records) Line {
	line := Line{ID: f.ID, AsOf: f.AsOf, Published: f.Value, Kind: f.Kind}
	if m == nil {
		return line
	}
	got := m(r, f)
	line.Held, line.Computed, line.Note = true, got.value, got.note
	line.Same = got.note == "" && f.agrees(got.value)
	return line
}
