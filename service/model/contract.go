package model

// DoctorContract ties a household to its family doctor from From to To; an empty To means still. ID is
// "household/from".
type DoctorContract struct {
	ID          string `bson:"_id"`
	Record      `bson:",inline"`
	HouseholdID string `bson:"household_id"`
	Doctor      string `bson:"doctor"`
	UnitID      string `bson:"unit_id"` // the hospital
	From        Date   `bson:"from"`
	To          Date   `bson:"to"`
}

// OpenOn reports whether the contract holds on the day.
func (c DoctorContract) OpenOn(day Date) bool { return c.From <= day && (c.To == "" || day <= c.To) }
