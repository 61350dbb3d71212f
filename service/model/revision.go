package model

import (
	"slices"
	"time"
)

// ChangeInfo says who changes a record now, and why.
type ChangeInfo struct {
	Actor string
	Why   string
	At    time.Time
}

// Change is what the latest revision of a record changed. It lies in the record itself, so that a change
// and the account of it are one write; the next change moves it to the record's revisions.
type Change struct {
	Why    string        `bson:"why"`
	Fields []FieldChange `bson:"fields"`
}

// Names are the names of the fields that changed.
func (c Change) Names() []string {
	var names []string
	for _, f := range c.Fields {
		names = append(names, f.Field)
	}
	return names
}

// FieldChange is one field before and after. The values of sealed fields are not kept: Sealed says that
// there was one.
type FieldChange struct {
	Field  string `bson:"field" json:"field"`
	Before any    `bson:"before" json:"before"`
	After  any    `bson:"after" json:"after"`
	Sealed bool   `bson:"sealed,omitempty" json:"sealed" doc:"内容不显示"`
}

// sensitiveFields are those whose values only a reading with a reason shows.
var sensitiveFields = []string{"name", "birth_date", "address", "disability", "chronic", "phone", "national_id", "bank_account", "trace", "refusal"}

// Masked is the change without the values of a sensitive field.
func (c FieldChange) Masked() FieldChange {
	if slices.Contains(sensitiveFields, c.Field) {
		c.Before, c.After, c.Sealed = nil, nil, true
	}
	return c
}

// Revision is one change of a record. Rev is the revision that it made.
type Revision struct {
	ID     string        `bson:"_id"`    // "households/H-001/7"
	Record string        `bson:"record"` // "households/H-001"
	Rev    int64         `bson:"rev"`
	At     time.Time     `bson:"at"`
	Actor  string        `bson:"actor"`
	Why    string        `bson:"why"`
	Fields []FieldChange `bson:"fields"` // empty for the first revision
}
