package model

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"time"
)

// BroadcastState is how far a broadcast is.
type BroadcastState string

// The states of a broadcast.
const (
	BroadcastDraft     BroadcastState = "draft"
	BroadcastTestSent  BroadcastState = "test_sent" // its author has seen it on their own phone
	BroadcastSubmitted BroadcastState = "submitted" // waits for a second person
	BroadcastApproved  BroadcastState = "approved"
	BroadcastScheduled BroadcastState = "scheduled" // goes at ScheduledAt
	BroadcastPreparing BroadcastState = "preparing" // the recipients are being frozen
	BroadcastRunning   BroadcastState = "running"
	BroadcastPaused    BroadcastState = "paused"
	BroadcastFinished  BroadcastState = "finished" // every recipient has an outcome
	BroadcastCancelled BroadcastState = "cancelled"
)

// broadcastMoves lists, for each state, those that may follow. An edit leads back to draft and so voids an
// approval; a broadcast with failed recipients can run again for them.
var broadcastMoves = map[BroadcastState][]BroadcastState{
	BroadcastDraft:     {BroadcastDraft, BroadcastTestSent, BroadcastCancelled},
	BroadcastTestSent:  {BroadcastDraft, BroadcastTestSent, BroadcastSubmitted, BroadcastApproved, BroadcastCancelled},
	BroadcastSubmitted: {BroadcastDraft, BroadcastApproved, BroadcastCancelled},
	BroadcastApproved:  {BroadcastDraft, BroadcastScheduled, BroadcastPreparing, BroadcastCancelled},
	BroadcastScheduled: {BroadcastDraft, BroadcastApproved, BroadcastPreparing, BroadcastCancelled},
	BroadcastPreparing: {BroadcastDraft, BroadcastSubmitted, BroadcastRunning, BroadcastCancelled},
	BroadcastRunning:   {BroadcastPaused, BroadcastFinished, BroadcastCancelled},
	BroadcastPaused:    {BroadcastRunning, BroadcastFinished, BroadcastCancelled},
	BroadcastFinished:  {BroadcastRunning},
}

// May reports whether the state to may follow.
func (s BroadcastState) May(to BroadcastState) bool { return slices.Contains(broadcastMoves[s], to) }

var broadcastLabels = map[BroadcastState]string{
	BroadcastDraft: "草稿", BroadcastTestSent: "已试发", BroadcastSubmitted: "待审批", BroadcastApproved: "已批准", BroadcastScheduled: "已定时",
	BroadcastPreparing: "正在列名单", BroadcastRunning: "发送中", BroadcastPaused: "已暂停", BroadcastFinished: "已发完", BroadcastCancelled: "已取消",
}

// Label is what people call the state.
func (s BroadcastState) Label() string { return broadcastLabels[s] }

// Broadcast is one text for many people. Personal ones go to each person the way that is open to them; mass ones
// by WeChat's mass send, which costs each follower one of four a month.
type Broadcast struct {
	ID          string `bson:"_id"`
	Record      `bson:",inline"`
	Title       string            `bson:"title"` // for the office
	NoticeID    string            `bson:"notice_id"`
	NoticeV     int               `bson:"notice_v"` // the notice's version when it was submitted
	Mass        bool              `bson:"mass"`
	Audience    BroadcastAudience `bson:"audience"`
	Scope       []string          `bson:"scope"` // units that its author may write to; none: the whole farm
	Content     BroadcastContent  `bson:"content"`
	ByHand      bool              `bson:"by_hand"` // cadres tell those whom WeChat does not reach
	Until       Date              `bson:"until"`   // the last day on which it is worth sending
	Rate        int               `bson:"rate"`    // at most so many a second
	State       BroadcastState    `bson:"state"`
	SubmittedBy string            `bson:"submitted_by"`
	ApprovedBy  string            `bson:"approved_by"`
	ApprovedSum string            `bson:"approved_sum"` // of what was approved; see Sum
	ScheduledAt time.Time         `bson:"scheduled_at"`
	Frozen      bool              `bson:"frozen"` // its recipients are rows by now
	StartedAt   time.Time         `bson:"started_at"`
	FinishedAt  time.Time         `bson:"finished_at"`
	Reason      string            `bson:"reason"` // why it is paused or went back
	Merged      int               `bson:"merged"` // recipients that were the same person as another

	// Counts are those of the rows when it was frozen, paused or finished, by RecipientState.
	Counts map[string]int `bson:"counts"`
}

