package task

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"sync/atomic"
	"time"

	"bangfu/repo/queue"
	"bangfu/service/model"
)

const (
	// chunksAtOnce is how many chunks of one type a process works at, whatever its workers.
	chunksAtOnce = 2
	// chunksFor is how long one task goes on before it leaves the rest to another; less than its timeout.
	chunksFor = 20 * time.Second
)

// chunks keeps tasks of one type from working at more than chunksAtOnce.
type chunks struct {
	places chan struct{}
	asked  atomic.Int64
}

func newChunks() *chunks { return &chunks{places: make(chan struct{}, chunksAtOnce)} }

// inChunks works at what is due of the type, chunk by chunk. A task that finds no place leaves at once: whoever has one
// looks again before it ends.
func (w *Worker) inChunks(ctx context.Context, typ string) error {
	w.messages.asked.Add(1)
	for until := time.Now().Add(chunksFor); ; {
		select {
		case w.messages.places <- struct{}{}:
		default:
			return nil
		}
		asked := w.messages.asked.Load()
		err := w.drain(ctx, typ, until)
		<-w.messages.places
		if err != nil || w.messages.asked.Load() == asked {
			return err
		}
	}
}

func (w *Worker) drain(ctx context.Context, typ string, until time.Time) error {
	for {
		jobs, err := w.Queue.Claim(ctx, typ)
		if err != nil || len(jobs) == 0 {
			return err
		}
		failed := w.chunk(ctx, jobs)
		// What became of them is kept even when the chunk used up the time.
		keep, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
		err = w.Queue.Complete(keep, jobs, failed)
		cancel()
		w.count(ctx, typ, len(jobs), failed)
		if err != nil {
			return err
		}
		if time.Now().After(until) || ctx.Err() != nil {
			return w.Queue.PublishChunks(context.WithoutCancel(ctx), typ)
		}
	}
}

// chunk answers the jobs that failed, by what they are about. When the chunk fails as a whole, each is tried by itself,
// so that one that cannot be done keeps no other from being done.
func (w *Worker) chunk(ctx context.Context, jobs []model.Job) map[string]error {
	refs := make([]string, len(jobs))
	for i, j := range jobs {
		refs[i] = j.Ref
	}
	failed, err := w.sendContained(ctx, refs)
	if err == nil {
		return failed
	}
	failed = map[string]error{}
	for _, ref := range refs {
		alone, aloneErr := map[string]error{}, err
		if len(refs) > 1 && ctx.Err() == nil {
			alone, aloneErr = w.sendContained(ctx, []string{ref})
		}
		switch {
		case aloneErr != nil:
			failed[ref] = aloneErr
		case alone[ref] != nil:
			failed[ref] = alone[ref]
		}
	}
	return failed
}

func (w *Worker) sendContained(ctx context.Context, refs []string) (failed map[string]error, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("messages panicked with a %T: %s", p, debug.Stack())
		}
	}()
	return w.Notify.Send(ctx, refs...)
}

func (w *Worker) count(ctx context.Context, typ string, all int, failed map[string]error) {
	w.done.WithLabelValues(typ, "done").Add(float64(all - len(failed)))
	w.done.WithLabelValues(typ, "put_off").Add(float64(len(failed)))
	for _, err := range failed {
		w.Log.WarnContext(ctx, "job put off", "type", typ, "how_many", len(failed), "error", cause(err))
		return
	}
}

func cause(err error) error {
	var l queue.RetryAt
	if errors.As(err, &l) {
		return l.Err
	}
	return err
}
