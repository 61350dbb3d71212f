package account

import (
	"context"

	"bangfu/repo/wechat"
)

// HouseholdScene begins the scene of a household's card; its number follows.
const HouseholdScene = "household-"

// HouseholdCard makes the QR code that hangs at a household's door: it leads to the household's page for
// those who are tied to it and opens nothing for anybody else. The household must exist.
func (s *Service) HouseholdCard(ctx context.Context, householdID string) (wechat.QR, error) {
	if _, err := s.store.Household(ctx, householdID); err != nil {
		return wechat.QR{}, err
	}
	qr, err := s.oa.PermanentQR(ctx, HouseholdScene+householdID)
	if err != nil {
		return qr, errWeChatAway.Wrap(err)
	}
	return qr, nil
}
