package repo

import (
	"context"
	"time"

	"bangfu/service/model"

	"go.mongodb.org/mongo-driver/v2/bson"
)

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
func (s *Store) ChangeDonation(ctx context.Context, id string, rev int64, by model.ChangeInfo, edit func(*model.Donation) error) (model.Donation, error) {
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
