package model

import "strconv"

// Debriefing is how a unit's people rated its cadres' report of the year, 述职评议. ID is "unit/year". Only
// sums are kept: a ballot is secret.
type Debriefing struct {
	ID      string `bson:"_id"`
	Record  `bson:",inline"`
	UnitID  string  `bson:"unit_id"`
	Year    int     `bson:"year"`
	On      Date    `bson:"on"`
	Ballots Ballots `bson:"ballots"`
}

// Ballots are the votes of a debriefing.
type Ballots struct {
	VerySatisfied int `bson:"very_satisfied" json:"very_satisfied" minimum:"0"`
	Satisfied     int `bson:"satisfied" json:"satisfied" minimum:"0"`
	Fair          int `bson:"fair" json:"fair" minimum:"0"`
	Unsatisfied   int `bson:"unsatisfied" json:"unsatisfied" minimum:"0"`
}

// DebriefingID is the id of a unit's debriefing of the year.
func DebriefingID(unitID string, year int) string { return unitID + "/" + strconv.Itoa(year) }

// Votes is how many there are.
func (b Ballots) Votes() int { return b.VerySatisfied + b.Satisfied + b.Fair + b.Unsatisfied }

// Satisfaction is the satisfied votes in percent, rounded down; 0 without votes.
func (b Ballots) Satisfaction() int {
	if b.Votes() == 0 {
		return 0
	}
	return 100 * (b.VerySatisfied + b.Satisfied) / b.Votes()
}
