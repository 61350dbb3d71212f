package app

import (
	"context"
	"sync"
	"time"

	"bangfu/repo/queue"
	"bangfu/service/model"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
)

// measure registers what is measured of every process; what only some of them do registers its own (handler, handler/task).
func (a *App) measure() {
	a.metrics.MustRegister(
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
		a.store.Metrics(), a.svc.notify.Metrics(), &sight{app: a},
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Name: "bangfu_wrong_bind_codes", Help: "Wrong binding codes that everybody tried in the last ten minutes; -1 when it cannot be read.",
		}, a.countWrongCodes))
}

func (a *App) countWrongCodes() float64 {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	n, err := a.svc.account.WrongCodes(ctx)
	if err != nil {
		return -1
	}
	return float64(n)
}

// How long a look at the database is good for, and how long one may take: whoever asks for the metrics, and however often, costs
// the database a few commands in so long.
const (
	sightFor   = 10 * time.Second
	sightLimit = 2 * time.Second
)

func described(name, help string, labels ...string) *prometheus.Desc {
	return prometheus.NewDesc(name, help, labels, nil)
}

var (
	outboxJobs   = described("bangfu_outbox_jobs", "Jobs that wait in the outbox; -1 when it cannot be read.")
	outboxAge    = described("bangfu_outbox_oldest_seconds", "Time since the oldest work that is not done was asked for; 0 when none waits, -1 when it cannot be read.")
	queueAge     = described("bangfu_queue_oldest_due_seconds", "For how long the oldest work of a type has been due; 0 when none is, -1 when it cannot be read.", "type")
	unknownSends = described("bangfu_unknown_messages", "Messages of which nobody knows whether WeChat sent them, and that wait for a person; -1 when it cannot be read.")
	auditAt      = described("bangfu_audit_verified_timestamp_seconds", "When the audit log was last gone through; 0 when never, -1 when it cannot be read.")
	auditWhole   = described("bangfu_audit_whole", "1 when the audit log was whole then, 0 when a line was altered or removed, -1 when it is not known.")
	backupAge    = described("bangfu_backup_age_seconds", "Age of the last good backup; -1 when there is none or it cannot be read.")
	backupGood   = described("bangfu_backup_good", "1 when the last backup is good, 0 when it failed, -1 when there is none or it cannot be read.")
	suspended    = described("bangfu_sending_suspended", "1 while a way of sending on an account rests, by reason; -1 when it cannot be read. The way all is the account.",
		"channel", "way", "reason")
	quotaLeft = described("bangfu_quota_left", "Messages that the farm's own limit leaves for today, by way of sending; -1 when there is no limit or it cannot be read.", "way")
)

// sight is what stands in the database: one look for all gauges, kept for sightFor. Safe for concurrent use.
type sight struct {
	app *App

	mu   sync.Mutex
	at   time.Time
	seen []prometheus.Metric
}

// Describe names all of them.
func (s *sight) Describe(ch chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{outboxJobs, outboxAge, queueAge, unknownSends, auditAt, auditWhole, backupAge, backupGood, suspended, quotaLeft} {
		ch <- d
	}
}

// Collect gives what was seen last, after a new look if that is too old.
func (s *sight) Collect(ch chan<- prometheus.Metric) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if now := time.Now(); now.Sub(s.at) >= sightFor {
		ctx, cancel := context.WithTimeout(context.Background(), s.app.patience.Of(sightLimit))
		s.seen = s.app.look(ctx)
		s.at = time.Now()
		cancel()
	}
	for _, m := range s.seen {
		ch <- m
	}
}

func gauge(d *prometheus.Desc, value float64, err error, labels ...string) prometheus.Metric {
	if err != nil {
		value = -1
	}
	return prometheus.MustNewConstMetric(d, prometheus.GaugeValue, value, labels...)
}

// look asks the database; what fails is -1, by itself.
func (a *App) look(ctx context.Context) (seen []prometheus.Metric) {
	jobs, err := a.store.CountJobs(ctx)
	seen = append(seen, gauge(outboxJobs, float64(jobs), err))
	oldest, err := a.store.OldestJob(ctx)
	seen = append(seen, gauge(outboxAge, a.since(oldest), err))
	unknown, err := a.store.CountMessages(ctx, model.MessageUnknown)
	seen = append(seen, gauge(unknownSends, float64(unknown), err))
	due, err := a.store.OldestDue(ctx, queue.Types(), a.clock.Now())
	for _, typ := range queue.Types() {
		seen = append(seen, gauge(queueAge, a.since(due[typ]), err, typ))
	}
	seen = append(seen, a.lookAtAudit(ctx)...)
	seen = append(seen, a.lookAtBackups(ctx)...)
	seen = append(seen, a.lookAtSuspensions(ctx)...)
	left, err := a.svc.notify.Left(ctx)
	for way, n := range left {
		seen = append(seen, gauge(quotaLeft, float64(n), err, way))
	}
	return seen
}

// since is how long ago an instant was; 0 for the zero instant.
func (a *App) since(at time.Time) float64 {
	if at.IsZero() {
		return 0
	}
	return max(a.clock.Now().Sub(at).Seconds(), 0)
}

func (a *App) lookAtAudit(ctx context.Context) []prometheus.Metric {
	last, err := a.store.LastAuditCheck(ctx)
	if err != nil || last.At.IsZero() {
		return []prometheus.Metric{gauge(auditAt, 0, err), gauge(auditWhole, -1, err)}
	}
	whole := 1.0
	if last.Broken > 0 {
		whole = 0
	}
	return []prometheus.Metric{gauge(auditAt, float64(last.At.Unix()), nil), gauge(auditWhole, whole, nil)}
}

func (a *App) lookAtBackups(ctx context.Context) []prometheus.Metric {
	st, err := a.svc.backups.State(ctx)
	age, good := -1.0, -1.0
	if st.LastGood.ID != "" {
		age, good = a.clock.Now().Sub(st.LastGood.BegunAt).Seconds(), 1
	}
	if st.Last.State == model.BackupFailed {
		good = 0
	}
	return []prometheus.Metric{gauge(backupAge, age, err), gauge(backupGood, good, err)}
}

// lookAtSuspensions has a line for every account, and one for each way that rests.
func (a *App) lookAtSuspensions(ctx context.Context) (seen []prometheus.Metric) {
	list, err := a.store.ChannelSuspensions(ctx)
	for _, channel := range []model.Channel{model.ChannelOA, model.ChannelMini} {
		stopped := 0.0
		for _, h := range list {
			if c, way := h.Way(); c == channel && h.Stops(a.clock.Now()) {
				seen = append(seen, gauge(suspended, 1, nil, string(channel), way, h.Reason))
				stopped = 1
			}
		}
		if stopped == 0 {
			seen = append(seen, gauge(suspended, 0, err, string(channel), "all", "none"))
		}
	}
	return seen
}
