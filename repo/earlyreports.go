package repo

import (
	"context"
	"time"

	"bangfu/service/model"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// InsertReport keeps what WeChat reports of a recipient who has no row yet; a repeat changes nothing.
func (s *Store) InsertReport(ctx context.Context, r model.EarlyReport) error {
	err := insert(ctx, s.db.Collection(colReports), r)
	if model.IsKind(err, model.KindConflict) {
		return nil
	}
	return err
}

// Reports that wait for a recipient's row; they are few, because whoever joins one takes it out.
func (s *Store) Reports(ctx context.Context, broadcastID string) ([]model.EarlyReport, error) {
	return find[model.EarlyReport](ctx, s.db.Collection(colReports), bson.D{{Key: "broadcast_id", Value: broadcastID}})
}

// DropReport takes one out.
func (s *Store) DropReport(ctx context.Context, id string) error {
	_, err := remove(ctx, s.db.Collection(colReports), byID(id))
	return err
}

// PruneReports forgets reports made before the instant.
func (s *Store) PruneReports(ctx context.Context, before time.Time) error {
	return s.prune(ctx, colReports, "at", before)
}
