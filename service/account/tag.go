package account

import (
	"context"
	"slices"

	"bangfu/repo/wechat"
	"bangfu/service/model"
)

// CadreTag is the name of the tag by which cadres get a menu of their own.
const CadreTag = "帮扶干部"

// EnsureCadreTag finds the cadres' tag, making it the first time.
func (s *Service) EnsureCadreTag(ctx context.Context) (wechat.Tag, error) {
	tags, err := s.oa.Tags(ctx)
	if err != nil {
		return wechat.Tag{}, err
	}
	if i := slices.IndexFunc(tags, func(t wechat.Tag) bool { return t.Name == CadreTag }); i >= 0 {
		return tags[i], nil
	}
	return s.oa.CreateTag(ctx, CadreTag)
}

// TagCadre gives the cadre of an account the cadres' tag, so that their menu fits. It can be repeated.
func (s *Service) TagCadre(ctx context.Context, accountID string) error {
	a, err := s.store.Account(ctx, accountID)
	if model.IsKind(err, model.KindNotFound) || err == nil && a.CadreID == "" {
		return nil
	}
	if err != nil {
		return err
	}
	return s.tagAccounts(ctx, []model.Account{a})
}

// UntagCadre takes the cadres' tag from an account that is no cadre's any more. It can be repeated.
func (s *Service) UntagCadre(ctx context.Context, accountID string) error {
	a, err := s.store.Account(ctx, accountID)
	if model.IsKind(err, model.KindNotFound) || err == nil && a.CadreID != "" {
		return nil
	}
	if err != nil {
		return err
	}
	identities, err := s.store.IdentitiesOf(ctx, accountID)
	if err != nil {
		return err
	}
	tag, err := s.EnsureCadreTag(ctx)
	if err != nil {
		return err
	}
	for _, i := range identities {
		if i.Channel != model.ChannelOA {
			continue
		}
		if _, err := s.oa.UntagPeople(ctx, tag.ID, []string{i.OpenID}); err != nil && wechat.ClassOf(err) != wechat.ClassUser {
			return err
		}
	}
	return nil
}

// TagCadres gives every cadre who is known the cadres' tag.
func (s *Service) TagCadres(ctx context.Context) error {
	accounts, err := s.store.CadreAccounts(ctx)
	if err != nil || len(accounts) == 0 {
		return err
	}
	return s.tagAccounts(ctx, accounts)
}

func (s *Service) tagAccounts(ctx context.Context, accounts []model.Account) error {
	ids := make([]string, len(accounts))
	for i, a := range accounts {
		ids[i] = a.ID
	}
	identities, err := s.store.IdentitiesOfAll(ctx, ids)
	if err != nil {
		return err
	}
	var openIDs []string
	for _, i := range identities {
		if i.Channel == model.ChannelOA {
			openIDs = append(openIDs, i.OpenID)
		}
	}
	if len(openIDs) == 0 {
		return nil
	}
	tag, err := s.EnsureCadreTag(ctx)
	if err != nil {
		return err
	}
	left, err := s.oa.TagPeople(ctx, tag.ID, openIDs)
	if wechat.ClassOf(err) != wechat.ClassUser {
		return err
	}
	// Somebody who does not follow, or no longer, spoils the call for all whom it names.
	for _, id := range left {
		if _, err := s.oa.TagPeople(ctx, tag.ID, []string{id}); err != nil && wechat.ClassOf(err) != wechat.ClassUser {
			return err
		}
	}
	return nil
}
