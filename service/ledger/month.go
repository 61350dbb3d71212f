package ledger

import (
	"context"
	"fmt"
	"slices"
	"time"

	"bangfu/service/access"
	"bangfu/service/model"
)

func newMonth(p model.Period, now time.Time) model.Month {
	return model.Month{ID: string(p), Record: model.NewRecord(now, "ledger"), State: model.MonthOpen, PostingAt: time.Unix(0, 0).UTC()}
}

var (
	errNotOver   = model.NewError(model.KindConflict, "month_not_over", "这个月还没有过完,过完才能关账")
	errDrafts    = model.NewError(model.KindConflict, "month_has_drafts", "这个月还有没记完的账,不能关账")
	errNotClosed = model.NewError(model.KindConflict, "month_not_closed", "这个月没有关账")
	errReopened  = model.NewError(model.KindConflict, "month_reopened", "刚才有人把这个月又打开了")
)

// Close closes the books of a month, in the name of the member of staff. KindConflict with each reason when
// something of it is still a draft: a batch that was checked and is not in, a posting under way. Closing a
// closed month changes nothing.
//
// No entry can slip in behind the sums that are kept with the closing. First the state is set to closing;
// from then on no posting begins, because beginning is one write that only an open month accepts, and no
// batch begins, because it looks at the month after it has been marked as under way. Then the drafts are
// counted; so whoever began before stands among them, and the closing is called off. A crash leaves a month
// that is closing: it takes nothing, and the next Close goes on.
func (s *Service) Close(ctx context.Context, farm access.Farm, p model.Period) (model.Month, error) {
	if p >= model.DateOf(s.now()).Period() {
		return model.Month{}, errNotOver
	}
	if err := s.Settle(ctx); err != nil { // who died in a posting does not keep the month open
		return model.Month{}, err
	}
	m, err := s.move(ctx, farm.Pass, p, "关账", func(m *model.Month) error {
		if m.State == model.MonthOpen {
			m.State = model.MonthClosing
		}
		return nil
	})
	if err != nil || m.State == model.MonthClosed {
		return m, err
	}
	drafts, err := s.drafts(ctx, m)
	if err != nil {
		return m, err
	}
	if len(drafts) > 0 {
		return s.callOff(ctx, farm.Pass, p, drafts)
	}
	total, err := s.sumOfMonth(ctx, p)
	if err != nil {
		return m, err
	}
	return s.move(ctx, farm.Pass, p, "关账", func(m *model.Month) error {
		switch m.State {
		case model.MonthOpen:
			return errReopened
		case model.MonthClosing:
			m.State, m.ClosedBy, m.ClosedName, m.ClosedAt, m.Closed = model.MonthClosed, farm.Actor(), farm.Staff().Name, s.now().UTC(), total
		}
		return nil
	})
}

func (s *Service) callOff(ctx context.Context, by access.Pass, p model.Period, why []model.Reason) (model.Month, error) {
	m, err := s.move(ctx, by, p, "关账没有办成", func(m *model.Month) error {
		if m.State == model.MonthClosing {
			m.State = model.MonthOpen
		}
		return nil
	})
	if err != nil {
		return m, err
	}
	refused := *errDrafts
	refused.Why = why
	return m, &refused
}

// Reopen lets a closed month take entries again, for a reason.
func (s *Service) Reopen(ctx context.Context, farm access.Farm, p model.Period, why string) (model.Month, error) {
	return s.move(ctx, farm.Pass, p, why, func(m *model.Month) error {
		if m.State == model.MonthOpen {
			return errNotClosed
		}
		m.State, m.ClosedBy, m.ClosedName, m.ClosedAt, m.Closed = model.MonthOpen, "", "", time.Time{}, model.Sum{}
		return nil
	})
}

// move changes the state of a month; one that was never posted into gets its books first.
func (s *Service) move(ctx context.Context, by access.Pass, p model.Period, why string, edit func(*model.Month) error) (model.Month, error) {
	if err := s.book(ctx, p); err != nil {
		return model.Month{}, err
	}
	return s.store.ChangeMonth(ctx, p, 0, by.ChangeInfo(s.now(), why), edit)
}

