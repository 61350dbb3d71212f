package repo

import (
	"context"

	"bangfu/service/model"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// SavedFilters of a member of staff, by name.
func (s *Store) SavedFilters(ctx context.Context, staffID string) ([]model.SavedFilter, error) {
	return find[model.SavedFilter](ctx, s.db.Collection(colFilters), bson.D{{Key: "staff_id", Value: staffID}}, inOrder())
}

// PutFilter saves a filter under its name.
func (s *Store) PutFilter(ctx context.Context, f model.SavedFilter) error {
	return put(ctx, s.db.Collection(colFilters), f.ID, f)
}

// DeleteFilter forgets a filter; forgetting twice is no error.
func (s *Store) DeleteFilter(ctx context.Context, id string) error {
	_, err := remove(ctx, s.db.Collection(colFilters), byID(id))
	return err
}

// SavedFilter by id, "staff/name".
func (s *Store) SavedFilter(ctx context.Context, id string) (model.SavedFilter, error) {
	return get[model.SavedFilter](ctx, s.db.Collection(colFilters), id)
}
