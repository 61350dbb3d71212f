// Package reference builds the farm of the published report (domain.md 1) as records: its counts
// and sums are the published ones, its people and the split to households are invented. The report
// gives no detail for some sums; those are entries that say so and belong to no household.
package reference

import (
	"slices"

	"bangfu/service/model"
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
	Funds      []model.Fund
	Receipts   []model.Receipt
	Donations  []Donation
	Loans      []model.Loan
	Items      []model.Item
	Moves      []model.Move
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
	return Farm{
		Settings:   model.DefaultSettings(),
		Units:      unitTree(organs),
		Cadres:     cadres,
		Households: householdList(families),
		Persons:    personList(families),
		Pairings:   pairings,
		Incomes:    incomeList(families),
		Entries:    entryList(families),
		Visits:     visitList(pairings),
		Funds:      fundList(),
		Receipts:   receiptList(),
		Donations:  donationList(),
		Loans:      loanList(families),
		Items:      itemList(),
		Moves:      moveList(),
	}
}
