package repo

import (
	"context"

	"bangfu/service/model"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// InsertCooperative is KindConflict when the id is taken.
func (s *Store) InsertCooperative(ctx context.Context, c model.Cooperative) error {
	return insert(ctx, s.db.Collection(colCoops), c)
}

// Cooperative by id.
func (s *Store) Cooperative(ctx context.Context, id string) (model.Cooperative, error) {
	return heldOne[model.Cooperative](ctx, s, colCoops, id)
}

// ChangeCooperative changes one cooperative; see change for rev and the errors.
func (s *Store) ChangeCooperative(ctx context.Context, id string, rev int64, by model.ChangeInfo, edit func(*model.Cooperative) error) (model.Cooperative, error) {
	return change(ctx, s, colCoops, id, rev, by, edit)
}

// Cooperatives of a page.
func (s *Store) Cooperatives(ctx context.Context, p Page) ([]model.Cooperative, error) {
	return page[model.Cooperative](ctx, s, colCoops, p)
}

// InsertGreenhouse is KindConflict when the id is taken.
func (s *Store) InsertGreenhouse(ctx context.Context, g model.Greenhouse) error {
	return insert(ctx, s.db.Collection(colGreenhouses), g)
}

// Greenhouse by id.
func (s *Store) Greenhouse(ctx context.Context, id string) (model.Greenhouse, error) {
	return get[model.Greenhouse](ctx, s.db.Collection(colGreenhouses), id)
}

// ChangeGreenhouse changes one greenhouse; see change for rev and the errors.
func (s *Store) ChangeGreenhouse(ctx context.Context, id string, rev int64, by model.ChangeInfo, edit func(*model.Greenhouse) error) (model.Greenhouse, error) {
	return change(ctx, s, colGreenhouses, id, rev, by, edit)
}

// Greenhouses of a page.
func (s *Store) Greenhouses(ctx context.Context, p Page) ([]model.Greenhouse, error) {
	return page[model.Greenhouse](ctx, s, colGreenhouses, p)
}

// InsertAllotment is KindConflict when the greenhouse is allotted in that year already.
func (s *Store) InsertAllotment(ctx context.Context, a model.Allotment) error {
	return insert(ctx, s.db.Collection(colAllotments), a)
}

// Allotment by id (model.AllotmentID).
func (s *Store) Allotment(ctx context.Context, id string) (model.Allotment, error) {
	return get[model.Allotment](ctx, s.db.Collection(colAllotments), id)
}

// ChangeAllotment changes one allotment; see change for rev and the errors.
func (s *Store) ChangeAllotment(ctx context.Context, id string, rev int64, by model.ChangeInfo, edit func(*model.Allotment) error) (model.Allotment, error) {
	return change(ctx, s, colAllotments, id, rev, by, edit)
}

// Allotments of a page; the prefix "2017/" is a year.
func (s *Store) Allotments(ctx context.Context, p Page) ([]model.Allotment, error) {
	return page[model.Allotment](ctx, s, colAllotments, p)
}

// InsertBatch is KindConflict when the greenhouse has a crop of that season.
func (s *Store) InsertBatch(ctx context.Context, b model.Batch) error {
	return insert(ctx, s.db.Collection(colBatches), b)
}

// Batch by id (model.BatchID).
func (s *Store) Batch(ctx context.Context, id string) (model.Batch, error) {
	return get[model.Batch](ctx, s.db.Collection(colBatches), id)
}

// ChangeBatch changes one batch; see change for rev and the errors.
func (s *Store) ChangeBatch(ctx context.Context, id string, rev int64, by model.ChangeInfo, edit func(*model.Batch) error) (model.Batch, error) {
	return change(ctx, s, colBatches, id, rev, by, edit)
}

// Batches of a page; the prefix "2018/" is a year.
func (s *Store) Batches(ctx context.Context, p Page) ([]model.Batch, error) {
	return page[model.Batch](ctx, s, colBatches, p)
}

// InsertSale is KindConflict when a sale was entered under the key.
func (s *Store) InsertSale(ctx context.Context, v model.Sale) error {
	return insert(ctx, s.db.Collection(colSales), v)
}

// Sale by id.
func (s *Store) Sale(ctx context.Context, id string) (model.Sale, error) {
	return get[model.Sale](ctx, s.db.Collection(colSales), id)
}

// ChangeSale changes one sale; see change for rev and the errors.
func (s *Store) ChangeSale(ctx context.Context, id string, rev int64, by model.ChangeInfo, edit func(*model.Sale) error) (model.Sale, error) {
	return change(ctx, s, colSales, id, rev, by, edit)
}

// Sales of a page; the prefix "2018/" is a year.
func (s *Store) Sales(ctx context.Context, p Page) ([]model.Sale, error) {
	return page[model.Sale](ctx, s, colSales, p)
}

// SalesOf a household, the latest year's first.
func (s *Store) SalesOf(ctx context.Context, householdID string, limit int64) ([]model.Sale, error) {
	return latest[model.Sale](ctx, s, colSales, "household_id", householdID, limit)
}

// InsertWage is KindConflict when the person has a line of that month.
func (s *Store) InsertWage(ctx context.Context, w model.Wage) error {
	return insert(ctx, s.db.Collection(colWages), w)
}

// ChangeWage changes one line of wages; see change for rev and the errors.
func (s *Store) ChangeWage(ctx context.Context, id string, rev int64, by model.ChangeInfo, edit func(*model.Wage) error) (model.Wage, error) {
	return change(ctx, s, colWages, id, rev, by, edit)
}

// Wages of a page; the prefix "2018-03/K-001/" is a month of a cooperative.
func (s *Store) Wages(ctx context.Context, p Page) ([]model.Wage, error) {
	return page[model.Wage](ctx, s, colWages, p)
}

// WagesOf a household, the latest month first.
func (s *Store) WagesOf(ctx context.Context, householdID string, limit int64) ([]model.Wage, error) {
	return latest[model.Wage](ctx, s, colWages, "household_id", householdID, limit)
}

// InsertSubscription is KindConflict when there is this version of the list.
func (s *Store) InsertSubscription(ctx context.Context, v model.Subscription) error {
	return insert(ctx, s.db.Collection(colSubscriptions), v)
}

// Subscription by id (model.SubscriptionID).
func (s *Store) Subscription(ctx context.Context, id string) (model.Subscription, error) {
	return get[model.Subscription](ctx, s.db.Collection(colSubscriptions), id)
}

// ChangeSubscription changes one list; see change for rev and the errors.
func (s *Store) ChangeSubscription(ctx context.Context, id string, rev int64, by model.ChangeInfo, edit func(*model.Subscription) error) (model.Subscription, error) {
	return change(ctx, s, colSubscriptions, id, rev, by, edit)
}

// Subscriptions of a page; the prefix "K-001/" is a cooperative.
func (s *Store) Subscriptions(ctx context.Context, p Page) ([]model.Subscription, error) {
	return page[model.Subscription](ctx, s, colSubscriptions, p)
}

// SubscriptionsNaming a household, as a holder or as one left out: the latest year's first.
func (s *Store) SubscriptionsNaming(ctx context.Context, householdID string, limit int64) ([]model.Subscription, error) {
	return latest[model.Subscription](ctx, s, colSubscriptions, "$or", bson.A{
		bson.D{{Key: "holders.household_id", Value: householdID}},
		bson.D{{Key: "left_out.household_id", Value: householdID}},
	}, limit)
}
