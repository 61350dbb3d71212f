package model

import "time"

// Delivery joins what WeChat reports of a message to the message. The report may come before the answer to
// our call, so either side makes the row. ID is "channel/msgid".
type Delivery struct {
	ID         string    `bson:"_id"`
	IdentityID string    `bson:"identity_id"`
	Way        string    `bson:"way"`
	MessageID  string    `bson:"message_id"` // empty until our side knows
	Result     string    `bson:"result"`     // empty until WeChat reports: "success" or why not
	At         time.Time `bson:"at"`
}

// Unmatched are the messages to an identity of which we have no id of WeChat's, so that a report on one of them can be
// joined only by who got it. ID is the identity's.
type Unmatched struct {
	ID    string          `bson:"_id"`
	Sends []UnmatchedSend `bson:"sends"`
	At    time.Time       `bson:"at"`
}

// UnmatchedSend is one of them.
type UnmatchedSend struct {
	MessageID string    `bson:"message_id"`
	Way       string    `bson:"way"`
	At        time.Time `bson:"at"`
}
