package repo

import (
	"context"

	"bangfu/service/model"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

// AddAccessRecords notes who looked at what; a line that is there already is no error.
func (s *Store) AddAccessRecords(ctx context.Context, looks []model.AccessRecord) error {
	_, err := insertEach(ctx, s.db.Collection(colAccessRecords), looks)
	return err
}

// AccessRecordsOf a household, the latest day first, at most limit.
func (s *Store) AccessRecordsOf(ctx context.Context, householdID string, limit int64) ([]model.AccessRecord, error) {
	return find[model.AccessRecord](ctx, s.db.Collection(colAccessRecords), bson.D{{Key: "household_id", Value: householdID}},
		options.Find().SetSort(bson.D{{Key: "_id", Value: -1}}).SetLimit(limit))
}

// PruneAccessRecords forgets what was looked at in passing before the day. Files stay.
func (s *Store) PruneAccessRecords(ctx context.Context, before model.Date) error {
	_, err := remove(ctx, s.db.Collection(colAccessRecords), bson.D{
		{Key: "day", Value: bson.D{{Key: "$lt", Value: before}}}, {Key: "kind", Value: bson.D{{Key: "$ne", Value: model.AccessExport}}},
	})
	return err
}
