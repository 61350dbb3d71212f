// Package access says which households a member of staff reaches, and for what. A household out of their
// reach reads as one that does not exist.
package access

import (
	"context"
	"slices"

	"bangfu/repo"
	"bangfu/service/model"
)

// Service knows who reaches what. Safe for concurrent use.
type Service struct {
	store *repo.Store
	now   model.Clock
}

// New makes the service.
func New(store *repo.Store, now model.Clock) *Service { return &Service{store: store, now: now} }

// ErrUnknown is a household that does not exist, or not for this member of staff.
var ErrUnknown = model.NewError(model.KindNotFound, "no_such_household", "没有找到这一户")

// Within is the household, if the member of staff may do this with it; ErrUnknown if not.
func (s *Service) Within(ctx context.Context, staff model.Staff, may model.Permission, id string) (model.Household, error) {
	h, err := s.store.Household(ctx, id)
	if model.IsKind(err, model.KindNotFound) {
		return h, ErrUnknown
	}
	if err != nil {
		return h, err
	}
	ok, err := s.Reaches(ctx, staff, may, h)
	if err == nil && !ok {
		return model.Household{}, ErrUnknown
	}
	return h, err
}

// ErrUnknownCadre is a cadre who does not exist, or not for this member of staff.
var ErrUnknownCadre = model.NewError(model.KindNotFound, "no_such_cadre", "没有找到这位干部")

// WithinCadre is the cadre, if the member of staff may do this in their unit; ErrUnknownCadre if not.
func (s *Service) WithinCadre(ctx context.Context, staff model.Staff, may model.Permission, id string) (model.Cadre, error) {
	c, err := s.store.Cadre(ctx, id)
	if err != nil && !model.IsKind(err, model.KindNotFound) {
		return c, err
	}
	path, pathErr := s.UnitPath(ctx, c.UnitID)
	if pathErr != nil {
		return c, pathErr
	}
	if err != nil || !staff.MayIn(may, path) {
		return model.Cadre{}, ErrUnknownCadre
	}
	return c, nil
}

// Reaches reports whether the member of staff may do this with the household: by a post over its unit, or as
// its cadre.
func (s *Service) Reaches(ctx context.Context, staff model.Staff, may model.Permission, h model.Household) (bool, error) {
	path, err := s.UnitPath(ctx, h.UnitID)
	if err != nil {
		return false, err
	}
	if staff.MayIn(may, path) || !staff.MayAsCadre(may) {
		return staff.MayIn(may, path), nil
	}
	return s.helps(ctx, staff.CadreID, h.ID)
}

// Opens reports whether the member of staff may read the group of the household's fields in full.
func (s *Service) Opens(ctx context.Context, staff model.Staff, g model.FieldGroup, h model.Household) (bool, error) {
	path, err := s.UnitPath(ctx, h.UnitID)
	if err != nil {
		return false, err
	}
	if staff.Opens(g, path) || !staff.OpensAsCadre(g) {
		return staff.Opens(g, path), nil
	}
	return s.helps(ctx, staff.CadreID, h.ID)
}

func (s *Service) helps(ctx context.Context, cadreID, householdID string) (bool, error) {
	pairings, err := s.store.PairingsOfCadre(ctx, cadreID)
	today := model.DateOf(s.now())
	return slices.ContainsFunc(pairings, func(p model.Pairing) bool {
		return p.HouseholdID == householdID && p.OpenOn(today)
	}), err
}

// UnitPath is the unit's ancestors from the root, then itself; a unit that is not known has no ancestors.
func (s *Service) UnitPath(ctx context.Context, unitID string) ([]string, error) {
	u, err := s.store.Unit(ctx, unitID)
	if model.IsKind(err, model.KindNotFound) {
		return []string{unitID}, nil
	}
	return u.UnitPath(), err
}