// drafts are the reasons why the month cannot be closed yet.
func (s *Service) drafts(ctx context.Context, m model.Month) ([]model.Reason, error) {
	why := []model.Reason{}
	batches, err := s.store.OpenBatches(ctx)
	if err != nil {
		return nil, err
	}
	for _, b := range batches {
		if !slices.Contains(b.Months, m.Period()) {
			continue
		}
		msg := fmt.Sprintf("“%s”（%s检查的）还没有导入，请导入或放弃", b.File, model.DateOf(b.CheckedAt).LongYear())
		if b.State == model.ImportCommitting {
			msg = fmt.Sprintf("“%s”只导入到第%d行,请接着导入", b.File, b.NextRow)
		}
		why = append(why, model.Reason{Code: "open_batch", Msg: msg})
	}
	moves, err := s.store.PlannedMoves(ctx)
	if err != nil {
		return nil, err
	}
	for _, v := range moves {
		if v.InBooks() && v.On.Period() == m.Period() {
			why = append(why, model.Reason{Code: "stock_under_way", Msg: fmt.Sprintf("%s%s的物品还没有记完", v.On.LongYear(), v.HouseholdID)})
		}
	}
	if n := len(m.Pending); n > 0 && s.now().Sub(m.PostingAt) < underWay {
		why = append(why, model.Reason{Code: "posting_under_way", Msg: fmt.Sprintf("有%d笔账正在记,请一分钟后再关", n)})
	}
	return why, nil
}

// sumOfMonth adds up the month's entries themselves.
func (s *Service) sumOfMonth(ctx context.Context, p model.Period) (total model.Sum, err error) {
	err = s.store.EachEntryOf(ctx, model.EntryFilter{From: p.First(), To: p.Last()}, func(e model.Entry) error {
		total, err = total.Add(model.Sum{Amount: e.Amount, Count: 1})
		return err
	})
	return total, err
}

// MonthBook is a month's books at a glance.
type MonthBook struct {
	model.Month
	Now    model.Sum      // what the entries come to today
	Drafts []model.Reason // why it could not be closed
}

// Differs reports whether a closed month has other entries now than when it was closed. That can only be
// when somebody wrote into the database past the books.
func (b MonthBook) Differs() bool { return b.State == model.MonthClosed && b.Now != b.Closed }

// MonthsOf the year with what they come to.
func (s *Service) MonthsOf(ctx context.Context, year int) ([]MonthBook, error) {
	first := model.NewDate(year, 1, 1).Period()
	months, err := s.months(ctx)
	if err != nil {
		return nil, err
	}
	cells, err := s.cellsOf(ctx, first, first.Add(11))
	if err != nil {
		return nil, err
	}
	list := make([]MonthBook, 12)
	for i := range list {
		p := first.Add(i)
		b := MonthBook{Month: months[p]}
		if b.ID == "" {
			b.Month = newMonth(p, time.Time{})
		}
		for _, c := range cells[p] {
			if b.Now, err = b.Now.Add(c.Sum); err != nil {
				return nil, err
			}
		}
		if b.State != model.MonthClosed {
			if b.Drafts, err = s.drafts(ctx, b.Month); err != nil {
				return nil, err
			}
		}
		list[i] = b
	}
	return list, nil
}

// Years with entries, latest first: those that something was posted into, and those that have sums (of a batch,
// say, that the month's books do not count).
func (s *Service) Years(ctx context.Context) ([]int, error) {
	months, err := s.store.Months(ctx)
	if err != nil {
		return nil, err
	}
	sums, err := s.store.TotalsBetween(ctx, "0000-01", "9999-12")
	if err != nil {
		return nil, err
	}
	years := []int{}
	for _, m := range months {
		if m.Done > 0 {
			years = append(years, m.Period().First().Year())
		}
	}
	for _, t := range sums {
		if len(t.Cells) > 0 {
			years = append(years, model.Period(t.ID).First().Year())
		}
	}
	slices.Sort(years)
	years = slices.Compact(years)
	slices.Reverse(years)
	return years, nil
}

// months by their periods.
func (s *Service) months(ctx context.Context) (map[model.Period]model.Month, error) {
	list, err := s.store.Months(ctx)
	by := make(map[model.Period]model.Month, len(list))
	for _, m := range list {
		by[m.Period()] = m
	}
	return by, err
}
