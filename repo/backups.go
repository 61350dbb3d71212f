package repo

import (
	"context"
	"time"

	"bangfu/service/model"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

// Backup by id.
func (s *Store) Backup(ctx context.Context, id string) (model.Backup, error) {
	return get[model.Backup](ctx, s.db.Collection(colBackups), id)
}

// BeginBackup notes that one is being made. KindConflict when somebody else has begun this try of it.
func (s *Store) BeginBackup(ctx context.Context, b model.Backup) error {
	if b.Try == 1 {
		return insert(ctx, s.db.Collection(colBackups), b)
	}
	res, err := s.db.Collection(colBackups).ReplaceOne(ctx, bson.D{{Key: "_id", Value: b.ID}, {Key: "try", Value: b.Try - 1}}, b)
	if err == nil && res.MatchedCount == 0 {
		return model.NewError(model.KindConflict, "backup_begun", "这次备份已经有人在做")
	}
	return translate("begin backup", err)
}

// EndBackup notes what became of a try; a later one has its own word.
func (s *Store) EndBackup(ctx context.Context, b model.Backup) error {
	_, err := s.db.Collection(colBackups).ReplaceOne(ctx, bson.D{{Key: "_id", Value: b.ID}, {Key: "try", Value: b.Try}}, b)
	return translate("end backup", err)
}

// Backups are the latest, newest first, at most limit.
func (s *Store) Backups(ctx context.Context, limit int64) ([]model.Backup, error) {
	return find[model.Backup](ctx, s.db.Collection(colBackups), bson.D{},
		options.Find().SetSort(bson.D{{Key: "begun_at", Value: -1}, {Key: "_id", Value: -1}}).SetLimit(limit))
}

// PruneBackups forgets those that were begun before the instant; their files are somebody else's.
func (s *Store) PruneBackups(ctx context.Context, before time.Time) error {
	return s.prune(ctx, colBackups, "begun_at", before)
}
