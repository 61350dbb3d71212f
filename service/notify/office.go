package notify

import (
	"context"
	"time"

	"bangfu/service/model"
)

// officeLife is how long something for the office is worth sending.
const officeLife = 24 * time.Hour

// TellOffice tells everybody of the office who is bound in WeChat (as a cadre). Whoever is not reads it in the
// audit log. Telling the same key again does nothing more.
func (s *Service) TellOffice(ctx context.Context, key, text string) error {
	staff, err := s.store.StaffList(ctx)
	if err != nil {
		return err
	}
	for _, st := range staff {
		if !st.Has(model.DutyOffice) || st.CadreID == "" || st.Disabled {
			continue
		}
		account, err := s.store.CadreAccount(ctx, st.CadreID)
		if model.IsKind(err, model.KindNotFound) {
			continue
		}
		if err != nil {
			return err
		}
		identities, err := s.store.IdentitiesOf(ctx, account.ID)
		if err != nil {
			return err
		}
		for _, i := range identities {
			if i.Channel != model.ChannelOA {
				continue
			}
			n := Notice{Key: "office:" + key + ":" + st.ID, Purpose: "office", IdentityID: i.ID, Text: text, Until: s.now().Add(officeLife)}
			if err := s.Tell(ctx, n); err != nil {
				return err
			}
		}
	}
	return nil
}
