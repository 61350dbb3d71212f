package repo

import (
	"context"

	"bangfu/service/model"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// InsertDividendRun is KindConflict when there is this version of the run.
func (s *Store) InsertDividendRun(ctx context.Context, r model.DividendRun) error {
	return insert(ctx, s.db.Collection(colDividends), r)
}

// DividendRun by id (model.RunVersionID).
func (s *Store) DividendRun(ctx context.Context, id string) (model.DividendRun, error) {
	return get[model.DividendRun](ctx, s.db.Collection(colDividends), id)
}

// ChangeDividendRun changes one version of a run; see change for rev and the errors.
func (s *Store) ChangeDividendRun(ctx context.Context, id string, rev int64, by model.ChangeInfo, edit func(*model.DividendRun) error) (model.DividendRun, error) {
	return change(ctx, s, colDividends, id, rev, by, edit)
}

// DividendRuns of a page; the prefix "K-001/" is a cooperative, "K-001/2018/base/" a run.
func (s *Store) DividendRuns(ctx context.Context, p Page) ([]model.DividendRun, error) {
	return page[model.DividendRun](ctx, s, colDividends, p)
}

// DividendRunsOf a holder, the latest year's first.
func (s *Store) DividendRunsOf(ctx context.Context, householdID string, limit int64) ([]model.DividendRun, error) {
	return latest[model.DividendRun](ctx, s, colDividends, "inputs.holders.household_id", householdID, limit)
}

// PendingDividends are the ids of the versions that have something to be posted.
func (s *Store) PendingDividends(ctx context.Context) ([]string, error) {
	found, err := find[struct {
		ID string `bson:"_id"`
	}](ctx, s.db.Collection(colDividends), bson.D{{Key: "pending", Value: true}}, inOrder().SetProjection(bson.D{{Key: "_id", Value: 1}}))
	ids := make([]string, len(found))
	for i, f := range found {
		ids[i] = f.ID
	}
	return ids, err
}
