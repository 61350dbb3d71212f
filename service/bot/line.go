package bot

import (
	"context"
	"sync"
)

// line keeps each person's messages in the order of their arrival: one is answered at a time, and
// different persons do not wait for each other.
type line struct {
	mu   sync.Mutex
	last map[string]chan struct{} // closed when the last in line has left
	open sync.WaitGroup
}

func newLine() *line { return &line{last: map[string]chan struct{}{}} }

// place is one message's place in its person's line.
type place struct {
	line   *line
	person string
	before chan struct{} // nil when nobody is before
	gone   chan struct{}
}

// join takes the next place in the person's line; it must be left.
func (l *line) join(person string) *place {
	l.mu.Lock()
	defer l.mu.Unlock()
	p := &place{line: l, person: person, before: l.last[person], gone: make(chan struct{})}
	l.last[person] = p.gone
	l.open.Add(1)
	return p
}

// wait returns when everybody before has left, or with the context's error.
func (p *place) wait(ctx context.Context) error {
	if p.before == nil {
		return nil
	}
	select {
	case <-p.before:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// leave lets the next one go on, as soon as those before have left too.
func (p *place) leave() {
	defer p.line.open.Done()
	go func() {
		if p.before != nil {
			<-p.before
		}
		p.line.mu.Lock()
		defer p.line.mu.Unlock()
		if p.line.last[p.person] == p.gone {
			delete(p.line.last, p.person)
		}
		close(p.gone)
	}()
}

// close waits until nobody is in line.
func (l *line) close() { l.open.Wait() }
