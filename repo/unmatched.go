package repo

import (
	"context"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"

	"bangfu/service/model"
)

// AddUnmatched notes messages of which WeChat's answer gave no id, so that a report can only be joined by who got it.
func (s *Store) AddUnmatched(ctx context.Context, list []model.Unmatched) error {
	var writes []mongo.WriteModel
	for _, u := range list {
		for _, send := range u.Sends {
			writes = append(writes, updateByID(u.ID, bson.D{
				{Key: "$addToSet", Value: bson.D{{Key: "sends", Value: send}}}, {Key: "$set", Value: bson.D{{Key: "at", Value: send.At.UTC()}}},
			}).SetUpsert(true))
		}
	}
	_, err := bulk(ctx, s.db.Collection(colUnmatched), writes)
	return err
}

// Unmatched of an identity; none is no error.
func (s *Store) Unmatched(ctx context.Context, identityID string) (model.Unmatched, error) {
	u, err := get[model.Unmatched](ctx, s.db.Collection(colUnmatched), identityID)
	if model.IsKind(err, model.KindNotFound) {
		return model.Unmatched{ID: identityID}, nil
	}
	return u, err
}

// DropUnmatched takes out one of an identity's.
func (s *Store) DropUnmatched(ctx context.Context, identityID string, send model.UnmatchedSend) error {
	_, err := s.db.Collection(colUnmatched).UpdateMany(ctx, byID(identityID), bson.D{{Key: "$pull", Value: bson.D{{Key: "sends", Value: send}}}})
	return translate("drop unmatched", err)
}

// PruneUnmatched forgets those before the instant.
func (s *Store) PruneUnmatched(ctx context.Context, before time.Time) error {
	return s.prune(ctx, colUnmatched, "at", before)
}
