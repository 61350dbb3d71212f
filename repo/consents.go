package repo

import (
	"context"
	"time"

	"bangfu/service/model"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

// Consent of an identity to a template; KindNotFound when they were never asked.
func (s *Store) Consent(ctx context.Context, id string) (model.Consent, error) {
	return get[model.Consent](ctx, s.db.Collection(colConsents), id)
}

// InsertConsent is KindConflict when there is one.
func (s *Store) InsertConsent(ctx context.Context, c model.Consent) error {
	return insert(ctx, s.db.Collection(colConsents), c)
}

// Answer is one answer to a request for a consent.
type Answer struct {
	Key     string // makes it count once
	Answer  string
	Source  string // model.ConsentEvent or model.ConsentClient
	Add     int    // to the credit
	Refused bool   // clears the credit
	At      time.Time
}

// sameAnswer is how far apart WeChat's event and the page's own report of one answer may come.
const sameAnswer = 2 * time.Minute

// AnswerConsent records an answer: it adds to the credit, or clears it. The same key counts once, and so does an
// answer of which the other source has told us a moment ago.
func (s *Store) AnswerConsent(ctx context.Context, id string, a Answer) error {
	fields := bson.D{
		{Key: "answer", Value: a.Answer}, {Key: "source", Value: a.Source}, {Key: "answered_at", Value: a.At.UTC()},
		{Key: "changed_at", Value: a.At.UTC()}, {Key: "last_key", Value: a.Key},
	}
	change := bson.D{{Key: "$inc", Value: bson.D{{Key: "credit", Value: a.Add}}}}
	if a.Refused {
		fields, change = append(fields, bson.E{Key: "credit", Value: 0}), bson.D{}
	}
	other := model.ConsentEvent
	if a.Source == other {
		other = model.ConsentClient
	}
	change = append(change, bson.E{Key: "$set", Value: fields})
	_, err := s.db.Collection(colConsents).UpdateOne(ctx, bson.D{
		{Key: "_id", Value: id}, {Key: "last_key", Value: bson.D{{Key: "$ne", Value: a.Key}}},
		{Key: "$or", Value: bson.A{
			bson.D{{Key: "source", Value: bson.D{{Key: "$ne", Value: other}}}},
			bson.D{{Key: "answer", Value: bson.D{{Key: "$ne", Value: a.Answer}}}},
			bson.D{{Key: "answered_at", Value: bson.D{{Key: "$lt", Value: a.At.Add(-sameAnswer).UTC()}}}},
		}},
	}, change)
	return translate("answer consent", err)
}

// SpendConsent takes one from the credit, or all of it when none turned out to be there.
func (s *Store) SpendConsent(ctx context.Context, id string, all bool, at time.Time) error {
	update := bson.D{{Key: "$inc", Value: bson.D{{Key: "credit", Value: -1}}}, {Key: "$set", Value: bson.D{{Key: "changed_at", Value: at.UTC()}}}}
	if all {
		update = bson.D{{Key: "$set", Value: bson.D{{Key: "credit", Value: 0}, {Key: "changed_at", Value: at.UTC()}}}}
	}
	_, err := s.db.Collection(colConsents).UpdateOne(ctx, bson.D{{Key: "_id", Value: id}, {Key: "credit", Value: bson.D{{Key: "$gt", Value: 0}}}}, update)
	return translate("spend consent", err)
}

// ConsentsOf an identity, by template.
func (s *Store) ConsentsOf(ctx context.Context, identityID string) ([]model.Consent, error) {
	return find[model.Consent](ctx, s.db.Collection(colConsents), bson.D{{Key: "identity_id", Value: identityID}}, inOrder())
}

// DeleteConsentsOf forgets what an identity agreed to.
func (s *Store) DeleteConsentsOf(ctx context.Context, identityID string) error {
	_, err := remove(ctx, s.db.Collection(colConsents), bson.D{{Key: "identity_id", Value: identityID}})
	return err
}

// EachConsentTo calls f with every consent to the template that allows a message.
func (s *Store) EachConsentTo(ctx context.Context, templateID string, f func(model.Consent) error) error {
	return each(ctx, s.db.Collection(colConsents), bson.D{
		{Key: "template_id", Value: templateID}, {Key: "credit", Value: bson.D{{Key: "$gt", Value: 0}}},
	}, f, options.Find())
}
