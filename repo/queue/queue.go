// Package queue hands work to workers through Redis. The outbox rows in the database are the truth
// and the queue only a hint: a row is written first, then the queue is told, and Sweep tells it again
// of rows that wait too long. So a Redis that is lost, flushed or away loses nothing.
package queue

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"time"

	"bangfu/repo"
	"bangfu/service/model"

	"github.com/hibiken/asynq"
	"github.com/redis/go-redis/v9"
)

// Client asks for work. Safe for concurrent use.
type Client struct {
	store *repo.Store
	asynq *asynq.Client
	now   model.Clock
	log   *slog.Logger

	patience model.Patience
}

// New makes a client over a Redis that the caller closes.
func New(store *repo.Store, rdb redis.UniversalClient, now model.Clock, log *slog.Logger) *Client {
	return &Client{store: store, asynq: asynq.NewClientFromRedisClient(rdb), now: now, log: log}
}

// Patient lets every attempt take longer than its type says. Call it before anything is asked for.
func (c *Client) Patient(p model.Patience) *Client {
	c.patience = p
	return c
}

// Enqueue writes the outbox rows for doing typ on each of refs and tells the queue. Once a row is written its work
// will be done; a queue that cannot be told now is told by the next Sweep.
func (c *Client) Enqueue(ctx context.Context, typ string, refs ...string) error {
	return c.write(ctx, typ, refs, false)
}

// EnqueueNow is Ask by a person who does not want to wait until the time to which the work was put off.
func (c *Client) EnqueueNow(ctx context.Context, typ string, refs ...string) error {
	return c.write(ctx, typ, refs, true)
}

func (c *Client) write(ctx context.Context, typ string, refs []string, hurry bool) error {
	if _, ok := kinds[typ]; !ok {
		return fmt.Errorf("queue: unknown type of work %q", typ)
	}
	now := c.now()
	jobs := make([]model.Job, len(refs))
	for i, ref := range refs {
		jobs[i] = model.NewJob(typ, ref, now)
	}
	waiting, err := c.store.InsertJobs(ctx, jobs, now)
	if err != nil {
		return err
	}
	for i := range waiting {
		if hurry {
			if err := c.store.ExpediteJob(ctx, jobs[i].ID, now); err != nil {
				return err
			}
		}
		if jobs[i], err = c.store.EnqueueJob(ctx, jobs[i], now); err != nil {
			return err
		}
	}
	if InChunks(typ) && len(jobs) > 1 {
		jobs = jobs[:1] // one task does them all
	}
	for _, job := range jobs {
		if err := c.enqueue(ctx, job); err != nil {
			c.log.WarnContext(ctx, "queue not told, the sweeper will", "job", typ, "error", err)
			return nil // nor will it hear of the others now
		}
	}
	return nil
}

// Chunk is how many rows are worked at together.
const Chunk = 100

// chunkLease is longer than a chunk may take. Rows that are claimed past it are claimed anew.
const chunkLease = time.Minute

// Claim takes the next chunk of rows of a type that are due; none: nothing is to be done now.
func (c *Client) Claim(ctx context.Context, typ string) ([]model.Job, error) {
	now := c.now()
	return c.store.ClaimJobs(ctx, typ, now, now.Add(c.patience.Of(chunkLease)), Chunk)
}

// Complete ends a chunk: rows that failed wait until the instant of their failure (see Later), the others leave.
func (c *Client) Complete(ctx context.Context, jobs []model.Job, failed map[string]error) error {
	var done []model.Job
	later := map[string]time.Time{}
	for _, j := range jobs {
		err, put := failed[j.Ref]
		if !put {
			done = append(done, j)
			continue
		}
		var l RetryAt
		errors.As(err, &l)
		if l.At.IsZero() {
			l.At = c.now().Add(retryAfter(j.Failures))
		}
		later[j.ID] = l.At
	}
	return c.store.CompleteJobs(ctx, done, later, c.now())
}

// PublishChunks has another task do what is left of work in chunks.
func (c *Client) PublishChunks(ctx context.Context, typ string) error {
	return c.enqueue(ctx, model.Job{ID: typ, Type: typ})
}

