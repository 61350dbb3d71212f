package repo

import (
	"context"

	"bangfu/service/model"
)

// Settings of the farm.
func (s *Store) Settings(ctx context.Context) (model.Settings, error) {
	return heldOne[model.Settings](ctx, s, colSettings, model.SettingsID)
}

// ChangeSettings changes the farm's settings; see change for rev and the errors.
func (s *Store) ChangeSettings(ctx context.Context, rev int64, by model.ChangeInfo, edit func(*model.Settings) error) (model.Settings, error) {
	return change(ctx, s, colSettings, model.SettingsID, rev, by, edit)
}
