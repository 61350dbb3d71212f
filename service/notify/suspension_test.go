package notify_test

import (
	"fmt"
	"testing"
	"time"

	"bangfu/repo/queue"
	"bangfu/service/model"
)

// TestNobodyAnswers: where no connection comes about, messages wait, whole and unmarked; after a few calls the account is
// suspended, and is probed by one call when its rest is over.
func TestNobodyAnswers(t *testing.T) {
	o := open(t)
	var ids []string
	for i := range 120 {
		m := o.message(t, fmt.Sprintf("m-%03d", i))
		ids = append(ids, m.ID)
	}
	for chunk := 0; chunk < len(ids); chunk += queue.Chunk {
		part := ids[chunk:min(chunk+queue.Chunk, len(ids))]
		failed, err := o.Send(t.Context(), part...)
		must(t, err)
		if len(failed) != len(part) {
			t.Errorf("%d of %d are to be tried again", len(failed), len(part))
		}
	}
	hold := func() model.ChannelSuspension {
		h, err := o.store.ChannelSuspension(t.Context(), "oa/all")
		must(t, err)
		return h
	}
	if h := hold(); h.Reason != model.SuspensionOutage || h.Tries != 0 {
		t.Errorf("%+v", h)
	}
	o.turnTo(hold().Until)
	_, err := o.Send(t.Context(), ids[0])
	must(t, err)
	if h := hold(); h.Tries != 1 || !h.Until.After(o.now()) {
		t.Errorf("not probed: %+v", h)
	}
	list, err := o.store.MessagesByID(t.Context(), ids)
	must(t, err)
	for _, m := range list {
		if m.State != model.MessageQueued || m.Attempts > 1 {
			t.Errorf("%s is %s after %d attempts", m.ID, m.State, m.Attempts)
		}
	}
	o.turnTo(o.now().Add(2 * time.Hour))
	_, err = o.Send(t.Context(), ids...)
	must(t, err)
	if m, err := o.store.Message(t.Context(), ids[0]); err != nil || m.State != model.MessageExpired {
		t.Errorf("%s, %v", m.State, err)
	}
}
