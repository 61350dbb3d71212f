package repo

import (
	"context"

	"bangfu/service/model"
)

// PutCounter writes the sums of a month.
func (s *Store) PutCounter(ctx context.Context, c model.Counter) error {
	return put(ctx, s.db.Collection(colCounters), c.ID, c)
}

// Counter of a month; KindNotFound before its first visit.
func (s *Store) Counter(ctx context.Context, p model.Period) (model.Counter, error) {
	return get[model.Counter](ctx, s.db.Collection(colCounters), string(p))
}

// Counters are the sums of all months.
func (s *Store) Counters(ctx context.Context) ([]model.Counter, error) {
	return all[model.Counter](ctx, s, colCounters)
}
