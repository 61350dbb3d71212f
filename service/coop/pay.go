package coop

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"bangfu/repo/queue"
	"bangfu/service/access"
	"bangfu/service/model"
)

// Programme is the code under which dividends stand in the ledger.
const Programme = "coop_dividend"

// fundName is the fund of the ledger out of which dividends are paid.
const fundName = "合作社分红"

var (
	errNotPaid = model.NewError(model.KindConflict, "not_paid", "这一户在这一版里没有发过、没有冲销的钱")
	errPaying  = model.NewError(model.KindConflict, "dividend_paying", "正在发放,等发完再办")
	errNextRun = model.NewError(model.KindConflict, "dividend_reopened", "这一版已经重开,请在新的一版里办")
)

// Paying says how the money of a run went out: on which day (empty: today), by which voucher.
type Paying struct {
	On      model.Date
	Voucher string
}

var errPaidOn = model.NewError(model.KindInvalid, "paid_on", "发放日期不能晚于今天")

// Pay begins to pay a publicised run: its lines are posted to the ledger by the queue, each under its own key.
// Pressing again while it pays, or afterwards, pays nothing twice.
func (s *Service) Pay(ctx context.Context, coop access.Record[model.Cooperative], k Key, rev int64, p Paying) (model.DividendRun, error) {
	r, err := s.reach(ctx, coop, k)
	if err != nil {
		return r, err
	}
	if err := s.baseStands(ctx, r); err != nil {
		return r, err
	}
	if r.State != model.RunPublicised {
		return s.paidAlready(ctx, r)
	}
	if p.On == "" {
		p.On = model.DateOf(s.now())
	}
	if p.On > model.DateOf(s.now()) {
		return r, errPaidOn
	}
	if err := s.ledger.CheckMonthOpen(ctx, p.On.Period()); err != nil {
		return r, err
	}
	by := coop.Pass.ChangeInfo(s.now(), "发放分红")
	r, err = s.store.ChangeDividendRun(ctx, k.id(), rev, by, func(r *model.DividendRun) error {
		if r.State != model.RunPublicised {
			return errState
		}
		r.PaidOn, r.Voucher, r.Pending = p.On, p.Voucher, true
		r.MoveTo(model.RunPaying, by)
		return nil
	})
	if err != nil {
		return r, err
	}
	if err := s.note(ctx, coop.Pass, "dividend_runs/"+r.ID, "", "发放"+r.Title()); err != nil {
		return r, err
	}
	return r, s.queue.Enqueue(ctx, queue.PostDividend, r.ID)
}

// paidAlready answers a second press.
func (s *Service) paidAlready(ctx context.Context, r model.DividendRun) (model.DividendRun, error) {
	switch r.State {
	case model.RunPaying:
		return r, s.queue.Enqueue(ctx, queue.PostDividend, r.ID)
	case model.RunSettled:
		return r, nil
	}
	return r, errState
}

// slice bounds one piece of posting, well below the time that a task has.
const slice = 15 * time.Second

// Post posts what a version has to post: reversals and, while it pays, its lines. It is the only one that does, may be
// cut off anywhere and run on several machines at once: the key of each entry lets it be there once.
func (s *Service) Post(ctx context.Context, id string) error {
	short, cancel := context.WithTimeout(ctx, slice)
	defer cancel()
	err := s.post(short, id)
	if err != nil && short.Err() != nil && ctx.Err() == nil {
		return s.queue.Enqueue(ctx, queue.PostDividend, id)
	}
	return err
}

func (s *Service) post(ctx context.Context, id string) error {
	r, err := s.store.DividendRun(ctx, id)
	if err != nil || !r.Pending {
		return err
	}
	c, err := s.store.Cooperative(ctx, r.CoopID)
	if err != nil {
		return err
	}
	if err := s.postReversals(ctx, r); err != nil {
		return err
	}
	if r.State == model.RunPaying {
		if err := s.postLines(ctx, c, r); err != nil {
			return err
		}
	}
	by := model.ChangeInfo{Actor: "system", Why: "分红已全部记账", At: s.now()}
	// Only of the version that was read: a reversal that came meanwhile has yet to be posted.
	_, err = s.store.ChangeDividendRun(ctx, id, r.Rev, by, func(r *model.DividendRun) error {
		if r.Pending = false; r.State == model.RunPaying {
			r.MoveTo(model.RunSettled, by)
		}
		return nil
	})
	return err
}

