package model

import "time"

// Staff is a person who works in the office or a unit and logs in with a password.
type Staff struct {
	ID                 string `bson:"_id"` // the log-in name
	Record             `bson:",inline"`
	Name               string    `bson:"name"`
	Posts              []Post    `bson:"posts"`
	CadreID            string    `bson:"cadre_id"` // of a person with the cadre's duty
	PasswordHash       string    `bson:"password_hash"`
	MustChangePassword bool      `bson:"must_change_password"` // until then the log-in is good for nothing else
	Disabled           bool      `bson:"disabled"`
	TOTP               Sealed    `bson:"totp"`         // the secret of the second factor; empty without one
	TOTPUsed           int64     `bson:"totp_used"`    // the last time step that was accepted: a code works once
	TOTPPending        Sealed    `bson:"totp_pending"` // a secret that was shown and not yet confirmed by a code
	Failures           int       `bson:"failures"`     // tries since the last right one; see StaffTries
	LockedTill         time.Time `bson:"locked_till"`
	Epoch              int64     `bson:"epoch"` // raised, it ends every session that was opened before
}

// After StaffTries wrong passwords a log-in is locked for StaffLock.
const (
	StaffTries = 5
	StaffLock  = 15 * time.Minute
)

// Actor is who does something, as it is kept in revisions and in the audit log: "staff:office",
// "account:u:…", "seed".
func (s Staff) Actor() string { return "staff:" + s.ID }

// Holds reports whether a session of this log-in is good at an instant.
func (s Staff) Holds(session Session, now time.Time) bool {
	return session.StaffID == s.ID && !s.Disabled && session.Epoch == s.Epoch && now.Before(session.ExpiresAt)
}
