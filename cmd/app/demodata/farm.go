// Package demodata builds the farm of the published report (domain.md 1) as records: its counts
// and sums are the published ones, its people and the split to households are invented. The report
// gives no detail for some sums; those are entries that say so and belong to no household.
package demodata

import (
	"slices"

	"bangfu/service/model"
	"bangfu/service/verify"
)

// Farm is the whole reference farm as of the end of 2017.
type Farm struct {
	Settings   model.Settings
	Units      []model.Unit
	Cadres     []Cadre
	Households []model.Household
	Persons    []Person
	Pairings   []model.Pairing
	Incomes    []model.IncomeRecord
	Entries    []model.Entry
	Visits     []model.Visit

	Activities  []model.Activity
	Debriefings []model.Debriefing
	Contracts   []model.DoctorContract
	Programmes  []model.Programme

	model.Growing
	Funds     []model.Fund
	Receipts  []model.Receipt
	Donations []Donation
	Loans     []model.Loan
	Items     []model.Item
	Moves     []model.Move
}

// Cadre is a cadre with the phone number still open; the loader seals it into Phone.
type Cadre struct {
	model.Cadre
	PhoneNumber string
}

// Person is a person with id and phone number still open; the loader seals them.
// PhoneNumber is empty for those who have none.
type Person struct {
	model.Person
	IDNumber, PhoneNumber string
}

const (
	year    = 2017
	yearEnd = model.Date("2017-12-31")
)

// Build makes the farm; every call makes the same one, in memory of its own.
func Build() Farm {
	families := numbered(slices.Concat(areaFamilies, communityFamilies))
	organs := organisation()
	cadres := cadreList(organs)
	pairings := pairingList(families, cadres)
	units := unitTree(organs)
	return Farm{
		Settings:   model.DefaultSettings(),
		Units:      units,
		Cadres:     cadres,
		Households: householdList(families),
		Persons:    personList(families),
		Pairings:   pairings,
		Incomes:    incomeList(families),
		Entries:    entryList(families),
		Visits:     visitList(pairings),

		Activities:  activityList(),
		Debriefings: debriefingList(units),
		Contracts:   contractList(families),
		Programmes:  programmeList(),
		Growing:     grown(families),
		Funds:       fundList(),
		Receipts:    receiptList(),
		Donations:   donationList(),
		Loans:       loanList(families),
		Items:       itemList(),
		Moves:       moveList(),
	}
}

// Records are the farm's records as the published figures are recomputed from them; the caller's own to change.
func (f Farm) Records() verify.Records {
	r := verify.Records{
		Settings: f.Settings, Units: f.Units, Households: f.Households, Pairings: f.Pairings, Incomes: f.Incomes,
		Entries: f.Entries, Visits: f.Visits, Activities: f.Activities, Debriefings: f.Debriefings, Contracts: f.Contracts,
		Growing: f.Growing, Funds: f.Funds, Receipts: f.Receipts, Loans: f.Loans, Items: f.Items, Moves: f.Moves,
	}
	for _, d := range f.Donations {
		r.Donations = append(r.Donations, d.Donation)
	}
	for _, c := range f.Cadres {
		r.Cadres = append(r.Cadres, c.Cadre)
	}
	for _, p := range f.Persons {
		r.Persons = append(r.Persons, p.Person)
	}
	return r
}
