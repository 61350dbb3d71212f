package repo

import (
	"context"

	"bangfu/service/model"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// InsertFund is KindConflict when the year has a fund of this name.
func (s *Store) InsertFund(ctx context.Context, f model.Fund) error {
	return insert(ctx, s.db.Collection(colFunds), f)
}

// Fund by id (model.FundID).
func (s *Store) Fund(ctx context.Context, id string) (model.Fund, error) {
	return heldOne[model.Fund](ctx, s, colFunds, id)
}

// ChangeFund changes one fund; see change for rev and the errors.
func (s *Store) ChangeFund(ctx context.Context, id string, rev int64, by model.ChangeInfo, edit func(*model.Fund) error) (model.Fund, error) {
	return change(ctx, s, colFunds, id, rev, by, edit)
}

// Funds are all of them, by id.
func (s *Store) Funds(ctx context.Context) ([]model.Fund, error) {
	return all[model.Fund](ctx, s, colFunds)
}

// FundsOf the year, by name.
func (s *Store) FundsOf(ctx context.Context, year int) ([]model.Fund, error) {
	return find[model.Fund](ctx, s.db.Collection(colFunds), bson.D{{Key: "year", Value: year}}, inOrder())
}

// InsertReceipt is KindConflict when there is a receipt under the key.
func (s *Store) InsertReceipt(ctx context.Context, r model.Receipt) error {
	return insert(ctx, s.db.Collection(colReceipts), r)
}

// Receipt by its key.
func (s *Store) Receipt(ctx context.Context, id string) (model.Receipt, error) {
	return get[model.Receipt](ctx, s.db.Collection(colReceipts), id)
}

// ReceiptsOf a fund, oldest first.
func (s *Store) ReceiptsOf(ctx context.Context, fundID string) ([]model.Receipt, error) {
	return find[model.Receipt](ctx, s.db.Collection(colReceipts), bson.D{{Key: "fund_id", Value: fundID}}, oldestFirst("on"))
}

// ReceiptsIn the funds of a year, by id.
func (s *Store) ReceiptsIn(ctx context.Context, year int) ([]model.Receipt, error) {
	return find[model.Receipt](ctx, s.db.Collection(colReceipts), bson.D{{Key: "fund_id", Value: ofYear(year)}}, inOrder())
}

// ofYear matches the ids of a year's funds.
func ofYear(year int) bson.D {
	return bson.D{{Key: "$gte", Value: model.FundID(year, "")}, {Key: "$lt", Value: model.FundID(year, "\uffff")}}
}
