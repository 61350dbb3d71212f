// Package task does the work that the queue hands out, one outbox row at a time, named by its id, and the work that comes
// again by itself (periodic.go).
package task

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"time"

	"bangfu/repo"
	"bangfu/repo/queue"
	"bangfu/service/account"
	"bangfu/service/aid"
	"bangfu/service/backups"
	"bangfu/service/broadcast"
	"bangfu/service/coop"
	"bangfu/service/fund"
	"bangfu/service/ledger"
	"bangfu/service/model"
	"bangfu/service/notify"
	"bangfu/service/people"
	"bangfu/service/sheets"
	"bangfu/service/visit"

	"github.com/prometheus/client_golang/prometheus"
)

// Services do the work of the tasks.
type Services struct {
	Store     *repo.Store
	Queue     *queue.Client
	Locks     *queue.Locks
	Account   *account.Service
	Notify    *notify.Service
	People    *people.Service
	Sheets    *sheets.Service
	Visit     *visit.Service
	Ledger    *ledger.Service
	Fund      *fund.Service
	Aid       *aid.Service
	Coop      *coop.Service
	Broadcast *broadcast.Service
	Backups   *backups.Service
	Now       model.Clock
	Patience  model.Patience
	Log       *slog.Logger
}

// Worker processes tasks. Safe for concurrent use.
type Worker struct {
	Services
	handlers map[string]handler
	done     *prometheus.CounterVec
	messages *chunks
}

// New makes the worker and registers what it counts.
func New(s Services, metrics prometheus.Registerer) *Worker {
	w := &Worker{Services: s, handlers: byType(s), messages: newChunks(), done: prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "bangfu_jobs_total", Help: "Jobs processed, by type of work and outcome.",
	}, []string{"type", "outcome"})}
	for _, typ := range queue.Types() { // from the start, so that the first of a kind is seen as one more
		for _, outcome := range []string{"done", "given_up", "put_off"} {
			w.done.WithLabelValues(typ, outcome)
		}
	}
	metrics.MustRegister(w.done)
	return w
}

// handler does the work of one type on the record that ref names.
type handler func(ctx context.Context, ref string) error

// byType is who does each type of work of repo/queue, but messages, which go in chunks (chunks.go).
func byType(s Services) map[string]handler {
	return map[string]handler{
		queue.LinkIdentity:     s.Account.Link,
		queue.TagCadre:         s.Account.TagCadre,
		queue.UntagCadre:       s.Account.UntagCadre,
		queue.TellBinding:      s.People.TellBinding,
		queue.FetchMedia:       s.Visit.FetchMedia,
		queue.CommitImport:     s.Sheets.Continue,
		queue.PostDividend:     s.Coop.Post,
		queue.PrepareBroadcast: s.Broadcast.Prepare,
		queue.RunBroadcast:     s.Broadcast.Run,
		queue.MassBroadcast:    s.Broadcast.RunMass,
	}
}

// do runs the work of a job.
func (w *Worker) do(ctx context.Context, j model.Job) error {
	if h := w.handlers[j.Type]; h != nil {
		return h(ctx, j.Ref)
	}
	return fmt.Errorf("unknown type of work %q", j.Type)
}

// Process does one job, or all that are due of a type that is worked at in chunks. Its row leaves the outbox when the work is done, or can never be; otherwise it
// is put off. The error is for the queue's log: what happens next stands in the row.
func (w *Worker) Process(ctx context.Context, jobID string) error {
	if queue.InChunks(jobID) {
		return w.inChunks(ctx, jobID)
	}
	job, err := w.Store.Job(ctx, jobID)
	if model.IsKind(err, model.KindNotFound) {
		return nil // done already
	}
	if err != nil {
		return err
	}
	if w.Now().Before(job.DueAt) {
		return nil // put off since the queue was told; the sweeper tells it again
	}
	err = w.contained(ctx, job)
	if err == nil {
		w.done.WithLabelValues(job.Type, "done").Inc()
		return w.finish(ctx, job)
	}
	if hopeless(err) {
		w.Log.ErrorContext(ctx, "job given up", "type", job.Type, "error", err)
		w.done.WithLabelValues(job.Type, "given_up").Inc()
		return w.finish(ctx, job)
	}
	w.Log.WarnContext(ctx, "job put off", "type", job.Type, "failures", job.Failures+1, "error", err)
	w.done.WithLabelValues(job.Type, "put_off").Inc()
	return w.putOff(ctx, job, err)
}

