package repo

import (
	"context"

	"bangfu/service/model"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// InsertLoan is KindConflict when there is a loan under the key.
func (s *Store) InsertLoan(ctx context.Context, l model.Loan) error {
	return insert(ctx, s.db.Collection(colLoans), l)
}

// Loan by its key.
func (s *Store) Loan(ctx context.Context, id string) (model.Loan, error) {
	return get[model.Loan](ctx, s.db.Collection(colLoans), id)
}

// ChangeLoan changes one loan; see change for rev and the errors.
func (s *Store) ChangeLoan(ctx context.Context, id string, rev int64, by model.ChangeInfo, edit func(*model.Loan) error) (model.Loan, error) {
	return change(ctx, s, colLoans, id, rev, by, edit)
}

// Loans are all of them, by id.
func (s *Store) Loans(ctx context.Context) ([]model.Loan, error) {
	return all[model.Loan](ctx, s, colLoans)
}

// LoansOf a household, oldest first.
func (s *Store) LoansOf(ctx context.Context, householdID string) ([]model.Loan, error) {
	return find[model.Loan](ctx, s.db.Collection(colLoans), bson.D{{Key: "household_id", Value: householdID}}, oldestFirst("lent_on"))
}
