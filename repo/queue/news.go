package queue

import (
	"context"
	"time"

	"github.com/redis/go-redis/v9"
)

// News tells the other processes of a change, so that they forget what they hold of it. It is a hint: who does not hear it
// forgets later.
type News struct{ rdb redis.UniversalClient }

// NewNews uses a Redis that the caller closes.
func NewNews(rdb redis.UniversalClient) *News { return &News{rdb: rdb} }

const (
	newsChannel = "bangfu:news"
	newsWait    = time.Second
)

// Tell says it, and does not wait.
func (n *News) Tell(what string) {
	go func() {
		ctx, cancel := context.WithTimeout(context.Background(), newsWait)
		defer cancel()
		n.rdb.Publish(ctx, newsChannel, what)
	}()
}

// Hear calls hear with whatever is told, by this process too, until ctx ends.
func (n *News) Hear(ctx context.Context, hear func(what string)) {
	sub := n.rdb.Subscribe(ctx, newsChannel)
	defer func() { _ = sub.Close() }()
	for {
		select {
		case m, ok := <-sub.Channel():
			if !ok {
				return
			}
			hear(m.Payload)
		case <-ctx.Done():
			return
		}
	}
}
