package repo

import (
	"context"
	"time"

	"bangfu/service/model"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

// InsertBindCode is KindConflict when the same code is out already.
func (s *Store) InsertBindCode(ctx context.Context, c model.BindCode) error {
	return insert(ctx, s.db.Collection(colBindCodes), c)
}

// KeepBindCode keeps the code in the place of an older one of the same id.
func (s *Store) KeepBindCode(ctx context.Context, c model.BindCode) error {
	return put(ctx, s.db.Collection(colBindCodes), c.ID, c)
}

// BindCode by the keyed hash of the code.
func (s *Store) BindCode(ctx context.Context, id string) (model.BindCode, error) {
	return get[model.BindCode](ctx, s.db.Collection(colBindCodes), id)
}

// TakeBindCode marks the code used by the account; KindNotFound unless it is unused and in time.
func (s *Store) TakeBindCode(ctx context.Context, id, accountID string, now time.Time) error {
	res, err := s.db.Collection(colBindCodes).UpdateOne(ctx, bson.D{
		{Key: "_id", Value: id}, {Key: "used_by", Value: ""},
		{Key: "expires_at", Value: bson.D{{Key: "$gt", Value: now.UTC()}}},
	}, bson.D{{Key: "$set", Value: bson.D{{Key: "used_by", Value: accountID}}}})
	if err != nil {
		return translate("take bind code", err)
	}
	if res.MatchedCount == 0 {
		return model.NewError(model.KindNotFound, "bind_code_gone", "绑定码不对或已过期")
	}
	return nil
}

// VoidBindCodes takes away the codes for the household, or the cadre, that one of the accounts has used or issued: none
// of them ties anybody again.
func (s *Store) VoidBindCodes(ctx context.Context, accounts []string, householdID, cadreID string) error {
	var issuers []string
	for _, id := range accounts {
		issuers = append(issuers, "account:"+id)
	}
	_, err := remove(ctx, s.db.Collection(colBindCodes), bson.D{
		{Key: "household_id", Value: householdID}, {Key: "cadre_id", Value: cadreID},
		{Key: "$or", Value: bson.A{
			bson.D{{Key: "used_by", Value: bson.D{{Key: "$in", Value: accounts}}}},
			bson.D{{Key: "issued_by", Value: bson.D{{Key: "$in", Value: issuers}}}},
		}},
	})
	return err
}

// PruneBindCodes removes the codes that ended before the instant.
func (s *Store) PruneBindCodes(ctx context.Context, before time.Time) error {
	return s.prune(ctx, colBindCodes, "expires_at", before)
}

// CountTry counts one more under the id and returns the count since the window began; a window that is over begins
// anew. The count is raised before anything is looked at, so that tries made at once cannot slip through.
func (s *Store) CountTry(ctx context.Context, id string, window time.Duration, now time.Time) (model.BindTries, error) {
	c, now := s.db.Collection(colBindTries), now.UTC().Truncate(time.Millisecond)
	for contest := (Contest{}); ; {
		var t model.BindTries
		err := c.FindOneAndUpdate(ctx, bson.D{{Key: "_id", Value: id}, {Key: "since", Value: bson.D{{Key: "$gt", Value: now.Add(-window)}}}},
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
		if !contest.Again(ctx) {
			return model.BindTries{}, changedMeanwhile(0)
		}
	}
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
