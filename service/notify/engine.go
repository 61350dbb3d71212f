package notify

import (
	"context"
	"errors"
)

// Flow is how one kind of thing goes out: reminders, notices and the recipients of a broadcast differ only in these
// two. Write keeps what became of done and marks next as about to be sent, in as few commands as it can; it answers
// those of next that are the caller's to send. Send tells one and notes the outcome in it.
type Flow[T any] struct {
	Write func(ctx context.Context, done, next []*T) (mine []*T, err error)
	Send  func(ctx context.Context, x *T)
}

// Conns is how many calls to WeChat a chunk makes at once, and so how many things of unknown outcome a process leaves
// at most that crashes: what is marked has no outcome yet, and no more than so many are marked.
const Conns = 50

// Run sends a chunk. What is claimed is marked only right before it is sent, and outcomes are written while others are
// being sent: a write takes the outcomes of half the connections together. When writing fails or the time is up, nothing
// more is begun, and what is under way is waited for and written.
func (f Flow[T]) Run(ctx context.Context, list []*T) error {
	var (
		ended  = make(chan *T, Conns)
		done   []*T
		flying int
		failed error
	)
	for {
		var next []*T
		if failed == nil && ctx.Err() == nil {
			n := min(len(list), Conns-flying)
			next, list = list[:n], list[n:]
		}
		if len(done)+len(next) > 0 {
			// What became of them is kept even when the chunk has used up its time.
			mine, err := f.Write(context.WithoutCancel(ctx), done, next)
			if err != nil && failed != nil {
				return errors.Join(failed, err)
			}
			if failed = errors.Join(failed, err); err == nil {
				done = nil
			}
			for _, x := range mine {
				flying++
				go func() { f.Send(ctx, x); ended <- x }()
			}
		}
		if flying == 0 && (failed != nil || len(list) == 0 || ctx.Err() != nil) {
			if len(done) == 0 {
				return failed
			}
			continue
		}
		for want := min(flying, max(flying/2, 1)); want > 0; want-- {
			done, flying = append(done, <-ended), flying-1
		}
		done, flying = drain(ended, done, flying)
	}
}

// drain takes what has ended without waiting for more.
func drain[T any](ended <-chan *T, done []*T, flying int) ([]*T, int) {
	for {
		select {
		case x := <-ended:
			done, flying = append(done, x), flying-1
		default:
			return done, flying
		}
	}
}
