package repo

import (
	"context"
	"time"

	"bangfu/service/model"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

// errNoTry is KindTooMany: every try is taken, or the place is locked.
var errNoTry = model.NewError(model.KindTooMany, "no_try_left", "试的次数太多了,请稍后再试")

// TakeTry takes one of so many tries and returns the count as it then stands. The try is counted before the password is
// looked at, so that tries made at once cannot slip through. KindTooMany when none is left.
func (s *Store) TakeTry(ctx context.Context, id string, most int, now time.Time) (model.Tries, error) {
	c := s.db.Collection(colTries)
	free := bson.D{
		{Key: "_id", Value: id},
		{Key: "failures", Value: bson.D{{Key: "$lt", Value: most}}},
		{Key: "locked_till", Value: bson.D{{Key: "$lte", Value: now.UTC()}}},
	}
	one := bson.D{
		{Key: "$inc", Value: bson.D{{Key: "failures", Value: 1}}},
		{Key: "$set", Value: bson.D{{Key: "at", Value: now.UTC()}}},
	}
	for range 2 { // again when somebody else made the row meanwhile
		var row model.Tries
		err := c.FindOneAndUpdate(ctx, free, one, options.FindOneAndUpdate().SetReturnDocument(options.After)).Decode(&row)
		if err = translate("take try", err); !model.IsKind(err, model.KindNotFound) {
			return row, err
		}
		row = model.Tries{ID: id, Failures: 1, At: now.UTC()}
		if err := insert(ctx, c, row); !model.IsKind(err, model.KindConflict) {
			return row, err
		}
	}
	return model.Tries{}, errNoTry
}

// Tries is a count as it stands; KindNotFound when nothing was counted.
func (s *Store) Tries(ctx context.Context, id string) (model.Tries, error) {
	return get[model.Tries](ctx, s.db.Collection(colTries), id)
}

// ReturnTry gives back a try that decided nothing.
func (s *Store) ReturnTry(ctx context.Context, id string) error {
	_, err := s.db.Collection(colTries).UpdateOne(ctx,
		bson.D{{Key: "_id", Value: id}, {Key: "failures", Value: bson.D{{Key: "$gt", Value: 0}}}},
		bson.D{{Key: "$inc", Value: bson.D{{Key: "failures", Value: -1}}}})
	return translate("return try", err)
}

// ForgetTries is for after a right password.
func (s *Store) ForgetTries(ctx context.Context, id string) error {
	_, err := s.db.Collection(colTries).DeleteOne(ctx, byID(id))
	return translate("forget tries", err)
}

// LockTries locks a place whose tries are all taken; it does nothing when there are some, or when it is locked already.
// The tries begin anew when the lock ends.
func (s *Store) LockTries(ctx context.Context, id string, most int, now time.Time) error {
	_, err := s.db.Collection(colTries).UpdateOne(ctx, bson.D{
		{Key: "_id", Value: id}, {Key: "failures", Value: bson.D{{Key: "$gte", Value: most}}},
		{Key: "locked_till", Value: bson.D{{Key: "$lte", Value: now.UTC()}}},
	}, bson.D{{Key: "$set", Value: bson.D{{Key: "failures", Value: 0}, {Key: "locked_till", Value: now.Add(model.StaffLock).UTC()}}}})
	return translate("lock tries", err)
}

// PruneTries forgets what was tried last before the instant.
func (s *Store) PruneTries(ctx context.Context, before time.Time) error {
	return s.prune(ctx, colTries, "at", before)
}
