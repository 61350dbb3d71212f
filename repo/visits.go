package repo

import (
	"context"

	"bangfu/service/model"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// InsertExpectation is KindConflict when the cadre owes the visit already.
func (s *Store) InsertExpectation(ctx context.Context, e model.Expectation) error {
	return insert(ctx, s.db.Collection(colExpectations), e)
}

// Expectation by id (model.ExpectationID).
func (s *Store) Expectation(ctx context.Context, id string) (model.Expectation, error) {
	return get[model.Expectation](ctx, s.db.Collection(colExpectations), id)
}

// ChangeExpectation changes one expectation; see change for rev and the errors.
func (s *Store) ChangeExpectation(ctx context.Context, id string, rev int64, by model.Edit, edit func(*model.Expectation) error) (model.Expectation, error) {
	return change(ctx, s, colExpectations, id, rev, by, edit)
}

// Expectations of a month, by id.
func (s *Store) Expectations(ctx context.Context, p model.Period) ([]model.Expectation, error) {
	return find[model.Expectation](ctx, s.db.Collection(colExpectations), bson.D{{Key: "period", Value: p}}, inOrder())
}

// InsertVisit is KindConflict when this visit is recorded already.
func (s *Store) InsertVisit(ctx context.Context, v model.Visit) error {
	return insert(ctx, s.db.Collection(colVisits), v)
}

// Visit by id (model.VisitID).
func (s *Store) Visit(ctx context.Context, id string) (model.Visit, error) {
	return get[model.Visit](ctx, s.db.Collection(colVisits), id)
}

// ChangeVisit changes one visit; see change for rev and the errors.
func (s *Store) ChangeVisit(ctx context.Context, id string, rev int64, by model.Edit, edit func(*model.Visit) error) (model.Visit, error) {
	return change(ctx, s, colVisits, id, rev, by, edit)
}

// VisitsTo a household, oldest first.
func (s *Store) VisitsTo(ctx context.Context, householdID string) ([]model.Visit, error) {
	return find[model.Visit](ctx, s.db.Collection(colVisits), bson.D{{Key: "household_id", Value: householdID}}, oldestFirst("on"))
}

// VisitsIn a month, by id.
func (s *Store) VisitsIn(ctx context.Context, p model.Period) ([]model.Visit, error) {
	return find[model.Visit](ctx, s.db.Collection(colVisits), bson.D{{Key: "period", Value: p}}, inOrder())
}

// Visits are all of them, by id.
func (s *Store) Visits(ctx context.Context) ([]model.Visit, error) {
	return all[model.Visit](ctx, s, colVisits)
}

// InsertNeed is KindConflict when the need is known already.
func (s *Store) InsertNeed(ctx context.Context, n model.Need) error {
	return insert(ctx, s.db.Collection(colNeeds), n)
}

// Need by id.
func (s *Store) Need(ctx context.Context, id string) (model.Need, error) {
	return get[model.Need](ctx, s.db.Collection(colNeeds), id)
}

// ChangeNeed changes one need; see change for rev and the errors.
func (s *Store) ChangeNeed(ctx context.Context, id string, rev int64, by model.Edit, edit func(*model.Need) error) (model.Need, error) {
	return change(ctx, s, colNeeds, id, rev, by, edit)
}

// NeedsOf a household, oldest first.
func (s *Store) NeedsOf(ctx context.Context, householdID string) ([]model.Need, error) {
	return find[model.Need](ctx, s.db.Collection(colNeeds), bson.D{{Key: "household_id", Value: householdID}}, oldestFirst("created_at"))
}

// NeedsIn the states, the one that is due first at the top.
func (s *Store) NeedsIn(ctx context.Context, states ...model.NeedState) ([]model.Need, error) {
	return find[model.Need](ctx, s.db.Collection(colNeeds), bson.D{{Key: "state", Value: bson.D{{Key: "$in", Value: states}}}}, oldestFirst("due_on"))
}

// NeedsOwnedBy a cadre, oldest first.
func (s *Store) NeedsOwnedBy(ctx context.Context, cadreID string) ([]model.Need, error) {
	return find[model.Need](ctx, s.db.Collection(colNeeds), bson.D{{Key: "owner_id", Value: cadreID}}, oldestFirst("created_at"))
}

// CadreAccount is the account that is bound as the cadre; KindNotFound when there is none.
func (s *Store) CadreAccount(ctx context.Context, cadreID string) (model.Account, error) {
	list, err := find[model.Account](ctx, s.db.Collection(colAccounts), bson.D{{Key: "cadre_id", Value: cadreID}}, inOrder())
	if err == nil && len(list) == 0 {
		err = model.NewError(model.KindNotFound, "not_bound", "这位干部还没有在微信里登记")
	}
	if err != nil {
		return model.Account{}, err
	}
	return list[0], nil
}

// MessagesFor an identity, oldest first.
func (s *Store) MessagesFor(ctx context.Context, identityID string) ([]model.Message, error) {
	return find[model.Message](ctx, s.db.Collection(colMessages), bson.D{{Key: "identity_id", Value: identityID}}, oldestFirst("created_at"))
}

// MessagesUnder are the messages whose ids begin with prefix, by id.
func (s *Store) MessagesUnder(ctx context.Context, prefix string) ([]model.Message, error) {
	within := bson.D{{Key: "$gte", Value: prefix}, {Key: "$lt", Value: prefix + "\uffff"}}
	return find[model.Message](ctx, s.db.Collection(colMessages), bson.D{{Key: "_id", Value: within}}, inOrder())
}

// StaffList are all members of staff, by log-in name.
func (s *Store) StaffList(ctx context.Context) ([]model.Staff, error) {
	return all[model.Staff](ctx, s, colStaff)
}

// PutCounter writes the sums of a month.
func (s *Store) PutCounter(ctx context.Context, c model.Counter) error {
	return put(ctx, s.db.Collection(colCounters), c.ID, c)
}

// Counter of a month; KindNotFound before its first visit.
func (s *Store) Counter(ctx context.Context, p model.Period) (model.Counter, error) {
	return get[model.Counter](ctx, s.db.Collection(colCounters), string(p))
}

// Counters are the sums of all months.
func (s *Store) Counters(ctx context.Context) ([]model.Counter, error) {
	return all[model.Counter](ctx, s, colCounters)
}
