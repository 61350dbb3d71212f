package ledger

import (
	"context"
	"fmt"

	"bangfu/service/access"
	"bangfu/service/model"
)

// Post enters one line into the books. Its ID is the idempotency key: posting the same line again changes
// nothing, another line under the same key is KindConflict "key_used". A closed month takes no line,
// KindConflict "month_closed", but still knows those that it has.
//
// The order makes what follows sure: the month's books note that the posting is under way, then the entry is
// written, then the statement of its household, then the note goes. Whoever dies in between leaves the note,
// and Settle goes on from it. Close waits for the notes, so no entry slips into a month behind its back.
func (s *Service) Post(ctx context.Context, actor string, e model.Entry) (model.Entry, error) {
	if err := e.Check(); err != nil {
		return e, err
	}
	e.Record = model.NewRecord(s.now(), actor)
	if closed := s.begin(ctx, e); closed != nil {
		if there, err := s.posted(ctx, e); err == nil || !model.IsKind(err, model.KindNotFound) {
			return there, err
		}
		return e, closed
	}
	there, err := s.insert(ctx, e)
	if err == nil {
		err = s.follow(ctx, there)
	}
	if err != nil && !model.IsKind(err, model.KindConflict) {
		return there, err // whether it was written is not known: the note stays until somebody looks
	}
	if endErr := s.store.EndPosting(ctx, e.PaidOn.Period(), e.ID); err == nil {
		err = endErr
	}
	return there, err
}

// begin notes that a posting is under way. Its error says why the month takes none.
func (s *Service) begin(ctx context.Context, e model.Entry) error {
	p := e.PaidOn.Period()
	for range 3 {
		noted, err := s.store.BeginPosting(ctx, p, e.ID, s.now())
		if err != nil || noted {
			return err
		}
		if err := s.CheckMonthOpen(ctx, p); err != nil {
			return err
		}
		if err := s.book(ctx, p); err != nil {
			return err
		}
	}
	return model.NewError(model.KindUnavailable, "month_busy", "这个月的账正在开关,请再试一次")
}

// book makes sure that the month has books.
func (s *Service) book(ctx context.Context, p model.Period) error {
	_, err := s.store.Month(ctx, p)
	if model.IsKind(err, model.KindNotFound) {
		err = model.IgnoreKind(s.store.InsertMonth(ctx, newMonth(p, s.now())), model.KindConflict)
	}
	return err
}

// CheckMonthOpen is KindConflict "month_closed", with who closed the month and when, if it takes no entries.
func (s *Service) CheckMonthOpen(ctx context.Context, p model.Period) error {
	m, err := s.store.Month(ctx, p)
	switch {
	case model.IsKind(err, model.KindNotFound):
		return nil // nothing was posted into it so far
	case err != nil || m.State == model.MonthOpen:
		return err
	}
	return closedError(m)
}

func closedError(m model.Month) error {
	if m.State == model.MonthClosing {
		return model.NewError(model.KindConflict, "month_closed", m.Period().Label()+"正在关账,请记到没有关账的月份")
	}
	return model.NewError(model.KindConflict, "month_closed", fmt.Sprintf("%s已经关账(%s,%s关的),请记到没有关账的月份",
		m.Period().Label(), m.ClosedName, m.ClosedAt.In(model.Shanghai).Format("2006-01-02 15:04")))
}

// insert writes the entry, or finds the same one there.
func (s *Service) insert(ctx context.Context, e model.Entry) (model.Entry, error) {
	err := s.store.InsertEntry(ctx, e)
	if model.IsKind(err, model.KindConflict) {
		return s.posted(ctx, e)
	}
	return e, err
}

// posted is the line that is there under the key, if it is the same one; KindNotFound if there is none.
func (s *Service) posted(ctx context.Context, e model.Entry) (model.Entry, error) {
	there, err := s.store.Entry(ctx, e.ID)
	if err != nil {
		return e, err
	}
	if !there.Same(e) {
		return there, model.ErrKeyUsed
	}
	return there, nil
}

