package account

import (
	"context"

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

// EndProxies takes the household from all its proxies, for one who sees all of it, and returns from how many.
func (s *Service) EndProxies(ctx context.Context, c Caller, householdID string) (int, error) {
	list, err := s.Seats(ctx, c, householdID)
	if err != nil {
		return 0, err
	}
	ended := 0
	for _, seat := range list {
		if seat.View != model.ViewProxy || !seat.MayEnd {
			continue
		}
		err := s.end(ctx, BindingNews{What: BindingEnded, HouseholdID: householdID, AccountID: seat.accountID, By: "account:" + c.Account.ID})
		if err != nil && !model.IsKind(err, model.KindNotFound) {
			return ended, err
		}
		ended++
	}
	return ended, nil
}
