package model

import (
	"fmt"
	"time"
)

// Audience is who a stage's reminder goes to.
type Audience string

// The audiences of reminders.
const (
	ToCadre     Audience = "cadre"
	ToHousehold Audience = "household"
	ToSecretary Audience = "secretary"
	ToOffice    Audience = "office"
)

// Stage is one step of the reminders around the aid day: Days after it (negative: before), at Hour o'clock
// in Shanghai, good for Hours.
type Stage struct {
	Key   string   `bson:"key" json:"key"`
	Days  int      `bson:"days" json:"days"`
	Hour  int      `bson:"hour" json:"hour"`
	Hours int      `bson:"hours" json:"hours"` // how long it may still go out
	To    Audience `bson:"to" json:"to"`
}

// DefaultStages are those of domain.md 2.5a, and the household's own notice two days before.
func DefaultStages() []Stage {
	return []Stage{
		{"T-3", -3, 18, 24, ToCadre}, {"T-2h", -2, 9, 24, ToHousehold}, {"T-1", -1, 18, 12, ToCadre}, {"T", 0, 8, 12, ToCadre},
		{"T+2", 2, 18, 24, ToCadre}, {"T+5", 5, 9, 48, ToSecretary}, {"T+10", 10, 9, 72, ToOffice},
	}
}

// Window is when the stage's reminder for the aid day may go out: from due until the end of its validity.
func (s Stage) Window(aidDay Date) (due, end time.Time) {
	due = aidDay.AddDays(s.Days).Start().Add(time.Duration(s.Hour) * time.Hour)
	return due, due.Add(time.Duration(s.Hours) * time.Hour)
}

// ReminderKey is the idempotency key of the one message that a person gets at a stage of a month.
func ReminderKey(s Stage, p Period, personID string) string {
	return fmt.Sprintf("rem:%s:%s:%s", p, s.Key, personID)
}

// AfterQuiet is the first instant from t on that is not in the quiet hours.
func (s Settings) AfterQuiet(t time.Time) time.Time {
	local := t.In(Shanghai)
	midnight := DateOf(t).Start()
	from, to := midnight.Add(time.Duration(s.QuietFrom)*time.Hour), midnight.Add(time.Duration(s.QuietTo)*time.Hour)
	switch {
	case s.QuietFrom == s.QuietTo:
		return t
	case s.QuietFrom > s.QuietTo && local.Before(to):
		return to
	case s.QuietFrom > s.QuietTo && !local.Before(from):
		return to.AddDate(0, 0, 1)
	case s.QuietFrom < s.QuietTo && !local.Before(from) && local.Before(to):
		return to
	}
	return t
}

// AidDayOf is the aid day of the month.
func (s Settings) AidDayOf(p Period) Date { return Date(fmt.Sprintf("%s-%02d", p, s.AidDay)) }

// InTime reports whether a visit on the day counts for the aid day without being late.
func (s Settings) InTime(aidDay, on Date) bool { return on <= aidDay.AddDays(s.WindowAfter) }
