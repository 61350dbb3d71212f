package repo

import (
	"context"
	"slices"
	"strings"
	"time"

	"bangfu/service/model"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

// InsertEntry is KindConflict when there is an entry under the key.
func (s *Store) InsertEntry(ctx context.Context, e model.Entry) error {
	return insert(ctx, s.db.Collection(colEntries), e)
}

// Entry by its key.
func (s *Store) Entry(ctx context.Context, id string) (model.Entry, error) {
	return get[model.Entry](ctx, s.db.Collection(colEntries), id)
}

// EachEntry calls f with every entry, in no order.
func (s *Store) EachEntry(ctx context.Context, f func(model.Entry) error) error {
	return each(ctx, s.db.Collection(colEntries), bson.D{}, f, options.Find())
}

// EachEntryOf calls f with every entry that the filter chooses, in no order.
func (s *Store) EachEntryOf(ctx context.Context, filter model.EntryFilter, f func(model.Entry) error) error {
	return each(ctx, s.db.Collection(colEntries), chosen(filter), f, options.Find())
}

// EntryPage are the entries that the filter chooses, oldest first, at most limit of them and only those after
// the cursor, which is EntryCursor of the last one seen or empty.
func (s *Store) EntryPage(ctx context.Context, filter model.EntryFilter, after string, limit int64) ([]model.Entry, error) {
	query := chosen(filter)
	if on, id, ok := strings.Cut(after, "|"); ok {
		query = append(query, bson.E{Key: "$or", Value: bson.A{
			bson.D{{Key: "paid_on", Value: bson.D{{Key: "$gt", Value: on}}}},
			bson.D{{Key: "paid_on", Value: on}, {Key: "_id", Value: bson.D{{Key: "$gt", Value: id}}}},
		}})
	}
	return find[model.Entry](ctx, s.db.Collection(colEntries), query, oldestFirst("paid_on").SetLimit(limit))
}

// EntryCursor is the place of an entry in EntryPage.
func EntryCursor(e model.Entry) string { return string(e.PaidOn) + "|" + e.ID }

func chosen(f model.EntryFilter) bson.D {
	query := bson.D{}
	paidOn := bson.D{}
	if f.From != "" {
		paidOn = append(paidOn, bson.E{Key: "$gte", Value: f.From})
	}
	if f.To != "" {
		paidOn = append(paidOn, bson.E{Key: "$lte", Value: f.To})
	}
	if len(paidOn) > 0 {
		query = append(query, bson.E{Key: "paid_on", Value: paidOn})
	}
	for _, field := range []struct{ name, value string }{
		{"category", string(f.Category)}, {"system", string(f.System)}, {"programme", f.Programme}, {"household_id", f.HouseholdID},
	} {
		if field.value != "" {
			query = append(query, bson.E{Key: field.name, Value: field.value})
		}
	}
	if f.Fund != nil {
		query = append(query, bson.E{Key: "fund", Value: *f.Fund})
	}
	if f.NotAllotted {
		query = append(query, bson.E{Key: "not_allotted", Value: true})
	}
	return query
}

// Statement of the household and year, KindNotFound when nothing was paid in it.
func (s *Store) Statement(ctx context.Context, householdID string, year int) (model.Statement, error) {
	return get[model.Statement](ctx, s.db.Collection(colStatements), model.StatementID(householdID, year))
}

// PutStatement stores the statement in the place of the one that had was lines, 0 for none; KindConflict when
// that is not the one there any more.
func (s *Store) PutStatement(ctx context.Context, st model.Statement, was int) error {
	res, err := s.db.Collection(colStatements).ReplaceOne(ctx, bson.D{{Key: "_id", Value: st.ID}, {Key: "count", Value: was}}, st,
		options.Replace().SetUpsert(was == 0))
	if err == nil && was > 0 && res.MatchedCount == 0 {
		return model.NewError(model.KindConflict, "statement_changed", "账单刚刚又有了新的一笔")
	}
	return translate("put statement", err)
}

// Statements are all of them, by id.
func (s *Store) Statements(ctx context.Context) ([]model.Statement, error) {
	return all[model.Statement](ctx, s, colStatements)
}

// StatementSums are the sums of all households in the year, without their lines, by household.
func (s *Store) StatementSums(ctx context.Context, year int) ([]model.Statement, error) {
	return find[model.Statement](ctx, s.db.Collection(colStatements), bson.D{{Key: "year", Value: year}},
		inOrder().SetProjection(bson.D{{Key: "categories.lines", Value: 0}}))
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

// OpenBatches are the imports of entries that were checked and are not in the books yet, in full.
func (s *Store) OpenBatches(ctx context.Context) ([]model.Import, error) {
	return find[model.Import](ctx, s.db.Collection(colImports), bson.D{
		{Key: "kind", Value: model.SheetEntries},
		{Key: "state", Value: bson.D{{Key: "$in", Value: bson.A{model.ImportChecked, model.ImportCommitting}}}},
	}, inOrder())
}

// Months are the books of all months that have any, by period.
func (s *Store) Months(ctx context.Context) ([]model.Month, error) {
	return all[model.Month](ctx, s, colMonths)
}

// Month by period; KindNotFound before anything was posted into it.
func (s *Store) Month(ctx context.Context, p model.Period) (model.Month, error) {
	return get[model.Month](ctx, s.db.Collection(colMonths), string(p))
}

// InsertMonth is KindConflict when the month's books are there.
func (s *Store) InsertMonth(ctx context.Context, m model.Month) error {
	return insert(ctx, s.db.Collection(colMonths), m)
}

// ChangeMonth changes the state of a month's books; see change for rev and the errors.
func (s *Store) ChangeMonth(ctx context.Context, p model.Period, rev int64, by model.Edit, edit func(*model.Month) error) (model.Month, error) {
	return change(ctx, s, colMonths, string(p), rev, by, edit)
}

// BeginPosting notes in the month's books that a posting is under way. It is not noted when the books are
// not open, or not there.
func (s *Store) BeginPosting(ctx context.Context, p model.Period, key string, at time.Time) (noted bool, err error) {
	res, err := s.db.Collection(colMonths).UpdateOne(ctx,
		bson.D{{Key: "_id", Value: string(p)}, {Key: "state", Value: model.MonthOpen}},
		bson.D{
			{Key: "$addToSet", Value: bson.D{{Key: "pending", Value: key}}},
			{Key: "$set", Value: bson.D{{Key: "posting_at", Value: at.UTC()}}},
		})
	if err != nil {
		return false, translate("begin posting", err)
	}
	return res.MatchedCount == 1, nil
}

// EndPosting notes that the posting has ended: the sums of the month are behind now.
func (s *Store) EndPosting(ctx context.Context, p model.Period, key string) error {
	_, err := s.db.Collection(colMonths).UpdateOne(ctx, byID(string(p)), bson.D{
		{Key: "$pull", Value: bson.D{{Key: "pending", Value: key}}}, {Key: "$inc", Value: bson.D{{Key: "done", Value: 1}}},
	})
	return translate("end posting", err)
}

// TotalsBetween are the kept sums of the months from one to another, by period; those that were never made
// are missing.
func (s *Store) TotalsBetween(ctx context.Context, from, to model.Period) ([]model.Totals, error) {
	return find[model.Totals](ctx, s.db.Collection(colTotals),
		bson.D{{Key: "_id", Value: bson.D{{Key: "$gte", Value: string(from)}, {Key: "$lte", Value: string(to)}}}}, inOrder())
}

// PutTotals keeps the sums of a month.
func (s *Store) PutTotals(ctx context.Context, t model.Totals) error {
	err := put(ctx, s.db.Collection(colTotals), t.ID, t)
	if model.IsKind(err, model.KindConflict) {
		return nil // somebody else kept them for the first time in the same moment
	}
	return err
}
