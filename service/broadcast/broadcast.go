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

// keys is how the keys of what recipients get begin.
const keys = "bc:"

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
	s := &Service{store: store, queue: q, limits: limits, oa: oa, notify: n, access: access.New(store, now), now: now, log: log,
		slots: make(chan struct{}, lanesAtOnce), freezer: make(chan struct{}, 1)}
	n.Register(notify.Purpose{Name: Purpose, Keys: keys, OnReport: s.reported, OnToldInPerson: s.toldInPerson})
	return s
}

// Close lets lanes that run end with the batch that is under way.
func (s *Service) Close() { s.closing.Store(true) }

var (
	errMassOfOne = model.NewError(model.KindInvalid, "mass_of_one", "微信群发不能只发给一位;查明没有收到的,请改成当面告诉")
	errState     = model.NewError(model.KindConflict, "broadcast_state", "群发现在的状态不能这样办,请刷新再看")
	errSame      = model.NewError(model.KindForbidden, "second_person", "要由提交人以外的另一个人批准")
)

// scopeOf are the units that the member of staff may write to; none: the whole farm.
func scopeOf(pass access.Pass) (units []string) {
	if pass.Covers(nil) {
		return nil
	}
	for _, p := range pass.Staff().Assignments {
		if p.UnitID != "" && pass.Covers([]string{p.UnitID}) {
			units = append(units, p.UnitID)
		}
	}
	return units
}

// move leads a broadcast to a state; edit, when it is not nil, makes the changes that come with it. errState when
// the state may not follow.
func (s *Service) move(ctx context.Context, id string, by model.ChangeInfo, to model.BroadcastState, edit func(*model.Broadcast) error) (model.Broadcast, error) {
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

func (s *Service) note(ctx context.Context, by access.Pass, action, record, householdID, reason string) error {
	return s.store.AppendAudit(ctx, by.AuditEntry(s.now(), action, record, householdID, reason))
}
