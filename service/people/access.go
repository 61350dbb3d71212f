package people

import (
	"context"

	"bangfu/repo"
	"bangfu/service/access"
	"bangfu/service/model"
)

// note writes a change into the audit log.
func (s *Service) note(ctx context.Context, by access.Pass, action, record, householdID, reason string, fields ...string) error {
	return s.store.AppendAudit(ctx, by.AuditEntry(s.now(), action, record, householdID, reason, fields...))
}

// auditScanned bounds the lines that a page looks through for those that its reader reaches.
const auditScanned = 2000

// Audit is a page of the audit log: of the household that the list is narrowed to, or of all. A list that is cut to units
// leaves out lines about other households, and those about none.
func (s *Service) Audit(ctx context.Context, l access.Lists, p repo.AuditPage) ([]model.AuditEntry, error) {
	if p.HouseholdID = l.Of(); p.HouseholdID == "" && !l.WholeFarm() {
		return s.auditWithin(ctx, l, p)
	}
	return s.store.AuditLines(ctx, p)
}

func (s *Service) auditWithin(ctx context.Context, l access.Lists, p repo.AuditPage) ([]model.AuditEntry, error) {
	mine, limit := []model.AuditEntry{}, int(p.Limit)
	p.Limit = 100
	for range auditScanned / p.Limit {
		lines, err := s.store.AuditLines(ctx, p)
		if err != nil || len(lines) == 0 {
			return mine, err
		}
		for _, e := range lines {
			p.After = e.ID
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
