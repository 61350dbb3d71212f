package model

// Farm is a whole farm's case records, for loading and for reports over everything.
type Farm struct {
	Settings   Settings
	Units      []Unit
	Cadres     []Cadre
	Households []Household
	Persons    []Person
	Pairings   []Pairing
	Incomes    []IncomeRecord
	Entries    []Entry
	Visits     []Visit

	Activities  []Activity
	Debriefings []Debriefing
	Contracts   []DoctorContract
	Growing
	Funds     []Fund
	Receipts  []Receipt
	Donations []Donation
	Loans     []Loan
	Items     []Item
	Moves     []Move
}
