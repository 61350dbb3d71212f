package app

import (
	"context"
	"sync"
	"time"

	"bangfu/handler/task"
	"bangfu/service/model"
)

const (
	// sweepEvery is how often the outbox is looked through for work that is due.
	sweepEvery = 2 * time.Second
	pruneEvery = time.Hour
	planEvery  = time.Minute
	tickLimit  = 30 * time.Second

	recountLimit = 5 * time.Minute // it goes through all entries
)

// tick sweeps and prunes until the stop. A turn of the clock is looked at once.
func (a *App) tick(w *task.Worker) {
	ctx, cancel := context.WithCancel(context.Background())
	var done sync.WaitGroup
	done.Go(func() {
		ticker := time.NewTicker(sweepEvery)
		defer ticker.Stop()
		pruned, planned, compared := a.clock.Now(), time.Time{}, model.DateOf(a.clock.Now())
		for {
			select {
			case <-ctx.Done():
				return
			case <-ticker.C:
			case <-a.clock.turned:
			}
			if now := a.clock.Now(); now.Sub(planned) >= planEvery {
				planned = now
				a.plan(ctx)
			}
			a.sweep(ctx)
			if now := a.clock.Now(); now.Sub(pruned) >= pruneEvery {
				pruned = now
				a.prune(ctx, w)
			}
			if today := model.DateOf(a.clock.Now()); today != compared {
				compared = today
				a.recount(ctx)
			}
		}
	})
	a.onStop(func(context.Context) error { cancel(); done.Wait(); return nil })
}

// plan asks for the reminders that are due, and ends postings that somebody died in. Every worker may: what
// was asked for once is not asked again.
func (a *App) plan(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, tickLimit)
	defer cancel()
	if err := a.svc.ledger.Settle(ctx); err != nil && ctx.Err() == nil {
		a.log.WarnContext(ctx, "postings not settled, the next try goes on", "error", err)
	}
	if err := a.svc.fund.Plan(ctx); err != nil && ctx.Err() == nil {
		a.log.WarnContext(ctx, "reminders of loans failed, the next try goes on", "error", err)
	}
	if err := a.svc.visit.Plan(ctx); err != nil && ctx.Err() == nil {
		a.log.WarnContext(ctx, "planning failed, the next try goes on", "error", err)
	}
}

func (a *App) sweep(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, tickLimit)
	defer cancel()
	if _, err := a.svc.queue.Sweep(ctx); err != nil && ctx.Err() == nil {
		a.log.WarnContext(ctx, "sweep failed, the next one goes on", "error", err)
	}
}

// prune removes what has served its time, and counts again what is derived.
func (a *App) prune(ctx context.Context, w *task.Worker) {
	ctx, cancel := context.WithTimeout(ctx, tickLimit)
	defer cancel()
	if wrong, err := a.svc.visit.Recount(ctx); err != nil && ctx.Err() == nil {
		a.log.WarnContext(ctx, "sums not counted again", "error", err)
	} else if len(wrong) > 0 {
		a.log.ErrorContext(ctx, "sums of visits were wrong and are mended", "months", wrong)
	}
	if err := w.Prune(ctx); err != nil && ctx.Err() == nil {
		a.log.WarnContext(ctx, "prune failed, the next one goes on", "error", err)
	}
}

// recount compares, once a night, what is derived from the books and the stock.
func (a *App) recount(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, recountLimit)
	defer cancel()
	for _, x := range []struct {
		what    string
		recount func(context.Context) ([]string, error)
	}{{"books", a.svc.ledger.Recount}, {"stock", a.svc.fund.Recount}} {
		wrong, err := x.recount(ctx)
		if err != nil && ctx.Err() == nil {
			a.log.WarnContext(ctx, "not counted again", "what", x.what, "error", err)
		} else if len(wrong) > 0 {
			a.log.ErrorContext(ctx, "what was derived was wrong", "what", x.what, "ids", wrong)
		}
	}
}
