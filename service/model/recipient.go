package model

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strconv"
	"strings"
	"time"
)

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
