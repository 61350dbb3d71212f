package model

import "time"

// Job is a row of the outbox: work that still has to be done. The queue is told of it, but the row
// is what counts: it leaves only when the work is done, and a sweeper tells the queue again of rows
// that wait too long, so a lost queue loses nothing. ID is "type|ref".
type Job struct {
	ID         string    `bson:"_id"`
	Type       string    `bson:"type"`
	Ref        string    `bson:"ref"`      // id of the record that the work is about
	Epoch      int       `bson:"epoch"`    // how often the queue was told of it; part of the task's id
	Asked      int       `bson:"asked"`    // how often it was asked for; it is done when the last asking is
	Failures   int       `bson:"failures"` // how often it failed; sets the wait before the next try
	CreatedAt  time.Time `bson:"created_at"`
	DueAt      time.Time `bson:"due_at"`
	EnqueuedAt time.Time `bson:"enqueued_at"`
}

// NewJob is the outbox row for doing typ on ref, due now.
func NewJob(typ, ref string, now time.Time) Job {
	return Job{ID: typ + "|" + ref, Type: typ, Ref: ref, CreatedAt: now.UTC(), DueAt: now.UTC()}
}
