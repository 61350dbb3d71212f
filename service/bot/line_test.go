package bot

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
)

// TestLineKeepsTheOrderOfArrival lets the last in line begin to wait first.
func TestLineKeepsTheOrderOfArrival(t *testing.T) {
	l := newLine()
	const people = 20
	places := make([]*place, people)
	for i := range places {
		places[i] = l.join("one")
	}
	var mu sync.Mutex
	var order []int
	var all sync.WaitGroup
	for i, p := range slices.Backward(places) {
		all.Go(func() {
			if err := p.wait(context.Background()); err != nil {
				t.Error(err)
			}
			mu.Lock()
			order = append(order, i)
			mu.Unlock()
			p.leave()
		})
	}
	all.Wait()
	if !slices.IsSorted(order) || len(order) != people {
		t.Errorf("order %v", order)
	}
	l.close()
}

func TestLinesDoNotWaitForEachOther(t *testing.T) {
	l := newLine()
	first, other := l.join("one"), l.join("two")
	if err := other.wait(context.Background()); err != nil {
		t.Fatal(err)
	}
	other.leave()
	first.leave()
	l.close()
}

// TestLeavingEarlyKeepsThoseBefore lets the one in the middle give up: the last still waits for the first.
func TestLeavingEarlyKeepsThoseBefore(t *testing.T) {
	l := newLine()
	first, middle, last := l.join("one"), l.join("one"), l.join("one")
	middle.leave()
	gone, cancel := context.WithCancel(context.Background())
	cancel()
	if err := last.wait(gone); !errors.Is(err, context.Canceled) {
		t.Errorf("the last did not wait: %v", err)
	}
	first.leave()
	if err := last.wait(context.Background()); err != nil {
		t.Error(err)
	}
	last.leave()
	l.close()
}
