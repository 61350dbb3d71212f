package repo

import (
	"context"

	"bangfu/service/model"
)

// InsertProgramme is KindConflict when there is this version already.
func (s *Store) InsertProgramme(ctx context.Context, p model.Programme) error {
	return insert(ctx, s.db.Collection(colProgrammes), p)
}

// Programme is one version, by model.ProgrammeID.
func (s *Store) Programme(ctx context.Context, id string) (model.Programme, error) {
	return heldOne[model.Programme](ctx, s, colProgrammes, id)
}

// Programmes are all versions of all programmes, by id.
func (s *Store) Programmes(ctx context.Context) ([]model.Programme, error) {
	return heldAll[model.Programme](ctx, s, colProgrammes)
}
