package repo

import (
	"context"

	"bangfu/service/model"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// InsertNeed is KindConflict when the need is known already.
func (s *Store) InsertNeed(ctx context.Context, n model.Need) error {
	return insert(ctx, s.db.Collection(colNeeds), n)
}

// Need by id.
func (s *Store) Need(ctx context.Context, id string) (model.Need, error) {
	return get[model.Need](ctx, s.db.Collection(colNeeds), id)
}

// ChangeNeed changes one need; see change for rev and the errors.
func (s *Store) ChangeNeed(ctx context.Context, id string, rev int64, by model.ChangeInfo, edit func(*model.Need) error) (model.Need, error) {
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
