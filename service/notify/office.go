package notify

import (
	"context"
	"slices"
	"time"

	"bangfu/service/model"
)

// officeLife is how long something for the office is worth sending.
const officeLife = 24 * time.Hour

// TellOffice tells everybody of the office who is bound in WeChat (as a cadre). Whoever is not reads it in the
// audit log. Telling the same key again does nothing more.
func (s *Service) TellOffice(ctx context.Context, key, text string) error {
	return s.TellDuties(ctx, Notice{Key: "office:" + key, Purpose: "office", Text: text, Until: s.now().Add(officeLife)}, nil, model.RoleOffice)
}

// TellDuties tells everybody with one of the roles who is bound in WeChat, but not the cadres in except. Each one's
// message has their log-in behind its key.
func (s *Service) TellDuties(ctx context.Context, n Notice, except []string, roles ...model.Role) error {
	staff, err := s.store.StaffList(ctx)
	if err != nil {
		return err
	}
	key := n.Key
	for _, st := range staff {
		has := slices.ContainsFunc(roles, st.Has)
		if !has || st.CadreID == "" || st.Disabled || slices.Contains(except, st.CadreID) {
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
			n.Key, n.IdentityID = key+":"+st.ID, i.ID
			if err := s.Tell(ctx, n); err != nil {
				return err
			}
		}
	}
	return nil
}