func (s *Service) postLines(ctx context.Context, c model.Cooperative, r model.DividendRun) error {
	posted, err := s.books(ctx, r.Run)
	if err != nil {
		return err
	}
	payer, _ := r.Step(model.RunPaying)
	for _, l := range r.Owes(posted.takenBack) {
		if _, there := posted[r.EntryID(l.HouseholdID)]; there {
			continue
		}
		if _, err := s.ledger.Post(ctx, payer.By, entryOf(c, r, l)); err != nil {
			return fmt.Errorf("dividend %s of %s: %w", r.ID, l.HouseholdID, err)
		}
	}
	return nil
}

// entryOf is the ledger entry of a line; posting it again is posting the same.
func entryOf(c model.Cooperative, r model.DividendRun, l model.DividendLine) model.Entry {
	return model.Entry{
		ID: r.EntryID(l.HouseholdID), HouseholdID: l.HouseholdID, Programme: Programme, Title: c.Name + r.Title(),
		Category: model.CategoryIndustry, System: model.SystemCapital, Fund: fundName, Amount: l.Amount, PaidOn: r.PaidOn,
		Method: model.MethodTransfer, PayerUnitID: c.UnitID, Evidence: evidenceOf(r),
	}
}

func evidenceOf(r model.DividendRun) string {
	text := fmt.Sprintf("分红表%s第%d版", r.Run, r.Version)
	if r.Voucher != "" {
		text += "，" + r.Voucher
	}
	return text
}

// postReversals posts those that the ledger does not have: somebody may have taken the entry back there.
func (s *Service) postReversals(ctx context.Context, r model.DividendRun) error {
	for _, x := range r.Reversals {
		if _, err := s.store.Entry(ctx, reversalID(x.EntryID)); err == nil {
			continue
		} else if !model.IsKind(err, model.KindNotFound) {
			return err
		}
		e, err := s.store.Entry(ctx, x.EntryID)
		if err != nil {
			return fmt.Errorf("entry to be taken back: %w", err)
		}
		e.ID, e.ReversesID, e.Amount = reversalID(e.ID), e.ID, e.Amount.Neg()
		e.Title, e.PaidOn, e.Evidence = "冲销："+e.Title, x.On, x.Why
		if _, err := s.ledger.Post(ctx, x.By, e); err != nil {
			return fmt.Errorf("reversal of %s: %w", x.EntryID, err)
		}
	}
	return nil
}

// reversalID is the key of the entry that takes an entry back: an entry is taken back once.
func reversalID(entryID string) string { return "rev:" + entryID }

// ledgerIndex is what the ledger says of a run, all its versions and reversals, by key.
type ledgerIndex map[string]model.Entry

func (s *Service) books(ctx context.Context, run string) (ledgerIndex, error) {
	entries, err := s.store.EntriesUnder(ctx, "div:"+run+"/", reversalID("div:"+run+"/"))
	b := ledgerIndex{}
	for _, e := range entries {
		b[e.ID] = e
	}
	return b, err
}

func (b ledgerIndex) takenBack(entryID string) bool {
	_, ok := b[reversalID(entryID)]
	return ok
}

// standing are the payments that nobody took back, by household.
func (b ledgerIndex) standing() (list []model.PaidBefore) {
	for id, e := range b {
		if e.ReversesID == "" && !b.takenBack(id) {
			list = append(list, model.PaidBefore{HouseholdID: e.HouseholdID, EntryID: id, Amount: e.Amount})
		}
	}
	slices.SortFunc(list, func(x, y model.PaidBefore) int { return cmp.Compare(x.EntryID, y.EntryID) })
	return list
}

// Reverse takes back what the version, or one before it, paid the households. Each gets an entry with a minus sign;
// it can be paid again by the next version. Taking back again what is taken back is errNotPaid.
func (s *Service) Reverse(ctx context.Context, coop access.Record[model.Cooperative], k Key, rev int64, householdIDs []string, why string) (model.DividendRun, error) {
	r, err := s.reach(ctx, coop, k)
	if err != nil {
		return r, err
	}
	posted, err := s.books(ctx, r.Run)
	if err != nil {
		return r, err
	}
	by := coop.Pass.ChangeInfo(s.now(), "冲销："+why)
	r, err = s.store.ChangeDividendRun(ctx, k.id(), rev, by, func(r *model.DividendRun) error {
		switch r.State {
		case model.RunPaying:
			return errPaying
		case model.RunReopened:
			return errNextRun
		}
		for _, id := range householdIDs {
			if err := reverseOne(r, posted, model.Reversal{HouseholdID: id, On: model.DateOf(by.At), By: by.Actor, Why: why}); err != nil {
				return err
			}
		}
		r.Pending = true
		return nil
	})
	if err != nil {
		return r, err
	}
	for _, id := range householdIDs {
		if err := s.note(ctx, coop.Pass, "dividend_runs/"+r.ID, id, "冲销"+r.Title()+":"+why); err != nil {
			return r, err
		}
	}
	return r, s.queue.Enqueue(ctx, queue.PostDividend, r.ID)
}

