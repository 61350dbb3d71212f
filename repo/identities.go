package repo

import (
	"context"
	"time"

	"bangfu/service/model"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

// Identity by id (model.IdentityID).
func (s *Store) Identity(ctx context.Context, id string) (model.Identity, error) {
	return get[model.Identity](ctx, s.db.Collection(colIdentities), id)
}

// InsertIdentity is KindConflict when the identity is known already.
func (s *Store) InsertIdentity(ctx context.Context, i model.Identity) error {
	return insert(ctx, s.db.Collection(colIdentities), i)
}

// IdentitiesOf an account, by id.
func (s *Store) IdentitiesOf(ctx context.Context, accountID string) ([]model.Identity, error) {
	return find[model.Identity](ctx, s.db.Collection(colIdentities),
		bson.D{{Key: "account_id", Value: accountID}}, inOrder())
}

// IdentitiesOfAll are the identities of several accounts, by id, in one look through them.
func (s *Store) IdentitiesOfAll(ctx context.Context, accountIDs []string) ([]model.Identity, error) {
	return find[model.Identity](ctx, s.db.Collection(colIdentities),
		bson.D{{Key: "account_id", Value: bson.D{{Key: "$in", Value: accountIDs}}}}, inOrder())
}

// TouchIdentity records what follows from a message: until when we may write to the person, the numbered choices on
// offer since at, and those of the list before.
func (s *Store) TouchIdentity(ctx context.Context, id string, window time.Time, choices, past []model.Choice, at time.Time) error {
	return set(ctx, s.db.Collection(colIdentities), id, bson.D{
		{Key: "window_until", Value: window.UTC()},
		{Key: "choices", Value: choices}, {Key: "past", Value: past},
		{Key: "choices_at", Value: at.UTC()}, {Key: "choices_until", Value: at.Add(model.ChoicesLive).UTC()},
	})
}

// JoinIdentity leads the identity to an account, with the unionid that says so.
func (s *Store) JoinIdentity(ctx context.Context, id, unionID, accountID string) error {
	return set(ctx, s.db.Collection(colIdentities), id, bson.D{
		{Key: "unionid", Value: unionID}, {Key: "account_id", Value: accountID},
	})
}

// DeleteIdentity forgets an identity; forgetting twice is no error.
func (s *Store) DeleteIdentity(ctx context.Context, id string) error {
	_, err := remove(ctx, s.db.Collection(colIdentities), byID(id))
	return err
}

// EachIdentity calls f with every identity of the channel.
func (s *Store) EachIdentity(ctx context.Context, channel model.Channel, f func(model.Identity) error) error {
	return each(ctx, s.db.Collection(colIdentities), bson.D{{Key: "channel", Value: channel}}, f, options.Find())
}
