package model

import "time"

// Alert is a breaking of the glass that somebody of the office has to look into, and say so.
type Alert struct {
	ID          string       `bson:"_id"`
	At          time.Time    `bson:"at"`
	Actor       string       `bson:"actor"` // who looked
	HouseholdID string       `bson:"household_id"`
	Groups      []FieldGroup `bson:"groups"`
	Reason      string       `bson:"reason"`
	State       AlertState   `bson:"state"`

	AcknowledgedBy string    `bson:"acknowledged_by"` // another person than who looked
	AcknowledgedAt time.Time `bson:"acknowledged_at"`
	Note           string    `bson:"note"` // what they found
}

// AlertState is whether an alert was looked into.
type AlertState string

// The states of an alert.
const (
	AlertOpen         AlertState = "open"
	AlertAcknowledged AlertState = "acknowledged"
)
