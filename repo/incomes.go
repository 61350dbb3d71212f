package repo

import (
	"context"

	"bangfu/service/model"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

// Income of a household and year, "H-001/2017".
func (s *Store) Income(ctx context.Context, id string) (model.IncomeRecord, error) {
	return get[model.IncomeRecord](ctx, s.db.Collection(colIncomes), id)
}

// IncomesOf a household, by year.
func (s *Store) IncomesOf(ctx context.Context, householdID string) ([]model.IncomeRecord, error) {
	return find[model.IncomeRecord](ctx, s.db.Collection(colIncomes), bson.D{{Key: "household_id", Value: householdID}}, inOrder())
}

// InsertIncome is KindConflict when the household has a record of the year.
func (s *Store) InsertIncome(ctx context.Context, i model.IncomeRecord) error {
	return insert(ctx, s.db.Collection(colIncomes), i)
}

// ChangeIncome changes one income record; see change for rev and the errors.
func (s *Store) ChangeIncome(ctx context.Context, id string, rev int64, by model.ChangeInfo, edit func(*model.IncomeRecord) error) (model.IncomeRecord, error) {
	return change(ctx, s, colIncomes, id, rev, by, edit)
}

// EachIncome calls f with every income record.
func (s *Store) EachIncome(ctx context.Context, f func(model.IncomeRecord) error) error {
	return each(ctx, s.db.Collection(colIncomes), bson.D{}, f, options.Find())
}