// reverseOne notes the reversal in the run. A line carried along that is taken back before this version pays is owed
// by it in full.
func reverseOne(r *model.DividendRun, posted ledgerIndex, x model.Reversal) error {
	standing := posted.standing()
	i := slices.IndexFunc(standing, func(p model.PaidBefore) bool { return p.HouseholdID == x.HouseholdID && !r.Reversed(p.EntryID) })
	if i < 0 {
		return errNotPaid
	}
	x.EntryID = standing[i].EntryID
	r.Reversals = append(r.Reversals, x)
	if r.State != model.RunSettled {
		r.Carried = slices.DeleteFunc(r.Carried, func(c model.PaidBefore) bool { return c.EntryID == x.EntryID })
	}
	return nil
}

// Reopen makes the next version of a run that was approved: a draft with the same inputs, to which everything that is
// paid and stands is carried along. Reopening again finds the next version there.
func (s *Service) Reopen(ctx context.Context, coop access.Record[model.Cooperative], k Key, rev int64, why string) (model.DividendRun, error) {
	r, err := s.reach(ctx, coop, k)
	if err != nil {
		return r, err
	}
	if strings.TrimSpace(why) == "" {
		return r, model.NewError(model.KindInvalid, "why", "请写为什么重开")
	}
	by := coop.Pass.ChangeInfo(s.now(), "重开:"+why)
	if r.State != model.RunReopened {
		if err := s.noSecondary(ctx, k); err != nil {
			return r, err
		}
		r, err = s.store.ChangeDividendRun(ctx, k.id(), rev, by, func(r *model.DividendRun) error {
			switch {
			case r.State == model.RunPaying:
				return errPaying
			case !r.State.Announced():
				return errState
			}
			r.MoveTo(model.RunReopened, by)
			return nil
		})
		if err != nil {
			return r, err
		}
	}
	// Every reversal is in the ledger before the next version looks there for what stands.
	if err := s.postReversals(ctx, r); err != nil {
		return r, err
	}
	posted, err := s.books(ctx, r.Run)
	if err != nil {
		return r, err
	}
	next := nextVersion(r, posted.standing(), by)
	err = s.store.InsertDividendRun(ctx, next)
	if model.IsKind(err, model.KindConflict) {
		return s.store.DividendRun(ctx, next.ID)
	}
	return next, errors.Join(err, s.note(ctx, coop.Pass, "dividend_runs/"+next.ID, "", by.Why))
}

func nextVersion(r model.DividendRun, standing []model.PaidBefore, by model.ChangeInfo) model.DividendRun {
	next := model.DividendRun{
		ID: model.RunVersionID(r.Run, r.Version+1), Record: model.NewRecord(by.At, by.Actor), Run: r.Run, Version: r.Version + 1,
		CoopID: r.CoopID, Year: r.Year, Kind: r.Kind, Inputs: r.Inputs, Published: r.Published, InputsBy: r.InputsBy, Carried: standing,
	}
	next.MoveTo(model.RunDraft, by)
	return next
}

// noSecondary is errHasSecond while a secondary run stands on the base run.
func (s *Service) noSecondary(ctx context.Context, k Key) error {
	if k.Kind != model.DividendBase {
		return nil
	}
	second, err := s.latest(ctx, model.RunID(k.CoopID, k.Year, model.DividendSecondary))
	switch {
	case model.IsKind(err, model.KindNotFound):
		return nil
	case err != nil:
		return err
	case second.State.Announced() && second.Inputs.BaseID == k.id():
		return errHasSecond
	}
	return nil
}

// Resume asks again for the posting of every version that has something to post: for when a crash came between
// noting that and asking the queue.
func (s *Service) Resume(ctx context.Context) error {
	ids, err := s.store.PendingDividends(ctx)
	for _, id := range ids {
		err = errors.Join(err, s.queue.Enqueue(ctx, queue.PostDividend, id))
	}
	return err
}
