package repo

import (
	"context"
	"time"

	"bangfu/service/model"
)

// UseKey notes what a sender asks for under a key, before it is done; the same again is no error. KindConflict
// model.ErrKeyUsed when it was something else. Call it when all else has been looked at: what is refused afterwards
// could not be put right under the same key.
func (s *Store) UseKey(ctx context.Context, u model.KeyUse) error {
	err := insert(ctx, s.db.Collection(colKeys), u)
	if !model.IsKind(err, model.KindConflict) {
		return err
	}
	return s.CheckKey(ctx, u)
}

// CheckKey is model.ErrKeyUsed when the key was used for something else; it notes nothing.
func (s *Store) CheckKey(ctx context.Context, u model.KeyUse) error {
	there, err := get[model.KeyUse](ctx, s.db.Collection(colKeys), u.ID)
	switch {
	case model.IsKind(err, model.KindNotFound):
		return nil
	case err == nil && there.Sum != u.Sum:
		return model.ErrKeyUsed
	}
	return err
}

// PruneKeys forgets what was asked for before the instant.
func (s *Store) PruneKeys(ctx context.Context, before time.Time) error {
	return s.prune(ctx, colKeys, "at", before)
}
