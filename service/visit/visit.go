// Package visit knows when cadres come.
package visit

import (
	"context"

	"bangfu/repo"
	"bangfu/service/model"
)

// Service answers when the next visit is. Safe for concurrent use.
type Service struct {
	store *repo.Store
	now   model.Clock
}

// New makes the service.
func New(store *repo.Store, now model.Clock) *Service { return &Service{store: store, now: now} }

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
