package model

import "time"

// InPersonNotice is something that a household could not be told in WeChat and that its cadre tells in person.
// ID is the message's.
type InPersonNotice struct {
	ID          string    `bson:"_id"`
	HouseholdID string    `bson:"household_id"`
	Text        string    `bson:"text"`
	At          time.Time `bson:"at"`
	Until       time.Time `bson:"until"`
}
