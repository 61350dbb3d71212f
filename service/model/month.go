package model

import "time"

// MonthState says whether a month's books take entries.
type MonthState string

// The states of a month's books.
const (
	MonthOpen    MonthState = "open"
	MonthClosing MonthState = "closing" // no entry begins any more; those under way are waited for
	MonthClosed  MonthState = "closed"
)

// Month is the books of one month. ID is the period.
type Month struct {
	ID         string `bson:"_id"`
	Record     `bson:",inline"`
	State      MonthState `bson:"state"`
	ClosedBy   string     `bson:"closed_by"` // the actor
	ClosedName string     `bson:"closed_name"`
	ClosedAt   time.Time  `bson:"closed_at"`
	Closed     Sum        `bson:"closed"` // what it came to when it was closed

	// These change without a revision.
	Pending   []string  `bson:"pending"`    // keys of postings that have begun and not ended
	PostingAt time.Time `bson:"posting_at"` // when the last one began
	Done      int64     `bson:"done"`       // how many have ended
}

// Period of the month.
func (m Month) Period() Period { return Period(m.ID) }
