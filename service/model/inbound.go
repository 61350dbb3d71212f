package model

import (
	"strconv"
	"strings"
	"time"
)

// Inbound is one message or event that WeChat pushed to us, in the one form the rest works with.
type Inbound struct {
	Channel     Channel
	OpenID      string
	ToUser      string // our account's original id, gh_…
	CreateTime  int64  // seconds
	Type        string // text, voice, image, event, …
	MsgID       string // messages only; a number for WeChat, a string for us
	Content     string // text
	Recognition string // voice that WeChat transcribed
	MediaID     string // image, voice: to fetch it with, for three days
	Event       string // subscribe, unsubscribe, SCAN, CLICK, …
	EventKey    string
	JobID       string // MsgID of *JOBFINISH events
	Status      string
	Mass        MassReport // of MASSSENDJOBFINISH
	TraceID     string
	Reports     []TemplateReport // of the subscribe_msg_* events, in their order
}

// IsEvent reports whether this is an event rather than a message.
func (m Inbound) IsEvent() bool { return m.Type == "event" }

// Key is the idempotency key of the push. WeChat repeats a push up to three times; the same MsgId
// has been seen for two people, and two events of a person may share a second, so neither is
// enough alone.
func (m Inbound) Key() string {
	parts := []string{string(m.Channel), m.OpenID}
	if !m.IsEvent() && m.MsgID != "" {
		return strings.Join(append(parts, "m", m.MsgID), ":")
	}
	parts = append(parts, "e", strconv.FormatInt(m.CreateTime, 10), m.Event, m.EventKey)
	templates := make([]string, len(m.Reports))
	for i, r := range m.Reports {
		templates[i] = r.TemplateID + r.Answer + r.MsgID
	}
	for _, extra := range []string{m.JobID, m.TraceID, strings.Join(templates, ",")} {
		if extra != "" {
			parts = append(parts, extra)
		}
	}
	return strings.Join(parts, ":")
}

// Text is what the person said, whether typed or spoken and transcribed.
func (m Inbound) Text() string {
	if m.Type == "voice" {
		return m.Recognition
	}
	return m.Content
}

// InboxRow guards an inbound push: it is inserted before the push is handled. Rows are pruned after InboxLife.
type InboxRow struct {
	ID         string    `bson:"_id"` // Inbound.Key
	OpenID     string    `bson:"openid"`
	ReceivedAt time.Time `bson:"received_at"`
	LeaseUntil time.Time `bson:"lease_until"` // whoever holds it past this instant without an InboxAnswer has died
}

// InboxAnswer says that a push is done with, and keeps what was answered, so that a repeat gets the same bytes. It
// is a document of its own, not a change of the row, because inserts of many messages go in one command.
type InboxAnswer struct {
	ID         string    `bson:"_id"` // Inbound.Key
	OpenID     string    `bson:"openid"`
	ReceivedAt time.Time `bson:"received_at"`
	Reply      []byte    `bson:"reply"` // the exact body; empty: nothing was said
}

// InboxLife is how long answers to repeats are kept; WeChat repeats within seconds.
const InboxLife = 3 * 24 * time.Hour

// TemplateReport is what a subscribe_msg_* event says of one template: the person's answer to being
// asked (accept, reject, …), or how a notice that was sent ended.
type TemplateReport struct {
	TemplateID string
	Answer     string // accept | reject | filter | ban; empty in reports on sent notices
	MsgID      string // of the notice that was sent
	ErrorCode  string // "0" for success
}
