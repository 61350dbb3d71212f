package wechat

import (
	"testing"
	"time"
)

// TestPace lets a process that has gone mad ask all day long, a hundred times a second.
func TestPace(t *testing.T) {
	now := time.Date(2017, 12, 28, 0, 0, 0, 0, time.UTC)
	tok := &tokens{now: func() time.Time { return now }}
	tok.usual, tok.forced, tok.forcedDaily = fetchPaces()
	usual, forced := 0, 0
	for range 24 * 60 * 60 * 10 {
		now = now.Add(100 * time.Millisecond)
		if tok.mayFetch(false) == nil {
			usual++
		}
		if tok.mayFetch(true) == nil {
			forced++
		}
	}
	if usual > 50_000 || usual < 40_000 || forced > 20 || forced < 1 {
		t.Errorf("%d calls and %d forced in a day", usual, forced)
	}
}

func TestPaceLetsABurstPass(t *testing.T) {
	now := time.Date(2017, 12, 28, 0, 0, 0, 0, time.UTC)
	p := pace{n: 3, per: time.Minute}
	for range 3 {
		if !p.allow(now) {
			t.Fatal("the burst was held")
		}
	}
	if p.allow(now.Add(59 * time.Second)) {
		t.Error("a fourth within the minute")
	}
	if !p.allow(now.Add(time.Minute)) {
		t.Error("held after the minute")
	}
}