// BroadcastContent is what is told. The texts may hold variables; see Render. About, When and More are the fields
// of a template, Text is the customer or mass message.
type BroadcastContent struct {
	About string `bson:"about" json:"about" maxLength:"60" doc:"模板里的事项,发出时不超过20字"`
	When  string `bson:"when" json:"when" maxLength:"40" doc:"模板里的日期"`
	More  string `bson:"more" json:"more" maxLength:"60" doc:"模板里的说明,发出时不超过20字"`
	Text  string `bson:"text" json:"text" maxLength:"1800" doc:"客服消息或群发的全文"`
}

// BroadcastAudience says who gets a broadcast. Empty fields choose all; IDs come in addition, Except goes last.
type BroadcastAudience struct {
	To         string            `bson:"to" json:"to" enum:"households,cadres" doc:"户(登记了的家人)或干部"`
	Units      []string          `bson:"units" json:"units,omitempty" maxItems:"100" doc:"单位,含下级"`
	Statuses   []HouseholdStatus `bson:"statuses" json:"statuses,omitempty" maxItems:"20"`
	Attributes []string          `bson:"attributes" json:"attributes,omitempty" maxItems:"20" doc:"户的属性,如低保subsistence"`
	Programme  string            `bson:"programme" json:"programme,omitempty" maxLength:"50" doc:"今年享受的帮扶类别"`
	AgeFrom    int               `bson:"age_from" json:"age_from,omitempty" minimum:"0" maximum:"150" doc:"家里有这个年纪的人"`
	AgeTo      int               `bson:"age_to" json:"age_to,omitempty" minimum:"0" maximum:"150"`
	Role       string            `bson:"role" json:"role,omitempty" enum:"lead,member" doc:"干部在结对里的角色"`
	Filter     string            `bson:"filter" json:"filter,omitempty" maxLength:"30" doc:"存下的筛选的名字"`
	IDs        []string          `bson:"ids" json:"ids,omitempty" maxItems:"2000" doc:"另外加上的户号、人员编号或干部编号"`
	Only       bool              `bson:"only" json:"only,omitempty" doc:"只发给ids"`
	Except     []string          `bson:"except" json:"except,omitempty" maxItems:"2000" doc:"不发给的户号、人员编号或干部编号"`
	TagID      int64             `bson:"tag_id" json:"tag_id,omitempty" minimum:"0" doc:"微信标签,只用于群发"`
}

// Sum is a digest of what is approved: any change of it voids the approval.
func (b Broadcast) Sum() string {
	raw, err := json.Marshal([]any{b.NoticeID, b.NoticeV, b.Mass, b.Audience, b.Scope, b.Content, b.ByHand, b.Until})
	if err != nil {
		panic("model: a broadcast cannot be written down: " + err.Error()) // it has strings and numbers only
	}
	sum := sha256.Sum256(raw)
	return hex.EncodeToString(sum[:])
}

// BroadcastSecond is the number of recipients above which a second person approves.
const BroadcastSecond = 50

// Why a recipient is skipped, or is told by hand.
const (
	SkipNoConsent = "no_consent" // known in WeChat, but nothing may be sent now
	SkipNoAccount = "no_account" // nobody of the household is known in WeChat
	SkipMuted     = "muted"
	SkipStopped   = "stopped" // whoever looks after the household wants no messages
	SkipDeceased  = "deceased"
	SkipLeft      = "left" // a cadre who left or is away
	SkipQuota     = "quota"
	SkipExpired   = "expired" // the broadcast's last day is over
	SkipField     = "field"   // a template's field would be too long
	SkipEmpty     = "empty"   // a variable has no value for them
)

// Progress is how a running broadcast goes, counted as it goes. The rows are what counts in the end.
type Progress struct {
	ID       string         `bson:"_id"` // the broadcast's
	Done     map[string]int `bson:"done"`
	Refused  int            `bson:"refused"` // attempts that WeChat refused for good
	Tried    int            `bson:"tried"`
	Later    int            `bson:"later"`   // how often somebody was put back: at 0 no row waits
	Reports  int            `bson:"reports"` // how often a report of WeChat changed an outcome
	BeganAt  time.Time      `bson:"began_at"`
	LatestAt time.Time      `bson:"latest_at"`
}

// BroadcastPauseTried and BroadcastPauseShare say when a broadcast pauses by itself: after so many attempts, when
// WeChat refused this part (in per cent) of them.
const (
	BroadcastPauseTried = 20
	BroadcastPauseShare = 30
)

// TooManyRefused reports whether WeChat refuses so many that somebody should look.
func (p Progress) TooManyRefused() bool {
	return p.Tried >= BroadcastPauseTried && p.Refused*100 >= p.Tried*BroadcastPauseShare
}
