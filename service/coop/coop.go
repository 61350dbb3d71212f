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
	errName  = model.NewError(model.KindInvalid, "coop", "合作社要有编号(字母、数字和短横)和名称,二次分红比例在0到100%之间")
	recordID = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9-]{1,39}$`)
)

// note writes a decision into the audit log.
func (s *Service) note(ctx context.Context, by access.Pass, record, householdID, reason string) error {
	return s.store.AppendAudit(ctx, by.AuditEntry(s.now(), model.AuditChange, record, householdID, reason))
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
func (s *Service) Cooperatives(ctx context.Context, l access.Lists) ([]model.Cooperative, error) {
	list, err := s.store.Cooperatives(ctx, repo.Page{Limit: mostCoops})
	if err != nil {
		return nil, err
	}
	return reached(ctx, l, list, func(c model.Cooperative) string { return c.UnitID })
}

// reached leaves what belongs to units in which the member of staff may read.
func reached[T any](ctx context.Context, l access.Lists, list []T, unitOf func(T) string) ([]T, error) {
	kept := []T{}
	for _, v := range list {
		ok, err := l.CanAccessUnit(ctx, unitOf(v))
		if err != nil {
			return nil, err
		}
		if ok {
			kept = append(kept, v)
		}
	}
	return kept, nil
}

// PutCooperative makes a cooperative (rev 0) or changes the one that was read at rev.
func (s *Service) PutCooperative(ctx context.Context, coop access.Record[model.Cooperative], c model.Cooperative, rev int64) (model.Cooperative, error) {
	c.ID = coop.ID()
	if c.Name = strings.TrimSpace(c.Name); !recordID.MatchString(c.ID) || c.Name == "" || c.PayoutPPM < 0 || c.PayoutPPM > model.Million {
		return c, errName
	}
	if rev == 0 {
		c.Record = model.NewRecord(s.now(), coop.Actor())
		return c, taken(s.store.InsertCooperative(ctx, c), "coop_exists", "这个合作社编号已经有了")
	}
	return s.store.ChangeCooperative(ctx, c.ID, rev, coop.Pass.ChangeInfo(s.now(), "修改合作社"), func(old *model.Cooperative) error {
		old.Name, old.UnitID, old.PayoutPPM = c.Name, c.UnitID, c.PayoutPPM
		return nil
	})
}
