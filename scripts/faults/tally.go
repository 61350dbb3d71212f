package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"bangfu/scripts/bigfarm"
	"bangfu/service/model"
)

// tally is what became of the reminders.
type tally struct {
	due       int
	once      int // known to be received, and received once
	unknown   int // listed as unknown; arrived says how many of them were received
	arrived   int
	byHand    int // listed with a reason
	twice     int // received more than once: a violation, as everything below
	missing   int // neither received nor listed
	falsely   int // said to be sent but not received, or received but said not to be sent
	unsettled int
	jobs      int64 // left in the outbox
	counted   bool
	seed      uint64
	took      time.Duration
	did       map[string]int
}

// good reports whether every reminder ended as it must.
func (t tally) good() bool {
	return t.counted && t.twice+t.missing+t.falsely+t.unsettled == 0 && t.jobs == 0 && t.once+t.unknown+t.byHand == t.due
}

// String is the last line of the run.
func (t tally) String() string {
	verdict := "FAILED"
	if t.good() {
		verdict = "OK"
	}
	return fmt.Sprintf("%s: %d due, %d received once, %d unknown (%d of them received), %d by hand; "+
		"%d twice, %d missing, %d wrong, %d unsettled, %d jobs left; %s; %s, seed %d",
		verdict, t.due, t.once, t.unknown, t.arrived, t.byHand, t.twice, t.missing, t.falsely, t.unsettled, t.jobs,
		summary(t.did), t.took.Round(time.Second), t.seed)
}

// count compares what the simulator delivered with what the database says.
func (s *scene) count(ctx context.Context, t *tally) error {
	rows, err := s.messages(ctx)
	if err != nil {
		return err
	}
	if t.jobs, err = s.store.CountJobs(ctx); err != nil {
		return err
	}
	for i := range t.due {
		texts, err := s.received(ctx, i)
		if err != nil {
			return err
		}
		row, asked := rows[i]
		if problem := t.add(i, texts, row, asked); problem != "" {
			fmt.Printf("%s: %s; row %q %q attempts %d\n", bigfarm.Cadre(i), problem, row.State, row.Reason, row.Attempts)
		}
	}
	t.counted = true
	return nil
}

// add counts one cadre's reminder and says what is wrong with it.
func (t *tally) add(i int, texts []string, row model.Message, asked bool) string {
	n := len(texts)
	if n > 1 {
		t.twice++
		return fmt.Sprintf("received %d times", n)
	}
	if n == 1 && !strings.Contains(texts[0], bigfarm.Household(i)) {
		t.falsely++
		return "received somebody else's"
	}
	switch {
	case !asked:
		t.missing++
		return "never asked for"
	case row.State == model.MessageQueued || row.State == model.MessageSending:
		t.unsettled++
		return "not settled"
	case row.State == model.MessageUnknown:
		t.unknown++
		t.arrived += n
	case row.State == model.MessageByHand && row.Reason != "" && n == 0:
		t.byHand++
	case (row.State == model.MessageAccepted || row.State == model.MessageArrived) && n == 1:
		t.once++
	case n == 0:
		t.missing++
		return "not received"
	default:
		t.falsely++
		return "received"
	}
	return ""
}
