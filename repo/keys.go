package repo

import (
	"context"
	"time"

	"bangfu/service/model"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

// UseKey notes what a sender asks for under a key, before it is done; the same again is no error. KindConflict
// model.ErrKeyUsed when it was something else. Call it when all else has been looked at: what is refused afterwards
// could not be put right under the same key.
func (s *Store) UseKey(ctx context.Context, u model.KeyUse) error {
	err := insert(ctx, s.db.Collection(colKeys), u)
	if !model.IsKind(err, model.KindConflict) {
		return err
	}
	return s.CheckKey(ctx, u)
}

// CheckKey is model.ErrKeyUsed when the key was used for something else; it notes nothing.
func (s *Store) CheckKey(ctx context.Context, u model.KeyUse) error {
	there, err := get[model.KeyUse](ctx, s.db.Collection(colKeys), u.ID)
	switch {
	case model.IsKind(err, model.KindNotFound):
		return nil
	case err == nil && there.Sum != u.Sum:
		return model.ErrKeyUsed
	}
	return err
}

// PruneKeys forgets what was asked for before the instant.
func (s *Store) PruneKeys(ctx context.Context, before time.Time) error {
	return s.prune(ctx, colKeys, "at", before)
}

// countTries is how often a count starts again when somebody else has begun its window.
const countTries = 20

// CountTry counts one more under the id and returns the count since the window began; a window that is over begins
// anew. The count is raised before anything is looked at, so that tries made at once cannot slip through.
func (s *Store) CountTry(ctx context.Context, id string, window time.Duration, now time.Time) (model.BindTries, error) {
	c, now := s.db.Collection(colBindTries), now.UTC().Truncate(time.Millisecond)
	var err error
	for range countTries {
		var t model.BindTries
		err = c.FindOneAndUpdate(ctx, bson.D{{Key: "_id", Value: id}, {Key: "since", Value: bson.D{{Key: "$gt", Value: now.Add(-window)}}}},
			bson.D{{Key: "$inc", Value: bson.D{{Key: "count", Value: 1}}}},
			options.FindOneAndUpdate().SetReturnDocument(options.After)).Decode(&t)
		if err = translate("count try", err); !model.IsKind(err, model.KindNotFound) {
			return t, err
		}
		fresh := model.BindTries{ID: id, Count: 1, Since: now}
		if err = insert(ctx, c, fresh); !model.IsKind(err, model.KindConflict) {
			return fresh, err
		}
		res, err := c.ReplaceOne(ctx, bson.D{{Key: "_id", Value: id}, {Key: "since", Value: bson.D{{Key: "$lte", Value: now.Add(-window)}}}}, fresh)
		if err != nil || res.MatchedCount == 1 {
			return fresh, translate("begin tries", err)
		}
	}
	return model.BindTries{}, err
}

// TakeBackTry takes one from the count: the try was right.
func (s *Store) TakeBackTry(ctx context.Context, id string) error {
	_, err := s.db.Collection(colBindTries).UpdateOne(ctx, byID(id), bson.D{{Key: "$inc", Value: bson.D{{Key: "count", Value: -1}}}})
	return translate("take back try", err)
}

// EndTries begins the count anew.
func (s *Store) EndTries(ctx context.Context, id string) error {
	_, err := remove(ctx, s.db.Collection(colBindTries), byID(id))
	return err
}

// BindTries is the count under the id; nothing when nobody tried.
func (s *Store) BindTries(ctx context.Context, id string) (model.BindTries, error) {
	t, err := get[model.BindTries](ctx, s.db.Collection(colBindTries), id)
	if model.IsKind(err, model.KindNotFound) {
		err = nil
	}
	return t, err
}

// PruneBindTries removes the counts that began before the instant.
func (s *Store) PruneBindTries(ctx context.Context, before time.Time) error {
	return s.prune(ctx, colBindTries, "since", before)
}
