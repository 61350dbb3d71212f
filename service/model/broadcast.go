package model

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
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

// RecipientState is what became of one recipient.
type RecipientState string

// The states of a recipient. One who is being sent to is pending with a claim.
const (
	RecipientPending  RecipientState = "pending"
	RecipientAccepted RecipientState = "accepted" // WeChat took it
	RecipientFailed   RecipientState = "failed"
	RecipientSkipped  RecipientState = "skipped" // Reason says why
	RecipientByHand   RecipientState = "by_hand" // a cadre tells them
	RecipientTold     RecipientState = "told"    // a cadre did
	RecipientUnknown  RecipientState = "unknown" // WeChat may have sent it; never resent blindly
)

// Why a recipient is skipped, or is told by hand.
const (
	SkipNoConsent = "no_consent" // known in WeChat, but nothing may be sent now
	SkipNoAccount = "no_account" // nobody of the household is known in WeChat
	SkipMuted     = "muted"
	SkipDeceased  = "deceased"
	SkipLeft      = "left" // a cadre who left or is away
	SkipQuota     = "quota"
	SkipExpired   = "expired" // the broadcast's last day is over
	SkipField     = "field"   // a template's field would be too long
)

// Recipient is one person of a frozen broadcast. ID is "broadcast/person", person a digest of the WeChat identity,
// or the number of whom WeChat does not know.
type Recipient struct {
	ID          string         `bson:"_id"`
	BroadcastID string         `bson:"broadcast_id"`
	Lane        int            `bson:"lane"`
	Households  []string       `bson:"households"` // that the person looks after
	CadreID     string         `bson:"cadre_id"`
	IdentityID  string         `bson:"identity_id"`
	OpenID      string         `bson:"openid"`
	WindowUntil time.Time      `bson:"window_until"`
	Vars        []string       `bson:"vars"` // values of Variables, in their order; empty where not used
	State       RecipientState `bson:"state"`
	Reason      string         `bson:"reason"`
	Way         string         `bson:"way"`
	Try         int            `bson:"try"`    // how often it was put back; part of the claim's id
	DueAt       time.Time      `bson:"due_at"` // not before
	ErrCode     int64          `bson:"errcode"`
	RID         string         `bson:"rid"`
	WechatID    string         `bson:"wechat_id"` // WeChat's id of the message
	At          time.Time      `bson:"at"`        // of the outcome
	Report      string         `bson:"report"`    // WeChat's report afterwards: ReportArrived or why not
	ArrivedAt   time.Time      `bson:"arrived_at"`
	MassJob     string         `bson:"mass_job"`
}

// WaitingBatch are about a hundred frozen recipients who wait for their first try. It never changes, but for
// forgetting somebody, and leaves when each of them has a row. Two processes that freeze a broadcast at once put
// everybody into two batches; the claims keep that from mattering. ID is "broadcast/run/number".
type WaitingBatch struct {
	ID          string    `bson:"_id"`
	BroadcastID string    `bson:"broadcast_id"`
	Lane        int       `bson:"lane"`
	Waiting     []Waiting `bson:"waiting"`
}

// Waiting is what there is of a Recipient before the first try; whatever is empty takes no room.
type Waiting struct {
	Person      string    `bson:"p"`
	Lane        int       `bson:"l,omitempty"`
	Households  []string  `bson:"h,omitempty"`
	CadreID     string    `bson:"c,omitempty"`
	IdentityID  string    `bson:"i,omitempty"`
	OpenID      string    `bson:"o,omitempty"`
	WindowUntil time.Time `bson:"w,omitempty"`
	Vars        []string  `bson:"v,omitempty"`
}

// Wait is the recipient as one who waits.
func (r Recipient) Wait() Waiting {
	w := Waiting{Person: r.Person(), Lane: r.Lane, Households: r.Households, CadreID: r.CadreID, IdentityID: r.IdentityID, OpenID: r.OpenID, WindowUntil: r.WindowUntil}
	if slices.ContainsFunc(r.Vars, func(v string) bool { return v != "" }) {
		w.Vars = r.Vars
	}
	return w
}

