// Package broadcast tells many people one thing, each of them once: the library of notices, the composer with its
// second pair of eyes, and the engine. The recipients are rows; what is told and who has it is counted from them.
package broadcast

import (
	"context"
	"log/slog"
	"sync/atomic"

	"bangfu/repo"
	"bangfu/repo/queue"
	"bangfu/repo/wechat"
	"bangfu/service/access"
	"bangfu/service/model"
	"bangfu/service/notify"
)

// Purpose names broadcasts among what goes out: their templates stand under it in the settings.
const Purpose = "broadcast"

// engine is who changes a broadcast when it goes on by itself.
const engine = "system:broadcast"

// Service composes and sends. Safe for concurrent use.
type Service struct {
	store  *repo.Store
	queue  *queue.Client
	limits *queue.Limits
	oa     *wechat.Client
	notify *notify.Service
	access *access.Service
	now    model.Clock
	log    *slog.Logger

	slots   chan struct{} // lanes that run at once in this process
	freezer chan struct{} // the one that is being frozen: it reads much of the registry
	closing atomic.Bool
}

// New makes the service.
func New(store *repo.Store, q *queue.Client, limits *queue.Limits, oa *wechat.Client, n *notify.Service, now model.Clock, log *slog.Logger) *Service {
	return &Service{store: store, queue: q, limits: limits, oa: oa, notify: n, access: access.New(store, now), now: now, log: log,
		slots: make(chan struct{}, lanesAtOnce), freezer: make(chan struct{}, 1)}
}

// Close lets lanes that run end with the batch that is under way.
func (s *Service) Close() { s.closing.Store(true) }

var (
	errUnknown   = model.NewError(model.KindNotFound, "no_such_broadcast", "没有找到这次群发")
	errMassOfOne = model.NewError(model.KindInvalid, "mass_of_one", "微信群发不能只发给一位;查明没有收到的,请改成当面告诉")
	errState     = model.NewError(model.KindConflict, "broadcast_state", "群发现在的状态不能这样办,请刷新再看")
	errSame      = model.NewError(model.KindForbidden, "second_person", "要由提交人以外的另一个人批准")
)

func (s *Service) edit(staff model.Staff, why string) model.Edit {
	return model.Edit{Actor: staff.Actor(), Why: why, At: s.now()}
}

// within is the broadcast, if the member of staff may do this in every unit that it may go to.
func (s *Service) within(ctx context.Context, staff model.Staff, may model.Permission, id string) (model.Broadcast, error) {
	b, err := s.store.Broadcast(ctx, id)
	if model.IsKind(err, model.KindNotFound) {
		return b, errUnknown
	}
	if err != nil {
		return b, err
	}
	ok, err := s.reaches(ctx, staff, may, b.Scope)
	if err == nil && !ok {
		return model.Broadcast{}, errUnknown
	}
	return b, err
}

// reaches reports whether the member of staff may do this in all the units; none means the whole farm.
func (s *Service) reaches(ctx context.Context, staff model.Staff, may model.Permission, units []string) (bool, error) {
	if len(units) == 0 {
		return staff.MayIn(may, nil), nil
	}
	for _, u := range units {
		path, err := s.access.UnitPath(ctx, u)
		if err != nil || !staff.MayIn(may, path) {
			return false, err
		}
	}
	return true, nil
}

// scopeOf are the units that the member of staff may write to; none: the whole farm.
func scopeOf(staff model.Staff) (units []string) {
	if staff.MayIn(model.MayWriteNotices, nil) {
		return nil
	}
	for _, p := range staff.Posts {
		if p.UnitID != "" && staff.MayIn(model.MayWriteNotices, []string{p.UnitID}) {
			units = append(units, p.UnitID)
		}
	}
	return units
}

// move leads a broadcast to a state; edit, when it is not nil, makes the changes that come with it. errState when
// the state may not follow.
func (s *Service) move(ctx context.Context, id string, by model.Edit, to model.BroadcastState, edit func(*model.Broadcast) error) (model.Broadcast, error) {
	return s.store.ChangeBroadcast(ctx, id, 0, by, func(b *model.Broadcast) error {
		if !b.State.May(to) {
			return errState
		}
		b.State = to
		if edit == nil {
			return nil
		}
		return edit(b)
	})
}

func (s *Service) note(ctx context.Context, staff model.Staff, action, record, householdID, reason string) error {
	return s.store.AppendAudit(ctx, model.AuditEntry{
		At: s.now(), Actor: staff.Actor(), Action: action, Record: record, HouseholdID: householdID, Reason: reason,
	})
}
