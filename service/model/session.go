package model

import "time"

// Session is a log-in of a mini-program account or of staff. ID is the SHA-256 of its token.
type Session struct {
	ID         string    `bson:"_id"`
	AccountID  string    `bson:"account_id"`
	IdentityID string    `bson:"identity_id"` // the mini-program identity that logged in; empty for staff
	StaffID    string    `bson:"staff_id"`
	Epoch      int64     `bson:"epoch"`             // of the staff's log-in when this began; see Staff.Epoch
	Address    string    `bson:"address,omitempty"` // of staff: where the log-in came from, and from what, for its owner
	Machine    string    `bson:"machine,omitempty"`
	CreatedAt  time.Time `bson:"created_at"`
	SeenAt     time.Time `bson:"seen_at"` // of staff: when somebody last did something, to the minute
	ExpiresAt  time.Time `bson:"expires_at"`
}

// Idle is for how long nobody has done anything in the session.
func (s Session) Idle(now time.Time) time.Duration {
	if s.SeenAt.After(s.CreatedAt) {
		return now.Sub(s.SeenAt)
	}
	return now.Sub(s.CreatedAt)
}
