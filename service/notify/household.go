package notify

import (
	"context"

	"bangfu/service/model"
)

// TellHousehold tells everybody who looks after the household, each once; the account's id follows the key of
// the notice. A household that nobody in WeChat looks after is told by its cadre.
func (s *Service) TellHousehold(ctx context.Context, n Notice, householdID string) error {
	accounts, err := s.store.AccountsOf(ctx, householdID)
	if err != nil {
		return err
	}
	key := n.Key
	for _, a := range accounts {
		if a.Sees(householdID, s.now()) == "" {
			continue
		}
		n.Key = key + ":" + a.ID
		if err := s.TellAccount(ctx, n, a.ID, householdID); err != nil {
			return err
		}
	}
	return nil
}

// TellAccount tells the person of an account. One who does not follow the official account is kept as to be
// told by hand, under the name of whom it is about.
func (s *Service) TellAccount(ctx context.Context, n Notice, accountID, about string) error {
	identities, err := s.store.IdentitiesOf(ctx, accountID)
	if err != nil {
		return err
	}
	n.IdentityID = "none:" + about
	for _, i := range identities {
		if i.Channel == model.ChannelOA {
			n.IdentityID = i.ID
		}
	}
	return s.Tell(ctx, n)
}
