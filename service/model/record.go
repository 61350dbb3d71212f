package model

import "time"

// Record is what every stored document of the case model carries.
// Rev is the optimistic lock: a change names the revision it was made on.
type Record struct {
	SchemaV   int       `bson:"schema_v" json:"-"`
	Rev       int64     `bson:"rev" json:"-"`
	CreatedAt time.Time `bson:"created_at" json:"-"`
	CreatedBy string    `bson:"created_by" json:"-"`
	UpdatedAt time.Time `bson:"updated_at" json:"-"`
	UpdatedBy string    `bson:"updated_by" json:"-"`
	Change    Change    `bson:"change" json:"-"` // what the latest revision changed; empty for the first
}

// Rec is the record itself, for code that works with every kind of document.
func (r *Record) Rec() *Record { return r }

// NewRecord is the Record of a document that actor makes now.
func NewRecord(now time.Time, actor string) Record {
	return Record{SchemaV: 1, Rev: 1, CreatedAt: now.UTC(), CreatedBy: actor, UpdatedAt: now.UTC(), UpdatedBy: actor}
}
