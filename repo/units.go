package repo

import (
	"context"

	"bangfu/service/model"
)

// Unit by id.
func (s *Store) Unit(ctx context.Context, id string) (model.Unit, error) {
	return heldOne[model.Unit](ctx, s, colUnits, id)
}

// InsertUnit is KindConflict when the id is taken.
func (s *Store) InsertUnit(ctx context.Context, u model.Unit) error {
	return insert(ctx, s.db.Collection(colUnits), u)
}

// ChangeUnit changes one unit; see change for rev and the errors.
func (s *Store) ChangeUnit(ctx context.Context, id string, rev int64, by model.ChangeInfo, edit func(*model.Unit) error) (model.Unit, error) {
	return change(ctx, s, colUnits, id, rev, by, edit)
}

// Units are all of them, by id.
func (s *Store) Units(ctx context.Context) ([]model.Unit, error) {
	return heldAll[model.Unit](ctx, s, colUnits)
}
