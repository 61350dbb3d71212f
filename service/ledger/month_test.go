package ledger_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"bangfu/repo/repotest"
	"bangfu/service/model"
)

func TestAClosedMonth(t *testing.T) {
	b := open(t)
	first := b.post(line("k", "H-001", "2017-12-05", 500))
	_, err := b.Close(t.Context(), finance, "2018-01")
	refused(t, err, "month_not_over")
	m := must(b.Close(t.Context(), finance, "2017-12"))(t)
	if m.State != model.MonthClosed || m.ClosedName != "财务" || m.Closed != (model.Sum{Amount: 500, Count: 1}) {
		t.Errorf("%+v", m)
	}
	if again := must(b.Close(t.Context(), closer("other", "别人"), "2017-12"))(t); again.ClosedName != "财务" {
		t.Errorf("%+v", again)
	}
	_, err = b.Post(t.Context(), "test", line("k2", "H-001", "2017-12-06", 1))
	if e := refused(t, err, "month_closed"); !strings.Contains(e.Msg, "财务") || !strings.Contains(e.Msg, "2018-01-10 12:00") {
		t.Error(e.Msg)
	}
	// What is in the books may be sent again, and another line under its key is still another one.
	if there := b.post(line("k", "H-001", "2017-12-05", 500)); !there.CreatedAt.Equal(first.CreatedAt) {
		t.Errorf("%+v", there)
	}
	_, err = b.Post(t.Context(), "test", line("k", "H-001", "2017-12-05", 501))
	refused(t, err, "key_used")
	if b := must(b.MonthsOf(t.Context(), 2017))(t)[11]; b.Differs() || b.Now != m.Closed {
		t.Errorf("%+v", b)
	}
	must(b.Reopen(t.Context(), finance, "2017-12", "漏了一笔"))(t)
	_, err = b.Reopen(t.Context(), finance, "2017-12", "再开")
	refused(t, err, "month_not_closed")
	b.post(line("k2", "H-001", "2017-12-06", 1))
	if m = must(b.Close(t.Context(), finance, "2017-12"))(t); m.Closed != (model.Sum{Amount: 501, Count: 2}) {
		t.Errorf("%+v", m)
	}
}

// TestDraftsKeepAMonthOpen closes a month while a batch waits and while a posting is under way.
func TestDraftsKeepAMonthOpen(t *testing.T) {
	b := open(t)
	ctx := t.Context()
	batch := model.Import{
		ID: "entries:x", Kind: model.SheetEntries, File: "十二月.xlsx", State: model.ImportChecked, CheckedAt: b.now, Months: []model.Period{"2017-12"},
	}
	if err := b.store.PutImport(ctx, batch); err != nil {
		t.Fatal(err)
	}
	must(b.Close(ctx, finance, "2017-11"))(t)
	b.post(line("before", "H-001", "2017-12-05", 1))
	must(b.store.BeginPosting(ctx, "2017-12", "slow", b.now))(t)
	_, err := b.Close(ctx, finance, "2017-12")
	e := refused(t, err, "month_has_drafts")
	if len(e.Why) != 2 || e.Why[0].Code != "open_batch" || !strings.Contains(e.Why[0].Msg, "十二月.xlsx") || e.Why[1].Code != "posting_under_way" {
		t.Errorf("%+v", e.Why)
	}
	b.post(line("still open", "H-001", "2017-12-05", 1)) // the closing was called off
	batch.State = model.ImportDone
	if err := b.store.PutImport(ctx, batch); err != nil {
		t.Fatal(err)
	}
	_, err = b.Close(ctx, finance, "2017-12")
	if e := refused(t, err, "month_has_drafts"); len(e.Why) != 1 {
		t.Errorf("%+v", e.Why)
	}
	// Who began a minute ago and is not done has died; half of it may be there.
	if err := b.store.InsertEntry(ctx, line("slow", "H-001", "2017-12-07", 7)); err != nil {
		t.Fatal(err)
	}
	b.now = b.now.Add(2 * time.Minute)
	m := must(b.Close(ctx, finance, "2017-12"))(t)
	st := must(b.Statement(ctx, house("H-001"), 2017))(t)
	if m.Closed != (model.Sum{Amount: 9, Count: 3}) || st.Total != 9 {
		t.Errorf("%+v, statement %d", m.Closed, st.Total)
	}
}

// TestPostingsAgainstAClosing lets many hands post while one closes: whatever went in before is in the sum
// that was closed, and nothing after.
func TestPostingsAgainstAClosing(t *testing.T) {
	repotest.Raced(t)
	b := open(t)
	var all sync.WaitGroup
	for i := range 12 {
		all.Go(func() {
			for j := range 4 {
				_, err := b.Post(t.Context(), "test", line(fmt.Sprint(i, "-", j), fmt.Sprint("H-00", i%3), "2017-12-05", 1))
				var e *model.Error
				if err != nil && (!errors.As(err, &e) || e.Code != "month_closed") {
					t.Error(err)
				}
			}
		})
	}
	var m model.Month
	for range 1000 {
		var err error
		if m, err = b.Close(t.Context(), finance, "2017-12"); err == nil {
			break
		}
		refused(t, err, "month_has_drafts")
	}
	all.Wait()
	if m.State != model.MonthClosed {
		m = must(b.Close(t.Context(), finance, "2017-12"))(t)
	}
	if s := b.spent(); s != m.Closed {
		t.Errorf("closed with %+v, now %+v", m.Closed, s)
	}
}
