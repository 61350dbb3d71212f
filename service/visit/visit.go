// Package visit keeps the aid day: who owes which visit, the reminders around it, what a visit brought,
// and the difficulties that were heard there, followed to the household's own yes.
package visit

import (
	"context"

	"bangfu/repo"
	"bangfu/repo/queue"
	"bangfu/repo/wechat"
	"bangfu/service/access"
	"bangfu/service/model"
	"bangfu/service/notify"
)

// Service keeps the aid day. Safe for concurrent use.
type Service struct {
	store  *repo.Store
	access *access.Service
	notify *notify.Service
	queue  *queue.Client
	oa     *wechat.Client
	now    model.Clock
}

// New makes the service and sets the guard that stops reminders when a visit is recorded.
func New(store *repo.Store, n *notify.Service, q *queue.Client, oa *wechat.Client, now model.Clock) *Service {
	s := &Service{store: store, access: access.New(store, now), notify: n, queue: q, oa: oa, now: now}
	n.Register(notify.Purpose{Name: purposeReminder, First: true, Guard: s.stillOwed})
	n.Register(notify.Purpose{Name: purposeVisit, Guard: notify.OneByOne(s.stillToAsk)})
	n.Register(notify.Purpose{Name: purposeNeed, Guard: notify.OneByOne(s.stillSo)})
	return s
}

// Next is the coming aid day. Days is how far off it is; 0 is today.
type Next struct {
	Date model.Date
	Days int
}

// Next aid day of the farm.
func (s *Service) Next(ctx context.Context) (Next, error) {
	settings, err := s.store.Settings(ctx)
	if err != nil {
		return Next{}, err
	}
	today := model.DateOf(s.now())
	day := settings.NextAidDay(today)
	return Next{Date: day, Days: today.DaysUntil(day)}, nil
}
