package people

import (
	"context"
	"slices"

	"bangfu/service/model"
)

var errUnknown = model.NewError(model.KindNotFound, "no_such_household", "没有找到这一户")

// Within is the household, if the member of staff may do this with it. A household out of their reach reads as
// one that does not exist.
func (s *Service) Within(ctx context.Context, staff model.Staff, may model.Permission, id string) (model.Household, error) {
	h, err := s.store.Household(ctx, id)
	if model.IsKind(err, model.KindNotFound) {
		return h, errUnknown
	}
	if err != nil {
		return h, err
	}
	ok, err := s.reaches(ctx, staff, may, h)
	if err == nil && !ok {
		return model.Household{}, errUnknown
	}
	return h, err
}

func (s *Service) reaches(ctx context.Context, staff model.Staff, may model.Permission, h model.Household) (bool, error) {
	path, err := s.unitPath(ctx, h.UnitID)
	if err != nil {
		return false, err
	}
	if staff.MayIn(may, path) {
		return true, nil
	}
	if !staff.MayAsCadre(may) {
		return false, nil
	}
	mine, err := s.HouseholdsOf(ctx, staff.CadreID)
	return slices.Contains(mine, h.ID), err
}

// unitPath is the unit's ancestors from the root, then itself; a unit that is not known has no ancestors.
func (s *Service) unitPath(ctx context.Context, unitID string) ([]string, error) {
	u, err := s.store.Unit(ctx, unitID)
	if model.IsKind(err, model.KindNotFound) {
		return []string{unitID}, nil
	}
	return u.UnitPath(), err
}

// opens reports whether the member of staff may read the group of the household's fields in full.
func (s *Service) opens(ctx context.Context, staff model.Staff, g model.FieldGroup, h model.Household) (bool, error) {
	path, err := s.unitPath(ctx, h.UnitID)
	if err != nil || staff.Opens(g, path) {
		return err == nil, err
	}
	if !staff.OpensAsCadre(g) {
		return false, nil
	}
	mine, err := s.HouseholdsOf(ctx, staff.CadreID)
	return slices.Contains(mine, h.ID), err
}

// edit is the account of a change that the member of staff makes now.
func (s *Service) edit(staff model.Staff, why string) model.Edit {
	return model.Edit{Actor: staff.Actor(), Why: why, At: s.now()}
}

// note writes a change into the audit log.
func (s *Service) note(ctx context.Context, staff model.Staff, action, record, householdID, reason string, fields ...string) error {
	return s.store.AppendAudit(ctx, model.AuditEntry{
		At: s.now(), Actor: staff.Actor(), Action: action, Record: record, HouseholdID: householdID, Fields: fields, Reason: reason,
	})
}

// Audit is a page of the audit log, newest first: of one household that the member of staff reaches, or of all.
func (s *Service) Audit(ctx context.Context, staff model.Staff, householdID, before string, limit int) ([]model.AuditEntry, error) {
	if householdID == "" {
		return s.store.AuditBefore(ctx, before, int64(limit))
	}
	if _, err := s.Within(ctx, staff, model.MayReadAudit, householdID); err != nil {
		return nil, err
	}
	return s.store.AuditOf(ctx, householdID, int64(limit))
}
