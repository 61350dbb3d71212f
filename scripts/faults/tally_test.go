package main

import (
	"testing"

	"bangfu/scripts/bigfarm"
	"bangfu/service/model"
)

// TestTally: what is not as it must be is never counted as good.
func TestTally(t *testing.T) {
	mine, other := "户号:"+bigfarm.Household(7), "户号:"+bigfarm.Household(8)
	row := func(s model.MessageState) *model.Message { return &model.Message{State: s, Reason: "because"} }
	for _, c := range []struct {
		what     string
		received []string
		row      *model.Message // nil: never asked for
		good     bool
	}{
		{"sent", []string{mine}, row(model.MessageAccepted), true},
		{"arrived", []string{mine}, row(model.MessageArrived), true},
		{"unknown, received", []string{mine}, row(model.MessageUnknown), true},
		{"unknown, not received", nil, row(model.MessageUnknown), true},
		{"by hand, with a reason", nil, row(model.MessageByHand), true},
		{"by hand, without", nil, &model.Message{State: model.MessageByHand}, false},
		{"by hand, but received", []string{mine}, row(model.MessageByHand), false},
		{"twice", []string{mine, mine}, row(model.MessageAccepted), false},
		{"twice, unknown", []string{mine, mine}, row(model.MessageUnknown), false},
		{"somebody else's", []string{other}, row(model.MessageAccepted), false},
		{"never asked for", nil, nil, false},
		{"said to be sent", nil, row(model.MessageAccepted), false},
		{"expired", nil, row(model.MessageExpired), false},
		{"failed, but received", []string{mine}, row(model.MessageFailed), false},
		{"stuck", []string{mine}, row(model.MessageSending), false},
		{"waiting", nil, row(model.MessageQueued), false},
	} {
		count := tally{due: 1, counted: true}
		var m model.Message
		if c.row != nil {
			m = *c.row
		}
		if problem := count.add(7, c.received, m, c.row != nil); (problem == "") != c.good || count.good() != c.good {
			t.Errorf("%s: %q, %s", c.what, problem, count)
		}
	}
	for _, c := range []tally{{due: 1}, {due: 1, counted: true}, {due: 1, counted: true, once: 1, jobs: 1}} {
		if c.good() {
			t.Errorf("good: %s", c)
		}
	}
}
