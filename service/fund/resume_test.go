package fund_test

import (
	"log/slog"
	"testing"

	"bangfu/cmd/app/apptest"
	"bangfu/service/fund"
	"bangfu/service/ledger"
	"bangfu/service/model"
	"bangfu/service/notify"
)

// TestResume has a move that was settled after the books were read, and one that the quantity does not know.
func TestResume(t *testing.T) {
	r := apptest.Boot(t)
	ctx, s, now := t.Context(), r.Store(), r.Clock.Now
	before, err := s.Item(ctx, "FLOUR")
	if err != nil {
		t.Fatal(err)
	}
	out := model.Move{
		ID: "late-out", Record: model.NewRecord(now(), "staff:finance"), ItemID: "FLOUR", Kind: model.MoveOut, Quantity: 2, Value: 9000, On: "2017-12-27",
		HouseholdID: "H-001", Fund: "扶贫救助基金", State: model.MoveDone,
	}
	in := model.Move{
		ID: "late-in", Record: model.NewRecord(now(), "staff:finance"), ItemID: "FLOUR", Kind: model.MoveIn, Quantity: 7, Value: 9000, On: "2017-12-27",
		Source: "买进", State: model.MoveDone,
	}
	for _, m := range []model.Move{out, in} {
		if err := s.InsertMove(ctx, m); err != nil {
			t.Fatal(err)
		}
	}
	goods := fund.New(s, ledger.New(s, now), notify.New(s, nil, nil, nil, now, slog.New(slog.DiscardHandler)), now)
	for range 2 { // doing it again changes nothing
		if err := goods.Resume(ctx); err != nil {
			t.Fatal(err)
		}
		after, err := s.Item(ctx, "FLOUR")
		if err != nil || after.Quantity != before.Quantity+5 {
			t.Errorf("%d in stock, %d before: %v", after.Quantity, before.Quantity, err)
		}
	}
	if e, err := s.Entry(ctx, out.EntryID()); err != nil || e.Amount != 9000 || e.HouseholdID != "H-001" {
		t.Errorf("%+v %v", e, err)
	}
	if m, err := s.Move(ctx, out.ID); err != nil || m.State != model.MoveDone {
		t.Errorf("%+v %v", m, err)
	}
	if wrong, err := goods.Recount(ctx); err != nil || len(wrong) > 0 {
		t.Errorf("%v %v", wrong, err)
	}
}
