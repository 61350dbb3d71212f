package model

import (
	"fmt"
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
	Heard       string           `bson:"heard"` // of the household, while no visit is recorded: "" | "came" | "did_not_come"
}

// ExpectationID is the id of what the cadre owes the household in the month.
func ExpectationID(p Period, householdID, cadreID string) string {
	return fmt.Sprintf("%s/%s/%s", p, householdID, cadreID)
}

// Open reports whether the visit is still to come.
func (e Expectation) Open() bool { return e.State == ExpectedVisit || e.State == VisitExcuseOpen }
