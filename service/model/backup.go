package model

import (
	"fmt"
	"time"
)

// BackupState is how far a backup has come.
type BackupState string

// The states of a backup.
const (
	BackupRunning BackupState = "running" // or its process has died
	BackupGood    BackupState = "good"    // it was read back, and every hash was right
	BackupFailed  BackupState = "failed"
)

// Backup is one backup of the database, or a try at one.
type Backup struct {
	ID        string      `bson:"_id"` // the day of a planned one; the instant of one that somebody asked for
	State     BackupState `bson:"state"`
	Try       int         `bson:"try"`
	By        string      `bson:"by"`   // the actor
	Name      string      `bson:"name"` // of the file
	BegunAt   time.Time   `bson:"begun_at"`
	EndedAt   time.Time   `bson:"ended_at"`
	Bytes     int64       `bson:"bytes"` // of the file
	Documents int64       `bson:"documents"`
	Trouble   string      `bson:"trouble"` // why it failed, for whoever runs the server
}

// BackupPlan is when backups are made by themselves, and how many are kept.
type BackupPlan struct {
	On           bool
	Hour, Minute int // in Shanghai
	Keep         int
}

// How late a backup may be before somebody is told, and how long after a failure it is tried again.
const (
	BackupGrace = 6 * time.Hour
	BackupPause = 30 * time.Minute
)

// Time is the time of day as people write it.
func (p BackupPlan) Time() string { return fmt.Sprintf("%02d:%02d", p.Hour, p.Minute) }

// Planned is the latest instant at which a backup was due.
func (p BackupPlan) Planned(now time.Time) time.Time {
	at := func(d Date) time.Time {
		return d.Start().Add(time.Duration(p.Hour)*time.Hour + time.Duration(p.Minute)*time.Minute)
	}
	if today := at(DateOf(now)); !today.After(now) {
		return today
	}
	return at(DateOf(now).AddDays(-1))
}

// Late reports whether the last good backup (the zero one: none) is older than planned, by more than the grace.
func (p BackupPlan) Late(lastGood Backup, now time.Time) bool {
	return p.On && now.Sub(lastGood.BegunAt) > 24*time.Hour+BackupGrace
}

// BackupName is what a backup of a database is called; names are in the order of their instants.
func BackupName(database string, at time.Time) string {
	return fmt.Sprintf("bangfu-%s-%s.backup", database, at.UTC().Format("20060102T150405Z"))
}
