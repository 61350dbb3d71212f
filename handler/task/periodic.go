package task

import (
	"context"
	"errors"
	"sync"
	"time"

	"bangfu/service/model"
	"bangfu/service/visit"
)

// periodic is work that is done again and again without being asked for. Each has its own goroutine and its own limit,
// so that one that is slow keeps nothing else waiting; it is not begun again while it runs.
type periodic struct {
	name  string
	due   func(last, now time.Time) bool
	first bool // due at the start, too; otherwise it counts from the start
	alone bool // by one process at a time, under a lock of its name
	limit time.Duration
	run   func(w *Worker, ctx context.Context) error
}

const (
	lookEvery = 2 * time.Second // how often the table is looked through; the outbox is swept each time

	usualLimit   = 30 * time.Second
	recountLimit = 5 * time.Minute // these go through everything
	backupLimit  = 6 * time.Hour   // of a province, to a store far away

	auditLimit = 30 * time.Minute
	auditEvery = 24 * time.Hour
)

// table is all periodic work. What was cut off by its limit, or by a crash, goes on the next time.
var table = []periodic{
	{"sweep the outbox", each, true, false, usualLimit, (*Worker).sweep},
	{"settle postings", minutely, true, true, usualLimit, func(w *Worker, ctx context.Context) error { return w.Ledger.Settle(ctx) }},
	{"remind of loans", minutely, true, true, usualLimit, func(w *Worker, ctx context.Context) error { return w.Fund.Plan(ctx) }},
	{"plan the aid day", minutely, true, true, usualLimit, func(w *Worker, ctx context.Context) error { return w.Visit.Plan(ctx) }},
	{"post dividends", minutely, true, true, usualLimit, func(w *Worker, ctx context.Context) error { return w.Coop.Resume(ctx) }},
	{"start broadcasts", minutely, true, true, usualLimit, func(w *Worker, ctx context.Context) error { return w.Broadcast.Due(ctx) }},
	{"go on with applications", minutely, true, true, usualLimit, func(w *Worker, ctx context.Context) error { return w.Aid.Plan(ctx) }},
	{"back up", minutely, true, true, backupLimit, func(w *Worker, ctx context.Context) error { return w.Backups.Due(ctx) }},
	{"mend messages", minutely, true, false, usualLimit, (*Worker).mendMessages},
	{"prune", hourly, false, false, usualLimit, (*Worker).Prune},
	{"count visits", hourly, false, false, usualLimit, (*Worker).countVisits},
	{"recount the books", nightly, false, false, recountLimit, (*Worker).recountBooks},
	{"recount the stock", nightly, false, false, recountLimit, (*Worker).recountStock},
	{"verify the audit log", hourly, true, true, auditLimit, (*Worker).verifyAudit},
}

func each(time.Time, time.Time) bool { return true }

func minutely(last, now time.Time) bool { return now.Sub(last) >= time.Minute }

func hourly(last, now time.Time) bool { return now.Sub(last) >= time.Hour }

func nightly(last, now time.Time) bool { return model.DateOf(last) != model.DateOf(now) }

// RunPeriodic does the periodic work until ctx ends, and returns when all of it has stopped. A turn of the clock is looked
// at once.
func (w *Worker) RunPeriodic(ctx context.Context, turned <-chan struct{}) {
	w.runTable(ctx, turned, table)
}

func (w *Worker) runTable(ctx context.Context, turned <-chan struct{}, rows []periodic) {
	ticker := time.NewTicker(lookEvery)
	defer ticker.Stop()
	last, busy := make([]time.Time, len(rows)), make([]chan struct{}, len(rows))
	for i, p := range rows {
		busy[i] = make(chan struct{}, 1) // holds something while the row runs
		if !p.first {
			last[i] = w.Now()
		}
	}
	var running sync.WaitGroup
	defer running.Wait()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		case <-turned:
		}
		for i, p := range rows {
			now := w.Now()
			if !p.due(last[i], now) {
				continue
			}
			select {
			case busy[i] <- struct{}{}:
				last[i] = now
				running.Go(func() { w.once(ctx, p); <-busy[i] })
			default:
			}
		}
	}
}

// once does a row's work within its limit.
func (w *Worker) once(ctx context.Context, p periodic) {
	limit := w.Patience.Of(p.limit)
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	if p.alone {
		release, ok := w.Locks.Try(ctx, p.name, limit)
		if !ok {
			return
		}
		defer release()
	}
	if err := p.run(w, ctx); err != nil && !errors.Is(ctx.Err(), context.Canceled) {
		w.Log.WarnContext(ctx, "periodic work failed, the next time goes on", "work", p.name, "error", err)
	}
}

func (w *Worker) sweep(ctx context.Context) error {
	_, err := w.Queue.RequeueDue(ctx)
	return err
}

// mendMessages asks again for work that a crash left nobody to do.
func (w *Worker) mendMessages(ctx context.Context) error {
	n, err := w.Notify.RequeueOrphans(ctx)
	if n > 0 {
		w.Log.WarnContext(ctx, "messages waited without work and were asked for again", "messages", n)
	}
	return err
}

// countVisits compares the sums of the months with their visits.
func (w *Worker) countVisits(ctx context.Context) error {
	wrong, err := visit.Recount(ctx, w.Store)
	if len(wrong) > 0 {
		w.Log.ErrorContext(ctx, "sums of visits were wrong and are mended", "months", wrong)
	}
	return err
}

// recountBooks compares what is derived from the entries.
func (w *Worker) recountBooks(ctx context.Context) error {
	wrong, err := w.Ledger.Recount(ctx)
	return w.recounted(ctx, "books", wrong, err)
}

// recountStock compares the stock with its moves.
func (w *Worker) recountStock(ctx context.Context) error {
	wrong, err := w.Fund.Recount(ctx)
	return w.recounted(ctx, "stock", wrong, err)
}

// verifyAudit goes through the audit log once a day, whatever the number of processes and however often they start.
func (w *Worker) verifyAudit(ctx context.Context) error {
	last, err := w.Store.LastAuditCheck(ctx)
	if err != nil || w.Now().Sub(last.At) < auditEvery {
		return err
	}
	found, err := w.Store.CheckAudit(ctx, w.Now())
	if err == nil && found.Broken > 0 {
		w.Log.ErrorContext(ctx, "the audit log is not as it was written; run: bangfu verify-audit", "places", found.Broken)
	}
	return err
}

func (w *Worker) recounted(ctx context.Context, what string, wrong []string, err error) error {
	if len(wrong) > 0 {
		w.Log.ErrorContext(ctx, "what was derived was wrong", "what", what, "ids", wrong)
	}
	return err
}