// Publish tells the queue of a row.
func (c *Client) Publish(ctx context.Context, job model.Job) error {
	job.Epoch++
	if err := c.store.MarkEnqueued(ctx, job.ID, job.Epoch, c.now()); err != nil {
		return err
	}
	return c.enqueue(ctx, job)
}

// enqueue hands a stamped row to asynq. Every telling has its own epoch in the task's id, because asynq
// remembers finished and archived ids and would refuse them.
func (c *Client) enqueue(ctx context.Context, job model.Job) error {
	k, ok := kinds[job.Type]
	if !ok {
		return fmt.Errorf("queue: unknown type of work %q", job.Type)
	}
	// No retries of asynq's own: a failure moves the row's due instant, which survives Redis.
	opts := []asynq.Option{asynq.Queue(k.queue), asynq.Timeout(c.patience.Of(k.timeout)), asynq.MaxRetry(0)}
	payload := job.Type
	if !k.chunks {
		payload, opts = job.ID, append(opts, asynq.TaskID(job.ID+"#"+strconv.Itoa(job.Epoch)))
	}
	_, err := c.asynq.EnqueueContext(ctx, asynq.NewTask(job.Type, []byte(payload)), opts...)
	if errors.Is(err, asynq.ErrTaskIDConflict) {
		return nil // somebody told it of this epoch just now
	}
	if err != nil {
		return fmt.Errorf("queue: tell: %w", err)
	}
	return nil
}

// toldLongAgo is longer than any attempt may take, so that a row told before that was lost or died.
const toldLongAgo = time.Minute

// sweepBatch bounds one sweep.
const sweepBatch = 500

// RequeueDue tells the queue again of rows that are due and were not told lately, and returns how many.
func (c *Client) RequeueDue(ctx context.Context) (int, error) {
	now := c.now()
	jobs, err := c.store.DueJobs(ctx, now, now.Add(-toldLongAgo), sweepBatch)
	if err != nil {
		return 0, err
	}
	told, err := c.requeueChunks(ctx, jobs, now)
	if err != nil {
		return told, err
	}
	for _, job := range jobs {
		if InChunks(job.Type) {
			continue
		}
		err := c.Publish(ctx, job)
		if model.IsKind(err, model.KindNotFound) {
			continue // done meanwhile
		}
		if err != nil {
			return told, err
		}
		told++
	}
	return told, nil
}

// requeueChunks tells the queue once of all rows of each type that is done in chunks.
func (c *Client) requeueChunks(ctx context.Context, jobs []model.Job, now time.Time) (told int, err error) {
	ids := map[string][]string{}
	for _, j := range jobs {
		if InChunks(j.Type) {
			ids[j.Type] = append(ids[j.Type], j.ID)
		}
	}
	for typ, list := range ids {
		if err := c.store.MarkManyEnqueued(ctx, list, now); err != nil {
			return told, err
		}
		if err := c.PublishChunks(ctx, typ); err != nil {
			return told, err
		}
		told += len(list)
	}
	return told, nil
}

// retryAfter is the wait after the n-th failure in a row: 5 s, 20 s, 80 s, … at most an hour.
func retryAfter(failures int) time.Duration {
	d := 5 * time.Second
	for range min(failures, 6) {
		d *= 4
	}
	return min(d, time.Hour)
}

// Reschedule puts the job off after a failure; a zero until means the usual, growing wait.
func (c *Client) Reschedule(ctx context.Context, job model.Job, until time.Time) error {
	if until.IsZero() {
		until = c.now().Add(retryAfter(job.Failures))
	}
	return c.store.RescheduleJob(ctx, job.ID, until)
}

// RetryAt is the failure of work that should be tried again at an instant; the zero instant means after
// the usual, growing wait.
type RetryAt struct {
	At  time.Time
	Err error
}

// Error is the cause's text.
func (l RetryAt) Error() string { return l.Err.Error() }

// Unwrap gives the cause.
func (l RetryAt) Unwrap() error { return l.Err }
