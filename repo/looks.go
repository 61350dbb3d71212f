package repo

import (
	"context"

	"bangfu/service/model"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

// AddLooks notes who looked at what; a line that is there already is no error.
func (s *Store) AddLooks(ctx context.Context, looks []model.Look) error {
	_, err := insertEach(ctx, s.db.Collection(colLooks), looks)
	return err
}

// LooksAt a household, the latest day first, at most limit.
func (s *Store) LooksAt(ctx context.Context, householdID string, limit int64) ([]model.Look, error) {
	return find[model.Look](ctx, s.db.Collection(colLooks), bson.D{{Key: "household_id", Value: householdID}},
		options.Find().SetSort(bson.D{{Key: "_id", Value: -1}}).SetLimit(limit))
}

// PruneLooks forgets what was looked at in passing before the day. Files stay.
func (s *Store) PruneLooks(ctx context.Context, before model.Date) error {
	_, err := remove(ctx, s.db.Collection(colLooks), bson.D{
		{Key: "day", Value: bson.D{{Key: "$lt", Value: before}}}, {Key: "kind", Value: bson.D{{Key: "$ne", Value: model.LookExport}}},
	})
	return err
}
