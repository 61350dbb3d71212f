package repo

import (
	"context"
	"time"

	"bangfu/service/model"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

// Household by number.
func (s *Store) Household(ctx context.Context, id string) (model.Household, error) {
	return get[model.Household](ctx, s.db.Collection(colHouseholds), id)
}

// InsertHousehold is KindConflict when the number is taken.
func (s *Store) InsertHousehold(ctx context.Context, h model.Household) error {
	return insert(ctx, s.db.Collection(colHouseholds), h)
}

// ChangeHousehold changes one household; see change for rev and the errors.
func (s *Store) ChangeHousehold(ctx context.Context, id string, rev int64, by model.ChangeInfo, edit func(*model.Household) error) (model.Household, error) {
	return change(ctx, s, colHouseholds, id, rev, by, edit)
}

// HouseholdHistory are all its revisions, oldest first.
func (s *Store) HouseholdHistory(ctx context.Context, id string) ([]model.Revision, error) {
	return history[model.Household](ctx, s, colHouseholds, id)
}

// HouseholdAsOf is the household as it stood at an instant.
func (s *Store) HouseholdAsOf(ctx context.Context, id string, at time.Time) (model.Household, error) {
	return asOf[model.Household](ctx, s, colHouseholds, id, at)
}

// Households are all of them, by number.
func (s *Store) Households(ctx context.Context) ([]model.Household, error) {
	return all[model.Household](ctx, s, colHouseholds)
}

// MutedHouseholds are those whose mute ends on the day or later.
func (s *Store) MutedHouseholds(ctx context.Context, day model.Date) ([]model.Household, error) {
	return find[model.Household](ctx, s.db.Collection(colHouseholds),
		bson.D{{Key: "muted.until", Value: bson.D{{Key: "$gte", Value: day}}}}, inOrder())
}

// EachHousehold calls f with every household.
func (s *Store) EachHousehold(ctx context.Context, f func(model.Household) error) error {
	return each(ctx, s.db.Collection(colHouseholds), bson.D{}, f, options.Find())
}

// CountHouseholds says whether a farm is loaded.
func (s *Store) CountHouseholds(ctx context.Context) (int64, error) {
	n, err := s.db.Collection(colHouseholds).CountDocuments(ctx, bson.D{})
	return n, translate("count households", err)
}
