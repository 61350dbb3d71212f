package model

import "time"

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
	Subject   string   `bson:"subject"`  // what the guard of the purpose looks at before sending
	About     string   `bson:"about"`    // the fields of a template: at most 20 characters
	When      string   `bson:"when"`
	More      string   `bson:"more"`
	Way       string   `bson:"way"`   // how it went, or was tried last
	Spent     []string `bson:"spent"` // the ways that did not work and are not tried again
	Steps     []Step   `bson:"steps"` // every attempt that failed, and WeChat's answer, oldest first

	// What a digit means to whoever has got the message, until it expires.
	Choices []Choice `bson:"choices"`

	// A household that the message is about: what could not be told is told by its cadre, until HandUntil.
	HouseholdID string    `bson:"household_id"`
	HandUntil   time.Time `bson:"hand_until"`
}

// Step is one attempt that did not carry a message.
type Step struct {
	Way     string    `bson:"way" json:"way"`
	At      time.Time `bson:"at" json:"at"`
	ErrCode int64     `bson:"errcode" json:"errcode"`
	RID     string    `bson:"rid" json:"rid,omitempty"`
	Reason  string    `bson:"reason" json:"reason"`
}

// Hold stops one way of sending on one account for a while: a quota is used up, or WeChat refuses the account.
// ID is "channel/way".
type Hold struct {
	ID      string    `bson:"_id"`
	Until   time.Time `bson:"until"`
	At      time.Time `bson:"at"`
	ErrCode int64     `bson:"errcode"`
	Reason  string    `bson:"reason"` // the class of the answer: minute, day, account
}

// WayID names a way of sending on an account, for holds and for the count of a day.
func WayID(channel Channel, way string) string { return string(channel) + "/" + way }

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

// HandNotice is something that a household could not be told in WeChat and that its cadre tells in person.
// ID is the message's.
type HandNotice struct {
	ID          string    `bson:"_id"`
	HouseholdID string    `bson:"household_id"`
	Text        string    `bson:"text"`
	At          time.Time `bson:"at"`
	Until       time.Time `bson:"until"`
}

// Job is a row of the outbox: work that still has to be done. The queue is told of it, but the row
// is what counts: it leaves only when the work is done, and a sweeper tells the queue again of rows
// that wait too long, so a lost queue loses nothing. ID is "type|ref".
type Job struct {
	ID         string    `bson:"_id"`
	Type       string    `bson:"type"`
	Ref        string    `bson:"ref"`      // id of the record that the work is about
	Epoch      int       `bson:"epoch"`    // how often the queue was told of it; part of the task's id
	Asked      int       `bson:"asked"`    // how often it was asked for; it is done when the last asking is
	Failures   int       `bson:"failures"` // how often it failed; sets the wait before the next try
	CreatedAt  time.Time `bson:"created_at"`
	DueAt      time.Time `bson:"due_at"`
	EnqueuedAt time.Time `bson:"enqueued_at"`
}

// NewJob is the outbox row for doing typ on ref, due now.
func NewJob(typ, ref string, now time.Time) Job {
	return Job{ID: typ + "|" + ref, Type: typ, Ref: ref, CreatedAt: now.UTC(), DueAt: now.UTC()}
}
