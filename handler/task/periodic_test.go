package task

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"bangfu/repo/queue"

	"github.com/prometheus/client_golang/prometheus"
)

// TestEveryTypeOfWorkHasAHandler: work that can be queued and that nobody does would be put off for ever.
func TestEveryTypeOfWorkHasAHandler(t *testing.T) {
	w := New(Services{}, prometheus.NewRegistry())
	types := queue.Types()
	for _, typ := range types {
		if queue.InChunks(typ) != (typ == queue.SendMessage) {
			t.Errorf("%s: chunks are of messages", typ)
		}
		if !queue.InChunks(typ) && w.handlers[typ] == nil {
			t.Errorf("nobody does %s", typ)
		}
	}
	if len(types) < 10 || len(types) != len(w.handlers)+1 {
		t.Errorf("%d types, %d handlers", len(types), len(w.handlers))
	}
}

// TestSlowWorkKeepsNothingWaiting: while one row hangs the others are done again and again, it is not begun a second time,
// and it has a limit. The end waits for it.
func TestSlowWorkKeepsNothingWaiting(t *testing.T) {
	w := New(Services{Now: time.Now, Log: slog.New(slog.DiscardHandler)}, prometheus.NewRegistry())
	began, done, ended := make(chan bool, 100), make(chan struct{}), make(chan struct{})
	hang := func(_ *Worker, ctx context.Context) error {
		_, limited := ctx.Deadline()
		began <- limited
		<-ctx.Done()
		return ctx.Err()
	}
	quick := func(_ *Worker, ctx context.Context) error {
		select {
		case done <- struct{}{}:
		case <-ctx.Done():
		}
		return nil
	}
	turned := make(chan struct{})
	ctx, stop := context.WithCancel(t.Context())
	go func() {
		w.runTable(ctx, turned, []periodic{
			{name: "hangs", due: each, first: true, limit: time.Hour, run: hang},
			{name: "is quick", due: each, first: true, limit: time.Hour, run: quick},
		})
		close(ended)
	}()
	for range 3 {
		turned <- struct{}{}
		<-done
	}
	if limited := <-began; !limited {
		t.Error("it has no limit")
	}
	if len(began) > 0 {
		t.Error("it was begun again while it ran")
	}
	stop()
	<-ended
}

// TestPeriodicWorkIsWhole: every row says who it is, when and for how long at most.
func TestPeriodicWorkIsWhole(t *testing.T) {
	names := map[string]bool{}
	for _, p := range table {
		if p.name == "" || names[p.name] || p.due == nil || p.limit <= 0 || p.run == nil {
			t.Errorf("%+v", p.name)
		}
		names[p.name] = true
	}
}
