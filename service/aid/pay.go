package aid

import (
	"context"
	"slices"
	"strings"
	"time"

	"bangfu/service/access"
	"bangfu/service/model"
)

var (
	errNotPublic = model.NewError(model.KindConflict, "not_public", "这一项要先公示,公示期满没有异议才发放")
	errPosted    = model.NewError(model.KindConflict, "posted", "这一笔已经入账")
	errPosting   = model.NewError(model.KindConflict, "posting", "这一笔正在入账,请过一分钟再看")
	errPaidOn    = model.NewError(model.KindInvalid, "paid_on", "要写发放日期(不晚于今天)和凭证")
	errNotPaying = model.NewError(model.KindConflict, "application_state", "这份申请现在不在发放")
	errNotPaid   = model.NewError(model.KindConflict, "application_state", "这份申请还没有发放,不能冲回")
	errLent      = model.NewError(model.KindConflict, "lent", "贷款在贷款账里改")
)

// startPayment hands the sum to finance: the first attempt, or another one after a failure or a reversal.
func (s *Service) startPayment(ctx context.Context, by access.Pass, a model.Application, _ Handling) (model.Application, error) {
	programme, err := s.store.Programme(ctx, model.ProgrammeID(a.Programme, a.Version))
	if err != nil {
		return a, err
	}
	if last := a.Paying(); last != nil && a.State == model.AppPayFailed {
		// Whoever posted it may have been slower than who said that it failed.
		if posted, err := s.posted(ctx, a.EntryKey(last.Attempt)); err != nil || posted {
			return a, orPosted(err)
		}
	}
	return s.change(ctx, a.ID, by.Actor(), "开始发放", func(x *model.Application, settings model.Settings) error {
		if x.State == model.AppApproved && programme.Public || x.State == model.AppPublicised && s.today() <= x.PublicTo {
			return errNotPublic
		}
		if unsettled(x) {
			return errPosting
		}
		if err := s.step(x, settings, model.AppPaying, by.Actor(), ""); err != nil {
			return err
		}
		x.Payments = append(x.Payments, model.AidPayment{Attempt: len(x.Payments) + 1})
		return nil
	})
}

// unsettled reports whether a reversal is not in the books yet.
func unsettled(a *model.Application) bool {
	return a.State == model.AppReversed && !a.Paying().Reversed
}

func orPosted(err error) error {
	if err == nil {
		return errPosted
	}
	return err
}

// posted reports whether the ledger has a line under the key.
func (s *Service) posted(ctx context.Context, key string) (bool, error) {
	_, err := s.store.Entry(ctx, key)
	if model.IsKind(err, model.KindNotFound) {
		return false, nil
	}
	return err == nil, err
}

// Outcome is what finance says of an attempt to pay.
type Outcome struct {
	PaidOn   model.Date
	Evidence string
	Failed   string // why it failed; empty when it did not
}

// Pay takes finance's word: paid, and it is in the books, or failed, and can be tried again.
func (s *Service) Pay(ctx context.Context, of access.Record[model.Application], o Outcome) (model.Application, error) {
	id := of.ID()
	a := of.Record()
	if a.State == model.AppPaid && o.Failed == "" {
		return a, nil // said twice
	}
	if a.State != model.AppPaying {
		return a, errNotPaying
	}
	posted, err := s.posted(ctx, a.EntryKey(a.Paying().Attempt))
	if err != nil {
		return a, err
	}
	if o.Failed = strings.TrimSpace(o.Failed); o.Failed != "" {
		return s.failed(ctx, of.Pass, a, o, posted)
	}
	if _, err := model.ParseDate(string(o.PaidOn)); err != nil || o.PaidOn > s.today() || strings.TrimSpace(o.Evidence) == "" {
		return a, errPaidOn
	}
	if !posted { // what is in the books stays as it is
		a, err = s.change(ctx, id, of.Actor(), "发放", func(x *model.Application, _ model.Settings) error {
			if x.State != model.AppPaying {
				return errNotPaying
			}
			p := x.Paying()
			p.PaidOn, p.Evidence, p.By = o.PaidOn, o.Evidence, of.Actor()
			return nil
		})
		if err != nil {
			return a, err
		}
	}
	return s.finishPayment(ctx, a)
}

// underWay is longer than a posting may take.
const underWay = time.Minute

