package repo

import (
	"context"

	"bangfu/service/model"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// InsertPaper is KindConflict when the same paper is there already.
func (s *Store) InsertPaper(ctx context.Context, p model.Paper) error {
	return insert(ctx, s.db.Collection(colPapers), p)
}

// Paper by id.
func (s *Store) Paper(ctx context.Context, id string) (model.Paper, error) {
	return get[model.Paper](ctx, s.db.Collection(colPapers), id)
}

// ChangePaper changes one paper; see change for rev and the errors.
func (s *Store) ChangePaper(ctx context.Context, id string, rev int64, by model.ChangeInfo, edit func(*model.Paper) error) (model.Paper, error) {
	return change(ctx, s, colPapers, id, rev, by, edit)
}

// PapersOf a household, oldest first; those that are being removed are among them.
func (s *Store) PapersOf(ctx context.Context, householdID string) ([]model.Paper, error) {
	return find[model.Paper](ctx, s.db.Collection(colPapers), bson.D{{Key: "household_id", Value: householdID}}, oldestFirst("created_at"))
}

// GonePapers are those whose removal was begun and not finished.
func (s *Store) GonePapers(ctx context.Context) ([]model.Paper, error) {
	return find[model.Paper](ctx, s.db.Collection(colPapers), bson.D{{Key: "gone", Value: true}}, inOrder())
}

// DeletePaper removes a paper that is gone.
func (s *Store) DeletePaper(ctx context.Context, id string) error {
	_, err := remove(ctx, s.db.Collection(colPapers), bson.D{{Key: "_id", Value: id}, {Key: "gone", Value: true}})
	return err
}
