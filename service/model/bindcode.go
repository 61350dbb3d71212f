package model

import "time"

// BindCode is a one-time code that ties an account to a household or to a cadre.
// ID is the keyed hash of the code: the code itself is never stored. Of somebody who has unfollowed it is the keyed hash
// of who they are in WeChat, and leads nobody else back.
type BindCode struct {
	ID          string    `bson:"_id"`
	HouseholdID string    `bson:"household_id"`
	View        View      `bson:"view"` // of the household; empty for a cadre
	CadreID     string    `bson:"cadre_id"`
	IssuedBy    string    `bson:"issued_by"` // "cadre:C-001", "staff:" + log-in, or "account:" + account for a proxy's
	IssuedAt    time.Time `bson:"issued_at"`
	ExpiresAt   time.Time `bson:"expires_at"`
	UsedBy      string    `bson:"used_by"` // account id; empty while unused
}

// BindCodeLife is the life of a one-time code.
const BindCodeLife = 10 * time.Minute

// ReturnLife is how long somebody who has unfollowed may come back to their households by the telephone number in the
// register.
const ReturnLife = 30 * 24 * time.Hour

// BindTries is how many binding codes were tried since the instant, by one person or by everybody. ID is a keyed hash
// of the openid, so that it stays, and says nothing, when its person unfollows; or a name of ours.
type BindTries struct {
	ID    string    `bson:"_id"`
	Count int       `bson:"count"`
	Since time.Time `bson:"since"`
}

// TriesLife is how long counts are kept: longer than the longest window.
const TriesLife = 48 * time.Hour
