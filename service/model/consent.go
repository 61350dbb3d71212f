package model

import "time"

// Consent is what a person lets us send with one template. ID is "identity|template". An accepted
// one-time request is one message; Credit counts those that are left.
type Consent struct {
	ID         string    `bson:"_id"`
	IdentityID string    `bson:"identity_id"`
	TemplateID string    `bson:"template_id"`
	Credit     int       `bson:"credit"`
	Answer     string    `bson:"answer"` // the last one
	AnsweredAt time.Time `bson:"answered_at"`
	Source     string    `bson:"source"` // who told us of it: ConsentEvent or ConsentClient
	ChangedAt  time.Time `bson:"changed_at"`
	LastKey    string    `bson:"last_key"` // the push that changed it last, so that no push counts twice
}

// Who tells us of an answer: WeChat by an event, and the page on which it was given. Usually both do.
const (
	ConsentEvent  = "event"
	ConsentClient = "client"
)

// ConsentID is the id of the identity's consent to the template.
func ConsentID(identityID, templateID string) string { return identityID + "|" + templateID }
