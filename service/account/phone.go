package account

import (
	"context"
	"slices"

	"bangfu/repo/wechat"
	"bangfu/service/model"
)

var (
	errPhoneCode    = model.NewError(model.KindUnauthenticated, "phone_code", "手机号授权已过期,请再点一次")
	errPhoneUnknown = model.NewError(model.KindNotFound, "phone_unknown", "登记册里没有这个手机号,请向帮扶干部或扶贫办要一个绑定码")
)

// phoneTries is how often in the life of a code a person may have WeChat asked for their number.
const phoneTries = 10

// BindByPhone ties a person of the mini-program to the households, and the cadre, that the registry has
// under the telephone number which WeChat has verified. code is of a tap on the phone-number button. The
// number itself is used to look up its keyed hash and not kept.
func (s *Service) BindByPhone(ctx context.Context, c Caller, code string) ([]Bound, error) {
	if s.limits.Allow(ctx, "phone:"+c.Identity.ID, phoneTries, model.BindCodeLife) > 0 {
		return nil, ErrBindTries
	}
	phone, err := s.mini.PhoneNumber(ctx, code, c.Identity.OpenID)
	switch {
	case err == nil:
	case wechat.ClassOf(err) == wechat.ClassCode:
		return nil, errPhoneCode.Wrap(err)
	default:
		return nil, errWeChatAway.Wrap(err)
	}
	hash, err := s.store.Sealer().Hash(phone.Pure, "phone")
	if err != nil {
		return nil, err
	}
	rows, err := s.registeredUnder(ctx, hash)
	if err != nil {
		return nil, err
	}
	if rows, err = s.open(ctx, c, rows); err != nil {
		return nil, err
	}
	if len(rows) == 0 {
		return nil, errPhoneUnknown
	}
	bounds := make([]Bound, len(rows))
	for i, row := range rows {
		if bounds[i], err = s.bindTo(ctx, c, row); err != nil {
			return nil, err
		}
	}
	return bounds, nil
}

// open are the rows that lead the caller somewhere: not to households that a cadre helps, nor to those whose binding
// somebody else has ended.
func (s *Service) open(ctx context.Context, c Caller, rows []model.BindCode) (kept []model.BindCode, err error) {
	cadres := []string{c.Account.CadreID}
	for _, row := range rows {
		cadres = append(cadres, row.CadreID)
	}
	for _, row := range rows {
		closed := slices.Contains(c.Account.Barred, row.HouseholdID)
		for _, cadreID := range cadres {
			helps, err := s.helps(ctx, cadreID, row.HouseholdID)
			if err != nil {
				return nil, err
			}
			closed = closed || helps
		}
		if !closed {
			kept = append(kept, row)
		}
	}
	return kept, nil
}

// registeredUnder are the households and cadres of the number, each as a code would name them.
func (s *Service) registeredUnder(ctx context.Context, hash string) ([]model.BindCode, error) {
	persons, err := s.store.PersonsByPhone(ctx, hash)
	if err != nil {
		return nil, err
	}
	var rows []model.BindCode
	today := model.DateOf(s.now())
	for _, p := range persons {
		for _, m := range p.Memberships {
			if _, belongs := p.Member(m.HouseholdID, today); belongs {
				rows = append(rows, model.BindCode{ID: model.BoundByPhone, HouseholdID: m.HouseholdID, View: model.ViewFull})
			}
		}
	}
	cadres, err := s.store.CadresByPhone(ctx, hash)
	for _, c := range cadres {
		if c.Status != model.CadreLeft {
			rows = append(rows, model.BindCode{ID: model.BoundByPhone, CadreID: c.ID})
		}
	}
	return rows, err
}
