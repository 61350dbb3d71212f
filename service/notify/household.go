package notify

import (
	"context"
	"slices"

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
	return s.TellAccount(ctx, n, account.ID, cadreID)
}

// TellStaff tells a member of staff through the account that is bound as their cadre's. Of whoever has none, and of
// whoever is not bound, it becomes a trouble of the day, with its text, so that what nobody was told is seen.
func (s *Service) TellStaff(ctx context.Context, n Notice, to model.Staff) error {
	if to.CadreID != "" {
		return s.TellCadre(ctx, n, to.CadreID)
	}
	n.IdentityID = nobody("staff:" + to.ID)
	return s.Tell(ctx, n)
}

// TellCadres tells many cadres, each their own notice, and looks all of them up at once.
func (s *Service) TellCadres(ctx context.Context, notices map[string]Notice) error {
	if len(notices) == 0 {
		return nil
	}
	identities, err := s.cadreIdentities(ctx)
	if err != nil {
		return err
	}
	list := make([]Notice, 0, len(notices))
	for cadreID, n := range notices {
		n.IdentityID = nobody(cadreID)
		if id, bound := identities[cadreID]; bound {
			n.IdentityID = id
		}
		list = append(list, n)
	}
	return s.Tell(ctx, list...)
}

// cadreIdentities are the cadres' identities on the official account, by the number of the cadre, as TellCadre
// finds them one by one.
func (s *Service) cadreIdentities(ctx context.Context) (map[string]string, error) {
	accounts, err := s.store.CadreAccounts(ctx)
	if err != nil {
		return nil, err
	}
	first, ids := map[string]string{}, make([]string, 0, len(accounts)) // a cadre's first account counts
	for _, a := range slices.Backward(accounts) {
		first[a.CadreID] = a.ID
	}
	cadreOf := map[string]string{}
	for cadreID, accountID := range first {
		cadreOf[accountID], ids = cadreID, append(ids, accountID)
	}
	list, err := s.store.IdentitiesOfAll(ctx, ids)
	found := map[string]string{}
	for _, i := range list {
		if i.Channel == model.ChannelOA {
			found[cadreOf[i.AccountID]] = i.ID
		}
	}
	return found, err
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
		if b, _ := a.Binding(householdID, s.now()); b.Quiet && n.OwnAccord && !n.Urgent {
			reached = reached || n.HandUntil.IsZero() // they asked for it; a decision on money is still told to them in person
			continue
		}
		if helps, err := s.helps(ctx, a.CadreID, householdID); err != nil || helps {
			if err != nil {
				return err
			}
			continue // nobody is told, or asked, as the household whose cadre they are
		}
		n.Key, reached = key+":"+a.ID, true
		if err := s.TellAccount(ctx, n, a.ID, householdID); err != nil {
			return err
		}
	}
	if reached {
		return nil
	}
	n.Key, n.IdentityID = key+":none", nobody(householdID)
	return s.Tell(ctx, n)
}

// helps reports whether the cadre is paired with the household today.
func (s *Service) helps(ctx context.Context, cadreID, householdID string) (bool, error) {
	if cadreID == "" {
		return false, nil
	}
	pairings, err := s.store.PairingsOfCadre(ctx, cadreID)
	today := model.DateOf(s.now())
	return slices.ContainsFunc(pairings, func(p model.Pairing) bool { return p.HouseholdID == householdID && p.OpenOn(today) }), err
}

// TellAccount tells one person through the official account; person is whom they are bound as, for when WeChat does
// not reach them.
func (s *Service) TellAccount(ctx context.Context, n Notice, accountID, person string) error {
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
	if len(n.Choices) > 0 {
		if n, err = s.coded(ctx, n); err != nil {
			return err
		}
	}
	return s.Tell(ctx, n)
}
