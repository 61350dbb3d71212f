package repo

import (
	"context"
	"hash/fnv"
	"math/rand/v2"
	"time"
)

// Contest is the beginning again of a change because somebody else was faster. Many who change one document at once and
// begin again at once keep losing to each other, so each waits a moment that is random and grows; who has tried for contestFor
// gives up. The zero value is the first try.
type Contest struct {
	try   int
	began time.Time
}

const (
	contestFor  = 30 * time.Second
	contestMost = 64 * time.Millisecond
)

// Again waits and reports whether to try once more: not when the time is over or ctx has ended.
func (c *Contest) Again(ctx context.Context) bool {
	if c.began.IsZero() {
		c.began = time.Now()
	}
	if time.Since(c.began) > contestFor {
		return false
	}
	most := min(time.Millisecond<<min(c.try, 10), contestMost)
	c.try++
	select {
	case <-time.After(rand.N(most)):
		return true
	case <-ctx.Done():
		return false
	}
}

// queues let the hands of this process change a document one after the other, so that they do not contend at all; those of other
// processes are kept apart by the revision. Documents share queues, which costs nothing but a wait.
type queues [256]chan struct{}

func newQueues() *queues {
	var q queues
	for i := range q {
		q[i] = make(chan struct{}, 1)
	}
	return &q
}

// enter waits for the document's queue, but not for ever: nothing but speed depends on it, and somebody who is in it may wait
// for us.
func (q *queues) enter(ctx context.Context, collection, id string) (leave func()) {
	h := fnv.New32a()
	_, _ = h.Write([]byte(collection + "/" + id))
	place := q[h.Sum32()%uint32(len(q))]
	select {
	case place <- struct{}{}:
		return func() { <-place }
	case <-ctx.Done():
	case <-time.After(contestFor):
	}
	return func() {}
}
