package notify

import (
	"context"

	"bangfu/service/model"
)

// Mourned are the households that have told of a death with which nobody has dealt yet: they are neither reminded of
// anything nor asked about money.
func (s *Service) Mourned(ctx context.Context) (map[string]bool, error) {
	open, err := s.store.NeedsIn(ctx, model.NeedOpen, model.NeedReopened)
	ids := map[string]bool{}
	for _, n := range open {
		if n.Mourns() {
			ids[n.HouseholdID] = true
		}
	}
	return ids, err
}
