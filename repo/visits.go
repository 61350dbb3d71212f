package repo

import (
	"context"
	"slices"

	"bangfu/service/model"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// InsertExpectations stores expectations, each for itself; visits that are owed already stay as they are.
func (s *Store) InsertExpectations(ctx context.Context, list []model.Expectation) error {
	_, err := insertEach(ctx, s.db.Collection(colExpectations), list)
	return err
}

// Expectation by id (model.ExpectationID).
func (s *Store) Expectation(ctx context.Context, id string) (model.Expectation, error) {
	return get[model.Expectation](ctx, s.db.Collection(colExpectations), id)
}

// ChangeExpectation changes one expectation; see change for rev and the errors.
func (s *Store) ChangeExpectation(ctx context.Context, id string, rev int64, by model.ChangeInfo, edit func(*model.Expectation) error) (model.Expectation, error) {
	return change(ctx, s, colExpectations, id, rev, by, edit)
}

// Expectations of a month, by id.
func (s *Store) Expectations(ctx context.Context, p model.Period) ([]model.Expectation, error) {
	return find[model.Expectation](ctx, s.db.Collection(colExpectations), bson.D{{Key: "period", Value: p}}, inOrder())
}

// ExpectationsOf a cadre in a month, by id.
func (s *Store) ExpectationsOf(ctx context.Context, cadreID string, p model.Period) ([]model.Expectation, error) {
	return find[model.Expectation](ctx, s.db.Collection(colExpectations), bson.D{{Key: "cadre_id", Value: cadreID}, {Key: "period", Value: p}}, inOrder())
}

// ChangeExpectationsTo changes what is owed to a household in a month, all in one look and at most two writes, and reports of how
// many edit said that they are meant. ErrOvertaken when somebody else changed one meanwhile.
func (s *Store) ChangeExpectationsTo(ctx context.Context, householdID string, p model.Period, by model.ChangeInfo, edit func(*model.Expectation) bool) (n int, err error) {
	list, err := find[model.Expectation](ctx, s.db.Collection(colExpectations),
		bson.D{{Key: "household_id", Value: householdID}, {Key: "period", Value: p}}, inOrder())
	if err != nil {
		return 0, err
	}
	g := gathered[model.Expectation](s, colExpectations, func(e model.Expectation) string { return e.ID })
	g.take(list)
	for _, e := range list {
		_, _, err := g.Change(ctx, e.ID, by, func(e *model.Expectation) error {
			if edit(e) {
				n++
			}
			return nil
		})
		if err != nil {
			return 0, err
		}
	}
	return n, g.flush(ctx)
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
func (s *Store) ChangeVisit(ctx context.Context, id string, rev int64, by model.ChangeInfo, edit func(*model.Visit) error) (model.Visit, error) {
	return change(ctx, s, colVisits, id, rev, by, edit)
}

// ChangeVisits changes visits that were read just now, or reads them again, in two writes. ErrOvertaken when somebody else
// changed one meanwhile.
func (s *Store) ChangeVisits(ctx context.Context, list []model.Visit, again bool, by model.ChangeInfo, edit func(*model.Visit)) (done []model.Visit, err error) {
	g := gathered[model.Visit](s, colVisits, func(v model.Visit) string { return v.ID })
	if !again {
		g.take(list)
	}
	for _, v := range list {
		v, _, err := g.Change(ctx, v.ID, by, func(v *model.Visit) error { edit(v); return nil })
		if err != nil {
			return nil, err
		}
		done = append(done, v)
	}
	return done, g.flush(ctx)
}

// VisitsTo the households, oldest first. No list of visits holds those that were withdrawn.
func (s *Store) VisitsTo(ctx context.Context, households ...string) ([]model.Visit, error) {
	return standing(find[model.Visit](ctx, s.db.Collection(colVisits), oneOf("household_id", households), oldestFirst("on")))
}

// VisitsIn a month, by id.
func (s *Store) VisitsIn(ctx context.Context, p model.Period) ([]model.Visit, error) {
	return standing(find[model.Visit](ctx, s.db.Collection(colVisits), bson.D{{Key: "period", Value: p}}, inOrder()))
}

// Visits are all of them, by id.
func (s *Store) Visits(ctx context.Context) ([]model.Visit, error) {
	return standing(all[model.Visit](ctx, s, colVisits))
}

func standing(list []model.Visit, err error) ([]model.Visit, error) {
	return slices.DeleteFunc(list, model.Visit.Withdrawn), err
}
