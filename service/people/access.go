package people

import (
	"context"

	"bangfu/service/model"
)

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
	if _, err := s.access.Within(ctx, staff, model.MayReadAudit, householdID); err != nil {
		return nil, err
	}
	return s.store.AuditOf(ctx, householdID, int64(limit))
}
