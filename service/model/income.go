package model

import "fmt"

// IncomeRecord is the accounting of one household's income in one year, 收入核算.
// ID is "household/year". Net is the four incomes less the costs.
type IncomeRecord struct {
	ID          string `bson:"_id"`
	Record      `bson:",inline"`
	HouseholdID string `bson:"household_id"`
	Year        int    `bson:"year"`
	Wage        Fen    `bson:"wage_fen"`
	Operating   Fen    `bson:"operating_fen"`
	Property    Fen    `bson:"property_fen"`
	Transfer    Fen    `bson:"transfer_fen"`
	Costs       Fen    `bson:"costs_fen"`
	Members     int    `bson:"members_count"` // as of the last day of the year
}

// IncomeID is the id of the household's record of the year.
func IncomeID(householdID string, year int) string { return fmt.Sprintf("%s/%d", householdID, year) }

// Net is the household's net income of the year; KindInternal where its parts are too large to have one.
func (r IncomeRecord) Net() (Fen, error) {
	gross, err := AddUp(r.Wage, r.Operating, r.Property, r.Transfer)
	if err != nil {
		return 0, err
	}
	return gross.Sub(r.Costs)
}

// PerHead is the net income per member, rounded down to the fen; 0 when nobody is counted.
func (r IncomeRecord) PerHead() (Fen, error) {
	net, err := r.Net()
	if r.Members == 0 || err != nil {
		return 0, err
	}
	each, _ := net.Shared(r.Members)
	return each, nil
}
