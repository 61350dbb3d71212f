package people

import (
	"context"

	"bangfu/service/access"
	"bangfu/service/model"
)

// note writes a change into the audit log.
func (s *Service) note(ctx context.Context, by access.Pass, action, record, householdID, reason string, fields ...string) error {
	return s.store.AppendAudit(ctx, by.AuditEntry(s.now(), action, record, householdID, reason, fields...))
}

// auditScanned bounds the lines that a page looks through for those that its reader reaches.
const auditScanned = 2000

// Audit is a page of the audit log, newest first: of the household that the list is narrowed to, or of all. A list that
// is cut to units leaves out lines about other households, and those about none.
func (s *Service) Audit(ctx context.Context, l access.Lists, before string, limit int) ([]model.AuditEntry, error) {
	householdID := l.Of()
	switch {
	case l.WholeFarm():
		return s.store.AuditBefore(ctx, before, int64(limit))
	case householdID == "":
		return s.auditWithin(ctx, l, before, limit)
	}
	return s.store.AuditOf(ctx, householdID, int64(limit))
}

func (s *Service) auditWithin(ctx context.Context, l access.Lists, before string, limit int) ([]model.AuditEntry, error) {
	mine := []model.AuditEntry{}
	for range auditScanned / 100 {
		lines, err := s.store.AuditBefore(ctx, before, 100)
		if err != nil || len(lines) == 0 {
			return mine, err
		}
		for _, e := range lines {
			before = e.ID
			if e.HouseholdID == "" {
				continue
			}
			if ok, err := l.CanAccess(ctx, e.HouseholdID); err != nil {
				return nil, err
			} else if ok {
				mine = append(mine, e)
			}
			if len(mine) == limit {
				return mine, nil
			}
		}
	}
	return mine, nil
}
