package model

// Settings are what the farm decides, not the code. They live in one document.
type Settings struct {
	ID           string `bson:"_id"` // always SettingsID
	Record       `bson:",inline"`
	FarmName     string `bson:"farm_name"`
	AidDay       int    `bson:"aid_day"`       // day of the month on which each paired cadre visits
	WindowBefore int    `bson:"window_before"` // days before the aid day that count as on time
	WindowAfter  int    `bson:"window_after"`
	ExitLine     Fen    `bson:"exit_line_fen"` // yearly net income per head above which a household may exit
}

// SettingsID is the id of the one settings document.
const SettingsID = "farm"

// DefaultSettings are those of the reference farm (domain.md, open questions).
func DefaultSettings() Settings {
	return Settings{ID: SettingsID, FarmName: "红卫农场", AidDay: 5, WindowBefore: 2, WindowAfter: 2, ExitLine: 600000}
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
