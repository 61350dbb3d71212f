package app

import (
	"context"
	"sync"
	"time"

	"bangfu/handler/task"
)

const (
	// sweepEvery is how often the outbox is looked through for work that is due.
	sweepEvery = 2 * time.Second
	pruneEvery = time.Hour
	planEvery  = time.Minute
	tickLimit  = 30 * time.Second
)

// tick sweeps and prunes until the stop. A turn of the clock is looked at once.
func (a *App) tick(w *task.Worker) {
	ctx, cancel := context.WithCancel(context.Background())
	var done sync.WaitGroup
	done.Go(func() {
		ticker := time.NewTicker(sweepEvery)
		defer ticker.Stop()
		pruned, planned := a.clock.Now(), time.Time{}
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
		}
	})
	a.onStop(func(context.Context) error { cancel(); done.Wait(); return nil })
}

// plan asks for the reminders that are due. Every worker may: what was asked for once is not asked again.
func (a *App) plan(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, tickLimit)
	defer cancel()
	if err := a.svc.visit.Plan(ctx); err != nil && ctx.Err() == nil {
		a.log.WarnContext(ctx, "planning failed, the next try goes on", "error", err)
	}
	if err := a.svc.broadcast.Due(ctx); err != nil && ctx.Err() == nil {
		a.log.WarnContext(ctx, "broadcasts not looked at, the next try goes on", "error", err)
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
