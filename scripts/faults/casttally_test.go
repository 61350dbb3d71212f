package main

import (
	"testing"

	"bangfu/service/model"
)

// TestCastTally: what is not as it must be is never counted as good.
func TestCastTally(t *testing.T) {
	row := func(s model.RecipientState, code int64) *model.Recipient {
		return &model.Recipient{State: s, ErrCode: code}
	}
	for _, c := range []struct {
		what   string
		copies int
		row    *model.Recipient // nil: in no list
		good   bool
	}{
		{"sent", 1, row(model.RecipientAccepted, 0), true},
		{"unknown, received", 1, row(model.RecipientUnknown, 0), true},
		{"unknown, not received", 0, row(model.RecipientUnknown, 0), true},
		{"refused", 0, row(model.RecipientFailed, 43004), true},
		{"refused, but received", 1, row(model.RecipientFailed, 43004), false},
		{"failed for no reason", 0, row(model.RecipientFailed, 0), false},
		{"twice", 2, row(model.RecipientAccepted, 0), false},
		{"twice, unknown", 2, row(model.RecipientUnknown, 0), false},
		{"said to be sent", 0, row(model.RecipientAccepted, 0), false},
		{"skipped", 0, row(model.RecipientSkipped, 0), false},
		{"still waiting", 0, row(model.RecipientPending, 0), false},
		{"forgotten", 0, nil, false},
		{"forgotten, but received", 1, nil, false},
	} {
		count := castTally{due: 1, counted: true}
		var r model.Recipient
		if c.row != nil {
			r = *c.row
		}
		if problem := count.add(c.copies, r, c.row != nil); (problem == "") != c.good || count.good() != c.good {
			t.Errorf("%s: %q, %s", c.what, problem, count)
		}
	}
	if n := copies([]string{castMark(1) + ":好", castMark(11), castMark(1)}, 1); n != 2 {
		t.Errorf("%d copies", n)
	}
	rows := map[string]int{"accepted": 2}
	for _, c := range []struct {
		b    model.Broadcast
		good bool
	}{
		{model.Broadcast{State: model.BroadcastFinished, Counts: map[string]int{"accepted": 2}}, true},
		{model.Broadcast{State: model.BroadcastFinished, Counts: map[string]int{"accepted": 1}}, false},
		{model.Broadcast{State: model.BroadcastPaused, Counts: map[string]int{"accepted": 2}}, false},
	} {
		count := castTally{broadcasts: 1, counted: true}
		if count.addBroadcast(c.b, rows); count.good() != c.good {
			t.Errorf("%+v: %s", c.b, count)
		}
	}
	for _, c := range []castTally{{due: 1}, {due: 1, counted: true}, {due: 1, counted: true, once: 1, jobs: 1}} {
		if c.good() {
			t.Errorf("good: %s", c)
		}
	}
}
