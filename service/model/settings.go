package model

import (
	"fmt"
	"time"
)

// Settings are what the farm decides, not the code. They live in one document.
type Settings struct {
	ID           string `bson:"_id"` // always SettingsID
	Record       `bson:",inline"`
	FarmName     string `bson:"farm_name"`
	AidDay       int    `bson:"aid_day"`       // day of the month on which each paired cadre visits
	WindowBefore int    `bson:"window_before"` // days before the aid day that count as on time
	WindowAfter  int    `bson:"window_after"`
	VisitRule    string `bson:"visit_rule"`    // VisitEvery (also empty) or VisitAny
	ExitLine     Fen    `bson:"exit_line_fen"` // yearly net income per head above which a household may exit

	Stages          []Stage                  `bson:"stages"`
	QuietFrom       int                      `bson:"quiet_from"` // o'clock in Shanghai; nothing of our own accord until QuietTo
	QuietTo         int                      `bson:"quiet_to"`
	CapPerDay       int                      `bson:"cap_per_day"`      // messages of our own accord to one person
	NeedDays        int                      `bson:"need_days"`        // how long a difficulty may take, where its kind has no time of its own
	KindDays        map[NeedKind]int         `bson:"kind_days"`        // by kind of difficulty
	Templates       map[string]Templates     `bson:"templates"`        // by purpose; empty until the accounts have them
	ApplicationDays map[ApplicationState]int `bson:"application_days"` // of the states that have other days than the default

	DayQuota map[string]int `bson:"day_quota"` // messages a day, by way; none: as many as WeChat takes

	Office Office `bson:"office"` // how to reach a person

	UrgentMinutes int  `bson:"urgent_minutes"` // until when somebody must have seen to what is urgent; 0: see UrgentWithin
	TellPostings  bool `bson:"tell_postings"`  // households are told what was posted for them, once a day

	SearchPerHour int `bson:"search_per_hour"` // how often one person may search by words; 0: see SearchLimit
	ExportRows    int `bson:"export_rows"`     // above so many rows a file needs a second person; 0: see ExportLimit

	Public     PublicSettings `bson:"public"`
	PublicNext PublicProposal `bson:"public_next"` // waits for a second person
}

// Office is how people reach the office itself.
type Office struct {
	Phone string `bson:"phone" json:"phone"`
	Hours string `bson:"hours" json:"hours"`
}

// Templates are the WeChat templates of a purpose. Each has the fields thing1 (what about), date2 (which day) and
// thing3 (a line more).
type Templates struct {
	Subscription string `bson:"subscription" json:"subscription"` // subscription notice of the official account
	Message      string `bson:"message" json:"message"`           // template message of the official account
}

// Who has to visit a household in a month: every one of its cadres, or any one of them.
const (
	VisitEvery = "every"
	VisitAny   = "any"
)

// SettingsID is the id of the one settings document.
const SettingsID = "farm"

// DefaultSettings are those of the reference farm (domain.md, open questions).
func DefaultSettings() Settings {
	return Settings{ID: SettingsID, FarmName: "红卫农场", AidDay: 5, WindowBefore: 2, WindowAfter: 2, ExitLine: 600000,
		Stages: DefaultStages(), QuietFrom: 20, QuietTo: 8, CapPerDay: 2, NeedDays: 30,
		Office: Office{Hours: "周一到周五8:00—17:00"}, TellPostings: true,
		KindDays: map[NeedKind]int{NeedMedical: 7, NeedLiving: 7, NeedMoney: 7, NeedSchooling: 15}}
}

// The days of the office's own kinds of needs, where the farm has decided nothing.
var officeDays = map[NeedKind]int{NeedComplaint: 15, NeedCallBack: 2, NeedLifeEvent: 7, NeedSelfReport: 7, NeedMessage: 3}

// UrgentWithin is how long what is urgent may wait for somebody.
func (s Settings) UrgentWithin() time.Duration {
	if s.UrgentMinutes > 0 {
		return time.Duration(s.UrgentMinutes) * time.Minute
	}
	return 2 * time.Hour
}

// DueIn is how many days a difficulty of the kind may take.
func (s Settings) DueIn(k NeedKind) int {
	if days := s.KindDays[k]; days > 0 {
		return days
	}
	if days := officeDays[k]; days > 0 {
		return days
	}
	return s.NeedDays
}

// What holds where the farm has decided nothing.
const (
	searchPerHour = 120
	exportRows    = 200
)

// SearchLimit is how often one person may search by words in an hour.
func (s Settings) SearchLimit() int {
	if s.SearchPerHour > 0 {
		return s.SearchPerHour
	}
	return searchPerHour
}

// ExportLimit is how many rows a file may have that one person takes alone.
func (s Settings) ExportLimit() int {
	if s.ExportRows > 0 {
		return s.ExportRows
	}
	return exportRows
}

// AidDays is how many days an application may be in the state; 0 is without end.
func (s Settings) AidDays(state ApplicationState) int {
	if n := s.ApplicationDays[state]; n > 0 && state.Days() > 0 {
		return n
	}
	return state.Days()
}

// NextAidDay is the first aid day on or after the day.
func (s Settings) NextAidDay(day Date) Date {
	t := day.Start()
	this := NewDate(t.Year(), int(t.Month()), s.AidDay)
	if this >= day {
		return this
	}
	return NewDate(t.Year(), int(t.Month())+1, s.AidDay)
}

// Spoken is a length of time as people say it.
func Spoken(d time.Duration) string {
	if d%time.Hour == 0 {
		return fmt.Sprintf("%d小时", d/time.Hour)
	}
	return fmt.Sprintf("%d分钟", d/time.Minute)
}
