package model

import "time"

// LookKind is what of a household somebody looked at.
type LookKind string

// The kinds that are noted once a day, and the file that was taken out of the house.
const (
	LookStatement LookKind = "statement" // what it was paid, and owes
	LookVisits    LookKind = "visits"
	LookNeeds     LookKind = "needs"
	LookPapers    LookKind = "papers" // applications, and the list of papers handed in
	LookHealth    LookKind = "health" // its family doctor
	LookExport    LookKind = "export"
)

var lookLabels = map[LookKind]string{
	LookStatement: "账", LookVisits: "走访记录", LookNeeds: "难事", LookPapers: "申请和材料", LookHealth: "家庭医生", LookExport: "导出的表",
}

// Label is what people call the kind.
func (k LookKind) Label() string { return label(lookLabels, k) }

// Look is one line of who looked at a household. Of a kind that is noted once a day there is one for a person, household
// and day, however often they looked; of a file one for each household in it. Lines are only ever added.
type Look struct {
	ID          string    `bson:"_id"` // see LookID
	HouseholdID string    `bson:"household_id"`
	Day         Date      `bson:"day"`
	At          time.Time `bson:"at"` // the first time of the day
	Actor       string    `bson:"actor"`
	Duties      []Duty    `bson:"duties"` // that they had then
	Kind        LookKind  `bson:"kind"`

	// Of a file.
	What   string       `bson:"what"`
	Groups []FieldGroup `bson:"groups"` // opened in full
	Reason string       `bson:"reason"`
}

// LookID is the same for the same person, household, day and kind (or file), so that it is noted once. The day comes
// first: by their ids the lines of a household are in order.
func LookID(day Date, householdID, actor, kind string) string {
	return string(day) + "|" + householdID + "|" + actor + "|" + kind
}

// KeepLooks is how many days a line of what was looked at in passing is kept; that of a file stays.
const KeepLooks = 731
