package repo

import (
	"context"
	"slices"

	"bangfu/service/model"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// EntriesOf are the household's entries paid in the year, oldest first.
func (s *Store) EntriesOf(ctx context.Context, householdID string, year int) ([]model.Entry, error) {
	from, to := model.NewDate(year, 1, 1), model.NewDate(year, 12, 31)
	return find[model.Entry](ctx, s.db.Collection(colEntries), bson.D{
		{Key: "household_id", Value: householdID},
		{Key: "paid_on", Value: bson.D{{Key: "$gte", Value: from}, {Key: "$lte", Value: to}}},
	}, oldestFirst("paid_on"))
}

// InsertEntry is KindConflict when there is an entry under the key.
func (s *Store) InsertEntry(ctx context.Context, e model.Entry) error {
	return insert(ctx, s.db.Collection(colEntries), e)
}

// Entry by its key.
func (s *Store) Entry(ctx context.Context, id string) (model.Entry, error) {
	return get[model.Entry](ctx, s.db.Collection(colEntries), id)
}

// PutStatement stores the derived statement in the place of an older one.
func (s *Store) PutStatement(ctx context.Context, st model.Statement) error {
	return put(ctx, s.db.Collection(colStatements), st.ID, st)
}

// Statement of the household and year, KindNotFound when nothing was paid in it.
func (s *Store) Statement(ctx context.Context, householdID string, year int) (model.Statement, error) {
	return get[model.Statement](ctx, s.db.Collection(colStatements), model.StatementID(householdID, year))
}

// StatementYears are the years in which the household received something, latest first.
func (s *Store) StatementYears(ctx context.Context, householdID string) ([]int, error) {
	// Not by distinct: with a deadline the driver adds maxTimeMS to it, which FerretDB v1 refuses.
	found, err := find[struct{ Year int }](ctx, s.db.Collection(colStatements),
		bson.D{{Key: "household_id", Value: householdID}}, inOrder().SetProjection(bson.D{{Key: "year", Value: 1}}))
	if err != nil {
		return nil, err
	}
	years := make([]int, len(found))
	for i, f := range found {
		years[i] = f.Year
	}
	slices.Sort(years)
	slices.Reverse(years)
	return years, nil
}
