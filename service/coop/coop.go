// Package coop keeps what households grow and own together: greenhouses and their crops, the cooperative and the
// shares in it, wages earned there, and the dividend from its inputs to the ledger.
package coop

import (
	"context"
	"regexp"
	"strings"

	"bangfu/repo"
	"bangfu/repo/queue"
	"bangfu/service/access"
	"bangfu/service/ledger"
	"bangfu/service/model"
)

// Service keeps the cooperative's records. Safe for concurrent use.
type Service struct {
	store  *repo.Store
	access *access.Service
	ledger *ledger.Service
	queue  *queue.Client
	now    model.Clock
}

// New makes the service.
func New(store *repo.Store, books *ledger.Service, q *queue.Client, now model.Clock) *Service {
	return &Service{store: store, access: access.New(store, now), ledger: books, queue: q, now: now}
}

var (
	errNoCoop  = model.NewError(model.KindNotFound, "no_such_coop", "没有找到这个合作社")
	errNoHouse = model.NewError(model.KindNotFound, "no_such_greenhouse", "没有找到这个大棚")
	errNoUnit  = model.NewError(model.KindInvalid, "no_such_unit", "没有这个单位")
	errName    = model.NewError(model.KindInvalid, "coop", "合作社要有编号(字母、数字和短横)和名称,二次分红比例在0到100%之间")
	recordID   = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9-]{1,39}$`)
)

// inUnit reports whether the member of staff may do this in the unit.
func (s *Service) inUnit(ctx context.Context, staff model.Staff, may model.Permission, unitID string) (bool, error) {
	path, err := s.access.UnitPath(ctx, unitID)
	return staff.MayIn(may, path), err
}

// within is the cooperative, if the member of staff may do this with it; one out of reach is the same as none.
func (s *Service) within(ctx context.Context, staff model.Staff, may model.Permission, id string) (model.Cooperative, error) {
	c, err := s.store.Cooperative(ctx, id)
	if model.IsKind(err, model.KindNotFound) {
		return c, errNoCoop
	}
	if err != nil {
		return c, err
	}
	ok, err := s.inUnit(ctx, staff, may, c.UnitID)
	if err == nil && !ok {
		return model.Cooperative{}, errNoCoop
	}
	return c, err
}

func (s *Service) edit(staff model.Staff, why string) model.Edit {
	return model.Edit{Actor: staff.Actor(), Why: why, At: s.now()}
}

// note writes a decision into the audit log.
func (s *Service) note(ctx context.Context, staff model.Staff, record, householdID, reason string) error {
	return s.store.AppendAudit(ctx, model.AuditEntry{
		At: s.now(), Actor: staff.Actor(), Action: model.AuditChange, Record: record, HouseholdID: householdID, Reason: reason,
	})
}

// taken says what exists already when an insert meets a conflict.
func taken(err error, code, msg string) error {
	if model.IsKind(err, model.KindConflict) {
		return model.NewError(model.KindConflict, code, msg)
	}
	return err
}

// mostCoops bounds the list of cooperatives; a farm has one or a few.
const mostCoops = 200

// Cooperatives are those that the member of staff reaches, by id.
func (s *Service) Cooperatives(ctx context.Context, staff model.Staff) ([]model.Cooperative, error) {
	list, err := s.store.Cooperatives(ctx, repo.Page{Limit: mostCoops})
	if err != nil {
		return nil, err
	}
	return reached(ctx, s, staff, list, func(c model.Cooperative) string { return c.UnitID })
}

// reached leaves what belongs to units in which the member of staff may read.
func reached[T any](ctx context.Context, s *Service, staff model.Staff, list []T, unitOf func(T) string) ([]T, error) {
	known, kept := map[string]bool{}, []T{}
	for _, v := range list {
		unit := unitOf(v)
		ok, asked := known[unit]
		if !asked {
			var err error
			if ok, err = s.inUnit(ctx, staff, model.MayReadCoop, unit); err != nil {
				return nil, err
			}
			known[unit] = ok
		}
		if ok {
			kept = append(kept, v)
		}
	}
	return kept, nil
}

// checkUnit is KindInvalid for a unit that there is not, or in which the member of staff may not write.
func (s *Service) checkUnit(ctx context.Context, staff model.Staff, unitID string) error {
	if _, err := s.store.Unit(ctx, unitID); model.IsKind(err, model.KindNotFound) {
		return errNoUnit
	} else if err != nil {
		return err
	}
	ok, err := s.inUnit(ctx, staff, model.MayWriteCoop, unitID)
	if err == nil && !ok {
		return errNoUnit
	}
	return err
}

// PutCooperative makes a cooperative (rev 0) or changes the one that was read at rev.
func (s *Service) PutCooperative(ctx context.Context, staff model.Staff, c model.Cooperative, rev int64) (model.Cooperative, error) {
	if c.Name = strings.TrimSpace(c.Name); !recordID.MatchString(c.ID) || c.Name == "" || c.PayoutPPM < 0 || c.PayoutPPM > model.Million {
		return c, errName
	}
	if err := s.checkUnit(ctx, staff, c.UnitID); err != nil {
		return c, err
	}
	if rev == 0 {
		c.Record = model.NewRecord(s.now(), staff.Actor())
		return c, taken(s.store.InsertCooperative(ctx, c), "coop_exists", "这个合作社编号已经有了")
	}
	if _, err := s.within(ctx, staff, model.MayWriteCoop, c.ID); err != nil {
		return c, err
	}
	return s.store.ChangeCooperative(ctx, c.ID, rev, s.edit(staff, "修改合作社"), func(old *model.Cooperative) error {
		old.Name, old.UnitID, old.PayoutPPM = c.Name, c.UnitID, c.PayoutPPM
		return nil
	})
}
