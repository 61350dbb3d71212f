package model

import (
	"strings"
	"time"
)

// MessageState is how far an outgoing message has come. It is sent only if WeChat's body said so.
type MessageState string

// The states of a message.
const (
	MessageQueued   MessageState = "queued"
	MessageSending  MessageState = "sending"
	MessageAccepted MessageState = "accepted" // WeChat took it
	MessageArrived  MessageState = "arrived"  // WeChat reported that it arrived, or a person saw to it
	MessageFailed   MessageState = "failed"
	MessageByHand   MessageState = "by_hand" // no way to reach the person now; to be told in person
	MessageExpired  MessageState = "expired" // stale before it could go
	MessageUnknown  MessageState = "unknown" // WeChat may have sent it; never resent blindly
	MessageDropped  MessageState = "dropped" // what it was about is settled
)

// Message is one thing we have to tell one person. ID is its idempotency key:
// the purpose and the occasion, so that asking twice tells once.
type Message struct {
	ID         string       `bson:"_id"`
	Purpose    string       `bson:"purpose"`
	IdentityID string       `bson:"identity_id"`
	Text       string       `bson:"text"`
	State      MessageState `bson:"state"`
	LeaseUntil time.Time    `bson:"lease_until"`
	ExpiresAt  time.Time    `bson:"expires_at"`
	CreatedAt  time.Time    `bson:"created_at"`
	SettledAt  time.Time    `bson:"settled_at"`
	ErrCode    int64        `bson:"errcode"`
	RID        string       `bson:"rid"`
	Reason     string       `bson:"reason"`
	Attempts   int          `bson:"attempts"`

	// OwnAccord says that nobody asked: quiet hours and the day's cap hold.
	OwnAccord bool     `bson:"own_accord"`
	Uncapped  bool     `bson:"uncapped"` // but not the cap: the person has to know, however much they were told today
	Urgent    bool     `bson:"urgent"`   // nor the quiet hours
	Subject   string   `bson:"subject"`  // what the guard of the purpose looks at before sending
	About     string   `bson:"about"`    // the fields of a template: at most 20 characters
	When      string   `bson:"when"`
	More      string   `bson:"more"`
	Way       string   `bson:"way"`   // how it went, or was tried last
	Spent     []string `bson:"spent"` // the ways that did not work and are not tried again
	Steps     []Step   `bson:"steps"` // every attempt that failed, and WeChat's answer, oldest first

	// What a code of two digits means to whoever has got the message.
	Choices []Choice `bson:"choices"`

	// A household that the message is about: what could not be told is told by its cadre, until HandUntil.
	HouseholdID string    `bson:"household_id"`
	HandUntil   time.Time `bson:"hand_until"`
}

// ToStaff reports whether the message is a report for a member of staff whom we do not know in WeChat.
func (m Message) ToStaff() bool { return strings.HasPrefix(m.IdentityID, "none:staff:") }

// Step is one attempt that did not carry a message.
type Step struct {
	Way     string    `bson:"way" json:"way"`
	At      time.Time `bson:"at" json:"at"`
	ErrCode int64     `bson:"errcode" json:"errcode"`
	RID     string    `bson:"rid" json:"rid,omitempty"`
	Reason  string    `bson:"reason" json:"reason"`
}
