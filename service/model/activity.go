package model

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
