package model

import "time"

// AccountID is the id of the account of an identity that is nobody else's so far, and UnionAccountID of a person whose
// unionid is known. An account's id stands in what its person did, which outlives them here: it says nothing of what
// WeChat gave us.
func AccountID(identityID string) string { return Opaque("account", identityID) }

// UnionAccountID is the id of the account of the unionid.
func UnionAccountID(unionID string) string { return Opaque("account", "u:"+unionID) }

// Account is one person who uses Bangfu, however many identities lead to it.
type Account struct {
	ID        string    `bson:"_id"` // see AccountID; accounts of old have the identity's id, or "u:" and the unionid
	Rev       int64     `bson:"rev"`
	CreatedAt time.Time `bson:"created_at"`
	CadreID   string    `bson:"cadre_id"` // set when this person is a cadre
	Bindings  []Binding `bson:"bindings"`

	CadreSince time.Time `bson:"cadre_since"` // zero of those who were bound before it was kept

	// Barred are households whose binding somebody else has ended: a telephone number does not lead there any more,
	// only a new code does.
	Barred []string `bson:"barred"`
}
