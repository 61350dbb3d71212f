package repo

import (
	"context"

	"bangfu/service/model"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

// InsertExportRequest is KindConflict when its key was used.
func (s *Store) InsertExportRequest(ctx context.Context, r model.ExportRequest) error {
	return insert(ctx, s.db.Collection(colRequests), r)
}

// ExportRequest by id.
func (s *Store) ExportRequest(ctx context.Context, id string) (model.ExportRequest, error) {
	return get[model.ExportRequest](ctx, s.db.Collection(colRequests), id)
}

// ExportRequests are the latest, newest first, at most limit.
func (s *Store) ExportRequests(ctx context.Context, limit int64) ([]model.ExportRequest, error) {
	return find[model.ExportRequest](ctx, s.db.Collection(colRequests), bson.D{},
		options.Find().SetSort(bson.D{{Key: "created_at", Value: -1}, {Key: "_id", Value: -1}}).SetLimit(limit))
}

// ChangeExportRequest changes one; see change for rev and the errors.
func (s *Store) ChangeExportRequest(ctx context.Context, id string, rev int64, by model.ChangeInfo, edit func(*model.ExportRequest) error) (model.ExportRequest, error) {
	return change(ctx, s, colRequests, id, rev, by, edit)
}
