package broadcast

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"

	"bangfu/service/model"
)

// snapshotBatch is how many rows are written at once.
const snapshotBatch = 500

// recipientSnapshot writes down whom a broadcast is for as they stream by: those who wait in batches, the others and those of
// a mass message as rows.
type recipientSnapshot struct {
	*Service
	b       model.Broadcast
	run     string // tells its batches from those of another process
	batches int
	mass    int // so many are in lists
	waiting []model.Waiting
	rows    []model.Recipient
	counts  map[string]int
}

func (s *Service) snapshotRecipients(ctx context.Context, b model.Broadcast) (f *recipientSnapshot, err error) {
	f = &recipientSnapshot{Service: s, b: b, run: rand.Text()[:8], counts: map[string]int{}}
	if f.b.Merged, err = s.everyone(ctx, b, func(r model.Recipient) error { return f.take(ctx, r) }); err != nil {
		return f, err
	}
	return f, errors.Join(f.flushWaiting(ctx), f.flushRows(ctx))
}

func (f *recipientSnapshot) take(ctx context.Context, r model.Recipient) error {
	f.counts[string(r.State)]++
	if r.State == model.RecipientPending && !f.b.Mass {
		if f.waiting = append(f.waiting, r.Wait()); len(f.waiting) < batchSize {
			return nil
		}
		return f.flushWaiting(ctx)
	}
	if r.State == model.RecipientPending {
		r.MassJob = massJobID(f.b.ID, massPlace(f.b, f.mass))
		f.mass++
	}
	if f.rows = append(f.rows, r); len(f.rows) < snapshotBatch {
		return nil
	}
	return f.flushRows(ctx)
}

func (f *recipientSnapshot) batchID(n int) string { return fmt.Sprintf("%s/%s/%05d", f.b.ID, f.run, n) }

func (f *recipientSnapshot) flushWaiting(ctx context.Context) error {
	if len(f.waiting) == 0 {
		return nil
	}
	w := model.WaitingBatch{ID: f.batchID(f.batches), BroadcastID: f.b.ID, Lane: f.batches % shards, Waiting: f.waiting}
	f.batches, f.waiting = f.batches+1, f.waiting[:0]
	return f.store.InsertWaiting(ctx, w)
}

func (f *recipientSnapshot) flushRows(ctx context.Context) error {
	if err := f.store.InsertRecipients(ctx, f.rows); err != nil {
		return err
	}
	for _, r := range f.rows {
		if err := f.handOver(ctx, f.b, r); err != nil {
			return err
		}
	}
	f.rows = f.rows[:0]
	return nil
}

func (s *Service) begin(ctx context.Context, f *recipientSnapshot) error {
	frozen := f.b
	if frozen.Mass {
		if err := s.makeMassJobs(ctx, frozen); err != nil {
			return err
		}
	}
	if err := s.store.PutProgress(ctx, model.Progress{ID: frozen.ID, Done: map[string]int{}, BeganAt: s.now().UTC(), LatestAt: s.now().UTC()}); err != nil {
		return err
	}
	b, err := s.move(ctx, frozen.ID, engineEdit("名单列好了,开始发", s.now()), model.BroadcastRunning, func(b *model.Broadcast) error {
		b.Frozen, b.StartedAt, b.Counts, b.Merged = true, s.now().UTC(), f.counts, frozen.Merged
		if b.Until == "" {
			b.Until = model.DateOf(s.now()).AddDays(usualLife)
		}
		return nil
	})
	if errors.Is(err, errState) {
		return f.drop(ctx) // cancelled meanwhile, or another worker was faster
	}
	if err != nil {
		return err
	}
	return s.ask(ctx, b)
}

// drop takes the batches out again.
func (f *recipientSnapshot) drop(ctx context.Context) error {
	for n := range f.batches {
		if err := f.store.DropWaiting(ctx, f.batchID(n)); err != nil {
			return err
		}
	}
	return nil
}
