package model

import "strconv"

// ActivityKind is what sort of thing was done for households beside the visits.
type ActivityKind string

// The kinds of activities.
const (
	ActivityMeeting          ActivityKind = "meeting"           // 部署会、推进会、汇报会
	ActivityThemed           ActivityKind = "themed"            // 主题活动
	ActivityVolunteersJoin   ActivityKind = "volunteers_join"   // people who put their names down as volunteers
	ActivityVolunteerVisit   ActivityKind = "volunteer_visit"   // 慰问
	ActivityVolunteerMedical ActivityKind = "volunteer_medical" // 义诊
	ActivityVolunteerFarm    ActivityKind = "volunteer_farm"    // 帮农
)

var activityLabels = map[ActivityKind]string{
	ActivityMeeting: "会议", ActivityThemed: "主题活动", ActivityVolunteersJoin: "志愿者登记", ActivityVolunteerVisit: "志愿者慰问",
	ActivityVolunteerMedical: "志愿者义诊", ActivityVolunteerFarm: "志愿者帮农",
}

// Label of the kind.
func (k ActivityKind) Label() string { return label(activityLabels, k) }

// Known reports whether it is a kind at all.
func (k ActivityKind) Known() bool { _, ok := activityLabels[k]; return ok }

// Activity is a meeting, a themed day or the work of volunteers.
type Activity struct {
	ID           string `bson:"_id"` // the client's key
	Record       `bson:",inline"`
	Kind         ActivityKind `bson:"kind"`
	Title        string       `bson:"title"`
	On           Date         `bson:"on"`
	Participants int          `bson:"participants"`
	Households   []string     `bson:"households"`
	Text         string       `bson:"text"`
}

// Debriefing is how a unit's people rated its cadres' report of the year, 述职评议. ID is "unit/year". Only
// sums are kept: a ballot is secret.
type Debriefing struct {
	ID      string `bson:"_id"`
	Record  `bson:",inline"`
	UnitID  string  `bson:"unit_id"`
	Year    int     `bson:"year"`
	On      Date    `bson:"on"`
	Ballots Ballots `bson:"ballots"`
}

// Ballots are the votes of a debriefing.
type Ballots struct {
	VerySatisfied int `bson:"very_satisfied" json:"very_satisfied" minimum:"0"`
	Satisfied     int `bson:"satisfied" json:"satisfied" minimum:"0"`
	Fair          int `bson:"fair" json:"fair" minimum:"0"`
	Unsatisfied   int `bson:"unsatisfied" json:"unsatisfied" minimum:"0"`
}

// DebriefingID is the id of a unit's debriefing of the year.
func DebriefingID(unitID string, year int) string { return unitID + "/" + strconv.Itoa(year) }

// Votes is how many there are.
func (b Ballots) Votes() int { return b.VerySatisfied + b.Satisfied + b.Fair + b.Unsatisfied }

// Satisfaction is the satisfied votes in percent, rounded down; 0 without votes.
func (b Ballots) Satisfaction() int {
	if b.Votes() == 0 {
		return 0
	}
	return 100 * (b.VerySatisfied + b.Satisfied) / b.Votes()
}

// DoctorContract ties a household to its family doctor from From to To; an empty To means still. ID is
// "household/from".
type DoctorContract struct {
	ID          string `bson:"_id"`
	Record      `bson:",inline"`
	HouseholdID string `bson:"household_id"`
	Doctor      string `bson:"doctor"`
	UnitID      string `bson:"unit_id"` // the hospital
	From        Date   `bson:"from"`
	To          Date   `bson:"to"`
}

// OpenOn reports whether the contract holds on the day.
func (c DoctorContract) OpenOn(day Date) bool { return c.From <= day && (c.To == "" || day <= c.To) }