// Recipients are those of the batch.
func (b WaitingBatch) Recipients() []Recipient {
	list := make([]Recipient, len(b.Waiting))
	for i, w := range b.Waiting {
		list[i] = Recipient{
			ID: RecipientID(b.BroadcastID, w.Person), BroadcastID: b.BroadcastID, Lane: w.Lane, Households: w.Households, CadreID: w.CadreID,
			IdentityID: w.IdentityID, OpenID: w.OpenID, WindowUntil: w.WindowUntil, Vars: w.Vars, State: RecipientPending,
		}
	}
	return list
}

// EarlyReport is WeChat's report on somebody whose row is not written yet. ID is the recipient's; or that with
// ReportForget, when the person has unfollowed meanwhile.
type EarlyReport struct {
	ID          string    `bson:"_id"`
	BroadcastID string    `bson:"broadcast_id"`
	Recipient   string    `bson:"recipient"`
	WechatID    string    `bson:"wechat_id"`
	Result      string    `bson:"result"`
	At          time.Time `bson:"at"`
}

// ReportArrived is WeChat's word for a message that reached the phone.
const ReportArrived = "success"

// ReportForget stands for an EarlyReport of a person who must be forgotten.
const ReportForget = "forget"

// RecipientID is the row of the person in the broadcast.
func RecipientID(broadcastID, person string) string { return broadcastID + "/" + person }

// RecipientPerson names the person behind a WeChat identity without saying who it is.
func RecipientPerson(identityID string) string {
	sum := sha256.Sum256([]byte(identityID))
	return "w" + hex.EncodeToString(sum[:12])
}

// Person is the second part of the id.
func (r Recipient) Person() string { return strings.TrimPrefix(r.ID, r.BroadcastID+"/") }

// ClaimID guards one try to send to the recipient: whoever inserts it is the only one to send.
func (r Recipient) ClaimID() string { return r.ID + "#" + strconv.Itoa(r.Try) }

// Claim is one try to send to one recipient. Its age tells the living from the dead.
type Claim struct {
	ID          string    `bson:"_id"` // Recipient.ClaimID
	BroadcastID string    `bson:"broadcast_id"`
	Owner       string    `bson:"owner"`
	At          time.Time `bson:"at"`
}

// MassState is what became of one mass message.
type MassState string

// The states of a mass message.
const (
	MassQueued  MassState = "queued"
	MassWaiting MassState = "waiting" // for an administrator of the account (89505)
	MassSending MassState = "sending" // WeChat has it
	MassSent    MassState = "sent"
	MassFailed  MassState = "failed"
)

// MassJob is one call of WeChat's mass send: a tag, or a list of up to 10,000. ID is "broadcast/number".
type MassJob struct {
	ID          string     `bson:"_id"`
	BroadcastID string     `bson:"broadcast_id"`
	ClientID    string     `bson:"client_id"` // clientmsgid: WeChat sends the same one once in 24 hours
	People      int        `bson:"people"`
	Try         int        `bson:"try"` // how often somebody had it sent once more
	State       MassState  `bson:"state"`
	MsgID       string     `bson:"msg_id"`
	Result      string     `bson:"result"` // WeChat's word for how it ended
	ErrCode     int64      `bson:"errcode"`
	TriedAt     time.Time  `bson:"tried_at"` // the first call that WeChat may have taken; zero: there is none
	AskedAt     time.Time  `bson:"asked_at"`
	At          time.Time  `bson:"at"`
	Report      MassReport `bson:"report"`
}

// Ended reports whether nothing more is to be done.
func (j MassJob) Ended() bool { return j.State == MassSent || j.State == MassFailed }

// MassReport is WeChat's count at the end of a mass message: Filtered is what was left of Total, and is Sent and
// Failed together.
type MassReport struct {
	Total    int `bson:"total" json:"total"`
	Filtered int `bson:"filtered" json:"filtered"`
	Sent     int `bson:"sent" json:"sent"`
	Failed   int `bson:"failed" json:"failed"`
}

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
