// Package task does the work that the queue hands out: one outbox row at a time, named by its id.
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
	"bangfu/service/broadcast"
	"bangfu/service/coop"
	"bangfu/service/exchange"
	"bangfu/service/model"
	"bangfu/service/notify"
	"bangfu/service/people"
	"bangfu/service/visit"

	"github.com/prometheus/client_golang/prometheus"
)

// Services do the work of the tasks.
type Services struct {
	Store     *repo.Store
	Queue     *queue.Client
	Account   *account.Service
	Notify    *notify.Service
	People    *people.Service
	Exchange  *exchange.Service
	Visit     *visit.Service
	Coop      *coop.Service
	Broadcast *broadcast.Service
	Now       model.Clock
	Log       *slog.Logger
}

// Worker processes tasks. Safe for concurrent use.
type Worker struct {
	Services
	done *prometheus.CounterVec
}

// New makes the worker and registers what it counts.
func New(s Services, metrics prometheus.Registerer) *Worker {
	w := &Worker{Services: s, done: prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "bangfu_jobs_total", Help: "Jobs processed, by type of work and outcome.",
	}, []string{"type", "outcome"})}
	metrics.MustRegister(w.done)
	return w
}

// do runs the work of a job.
func (w *Worker) do(ctx context.Context, j model.Job) error {
	switch j.Type {
	case queue.SendMessage:
		return w.Notify.Send(ctx, j.Ref)
	case queue.LinkIdentity:
		return w.Account.Link(ctx, j.Ref)
	case queue.TagCadre:
		return w.Account.TagCadre(ctx, j.Ref)
	case queue.UntagCadre:
		return w.Account.UntagCadre(ctx, j.Ref)
	case queue.TellBinding:
		return w.People.TellBinding(ctx, j.Ref)
	case queue.FetchMedia:
		return w.Visit.FetchMedia(ctx, j.Ref)
	case queue.CommitImport:
		return w.Exchange.Continue(ctx, j.Ref)
	case queue.PostDividend:
		return w.Coop.Post(ctx, j.Ref)
	case queue.PrepareBroadcast:
		return w.Broadcast.Prepare(ctx, j.Ref)
	case queue.RunBroadcast:
		return w.Broadcast.Run(ctx, j.Ref)
	case queue.MassBroadcast:
		return w.Broadcast.RunMass(ctx, j.Ref)
	}
	return fmt.Errorf("unknown type of work %q", j.Type)
}

// Process does one job. Its row leaves the outbox when the work is done, or can never be; otherwise it
// is put off. The error is for the queue's log: what happens next stands in the row.
func (w *Worker) Process(ctx context.Context, jobID string) error {
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
	gone, err := w.Store.DoneJob(ctx, j)
	if err != nil || gone {
		return err
	}
	again, err := w.Store.Job(ctx, j.ID)
	if err != nil {
		return err
	}
	return w.Queue.Tell(ctx, again)
}

// putOff keeps the row for later, even when the attempt used up its time.
func (w *Worker) putOff(ctx context.Context, j model.Job, cause error) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	var later queue.Later
	errors.As(cause, &later)
	return w.Queue.Defer(ctx, j, later.At)
}

// How long what is kept only for a while outlives its end.
const (
	keepCodes    = 24 * time.Hour // a used code still answers the same to its user
	keepSessions = 24 * time.Hour
	keepClaims   = 7 * 24 * time.Hour // longer than any worker may sleep and wake up
	keepReports  = 72 * time.Hour     // WeChat reports within minutes
	keepCounts   = 31                 // days of what was sent
	keepTries    = 24 * time.Hour     // wrong log-ins of a place from which nothing came since
)

// Prune removes rows that have served their time.
func (w *Worker) Prune(ctx context.Context) error {
	now := w.Now()
	return errors.Join(
		w.Store.PruneInbox(ctx, now.Add(-model.InboxLife)),
		w.Store.PruneSent(ctx, model.DateOf(now).AddDays(-keepCounts)),
		w.Store.PruneClaims(ctx, now.Add(-keepClaims)),
		w.Store.PruneDeliveries(ctx, now.Add(-keepReports)),
		w.Store.PruneReports(ctx, now.Add(-keepReports)),
		w.Store.PruneHandNotices(ctx, now),
		w.Store.PruneLooks(ctx, model.DateOf(now).AddDays(-model.KeepLooks)),
		w.Store.PruneBindCodes(ctx, now.Add(-keepCodes)),
		w.Store.PruneTries(ctx, now.Add(-model.TriesLife)),
		w.Store.PruneKeys(ctx, now.Add(-model.KeyUseLife)),
		w.Store.PruneSessions(ctx, now.Add(-keepSessions)),
		w.Store.PruneBindTries(ctx, now.Add(-keepTries)),
	)
}
