package model

import "time"

// MessageState is how far an outgoing message has come. It is sent only if WeChat's body said so.
type MessageState string

// The states of a message.
const (
	MessageQueued   MessageState = "queued"
	MessageSending  MessageState = "sending"
	MessageAccepted MessageState = "accepted"
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
	OwnAccord bool   `bson:"own_accord"`
	Subject   string `bson:"subject"` // what the guard of the purpose looks at before sending
	About     string `bson:"about"`   // the fields of a template: at most 20 characters
	When      string `bson:"when"`
	More      string `bson:"more"`
	Way       string `bson:"way"`   // how it went, or was tried last
	Steps     []Step `bson:"steps"` // the ways that did not work, and why
}

// Step is one rung of the ladder that did not carry a message.
type Step struct {
	Way     string    `bson:"way" json:"way"`
	At      time.Time `bson:"at" json:"at"`
	ErrCode int64     `bson:"errcode" json:"errcode"`
	Reason  string    `bson:"reason" json:"reason"`
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
