package model

import "time"

// Channel is the WeChat account through which we meet a person.
type Channel string

// The two channels.
const (
	ChannelOA   Channel = "oa" // official account, 服务号
	ChannelMini Channel = "mp" // mini-program, 小程序
)

// IdentityID is the id of the person's identity on a channel.
func IdentityID(channel Channel, openID string) string { return string(channel) + ":" + openID }

// Identity is one openid: what one WeChat account knows of one person. Several identities
// (official account, mini-program) lead to one Account. Erased when the person unfollows.
type Identity struct {
	ID          string    `bson:"_id"` // see IdentityID
	Channel     Channel   `bson:"channel"`
	OpenID      string    `bson:"openid"`
	UnionID     string    `bson:"unionid"`
	AccountID   string    `bson:"account_id"`
	FirstSeenAt time.Time `bson:"first_seen_at"`
	WindowUntil time.Time `bson:"window_until"` // until when WeChat lets us write to the person

	// The numbered choices that the last answer or message offered, so that one digit is enough, and how long they live.
	Choices      []Choice  `bson:"choices"`
	ChoicesAt    time.Time `bson:"choices_at"`
	ChoicesUntil time.Time `bson:"choices_until"`
	Past         []Choice  `bson:"past"` // the list before: a digit of it is asked about and not obeyed
}

// ChoicesLive is how long a digit refers to the last answer's choices.
const ChoicesLive = 30 * time.Minute

// Choice is one numbered choice: the digit and the command line it stands for. Without a digit it is the command that
// takes what the person says next, and Label is what it waits for.
type Choice struct {
	Digit   string `bson:"digit"`
	Command string `bson:"command"`
	Label   string `bson:"label"` // as the person read it
	Means   string `bson:"means"` // MeansYes or MeansNo, of a question that can be answered in a word
}

// What a choice of a question says.
const (
	MeansYes = "yes"
	MeansNo  = "no"
)
