package account

import (
	"context"

	"bangfu/service/access"
	"bangfu/service/model"
)

// CountProxies is how many proxies see the household now.
func (s *Service) CountProxies(ctx context.Context, house access.Household) (int, error) {
	accounts, err := s.store.AccountsOf(ctx, house.ID())
	n := 0
	for _, a := range accounts {
		if a.Sees(house.ID(), s.now()) == model.ViewProxy {
			n++
		}
	}
	return n, err
}

// EndProxies takes the household from all its proxies, for one who sees all of it, and returns from how many.
func (s *Service) EndProxies(ctx context.Context, house access.Household) (int, error) {
	list, err := s.Seats(ctx, house)
	if err != nil {
		return 0, err
	}
	ended := 0
	for _, seat := range list {
		if seat.View != model.ViewProxy || !seat.MayEnd {
			continue
		}
		err := s.end(ctx, BindingNews{What: BindingEnded, HouseholdID: house.ID(), AccountID: seat.accountID, By: house.Actor()})
		if err != nil && !model.IsKind(err, model.KindNotFound) {
			return ended, err
		}
		ended++
	}
	return ended, nil
}
