package account

import (
	"context"

	"bangfu/service/model"
)

// ErrNoReturn is the one answer to every number that does not lead back, whatever the cause: nobody learns from it whose
// number it is.
var ErrNoReturn = model.NewError(model.KindNotFound, "no_way_back", "凭这个号码没有找到您登记过的户。请向帮扶干部或扶贫办要一个绑定码,把数字发到这里")

// returnID is the id of the way back of a person to a household. It says nothing to whoever does not hold the key.
func (s *Service) returnID(i model.Identity, householdID string) (string, error) {
	return s.store.Sealer().Hash(string(i.Channel)+":"+i.OpenID+":"+householdID, "return")
}

// keepWayBack keeps, for a while, to which households somebody who unfollows was bound: many do so by mistake. It can be
// used from the same WeChat account only.
func (s *Service) keepWayBack(ctx context.Context, i model.Identity) error {
	a, err := s.store.Account(ctx, i.AccountID)
	if model.IsKind(err, model.KindNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	now := s.now().UTC()
	for _, householdID := range a.Households(now) {
		b, _ := a.Binding(householdID, now)
		if b.View != model.ViewFull {
			continue
		}
		id, err := s.returnID(i, householdID)
		if err != nil {
			return err
		}
		row := model.BindCode{ID: id, HouseholdID: householdID, View: b.View, IssuedBy: b.By, IssuedAt: now, ExpiresAt: now.Add(model.ReturnLife)}
		if err := s.store.KeepBindCode(ctx, row); err != nil {
			return err
		}
	}
	return nil
}

// Return ties somebody who had unfollowed to their households again, by a telephone number that they write. The number
// alone opens nothing, since anybody may know it: the same WeChat account must have been bound to the household when it
// left, and the register must have the number for one of its people. Tries are counted as those of codes are. Errors:
// ErrNoReturn, ErrBindTries and its kin.
func (s *Service) Return(ctx context.Context, c Caller, phone string) ([]Bound, error) {
	try, err := s.countTry(ctx, c.Identity)
	if err != nil {
		return nil, err
	}
	hash, err := s.store.Sealer().Hash(phone, "phone")
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
	var bounds []Bound
	for _, row := range rows {
		if row.CadreID != "" {
			continue // a cadre's number is known to many, and opens more
		}
		way, ok, err := s.wayBack(ctx, c, row.HouseholdID)
		if err != nil {
			return nil, err
		}
		if !ok {
			continue
		}
		bound, err := s.bindTo(ctx, c, way)
		if err != nil {
			return nil, err
		}
		bounds = append(bounds, bound)
	}
	if len(bounds) == 0 {
		return nil, ErrNoReturn
	}
	return bounds, s.wasRight(ctx, try)
}

// wayBack takes the caller's way back to the household, if they have one; taking it twice, as a bad network does, is
// taking it.
func (s *Service) wayBack(ctx context.Context, c Caller, householdID string) (way model.BindCode, ok bool, err error) {
	id, err := s.returnID(c.Identity, householdID)
	if err != nil {
		return way, false, err
	}
	way, err = s.store.BindCode(ctx, id)
	if err == nil {
		way, err = s.take(ctx, c, way)
	}
	if model.IsKind(err, model.KindNotFound) || model.IsKind(err, model.KindForbidden) {
		return way, false, nil
	}
	return way, err == nil, err
}
