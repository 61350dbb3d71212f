package model

// Merge is what a merge moved, so that it can be taken back. On is the first day in the other household.
type Merge struct {
	On         Date            `bson:"on"`
	Members    []MergedMember  `bson:"members"`
	PairingIDs []string        `bson:"pairing_ids"`
	Bindings   []MergedBinding `bson:"bindings"`

	Moved map[string][]string `bson:"moved"` // ids of other records that went along, by collection
}

// MergedMember is a member with the relation that they had.
type MergedMember struct {
	PersonID string   `bson:"person_id"`
	Relation Relation `bson:"relation"`
}

// MergedBinding is a binding of an account as it was.
type MergedBinding struct {
	AccountID string  `bson:"account_id"`
	Binding   Binding `bson:"binding"`
}
