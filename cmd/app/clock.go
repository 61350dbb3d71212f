package app

import (
	"sync"
	"time"
)

// Clock is the real clock plus what the demo or a test has turned it forward. It never stops, so that
// what waits for real time (WeChat's answers, the queue) goes on.
type Clock struct {
	mu     sync.Mutex
	ahead  time.Duration
	turned chan struct{} // has an element after a turn that nobody has looked at yet
}

// NewClock makes a clock that shows start now; the zero start means the real time.
func NewClock(start time.Time) *Clock {
	c := &Clock{turned: make(chan struct{}, 1)}
	if !start.IsZero() {
		c.ahead = time.Until(start)
	}
	return c
}

// Now is the time of the clock.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	// Whole milliseconds, as the database keeps them, so that what is answered now and what is read later
	// are the same; and without the monotonic reading, so that instants compare across a turn.
	return time.Now().Add(c.ahead).Truncate(time.Millisecond).Round(0)
}

// Turn moves the clock forward.
func (c *Clock) Turn(d time.Duration) {
	c.mu.Lock()
	c.ahead += d
	c.mu.Unlock()
	select {
	case c.turned <- struct{}{}:
	default:
	}
}
