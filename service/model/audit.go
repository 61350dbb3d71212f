package model

import (
	"strings"
	"time"
)

// AuditEntry is one line of the audit log, which is only ever appended to. Each line holds a keyed hash
// over itself and the line before, so a line that is altered or removed shows (Store.VerifyAudit).
type AuditEntry struct {
	ID     string    `bson:"_id" json:"seq"` // the running number, in 12 digits
	At     time.Time `bson:"at" json:"at"`
	Actor  string    `bson:"actor" json:"actor"`
	Action string    `bson:"action" json:"action"` // one of the Audit constants
	Record string    `bson:"record" json:"record"` // what it was done to: "households/H-001"
	// HouseholdID lets the household ask who looked; empty when no household is concerned.
	HouseholdID string   `bson:"household_id" json:"household_id"`
	Fields      []string `bson:"fields" json:"fields"` // names of fields, never their values
	Reason      string   `bson:"reason" json:"reason"`
	Hash        string   `bson:"hash" json:"hash"`
}

// The actions of the audit log.
const (
	AuditRead       = "read"        // sensitive fields were read in full
	AuditBreakGlass = "break_glass" // the same without the right, in an emergency
	AuditChange     = "change"
	AuditExport     = "export"
	AuditImport     = "import"
	AuditLogin      = "login"
	AuditLoginWrong = "login_wrong"
	AuditStaff      = "staff"  // a log-in was made, changed or closed
	AuditAlert      = "alert"  // an alert was looked into
	AuditBackup     = "backup" // a copy of the whole database was made
	AuditRestore    = "restore"
	AuditSearch     = "search" // households were found by somebody's name, or a person searched more than they may
)

// minReason is how many characters a reason has at least.
const minReason = 4

// GoodReason reports whether a text says why something hidden is shown. It is kept, and the household reads it.
func GoodReason(text string) bool { return len([]rune(strings.TrimSpace(text))) >= minReason }
