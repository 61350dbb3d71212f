package repo

import (
	"context"
	"strings"
	"time"

	"bangfu/service/model"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

// InsertEntry is KindConflict when there is an entry under the key.
func (s *Store) InsertEntry(ctx context.Context, e model.Entry) error {
	return insert(ctx, s.db.Collection(colEntries), e)
}

// InsertEntries writes lines, each for itself, and reports the places of those whose keys are taken.
func (s *Store) InsertEntries(ctx context.Context, lines []model.Entry) (known map[int]bool, err error) {
	return insertEach(ctx, s.db.Collection(colEntries), lines)
}

// Entry by its key.
func (s *Store) Entry(ctx context.Context, id string) (model.Entry, error) {
	return get[model.Entry](ctx, s.db.Collection(colEntries), id)
}

// EachEntry calls f with every entry, in no order.
func (s *Store) EachEntry(ctx context.Context, f func(model.Entry) error) error {
	return each(ctx, s.db.Collection(colEntries), bson.D{}, f, options.Find().SetBatchSize(findBatch))
}

// EachEntryOf calls f with every entry that the filter chooses, in no order.
func (s *Store) EachEntryOf(ctx context.Context, filter model.EntryFilter, f func(model.Entry) error) error {
	return each(ctx, s.db.Collection(colEntries), chosen(filter), f, options.Find().SetBatchSize(findBatch))
}

// EntriesByID are those of the entries that there are, by key.
func (s *Store) EntriesByID(ctx context.Context, ids []string) (map[string]model.Entry, error) {
	list, err := findByIDs[model.Entry](ctx, s.db.Collection(colEntries), ids)
	found := map[string]model.Entry{}
	for _, e := range list {
		found[e.ID] = e
	}
	return found, err
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
		{"category", string(f.Category)}, {"system", string(f.System)}, {"programme", f.Programme},
	} {
		if field.value != "" {
			query = append(query, bson.E{Key: field.name, Value: field.value})
		}
	}
	if f.Fund != nil {
		query = append(query, bson.E{Key: "fund", Value: *f.Fund})
	}
	if len(f.Households) > 0 {
		query = append(query, oneOf("household_id", f.Households)...)
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

// AddLine adds a line to the household's statement of the year; the same line again changes nothing. Of the
// statement only its id, household and year are looked at.
func (s *Store) AddLine(ctx context.Context, st model.Statement, l model.StatementLine) error {
	change := bson.D{
		{Key: "$addToSet", Value: bson.D{{Key: "lines", Value: l}}},
		{Key: "$setOnInsert", Value: bson.D{{Key: "household_id", Value: st.HouseholdID}, {Key: "year", Value: st.Year}}},
	}
	_, err := s.db.Collection(colStatements).UpdateOne(ctx, byID(st.ID), change, options.UpdateOne().SetUpsert(true))
	if mongo.IsDuplicateKeyError(err) { // two first lines at once: the other one made the statement
		_, err = s.db.Collection(colStatements).UpdateOne(ctx, byID(st.ID), change)
	}
	return translate("add line", err)
}

// InsertStatement is KindConflict when the household has a statement of the year.
func (s *Store) InsertStatement(ctx context.Context, st model.Statement) error {
	return insert(ctx, s.db.Collection(colStatements), st)
}

// PutStatement stores a statement in the place of one that is wrong.
func (s *Store) PutStatement(ctx context.Context, st model.Statement) error {
	return put(ctx, s.db.Collection(colStatements), st.ID, st)
}

// EachStatement calls f with every statement, in no order.
func (s *Store) EachStatement(ctx context.Context, f func(model.Statement) error) error {
	return each(ctx, s.db.Collection(colStatements), bson.D{}, f, options.Find())
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
func (s *Store) ChangeMonth(ctx context.Context, p model.Period, rev int64, by model.ChangeInfo, edit func(*model.Month) error) (model.Month, error) {
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

// EntriesTo are all entries of the households, oldest first.
func (s *Store) EntriesTo(ctx context.Context, households ...string) ([]model.Entry, error) {
	return find[model.Entry](ctx, s.db.Collection(colEntries), oneOf("household_id", households), oldestFirst("paid_on"))
}

// EntriesUnder are the ledger entries whose keys begin with one of the prefixes, by key.
func (s *Store) EntriesUnder(ctx context.Context, prefixes ...string) ([]model.Entry, error) {
	any := bson.A{}
	for _, p := range prefixes {
		any = append(any, bson.D{{Key: "_id", Value: under(p)}})
	}
	return find[model.Entry](ctx, s.db.Collection(colEntries), bson.D{{Key: "$or", Value: any}}, inOrder())
}

// StatementsIn a year, by household.
func (s *Store) StatementsIn(ctx context.Context, year int) ([]model.Statement, error) {
	return find[model.Statement](ctx, s.db.Collection(colStatements), bson.D{{Key: "year", Value: year}}, inOrder())
}
