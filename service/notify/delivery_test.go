package notify_test

import (
	"testing"
	"time"

	"bangfu/repo"
	"bangfu/repo/queue"
	"bangfu/service/model"
)

// TestAReportBeforeTheOutcome: WeChat reports before the sender has written down that the message went. Whoever does
// the work again finds the report, a good one and a bad one.
func TestAReportBeforeTheOutcome(t *testing.T) {
	for result, want := range map[string]model.MessageState{"success": model.MessageArrived, "failed:user block": model.MessageQueued} {
		o := open(t)
		m := o.message(t, "m")
		must(t, o.store.ClaimMessage(t.Context(), m.ID, "template", o.now().Add(time.Minute)))
		_, err := o.store.Deliver(t.Context(), model.Delivery{ID: "oa/7", IdentityID: m.IdentityID, Way: "template", MessageID: m.ID, At: o.now()})
		must(t, err)

		must(t, o.Delivered(t.Context(), model.Identity{ID: m.IdentityID, Channel: model.ChannelOA}, "7", result))
		job, err := o.store.Job(t.Context(), queue.SendMessage+"|"+m.ID)
		if err != nil || job.Asked == 0 {
			t.Fatalf("%s: nobody is asked to look again: %+v, %v", result, job, err)
		}
		must(t, o.store.SettleMessage(t.Context(), m.ID, repo.Settlement{State: model.MessageAccepted, Way: "template", At: o.now()}))
		must(t, o.Send(t.Context(), m.ID))
		if m, err = o.store.Message(t.Context(), m.ID); err != nil || m.State != want {
			t.Errorf("%s: it is %s, %v", result, m.State, err)
		}
	}
}

// TestAPlaceOfTheDay: places of a day are taken before anything is sent, and given back where nothing went.
func TestAPlaceOfTheDay(t *testing.T) {
	o := open(t)
	m := o.message(t, "m")
	day := model.DateOf(o.now())
	if err := o.Send(t.Context(), m.ID); err == nil {
		t.Error("somebody answers at WeChat's address")
	}
	for want := 1; want <= 3; want++ {
		if n, err := o.store.TakeSent(t.Context(), m.IdentityID, day); err != nil || n != want {
			t.Errorf("place %d, want %d, %v", n, want, err)
		}
	}
	must(t, o.store.GiveSent(t.Context(), m.IdentityID, day))
	if n, err := o.store.TakeSent(t.Context(), m.IdentityID, day); err != nil || n != 3 {
		t.Errorf("place %d after one was given back, %v", n, err)
	}
}
