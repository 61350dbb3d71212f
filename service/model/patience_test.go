package model_test

import (
	"context"
	"testing"
	"time"

	"bangfu/service/model"
)

func TestPatience(t *testing.T) {
	for p, want := range map[model.Patience]time.Duration{-1: time.Second, 0: time.Second, 1: time.Second, 250: 250 * time.Second} {
		if got := p.Of(time.Second); got != want {
			t.Errorf("%d: %s", p, got)
		}
	}
}

func TestAShareOfTheTime(t *testing.T) {
	whole, cancel := context.WithTimeout(t.Context(), 4*time.Hour)
	defer cancel()
	end, _ := whole.Deadline()
	part, done := model.Share(whole, 4)
	defer done()
	if got, limited := part.Deadline(); !limited || got.After(end.Add(-2*time.Hour)) {
		t.Errorf("a quarter of what ends %s ends %s", end, got)
	}
	free, done := model.Share(t.Context(), 4)
	defer done()
	if got, limited := free.Deadline(); limited {
		t.Errorf("a quarter of all time ends %s", got)
	}
}
