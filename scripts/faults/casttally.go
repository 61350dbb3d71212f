package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"strings"
	"time"

	"bangfu/repo/wechat/wxsim"
	"bangfu/scripts/bigfarm"
	"bangfu/service/model"
)

func wxsimUser(i int) wxsim.User { return wxsim.User{ID: bigfarm.Follower(i)} }

// castTally is what became of the recipients of the broadcasts.
type castTally struct {
	due, broadcasts int
	once            int // said to be sent, and received once
	unknown         int // listed as unknown; arrived says how many of them were received
	arrived         int
	refused         int // listed with WeChat's refusal
	twice           int // received more than once: a violation, as everything below
	missing         int // in no list
	falsely         int // said to be sent but not received, or received but said not to be sent
	unsettled       int
	finished        int   // broadcasts that say so
	miscounted      int   // broadcasts whose counts are not those of their rows
	jobs            int64 // left in the outbox
	counted         bool
	seed            uint64
	took            time.Duration
	did             map[string]int
}

// good reports whether every recipient ended as they must.
func (t castTally) good() bool {
	return t.counted && t.twice+t.missing+t.falsely+t.unsettled+t.miscounted == 0 && t.jobs == 0 &&
		t.finished == t.broadcasts && t.once+t.unknown+t.refused == t.due
}

// String is the last line of the run.
func (t castTally) String() string {
	word := "FAILED"
	if t.good() {
		word = "OK"
	}
	return fmt.Sprintf("%s: %d broadcasts, %d finished; %d due, %d received once, %d unknown and listed (%d of them received), %d refused; "+
		"%d repeats, %d missing, %d wrong, %d unsettled, %d miscounted, %d jobs left; %s; %s, seed %d",
		word, t.broadcasts, t.finished, t.due, t.once, t.unknown, t.arrived, t.refused, t.twice, t.missing, t.falsely, t.unsettled,
		t.miscounted, t.jobs, summary(t.did), t.took.Round(time.Second), t.seed)
}

// count compares what the simulator delivered with what the database says.
func (c *casts) count(ctx context.Context, t *castTally) (err error) {
	if t.jobs, err = c.store.CountJobs(ctx); err != nil {
		return err
	}
	received := map[int][]string{}
	for i := range castGroups * castPeople {
		if received[i], err = c.received(ctx, i); err != nil {
			return err
		}
	}
	for k, id := range c.ids {
		rows, counts := map[string]model.Recipient{}, map[string]int{}
		note := func(r model.Recipient) error {
			rows[r.CadreID] = r
			counts[string(r.State)]++
			return nil
		}
		if err := errors.Join(c.store.EachRecipient(ctx, id, note), c.store.EachWaiting(ctx, id, note)); err != nil {
			return err
		}
		b, err := c.store.Broadcast(ctx, id)
		if err != nil {
			return err
		}
		t.addBroadcast(b, counts)
		for i := range castPeople {
			person := castPerson(k, i)
			row, listed := rows[bigfarm.Cadre(person)]
			if problem := t.add(copies(received[person], k), row, listed); problem != "" {
				fmt.Printf("%s %s: %s; row %q %q try %d\n", castMark(k), bigfarm.Cadre(person), problem, row.State, row.Reason, row.Try)
			}
		}
	}
	t.counted = true
	return nil
}

// copies is how many of the texts are the k-th broadcast's.
func copies(texts []string, k int) (n int) {
	for _, text := range texts {
		if strings.HasPrefix(text, castMark(k)) {
			n++
		}
	}
	return n
}

// addBroadcast compares what a broadcast says of itself with its rows.
func (t *castTally) addBroadcast(b model.Broadcast, rows map[string]int) {
	if b.State == model.BroadcastFinished {
		t.finished++
	}
	if !maps.Equal(b.Counts, rows) {
		t.miscounted++
		fmt.Printf("%s: says %v, has %v\n", b.Title, b.Counts, rows)
	}
}

// add counts one recipient, who received n copies, and says what is wrong with it.
func (t *castTally) add(n int, row model.Recipient, listed bool) string {
	if n > 1 {
		t.twice++
		return fmt.Sprintf("received %d times", n)
	}
	switch {
	case !listed:
		t.missing++
		return "in no list"
	case row.State == model.RecipientPending:
		t.unsettled++
		return "not settled"
	case row.State == model.RecipientUnknown:
		t.unknown++
		t.arrived += n
	case row.State == model.RecipientFailed && row.ErrCode != 0 && n == 0:
		t.refused++
	case row.State == model.RecipientAccepted && n == 1:
		t.once++
	case n == 0:
		t.falsely++
		return "not received"
	default:
		t.falsely++
		return "received"
	}
	return ""
}
