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

// demoStart is where the demo's clock starts: where the reference farm's data live.
var demoStart = time.Date(2017, 12, 28, 1, 0, 0, 0, time.UTC)

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

// Ahead is how far the clock is ahead of the real one.
func (c *Clock) Ahead() time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.ahead
}

// CatchUp moves the clock forward to where it was when a process before this one stopped, or leaves it where it is later.
func (c *Clock) CatchUp(ahead time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ahead = max(c.ahead, ahead)
}

// Advance moves the clock forward.
func (c *Clock) Advance(d time.Duration) {
	c.mu.Lock()
	c.ahead += d
	c.mu.Unlock()
	select {
	case c.turned <- struct{}{}:
	default:
	}
}