func (w *Worker) contained(ctx context.Context, j model.Job) (err error) {
	defer func() {
		if p := recover(); p != nil {
			// The panic's text may hold what a person wrote.
			err = fmt.Errorf("job %s panicked with a %T: %s", j.Type, p, debug.Stack())
		}
	}()
	return w.do(ctx, j)
}

// hopeless failures stay the same however often they are tried.
func hopeless(err error) bool {
	kind := model.KindOf(err)
	return kind == model.KindInvalid || kind == model.KindNotFound
}

// finish takes the row out; work that was asked for again meanwhile is done again.
func (w *Worker) finish(ctx context.Context, j model.Job) error {
	gone, err := w.Store.CompleteJob(ctx, j)
	if err != nil || gone {
		return err
	}
	again, err := w.Store.Job(ctx, j.ID)
	if err != nil {
		return err
	}
	return w.Queue.Publish(ctx, again)
}

// putOff keeps the row for later, even when the attempt used up its time.
func (w *Worker) putOff(ctx context.Context, j model.Job, cause error) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	var later queue.RetryAt
	errors.As(cause, &later)
	if err := w.Queue.Reschedule(ctx, j, later.At); err != nil || later.At.IsZero() || later.At.After(w.Now()) {
		return err
	}
	return w.Queue.Publish(ctx, j) // at once, behind what else waits
}

// How long what is kept only for a while outlives its end.
const (
	keepCodes    = 24 * time.Hour // a used code still answers the same to its user
	keepSessions = 24 * time.Hour
	keepClaims   = 7 * 24 * time.Hour   // longer than any worker may sleep and wake up
	keepReports  = 72 * time.Hour       // WeChat reports within minutes
	keepCounts   = 31                   // days of what was sent
	keepUnheard  = 90 * 24 * time.Hour  // sentences that nobody has said since
	keepBackups  = 400 * 24 * time.Hour // lines of the list, not the backups
	keepTries    = 24 * time.Hour       // wrong log-ins of a place from which nothing came since
)

// Prune removes rows that have served their time.
func (w *Worker) Prune(ctx context.Context) error {
	now := w.Now()
	return errors.Join(
		w.Store.PruneInbox(ctx, now.Add(-model.InboxLife)),
		w.Store.PruneSent(ctx, model.DateOf(now).AddDays(-keepCounts)),
		w.Store.PruneClaims(ctx, now.Add(-keepClaims)),
		w.Store.PruneDeliveries(ctx, now.Add(-keepReports)),
		w.Store.PruneUnmatched(ctx, now.Add(-keepReports)),
		w.Store.PruneReports(ctx, now.Add(-keepReports)),
		w.Store.PruneInPersonNotices(ctx, now),
		w.Store.PruneAccessRecords(ctx, model.DateOf(now).AddDays(-model.KeepAccessRecords)),
		w.Store.PruneBindCodes(ctx, now.Add(-keepCodes)),
		w.Store.PruneTries(ctx, now.Add(-model.TriesLife)),
		w.Store.PruneKeys(ctx, now.Add(-model.KeyUseLife)),
		w.Store.PruneSessions(ctx, now.Add(-keepSessions)),
		w.Store.PruneUnheard(ctx, now.Add(-keepUnheard)),
		w.Store.PruneBackups(ctx, now.Add(-keepBackups)),
		w.Store.PruneBindTries(ctx, now.Add(-keepTries)),
	)
}
