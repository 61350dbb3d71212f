package model

import (
	"fmt"
	"maps"
	"time"
)

// ExpectationState is how far the visit that a pairing owes in a month has come.
type ExpectationState string

// The states of an expectation. Overdue is not stored: it is expected, and the window has passed.
const (
	ExpectedVisit   ExpectationState = "expected"
	VisitedInTime   ExpectationState = "visited"
	VisitedLate     ExpectationState = "visited_late"
	VisitExcused    ExpectationState = "excused"
	VisitCancelled  ExpectationState = "cancelled" // the pairing or the household's membership ended first
	VisitExcuseOpen ExpectationState = "excuse_asked"
)

// Excuse is why a visit cannot be. It counts once somebody else has approved it.
type Excuse struct {
	Reason     string    `bson:"reason"` // one of ExcuseReasons
	Note       string    `bson:"note"`
	AskedBy    string    `bson:"asked_by"`
	AskedAt    time.Time `bson:"asked_at"`
	ApprovedBy string    `bson:"approved_by"`
}

// ExcuseReasons are the reasons that are accepted: the cadre is away or sick, the household is absent, a disaster.
var ExcuseReasons = []string{"cadre_away", "cadre_sick", "household_absent", "disaster"}

var excuseLabels = map[string]string{
	"cadre_away": "干部出差", "cadre_sick": "干部生病", "household_absent": "户里没人", "disaster": "灾害",
}

// ExcuseLabel is what people call the reason.
func ExcuseLabel(reason string) string { return label(excuseLabels, reason) }

// Expectation is the visit that a pairing owes in a month. ID is "2018-01/H-001/C-001".
type Expectation struct {
	ID          string `bson:"_id"`
	Record      `bson:",inline"`
	Period      Period           `bson:"period"`
	HouseholdID string           `bson:"household_id"`
	CadreID     string           `bson:"cadre_id"`
	AidDay      Date             `bson:"aid_day"`
	State       ExpectationState `bson:"state"`
	VisitID     string           `bson:"visit_id"`
	Excuse      Excuse           `bson:"excuse"`
}

// ExpectationID is the id of what the cadre owes the household in the month.
func ExpectationID(p Period, householdID, cadreID string) string {
	return fmt.Sprintf("%s/%s/%s", p, householdID, cadreID)
}

// Open reports whether the visit is still to come.
func (e Expectation) Open() bool { return e.State == ExpectedVisit || e.State == VisitExcuseOpen }

// VisitItem is one kind of help at a visit, with how often it was given, 件次.
type VisitItem struct {
	Kind  VisitKind `bson:"kind" json:"kind"`
	Count int       `bson:"count" json:"count"`
	Text  string    `bson:"text" json:"text"`
}

// VisitKind is what a visit brought.
type VisitKind string

// The kinds of help at a visit.
const (
	KindDifficulty VisitKind = "difficulty_solved"
	KindPolicy     VisitKind = "policy_delivered"
	KindTechnology VisitKind = "technology_delivered"
	KindWarmth     VisitKind = "goods"
	KindTalk       VisitKind = "talk"
)

// VisitKinds are the kinds in the order in which they are offered.
var VisitKinds = []VisitKind{KindTalk, KindDifficulty, KindPolicy, KindTechnology, KindWarmth}

var visitLabels = map[VisitKind]string{
	KindTalk: "谈心走访", KindDifficulty: "解难事", KindPolicy: "送政策", KindTechnology: "送技术", KindWarmth: "送温暖",
}

// Label of the kind.
func (k VisitKind) Label() string { return label(visitLabels, k) }

// Known reports whether it is a kind at all.
func (k VisitKind) Known() bool { _, ok := visitLabels[k]; return ok }

// Visit is one cadre's visit to one household on one day. ID is "H-001/C-001/2018-01-05", so that two
// records of the same visit merge.
type Visit struct {
	ID          string `bson:"_id"`
	Record      `bson:",inline"`
	HouseholdID string      `bson:"household_id"`
	CadreID     string      `bson:"cadre_id"`
	Period      Period      `bson:"period"`
	On          Date        `bson:"on"`
	RecordedAt  time.Time   `bson:"recorded_at"`
	DeviceAt    time.Time   `bson:"device_at"` // the phone's own time, zero from the bot
	Keys        []string    `bson:"keys"`      // client keys of the records that were merged
	Items       []VisitItem `bson:"items"`
	SelfFunded  Fen         `bson:"self_funded_fen"`
	LateReason  string      `bson:"late_reason"`
	Answer      string      `bson:"answer"` // of the household: "" | "came" | "did_not_come"
	AnsweredAt  time.Time   `bson:"answered_at"`
	Rating      int         `bson:"rating"` // 1 to 5 by the household; 0 without
}

// VisitID is the id of the cadre's visit to the household on the day.
func VisitID(householdID, cadreID string, on Date) string {
	return householdID + "/" + cadreID + "/" + string(on)
}

// HasKey reports whether the record with this client key is in the visit already.
func (v Visit) HasKey(key string) bool {
	for _, k := range v.Keys {
		if k == key {
			return true
		}
	}
	return false
}

// Add puts an item to the visit; the same kind with the same words adds up.
func (v *Visit) Add(item VisitItem) {
	for i, x := range v.Items {
		if x.Kind == item.Kind && (x.Text == item.Text || item.Text == "") {
			v.Items[i].Count += item.Count
			return
		}
	}
	v.Items = append(v.Items, item)
}

// NeedState is how far a difficulty has come, from the words to the household's own yes.
type NeedState string

// The states of a need.
const (
	NeedOpen      NeedState = "open"
	NeedDone      NeedState = "done_by_cadre"
	NeedConfirmed NeedState = "confirmed"
	NeedReopened  NeedState = "reopened"
)

// Need is a difficulty of a household, 难事, with somebody who sees to it.
type Need struct {
	ID          string `bson:"_id"`
	Record      `bson:",inline"`
	HouseholdID string    `bson:"household_id"`
	Source      string    `bson:"source"` // visit | bot | office | ledger
	Text        string    `bson:"text"`
	OwnerID     string    `bson:"owner_id"` // a cadre
	DueOn       Date      `bson:"due_on"`
	State       NeedState `bson:"state"`
	Log         []NeedLog `bson:"log"`
}

// NeedLog is one step of a need.
type NeedLog struct {
	At    time.Time `bson:"at"`
	By    string    `bson:"by"`
	State NeedState `bson:"state"`
	Text  string    `bson:"text"`
}

// Live reports whether somebody still has to do something.
func (n Need) Live() bool { return n.State != NeedConfirmed }

// Step moves the need on.
func (n *Need) Step(state NeedState, by, text string, at time.Time) {
	n.State = state
	n.Log = append(n.Log, NeedLog{At: at.UTC(), By: by, State: state, Text: text})
}

// Counter is the sums of a month's visits, 件次. They are derived and rebuilt every night.
type Counter struct {
	ID         string            `bson:"_id"`
	Period     Period            `bson:"period"`
	Visits     int               `bson:"visits"`
	Items      map[VisitKind]int `bson:"items"`
	SelfFunded Fen               `bson:"self_funded_fen"`
}

// Add counts n of a kind.
func (c *Counter) Add(kind VisitKind, n int) {
	if c.Items == nil {
		c.Items = map[VisitKind]int{}
	}
	c.Items[kind] += n
}

// Equal reports whether the sums are the same.
func (c Counter) Equal(d Counter) bool {
	return c.Visits == d.Visits && c.SelfFunded == d.SelfFunded && maps.Equal(c.Items, d.Items)
}