func (s *Service) failed(ctx context.Context, by access.Pass, a model.Application, o Outcome, posted bool) (model.Application, error) {
	if posted {
		return a, errPosted
	}
	return s.change(ctx, a.ID, by.Actor(), "没有发成", func(x *model.Application, settings model.Settings) error {
		p := x.Paying()
		if p == nil || p.PaidOn != "" && s.now().Sub(x.UpdatedAt) < underWay {
			return errPosting
		}
		p.PaidOn, p.Failed, p.By = "", o.Failed, by.Actor()
		return s.step(x, settings, model.AppPayFailed, by.Actor(), o.Failed)
	})
}

// finishPayment enters the sum into the books under the attempt's key, then says so. Both can be repeated.
func (s *Service) finishPayment(ctx context.Context, a model.Application) (model.Application, error) {
	programme, err := s.store.Programme(ctx, model.ProgrammeID(a.Programme, a.Version))
	if err != nil {
		return a, err
	}
	p := *a.Paying()
	if !programme.Lent {
		entry, err := s.ledger.Post(ctx, p.By, entryOf(a, p, programme))
		if err != nil {
			return a, err
		}
		p.EntryID = entry.ID
	}
	return s.change(ctx, a.ID, p.By, "已发放", func(x *model.Application, settings model.Settings) error {
		if x.State != model.AppPaying {
			return nil
		}
		x.Paying().EntryID = p.EntryID
		return s.step(x, settings, model.AppPaid, p.By, "")
	})
}

func entryOf(a model.Application, p model.AidPayment, programme model.Programme) model.Entry {
	return model.Entry{
		ID: a.EntryKey(p.Attempt), HouseholdID: a.HouseholdID, PersonID: a.PersonID, Programme: a.Programme, Title: a.Title,
		Category: programme.Category, System: programme.System, Fund: programme.Fund, Amount: a.Amount, PaidOn: p.PaidOn,
		Method: programme.Method, PayerUnitID: programme.PayerUnitID, Evidence: p.Evidence,
	}
}

// Reverse takes a payment back by an entry with the opposite sum on the day, empty for today. The application says so
// first, so that a crash in between is gone on with.
func (s *Service) Reverse(ctx context.Context, of access.Record[model.Application], on model.Date, why string) (model.Application, error) {
	id := of.ID()
	a := of.Record()
	if why = strings.TrimSpace(why); !enough(why) {
		return a, errSayWhy
	}
	if on == "" {
		on = s.today()
	}
	last := a.Paying()
	if last == nil || a.State != model.AppReversed && !slices.Contains(a.State.Nexts(), model.AppReversed) {
		return a, errNotPaid
	}
	if _, err := model.ParseDate(string(on)); err != nil || on > s.today() || on < last.PaidOn {
		return a, errPaidOn
	}
	if last.EntryID == "" {
		return a, errLent
	}
	a, err := s.change(ctx, id, of.Actor(), "冲回", func(x *model.Application, settings model.Settings) error {
		p := x.Paying()
		if p.Reversed {
			return nil // said twice
		}
		p.ReversedOn, p.Why, p.By = on, why, of.Actor()
		if x.State == model.AppReversed {
			return nil // another day, after the first was refused
		}
		return s.step(x, settings, model.AppReversed, of.Actor(), why)
	})
	if err != nil || a.Paying().Reversed {
		return a, err
	}
	return s.finishReversal(ctx, a)
}

// finishReversal enters the opposite sum. Its key is that of the ledger's own reversals: there is one of an entry.
func (s *Service) finishReversal(ctx context.Context, a model.Application) (model.Application, error) {
	p := *a.Paying()
	entry, err := s.store.Entry(ctx, p.EntryID)
	if err != nil {
		return a, err
	}
	back := entry
	back.Record, back.ID, back.ReversesID = model.Record{}, "rev:"+entry.ID, entry.ID
	back.Amount, back.PaidOn, back.Title, back.Evidence = entry.Amount.Neg(), p.ReversedOn, "冲销："+entry.Title, p.Why
	if _, err := s.ledger.Post(ctx, p.By, back); err != nil {
		return a, err
	}
	return s.change(ctx, a.ID, p.By, "已冲回", func(x *model.Application, _ model.Settings) error {
		x.Paying().Reversed = true
		return nil
	})
}
