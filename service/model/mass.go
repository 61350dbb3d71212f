package model

import "time"

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
