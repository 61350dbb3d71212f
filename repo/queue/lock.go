package queue

import (
	"context"
	"errors"
	"time"

	"github.com/bsm/redislock"
	"github.com/redis/go-redis/v9"
)

// Locks keeps things apart that must not happen at once in two processes. It is a hint like the queue:
// while Redis is away everybody holds every lock, because answering late and out of order is better than
// not answering; what must never happen twice is guarded in the database.
type Locks struct{ client *redislock.Client }

// NewLocks makes locks over a Redis that the caller closes.
func NewLocks(rdb redis.UniversalClient) *Locks { return &Locks{client: redislock.New(rdb)} }

const lockPoll = 20 * time.Millisecond

// Hold waits for the lock until ctx ends and returns how to let go of it. The lock ends by itself after
// life, should the holder die.
func (l *Locks) Hold(ctx context.Context, name string, life time.Duration) (release func()) {
	lock, err := l.client.Obtain(ctx, "bangfu:lock:"+name, life, &redislock.Options{
		RetryStrategy: redislock.LinearBackoff(lockPoll),
	})
	if err != nil {
		return func() {}
	}
	return func() { _ = lock.Release(context.WithoutCancel(ctx)) }
}

// Try takes the lock if nobody has it: ok is false when somebody does, who is doing the same thing now.
func (l *Locks) Try(ctx context.Context, name string, life time.Duration) (release func(), ok bool) {
	lock, err := l.client.Obtain(ctx, "bangfu:lock:"+name, life, nil)
	if errors.Is(err, redislock.ErrNotObtained) {
		return func() {}, false
	}
	if err != nil {
		return func() {}, true
	}
	return func() { _ = lock.Release(context.WithoutCancel(ctx)) }, true
}
