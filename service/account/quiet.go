package account

import (
	"context"

	"bangfu/service/model"
)

// Quiet lets nothing be sent of our own accord about a household (empty: any) to the caller, or lets it be sent again.
func (s *Service) Quiet(ctx context.Context, c Caller, householdID string, quiet bool) error {
	return s.change(ctx, c.Account.ID, func(a *model.Account) bool {
		changed := false
		for i, b := range a.Bindings {
			if householdID == "" || b.HouseholdID == householdID {
				changed = changed || b.Quiet != quiet
				a.Bindings[i].Quiet = quiet
			}
		}
		return changed
	})
}
