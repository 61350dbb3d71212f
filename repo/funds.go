package repo

import (
	"context"
	"time"

	"bangfu/service/model"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

// InsertFund is KindConflict when the year has a fund of this name.
func (s *Store) InsertFund(ctx context.Context, f model.Fund) error {
	return insert(ctx, s.db.Collection(colFunds), f)
}

// Fund by id (model.FundID).
func (s *Store) Fund(ctx context.Context, id string) (model.Fund, error) {
	return get[model.Fund](ctx, s.db.Collection(colFunds), id)
}

// ChangeFund changes one fund; see change for rev and the errors.
func (s *Store) ChangeFund(ctx context.Context, id string, rev int64, by model.Edit, edit func(*model.Fund) error) (model.Fund, error) {
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

// InsertDonation is KindConflict when there is a donation under the key.
func (s *Store) InsertDonation(ctx context.Context, d model.Donation) error {
	return insert(ctx, s.db.Collection(colDonations), d)
}

// Donation by its key.
func (s *Store) Donation(ctx context.Context, id string) (model.Donation, error) {
	return get[model.Donation](ctx, s.db.Collection(colDonations), id)
}

// DonorName opens the donor's name.
func (s *Store) DonorName(d model.Donation) (string, error) {
	return s.sealer.Open(d.DonorName, "donor_name", d.ID)
}

// ChangeDonation changes one donation; see change for rev and the errors.
func (s *Store) ChangeDonation(ctx context.Context, id string, rev int64, by model.Edit, edit func(*model.Donation) error) (model.Donation, error) {
	return change(ctx, s, colDonations, id, rev, by, edit)
}

// DonationsIn the funds of a year, by id.
func (s *Store) DonationsIn(ctx context.Context, year int) ([]model.Donation, error) {
	return find[model.Donation](ctx, s.db.Collection(colDonations), bson.D{{Key: "fund_id", Value: ofYear(year)}}, inOrder())
}

// DonationsSince an instant, by when they were entered.
func (s *Store) DonationsSince(ctx context.Context, since time.Time) ([]model.Donation, error) {
	return find[model.Donation](ctx, s.db.Collection(colDonations),
		bson.D{{Key: "created_at", Value: bson.D{{Key: "$gte", Value: since.UTC()}}}}, inOrder())
}

// DonationPage are donations, the oldest first, at most limit of them and only those after the cursor: day,
// "|" and id of the last one seen.
func (s *Store) DonationPage(ctx context.Context, from, to model.Date, after string, limit int64) ([]model.Donation, error) {
	return find[model.Donation](ctx, s.db.Collection(colDonations), dated(from, to, after), oldestFirst("on").SetLimit(limit))
}

// dated matches what is of a day between both and comes after the cursor.
func dated(from, to model.Date, after string) bson.D {
	query := bson.D{{Key: "on", Value: bson.D{{Key: "$gte", Value: from}, {Key: "$lte", Value: to}}}}
	if after == "" {
		return query
	}
	on, id := after[:min(len(after), len(from))], after[min(len(after), len(from)+1):]
	return append(query, bson.E{Key: "$or", Value: bson.A{
		bson.D{{Key: "on", Value: bson.D{{Key: "$gt", Value: on}}}},
		bson.D{{Key: "on", Value: on}, {Key: "_id", Value: bson.D{{Key: "$gt", Value: id}}}},
	}})
}

// InsertLoan is KindConflict when there is a loan under the key.
func (s *Store) InsertLoan(ctx context.Context, l model.Loan) error {
	return insert(ctx, s.db.Collection(colLoans), l)
}

// Loan by its key.
func (s *Store) Loan(ctx context.Context, id string) (model.Loan, error) {
	return get[model.Loan](ctx, s.db.Collection(colLoans), id)
}

// ChangeLoan changes one loan; see change for rev and the errors.
func (s *Store) ChangeLoan(ctx context.Context, id string, rev int64, by model.Edit, edit func(*model.Loan) error) (model.Loan, error) {
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

// InsertItem is KindConflict when there is an item under the code.
func (s *Store) InsertItem(ctx context.Context, i model.Item) error {
	return insert(ctx, s.db.Collection(colItems), i)
}

// Item by its code.
func (s *Store) Item(ctx context.Context, id string) (model.Item, error) {
	return get[model.Item](ctx, s.db.Collection(colItems), id)
}

// ChangeItem changes how an item is called; see change for rev and the errors.
func (s *Store) ChangeItem(ctx context.Context, id string, rev int64, by model.Edit, edit func(*model.Item) error) (model.Item, error) {
	return change(ctx, s, colItems, id, rev, by, edit)
}

// Items are all of them, by code.
func (s *Store) Items(ctx context.Context) ([]model.Item, error) {
	return all[model.Item](ctx, s, colItems)
}

// keptMoves is how many of its latest moves an item remembers. A move that is asked for again only then,
// after so many others, would count twice; it is asked for again within seconds or stands as done.
const keptMoves = 100

// ApplyMove brings the quantity of the item in step with the move, once. It is not applied when there is not
// enough, or when the move counts already: ask the item which.
func (s *Store) ApplyMove(ctx context.Context, m model.Move) (applied bool, err error) {
	filter := bson.D{{Key: "_id", Value: m.ItemID}, {Key: "applied", Value: bson.D{{Key: "$ne", Value: m.ID}}}}
	if m.Change() < 0 {
		filter = append(filter, bson.E{Key: "quantity", Value: bson.D{{Key: "$gte", Value: m.Quantity}}})
	}
	res, err := s.db.Collection(colItems).UpdateOne(ctx, filter, bson.D{
		{Key: "$inc", Value: bson.D{{Key: "quantity", Value: m.Change()}}},
		{Key: "$push", Value: bson.D{{Key: "applied", Value: bson.D{{Key: "$each", Value: bson.A{m.ID}}, {Key: "$slice", Value: -keptMoves}}}}},
	})
	if err != nil {
		return false, translate("apply move", err)
	}
	return res.MatchedCount == 1, nil
}

// InsertMove is KindConflict when there is a move under the key.
func (s *Store) InsertMove(ctx context.Context, m model.Move) error {
	return insert(ctx, s.db.Collection(colMoves), m)
}

// Move by its key.
func (s *Store) Move(ctx context.Context, id string) (model.Move, error) {
	return get[model.Move](ctx, s.db.Collection(colMoves), id)
}

// SettleMove notes the move's state. A move that is done stays so.
func (s *Store) SettleMove(ctx context.Context, m model.Move, at time.Time) error {
	filter := byID(m.ID)
	if m.State != model.MoveDone {
		filter = append(filter, bson.E{Key: "state", Value: model.MovePlanned})
	}
	_, err := s.db.Collection(colMoves).UpdateOne(ctx, filter, bson.D{{Key: "$set", Value: bson.D{
		{Key: "state", Value: m.State}, {Key: "updated_at", Value: at.UTC()},
	}}})
	return translate("settle move", err)
}

// PlannedMoves are those that are not done, in the stock or in the books.
func (s *Store) PlannedMoves(ctx context.Context) ([]model.Move, error) {
	return find[model.Move](ctx, s.db.Collection(colMoves), bson.D{{Key: "state", Value: model.MovePlanned}}, inOrder())
}

// MovesOf an item, oldest first, at most limit of them and only those after the cursor (as DonationPage).
func (s *Store) MovesOf(ctx context.Context, itemID, after string, limit int64) ([]model.Move, error) {
	query := append(dated("0000-01-01", "9999-12-31", after), bson.E{Key: "item_id", Value: itemID})
	return find[model.Move](ctx, s.db.Collection(colMoves), query, oldestFirst("on").SetLimit(limit))
}

// EachMove calls f with every move, in no order.
func (s *Store) EachMove(ctx context.Context, f func(model.Move) error) error {
	return each(ctx, s.db.Collection(colMoves), bson.D{}, f, options.Find())
}
