package account

import (
	"context"
	"slices"

	"bangfu/service/model"
)

// CountProxies is how many proxies see the household now.
func (s *Service) CountProxies(ctx context.Context, householdID string) (int, error) {
	accounts, err := s.store.AccountsOf(ctx, householdID)
	n := 0
	for _, a := range accounts {
		if a.Sees(householdID, s.now()) == model.ViewProxy {
			n++
		}
	}
	return n, err
}

// EndProxies takes the household from all its proxies and returns from how many.
func (s *Service) EndProxies(ctx context.Context, householdID string) (int, error) {
	accounts, err := s.store.AccountsOf(ctx, householdID)
	if err != nil {
		return 0, err
	}
	ended := 0
	for _, a := range accounts {
		took := false
		err := s.change(ctx, a.ID, func(a *model.Account) bool {
			before := len(a.Bindings)
			a.Bindings = slices.DeleteFunc(a.Bindings, func(b model.Binding) bool {
				return b.HouseholdID == householdID && b.View == model.ViewProxy
			})
			took = len(a.Bindings) != before
			return took
		})
		if err != nil && !model.IsKind(err, model.KindNotFound) {
			return ended, err
		}
		if took {
			ended++
		}
	}
	return ended, nil
}
