package notify_test

import (
	"fmt"
	"net/http"
	"testing"

	"bangfu/cmd/app/apptest"
	"bangfu/service/model"
)

// TestAReportCostsThreeCommands: WeChat's report on a reminder asks the database at most three times, however many
// broadcasts there have been.
func TestAReportCostsThreeCommands(t *testing.T) {
	f := newFarm(t)
	f.Faults(doc{"callbacks": doc{"lose": 1000}})
	f.TurnTo("2018-01-02", 18)
	apptest.EventuallyAll(t, "the reminders are accepted", func() bool { return f.reminders(t, "T-3")[model.MessageAccepted] == len(f.owed) })
	for i := range 30 {
		b := model.Broadcast{ID: fmt.Sprintf("b-%03d", i), Record: model.NewRecord(f.Clock.Now(), "test"), State: model.BroadcastFinished, Frozen: true, FinishedAt: f.Clock.Now()}
		must(t, f.Store().InsertBroadcast(t.Context(), b))
	}
	list, err := f.Store().MessagesUnder(t.Context(), "rem:2018-01:T-3:")
	must(t, err)
	deliveries, err := f.Store().DeliveriesTo(t.Context(), list[0].IdentityID)
	must(t, err)
	if len(deliveries) != 1 {
		t.Fatalf("%+v", deliveries)
	}
	f.Faults(doc{})
	apptest.EventuallyAll(t, "nothing is left to do", func() bool { n, err := f.Store().CountJobs(t.Context()); return err == nil && n == 0 })

	about := []string{"broadcasts", "broadcast_recipients", "broadcast_reports", "deliveries", "unmatched_sends", "messages", "inbox", "inbox_answers", "identities", "accounts"}
	f.Commands.Reset()
	openID, wechatID := list[0].IdentityID[len("oa:"):], deliveries[0].ID[len("oa/"):]
	push := fmt.Sprintf("<xml><ToUserName><![CDATA[gh_1]]></ToUserName><FromUserName><![CDATA[%s]]></FromUserName><CreateTime>1514880000</CreateTime>"+
		"<MsgType><![CDATA[event]]></MsgType><Event><![CDATA[TEMPLATESENDJOBFINISH]]></Event><MsgID>%s</MsgID><Status><![CDATA[success]]></Status></xml>", openID, wechatID)
	if a := f.Call(http.MethodPost, "/wechat/oa"+apptest.SignedQuery(f.Clock.Now()), "", push); a.Status != http.StatusOK {
		t.Fatalf("%d %s", a.Status, a.Body)
	}
	if n := f.Commands.About(about...); n == 0 || n > 3 {
		t.Errorf("%d commands:\n%s", n, f.Commands)
	}
	if m, err := f.Store().Message(t.Context(), list[0].ID); err != nil || m.State != model.MessageArrived {
		t.Errorf("%s, %v", m.State, err)
	}
}
