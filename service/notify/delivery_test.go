package notify_test

import (
	"testing"
	"time"

	"bangfu/repo"
	"bangfu/service/model"
	"bangfu/service/notify"
)

// TestAReportBeforeTheOutcome: WeChat reports before the sender has written down that the message went. Whoever comes
// second finds the other's side, a good one and a bad one; also when the sender crashes in between.
func TestAReportBeforeTheOutcome(t *testing.T) {
	for result, want := range map[string]model.MessageState{"success": model.MessageArrived, "failed:user block": model.MessageQueued} {
		o := open(t)
		m := o.message(t, "m")
		_, err := o.store.WriteMessages(t.Context(), nil, []string{m.ID}, o.now().Add(time.Minute))
		must(t, err)
		to := model.Identity{ID: m.IdentityID, Channel: model.ChannelOA}
		must(t, o.Delivered(t.Context(), to, "7", result))
		joined := notify.Joined{Key: m.ID, To: to, Way: "template", WechatID: "7"}
		must(t, o.Joinable(t.Context(), joined))
		accepted := repo.Settled{MessageID: m.ID, Settlement: repo.Settlement{State: model.MessageAccepted, Way: "template", At: o.now()}}
		_, err = o.store.WriteMessages(t.Context(), []repo.Settled{accepted}, nil, time.Time{})
		must(t, err)
		// The sender crashes here, before it looks; whoever does the work again looks.
		_, err = o.Send(t.Context(), m.ID)
		must(t, err)
		if m, err = o.store.Message(t.Context(), m.ID); err != nil || m.State != want {
			t.Errorf("%s: it is %s, %v", result, m.State, err)
		}
	}
}

// TestAPlaceOfTheDay: the places of a person's day are of messages. One that is claimed and whose process crashes has
// its own place again, and gives it back where nothing went.
func TestAPlaceOfTheDay(t *testing.T) {
	o := open(t)
	m := o.message(t, "m")
	day, places := model.DateOf(o.now()), map[string][]string{m.IdentityID: {m.ID}}
	for range 2 {
		before, err := o.store.ReserveSends(t.Context(), places, day)
		if err != nil || len(before[m.ID].Before) != 0 {
			t.Errorf("%v are before its own, %v", before[m.ID], err)
		}
	}
	if failed, err := o.Send(t.Context(), m.ID); err != nil || failed[m.ID] == nil {
		t.Errorf("somebody answers at WeChat's address: %v", err)
	}
	before, err := o.store.ReserveSends(t.Context(), map[string][]string{m.IdentityID: {"another"}}, day)
	if err != nil || len(before["another"].Before) != 0 {
		t.Errorf("%v are taken after one was given back, %v", before["another"], err)
	}
}
