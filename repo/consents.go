package repo

import (
	"context"
	"time"

	"bangfu/service/model"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// Consent of an identity to a template; KindNotFound when they were never asked.
func (s *Store) Consent(ctx context.Context, id string) (model.Consent, error) {
	return get[model.Consent](ctx, s.db.Collection(colConsents), id)
}

// InsertConsent is KindConflict when there is one.
func (s *Store) InsertConsent(ctx context.Context, c model.Consent) error {
	return insert(ctx, s.db.Collection(colConsents), c)
}

// AnswerConsent records an answer: it adds to the credit, or clears it. The same key counts once.
func (s *Store) AnswerConsent(ctx context.Context, id, key, answer string, add int, clear bool, at time.Time) error {
	fields := bson.D{{Key: "answer", Value: answer}, {Key: "changed_at", Value: at.UTC()}, {Key: "last_key", Value: key}}
	change := bson.D{{Key: "$inc", Value: bson.D{{Key: "credit", Value: add}}}}
	if clear {
		fields, change = append(fields, bson.E{Key: "credit", Value: 0}), bson.D{}
	}
	change = append(change, bson.E{Key: "$set", Value: fields})
	_, err := s.db.Collection(colConsents).UpdateOne(ctx,
		bson.D{{Key: "_id", Value: id}, {Key: "last_key", Value: bson.D{{Key: "$ne", Value: key}}}}, change)
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
