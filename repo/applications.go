package repo

import (
	"context"

	"bangfu/service/model"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// InsertApplication is KindConflict when there is one under the id.
func (s *Store) InsertApplication(ctx context.Context, a model.Application) error {
	return insert(ctx, s.db.Collection(colApplications), a)
}

// Application by id.
func (s *Store) Application(ctx context.Context, id string) (model.Application, error) {
	return get[model.Application](ctx, s.db.Collection(colApplications), id)
}

// ChangeApplication changes one application; see change for rev and the errors.
func (s *Store) ChangeApplication(ctx context.Context, id string, rev int64, by model.ChangeInfo, edit func(*model.Application) error) (model.Application, error) {
	return change(ctx, s, colApplications, id, rev, by, edit)
}

// ApplicationsOf a household, oldest first.
func (s *Store) ApplicationsOf(ctx context.Context, householdID string) ([]model.Application, error) {
	return find[model.Application](ctx, s.db.Collection(colApplications), bson.D{{Key: "household_id", Value: householdID}}, oldestFirst("created_at"))
}

// ApplicationsIn the states, the one that is due first at the top.
func (s *Store) ApplicationsIn(ctx context.Context, states ...model.ApplicationState) ([]model.Application, error) {
	return find[model.Application](ctx, s.db.Collection(colApplications),
		bson.D{{Key: "state", Value: bson.D{{Key: "$in", Value: states}}}}, oldestFirst("due_on"))
}

// NoteTold notes the step of the application of which the household was told.
func (s *Store) NoteTold(ctx context.Context, id string, step int) error {
	return set(ctx, s.db.Collection(colApplications), id, bson.D{{Key: "told", Value: step}})
}

// NoteReminded notes the step of the application of which somebody was reminded that it is overdue.
func (s *Store) NoteReminded(ctx context.Context, id string, step int) error {
	return set(ctx, s.db.Collection(colApplications), id, bson.D{{Key: "reminded", Value: step}})
}
