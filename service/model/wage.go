package model

// Wage is what a member of a household earned in a month by working in the cooperative, 以岗扶贫. It is pay for
// work, so it is kept here and not among the six categories of aid.
type Wage struct {
	ID          string `bson:"_id" json:"id"` // WageID: a person has one line a month
	Record      `bson:",inline"`
	CoopID      string `bson:"coop_id" json:"coop_id"`
	HouseholdID string `bson:"household_id" json:"household_no"`
	PersonID    string `bson:"person_id" json:"person_id"`
	Period      Period `bson:"period" json:"period"`
	Days        int    `bson:"days" json:"days"`
	Amount      Fen    `bson:"amount_fen" json:"amount_fen"`
	PaidOn      Date   `bson:"paid_on" json:"paid_on"`
}

// WageID is the id of the person's line of the month.
func WageID(p Period, coopID, personID string) string {
	return string(p) + "/" + coopID + "/" + personID
}
