package notify

import (
	"context"

	"bangfu/service/model"
)

// nobody is the identity of a message for somebody whom we do not know in WeChat: it ends as one to be told by
// hand.
func nobody(person string) string { return "none:" + person }

// TellCadre tells a cadre through the official account that is bound as theirs.
func (s *Service) TellCadre(ctx context.Context, n Notice, cadreID string) error {
	account, err := s.store.CadreAccount(ctx, cadreID)
	if model.IsKind(err, model.KindNotFound) {
		n.IdentityID = nobody(cadreID)
		return s.Tell(ctx, n)
	}
	if err != nil {
		return err
	}
	return s.tellAccount(ctx, n, account.ID, cadreID)
}

// TellHousehold tells everybody who looks after the household, proxies only what says so. Each account's message
// has the account behind its key. A household that nobody looks after in WeChat is told by its cadre.
func (s *Service) TellHousehold(ctx context.Context, n Notice, householdID string) error {
	accounts, err := s.store.AccountsOf(ctx, householdID)
	if err != nil {
		return err
	}
	n.HouseholdID = householdID
	key, reached := n.Key, false
	for _, a := range accounts {
		view := a.Sees(householdID, s.now())
		if view == "" || view != model.ViewFull && !n.Proxies {
			continue
		}
		n.Key, reached = key+":"+a.ID, true
		if err := s.tellAccount(ctx, n, a.ID, householdID); err != nil {
			return err
		}
	}
	if reached {
		return nil
	}
	n.Key, n.IdentityID = key+":none", nobody(householdID)
	return s.Tell(ctx, n)
}

func (s *Service) tellAccount(ctx context.Context, n Notice, accountID, person string) error {
	identities, err := s.store.IdentitiesOf(ctx, accountID)
	if err != nil {
		return err
	}
	n.IdentityID = nobody(person)
	for _, i := range identities {
		if i.Channel == model.ChannelOA {
			n.IdentityID = i.ID
		}
	}
	return s.Tell(ctx, n)
}
