package model

import "time"

// StoredFile is a file of a record, sealed.
type StoredFile struct {
	ID          string    `bson:"_id"`
	Of          string    `bson:"of"` // the record, as "visits/…"
	HouseholdID string    `bson:"household_id"`
	Type        string    `bson:"type"` // as HTTP has it, found from the content
	Size        int       `bson:"size"`
	At          time.Time `bson:"at"`
	By          string    `bson:"by"`
	Content     Sealed    `bson:"content"`
}
