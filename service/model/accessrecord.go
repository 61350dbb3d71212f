package model

import "time"

// AccessKind is what of a household somebody looked at.
type AccessKind string

// The kinds that are noted once a day, and the file that was taken out of the house.
const (
	AccessStatement AccessKind = "statement" // what it was paid, and owes
	AccessVisits    AccessKind = "visits"
	AccessNeeds     AccessKind = "needs"
	AccessPapers    AccessKind = "papers" // applications, and the list of papers handed in
	AccessHealth    AccessKind = "health" // its family doctor
	AccessNames     AccessKind = "names"  // its head's name, in a list
	AccessExport    AccessKind = "export"
)

var lookLabels = map[AccessKind]string{
	AccessStatement: "账", AccessVisits: "走访记录", AccessNeeds: "难事", AccessPapers: "申请和材料", AccessHealth: "家庭医生", AccessExport: "导出的表", AccessNames: "户主姓名",
}

// Label is what people call the kind.
func (k AccessKind) Label() string { return label(lookLabels, k) }

// AccessRecord is one line of who looked at a household. Of a kind that is noted once a day there is one for a person, household
// and day, however often they looked; of a file one for each household in it. Lines are only ever added.
type AccessRecord struct {
	ID          string     `bson:"_id"` // see LookID
	HouseholdID string     `bson:"household_id"`
	Day         Date       `bson:"day"`
	At          time.Time  `bson:"at"` // the first time of the day
	Actor       string     `bson:"actor"`
	Roles       []Role     `bson:"duties"` // that they had then
	Kind        AccessKind `bson:"kind"`

	// Of a file.
	What   string       `bson:"what"`
	Groups []FieldGroup `bson:"groups"` // opened in full
	Reason string       `bson:"reason"`
}

// AccessRecordID is the same for the same person, household, day and kind (or file), so that it is noted once. The day comes
// first: by their ids the lines of a household are in order.
func AccessRecordID(day Date, householdID, actor, kind string) string {
	return string(day) + "|" + householdID + "|" + actor + "|" + kind
}

// KeepAccessRecords is how many days a line of what was looked at in passing is kept; that of a file stays.
const KeepAccessRecords = 731