// follow brings the statement of the entry's household in step; doing so twice changes nothing.
func (s *Service) follow(ctx context.Context, e model.Entry) error {
	if e.HouseholdID == "" {
		return nil
	}
	line, err := s.names().line(ctx, e)
	if err != nil {
		return err
	}
	// Its own first: a merge at this moment joins the statements after it has said so in the household.
	if err := s.store.AddLine(ctx, model.NewStatement(e.HouseholdID, e.PaidOn.Year()), line); err != nil {
		return err
	}
	merged, err := s.followers(ctx, e.HouseholdID)
	if err != nil {
		return err
	}
	for _, id := range merged {
		if err := s.store.AddLine(ctx, model.NewStatement(id, e.PaidOn.Year()), line); err != nil {
			return err
		}
	}
	return nil
}

// Settle ends postings that somebody began and died in.
func (s *Service) Settle(ctx context.Context) error {
	months, err := s.store.Months(ctx)
	if err != nil {
		return err
	}
	for _, m := range months {
		if len(m.Pending) == 0 || s.now().Sub(m.PostingAt) < underWay {
			continue
		}
		for _, key := range m.Pending {
			e, err := s.store.Entry(ctx, key)
			if err == nil {
				err = s.follow(ctx, e)
			}
			if err != nil && !model.IsKind(err, model.KindNotFound) {
				return fmt.Errorf("settle a posting of %s: %w", m.ID, err)
			}
			if err := s.store.EndPosting(ctx, m.Period(), key); err != nil {
				return err
			}
		}
	}
	return nil
}

var (
	errReversal  = model.NewError(model.KindConflict, "is_reversal", "冲销的一笔不能再冲销;要恢复,请重新记一笔")
	errReverseOn = model.NewError(model.KindInvalid, "reverse_on", "冲销的日期不能早于原来那一笔,也不能晚于本月")
)

// PostIn posts a line that a member of staff enters into the books that they reach, if it can be right (Admit).
func (s *Service) PostIn(ctx context.Context, into access.Books, e model.Entry) (model.Entry, error) {
	e.HouseholdID = into.Household.ID()
	if err := s.Validate(ctx, e); err != nil {
		return e, err
	}
	return s.Post(ctx, into.Actor(), e)
}

// TakeBack reverses an entry for a member of staff (Reverse); KindConflict for one that is taken back where it came from.
func (s *Service) TakeBack(ctx context.Context, of access.Record[model.Entry], on model.Date, why string) (model.Entry, error) {
	e := of.Record()
	if where := e.ReversedElsewhere(); where != "" {
		return e, model.NewError(model.KindConflict, "reverse_elsewhere", where)
	}
	return s.Reverse(ctx, of.Actor(), e.ID, on, why)
}

// ReversalOf is the id of what took the entry back; empty while nothing has.
func (s *Service) ReversalOf(ctx context.Context, of access.Record[model.Entry]) (string, error) {
	back, err := s.store.Entry(ctx, model.ReversalID(of.ID()))
	if model.IsKind(err, model.KindNotFound) {
		return "", nil
	}
	return back.ID, err
}

// Reverse takes an entry back by one with the opposite amount on the day; an empty day is today. A closed
// month is not touched: the day lies in an open one. Reversing again finds the first reversal.
func (s *Service) Reverse(ctx context.Context, actor, entryID string, on model.Date, why string) (model.Entry, error) {
	there, err := s.store.Entry(ctx, model.ReversalID(entryID))
	if err == nil {
		return there, s.follow(ctx, there)
	}
	if !model.IsKind(err, model.KindNotFound) {
		return there, err
	}
	e, err := s.entry(ctx, entryID)
	if err != nil {
		return e, err
	}
	if on == "" {
		on = model.DateOf(s.now())
	}
	switch {
	case e.ReversesID != "":
		return e, errReversal
	case on < e.PaidOn && on.Period() != e.PaidOn.Period(), on.Period() > model.DateOf(s.now()).Period():
		return e, errReverseOn
	}
	back, err := s.Post(ctx, actor, e.Reversal(on, why))
	if model.IsKind(err, model.KindConflict) {
		// Somebody else took it back in the same moment, in other words or on another day.
		if there, known := s.store.Entry(ctx, model.ReversalID(entryID)); known == nil {
			return there, nil
		}
	}
	return back, err
}
