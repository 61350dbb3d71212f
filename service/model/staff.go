package model

import "time"

// Staff is a person who works in the office or a unit and logs in with a password.
type Staff struct {
	ID                 string `bson:"_id"` // the log-in name
	Record             `bson:",inline"`
	Name               string           `bson:"name"`
	Assignments        []RoleAssignment `bson:"posts"`
	Proposed           []Proposal       `bson:"proposed"` // posts that open nothing until somebody else confirms them
	CadreID            string           `bson:"cadre_id"` // of a person with the cadre's role
	PasswordHash       string           `bson:"password_hash"`
	MustChangePassword bool             `bson:"must_change_password"` // until then the log-in is good for nothing else
	Disabled           bool             `bson:"disabled"`
	TOTP               Sealed           `bson:"totp"`         // the secret of the second factor; empty without one
	TOTPUsed           int64            `bson:"totp_used"`    // the last time step that was accepted: a code works once
	TOTPPending        Sealed           `bson:"totp_pending"` // a secret that was shown and not yet confirmed by a code
	Epoch              int64            `bson:"epoch"`        // raised, it ends every session that was opened before
	Devices            []Device         `bson:"device_hash"`  // on which the person has logged in, the latest last
}

// Proposal is a post that somebody is to have. It opens nothing: it holds once a second person has confirmed it,
// and one that was refused stays until the log-in is changed again, for whoever proposed it to read why.
type Proposal struct {
	RoleAssignment `bson:",inline"`
	CadreID        string    `bson:"cadre_id"` // with the cadre's duty: which cadre
	By             string    `bson:"by"`       // the actor who proposed it
	At             time.Time `bson:"at"`
	RefusedBy      string    `bson:"refused_by"`
	RefusedWhy     string    `bson:"refused_why"`
}

// Open reports whether the proposal still waits for somebody.
func (p Proposal) Open() bool { return p.RefusedBy == "" }

// Device is a browser that a right log-in of this name came from. Knowing it opens nothing: it only has a count of
// wrong tries of its own, which nobody elsewhere can use up.
type Device struct {
	Hash string    `bson:"hash"` // of the token that lies on the device
	At   time.Time `bson:"at"`
}

// Tries counts the wrong tries at a log-in, at one place from which it is tried.
type Tries struct {
	ID         string    `bson:"_id"` // keyed hash of the log-in and the place
	Failures   int       `bson:"failures"`
	LockedTill time.Time `bson:"locked_till"`
	At         time.Time `bson:"at"` // of the latest
}

// After StaffTries wrong passwords a log-in is locked for StaffLock, at the place that they came from.
const (
	StaffTries = 5
	StaffLock  = 15 * time.Minute
)

// Actor is who does something, as it is kept in revisions and in the audit log: "staff:office",
// "account:u:…", "seed".
func (s Staff) Actor() string { return "staff:" + s.ID }

// Wanted are the posts that hold and those that are proposed.
func (s Staff) Wanted() []RoleAssignment {
	list := append([]RoleAssignment{}, s.Assignments...)
	for _, p := range s.Proposed {
		if p.Open() {
			list = append(list, p.RoleAssignment)
		}
	}
	return list
}

// Holds reports whether a session of this log-in is good at an instant.
func (s Staff) Holds(session Session, now time.Time) bool {
	return session.StaffID == s.ID && !s.Disabled && session.Epoch == s.Epoch && now.Before(session.ExpiresAt)
}
