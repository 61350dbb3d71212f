package app

import (
	"context"
	"sync"
	"time"

	"bangfu/handler/task"
	"bangfu/service/model"
	"bangfu/service/visit"
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
		planning := make(chan struct{}, 1) // holds something while a plan is being made
		for {
			select {
			case <-ctx.Done():
				return
			case <-ticker.C:
			case <-a.clock.turned:
			}
			if now := a.clock.Now(); now.Sub(planned) >= planEvery {
				select {
				case planning <- struct{}{}:
					planned = now
					// Beside the sweeps: a large farm takes a while.
					done.Go(func() { a.plan(ctx); a.handle(ctx); a.mend(ctx); <-planning })
				default:
				}
			}
			a.sweep(ctx)
			if now := a.clock.Now(); now.Sub(pruned) >= pruneEvery {
				pruned = now
				a.prune(ctx, w)
			}
			if today := model.DateOf(a.clock.Now()); today != compared {
				compared = today
				done.Go(func() { a.recount(ctx) })
			}
		}
	})
	a.onStop(func(context.Context) error { cancel(); done.Wait(); return nil })
}

// plan asks for the reminders that are due. Every worker may, one at a time: what was asked for once is not asked
// again.
func (a *App) plan(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, a.patience.Of(tickLimit))
	defer cancel()
	release, ok := a.svc.locks.Try(ctx, "plan", a.patience.Of(tickLimit))
	if !ok {
		return
	}
	defer release()
	if err := a.svc.ledger.Settle(ctx); err != nil && ctx.Err() == nil {
		a.log.WarnContext(ctx, "postings not settled, the next try goes on", "error", err)
	}
	if err := a.svc.fund.Plan(ctx); err != nil && ctx.Err() == nil {
		a.log.WarnContext(ctx, "reminders of loans failed, the next try goes on", "error", err)
	}
	if err := a.svc.visit.Plan(ctx); err != nil && ctx.Err() == nil {
		a.log.WarnContext(ctx, "planning failed, the next try goes on", "error", err)
	}
	if err := a.svc.coop.Resume(ctx); err != nil && ctx.Err() == nil {
		a.log.WarnContext(ctx, "dividends not asked for, the next try goes on", "error", err)
	}
	if err := a.svc.broadcast.Due(ctx); err != nil && ctx.Err() == nil {
		a.log.WarnContext(ctx, "broadcasts not looked at, the next try goes on", "error", err)
	}
}

// handle goes on with the applications for aid: what was cut off, what is overdue. It has a time of its own, so that
// a large plan does not take it away.
func (a *App) handle(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, a.patience.Of(tickLimit))
	defer cancel()
	release, ok := a.svc.locks.Try(ctx, "applications", a.patience.Of(tickLimit))
	if !ok {
		return
	}
	defer release()
	if err := a.svc.aid.Plan(ctx); err != nil && ctx.Err() == nil {
		a.log.WarnContext(ctx, "applications not gone on with, the next try does", "error", err)
	}
}

// mend finishes what somebody died over.
func (a *App) mend(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, a.patience.Of(tickLimit))
	defer cancel()
	if n, err := a.svc.notify.Mend(ctx); err != nil && ctx.Err() == nil {
		a.log.WarnContext(ctx, "messages not mended, the next try goes on", "error", err)
	} else if n > 0 {
		a.log.WarnContext(ctx, "messages waited without work and were asked for again", "messages", n)
	}
}

func (a *App) sweep(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, a.patience.Of(tickLimit))
	defer cancel()
	if _, err := a.svc.queue.Sweep(ctx); err != nil && ctx.Err() == nil {
		a.log.WarnContext(ctx, "sweep failed, the next one goes on", "error", err)
	}
}

// prune removes what has served its time, and counts again what is derived.
func (a *App) prune(ctx context.Context, w *task.Worker) {
	a.countVisits(ctx)
	ctx, cancel := context.WithTimeout(ctx, a.patience.Of(tickLimit))
	defer cancel()
	if err := w.Prune(ctx); err != nil && ctx.Err() == nil {
		a.log.WarnContext(ctx, "prune failed, the next one goes on", "error", err)
	}
}

// countVisits compares the sums of the months with their visits.
func (a *App) countVisits(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, a.patience.Of(tickLimit))
	defer cancel()
	if wrong, err := visit.Recount(ctx, a.store); err != nil && ctx.Err() == nil {
		a.log.WarnContext(ctx, "sums not counted again", "error", err)
	} else if len(wrong) > 0 {
		a.log.ErrorContext(ctx, "sums of visits were wrong and are mended", "months", wrong)
	}
}

// recount compares, once a night, what is derived from the books and the stock.
func (a *App) recount(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, a.patience.Of(recountLimit))
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
