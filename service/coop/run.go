package coop

import (
	"context"
	"fmt"
	"reflect"
	"slices"

	"bangfu/repo"
	"bangfu/service/access"
	"bangfu/service/model"
)

var (
	errNoRun      = model.NewError(model.KindNotFound, "no_such_dividend", "没有找到这次分红")
	errRunExists  = model.NewError(model.KindConflict, "dividend_exists", "这一年的这次分红已经建了,请看过再改")
	errApproved   = model.NewError(model.KindConflict, "dividend_approved", "已经批准的分红不能改,要改请重开一版")
	errNotFrozen  = model.NewError(model.KindInvalid, "list_not_frozen", "要先把入股名单定稿,才能算分红")
	errNoBase     = model.NewError(model.KindInvalid, "no_base_dividend", "二次分红要等这一年的保底分红批准以后才能做")
	errBaseGone   = model.NewError(model.KindConflict, "base_reopened", "保底分红已经重开,二次分红要按新的一版重做")
	errHasSecond  = model.NewError(model.KindConflict, "secondary_stands", "这一版保底分红上已经做了二次分红,先重开二次分红")
	errState      = model.NewError(model.KindConflict, "dividend_state", "这次分红现在不能办这一步")
	errUnbalanced = model.NewError(model.KindInvalid, "does_not_reconcile", "核对不平,请看每一条")
	errFourEyes   = model.NewError(model.KindForbidden, "four_eyes", "填报或计算的人不能自己批准,请另一位来批")
)

// Key names a run: one a year and kind.
type Key struct {
	CoopID  string
	Year    int
	Kind    model.DividendKind
	Version int // where one version is meant
}

func (k Key) run() string { return model.RunID(k.CoopID, k.Year, k.Kind) }

func (k Key) id() string { return model.RunVersionID(k.run(), k.Version) }

// mostVersions bounds the versions of a run, and mostRuns the runs of a cooperative that a list shows.
const (
	mostVersions = 200
	mostRuns     = 200
)

// Runs of the cooperative, every version, by id.
func (s *Service) Runs(ctx context.Context, coop access.Record[model.Cooperative], after string) ([]model.DividendRun, string, error) {
	coopID := coop.ID()
	list, err := s.store.DividendRuns(ctx, repo.Page{Prefix: coopID + "/", After: after, Limit: mostRuns})
	return list, nextOf(list, mostRuns, func(r model.DividendRun) string { return r.ID }), err
}

// Run is one version.
func (s *Service) Run(ctx context.Context, coop access.Record[model.Cooperative], k Key) (model.DividendRun, error) {
	return s.reach(ctx, coop, k)
}

// reach is the version of the authorised cooperative's run.
func (s *Service) reach(ctx context.Context, coop access.Record[model.Cooperative], k Key) (model.DividendRun, error) {
	k.CoopID = coop.ID()
	r, err := s.store.DividendRun(ctx, k.id())
	if model.IsKind(err, model.KindNotFound) {
		err = errNoRun
	}
	return r, err
}

// latest version of the run; errNoRun when there is none.
func (s *Service) latest(ctx context.Context, run string) (model.DividendRun, error) {
	list, err := s.store.DividendRuns(ctx, repo.Page{Prefix: run + "/", Limit: mostVersions})
	if err == nil && len(list) == 0 {
		err = errNoRun
	}
	if err != nil {
		return model.DividendRun{}, err
	}
	return slices.MaxFunc(list, func(a, b model.DividendRun) int { return a.Version - b.Version }), nil
}

// Draft is what a dividend is drawn up from. A secondary one needs nothing but ActualNet: the rest is that of the base run.
type Draft struct {
	SubscriptionID string
	Plan           model.GrowingPlan
	Rounding       model.Rounding
	Published      model.Published
	ActualNet      model.Fen
}

// PutDraft makes the first version of a run (rev 0), or gives the latest one, read at rev, other inputs; what was
// computed from the former ones is gone then. Once a version is approved its inputs stand.
func (s *Service) PutDraft(ctx context.Context, coop access.Record[model.Cooperative], k Key, d Draft, rev int64) (model.DividendRun, error) {
	c := coop.Record()
	k.CoopID = c.ID
	in, err := s.inputs(ctx, c, k, d)
	if err != nil {
		return model.DividendRun{}, err
	}
	by := coop.Pass.ChangeInfo(s.now(), "填报分红数据")
	if rev == 0 {
		r := model.DividendRun{
			ID: model.RunVersionID(k.run(), 1), Record: model.NewRecord(by.At, by.Actor), Run: k.run(), Version: 1,
			CoopID: k.CoopID, Year: k.Year, Kind: k.Kind, Inputs: in, Published: d.Published, InputsBy: by.Actor,
		}
		r.MoveTo(model.RunDraft, by)
		return r, taken(s.store.InsertDividendRun(ctx, r), errRunExists.Code, errRunExists.Msg)
	}
	r, err := s.latest(ctx, k.run())
	if err != nil {
		return r, err
	}
	return s.store.ChangeDividendRun(ctx, r.ID, rev, by, func(r *model.DividendRun) error {
		if r.State.Announced() || r.State == model.RunReopened {
			return errApproved
		}
		r.Inputs, r.Published, r.InputsBy = in, d.Published, by.Actor
		r.Result, r.Checks, r.ComputedBy = model.Dividend{}, nil, ""
		r.MoveTo(model.RunDraft, by)
		return nil
	})
}

// inputs are frozen copies: what changes elsewhere afterwards changes no run.
func (s *Service) inputs(ctx context.Context, c model.Cooperative, k Key, d Draft) (model.DividendInputs, error) {
	if k.Year < 2000 || k.Year > 2100 {
		return model.DividendInputs{}, errYear
	}
	if k.Kind == model.DividendSecondary {
		base, err := s.base(ctx, k)
		in := base.Inputs
		in.Kind, in.Plan, in.BaseID = k.Kind, model.GrowingPlan{}, base.ID
		in.RatePPM, in.BasePool, in.ActualNet, in.PayoutPPM = base.Result.RatePPM, base.Result.Pool, d.ActualNet, c.PayoutPPM
		return in, err
	}
	v, err := s.store.Subscription(ctx, d.SubscriptionID)
	if model.IsKind(err, model.KindNotFound) || err == nil && (v.CoopID != k.CoopID || v.Year != k.Year) {
		return model.DividendInputs{}, errNoList
	}
	if err == nil && !v.Frozen() {
		err = errNotFrozen
	}
	return model.DividendInputs{
		Kind: k.Kind, SubscriptionID: v.ID, Fund: v.Fund, Holders: v.Holders, Rounding: d.Rounding, Plan: d.Plan,
	}, err
}

// base is the base run of the year, which has to be approved.
func (s *Service) base(ctx context.Context, k Key) (model.DividendRun, error) {
	r, err := s.latest(ctx, model.RunID(k.CoopID, k.Year, model.DividendBase))
	if model.IsKind(err, model.KindNotFound) || err == nil && !r.State.Announced() {
		return r, errNoBase
	}
	return r, err
}

// Compute works the dividend out from the inputs; working it out again gives the same.
func (s *Service) Compute(ctx context.Context, coop access.Record[model.Cooperative], k Key, rev int64) (model.DividendRun, error) {
	if _, err := s.reach(ctx, coop, k); err != nil {
		return model.DividendRun{}, err
	}
	by := coop.Pass.ChangeInfo(s.now(), "计算分红")
	return s.store.ChangeDividendRun(ctx, k.id(), rev, by, func(r *model.DividendRun) error {
		if r.State != model.RunDraft && r.State != model.RunComputed {
			return errState
		}
		d, err := model.Reckon(r.Inputs)
		if err != nil {
			return err
		}
		r.Result, r.Checks, r.ComputedBy = d, nil, by.Actor
		r.MoveTo(model.RunComputed, by)
		return nil
	})
}

// Check reconciles what was computed. What does not hold is kept with the run and told in the reasons of the error.
func (s *Service) Check(ctx context.Context, coop access.Record[model.Cooperative], k Key, rev int64) (model.DividendRun, error) {
	r, err := s.reach(ctx, coop, k)
	if err != nil {
		return r, err
	}
	outside, err := s.outside(ctx, r)
	if err != nil {
		return r, err
	}
	by := coop.Pass.ChangeInfo(s.now(), "核对分红")
	r, err = s.store.ChangeDividendRun(ctx, k.id(), rev, by, func(r *model.DividendRun) error {
		if r.State != model.RunComputed {
			return errState
		}
		if r.Checks = append(r.Reconcile(), outside...); len(failed(r.Checks)) == 0 {
			r.MoveTo(model.RunChecked, by)
		}
		return nil
	})
	if why := failed(r.Checks); err == nil && len(why) > 0 {
		refusal := *errUnbalanced
		refusal.Why = why
		return r, &refusal
	}
	return r, err
}

func failed(checks []model.DividendCheck) (why []model.Reason) {
	for _, c := range checks {
		if !c.OK {
			why = append(why, model.Reason{Code: c.Code, Msg: c.Text})
		}
	}
	return why
}

// outside compares the run with other records: the list of holders that it was drawn up on, the sales of the year.
func (s *Service) outside(ctx context.Context, r model.DividendRun) ([]model.DividendCheck, error) {
	v, err := s.store.Subscription(ctx, r.Inputs.SubscriptionID)
	if err != nil {
		return nil, err
	}
	checks := []model.DividendCheck{{
		Code: "list", Text: fmt.Sprintf("名单与定稿的%d年第%d版入股名单相同", v.Year, v.Version),
		OK: v.Frozen() && v.Fund == r.Inputs.Fund && reflect.DeepEqual(v.Holders, r.Inputs.Holders),
	}}
	if r.Kind != model.DividendSecondary {
		return checks, nil
	}
	base, err := s.store.DividendRun(ctx, r.Inputs.BaseID)
	if err != nil {
		return nil, err
	}
	checks = append(checks, model.DividendCheck{
		Code: "base", Text: "保底分红第" + model.Decimal(int64(base.Version), 0) + "版没有重开,份额和总额相同",
		OK: base.State.Announced() && base.Result.RatePPM == r.Inputs.RatePPM && base.Result.Pool == r.Inputs.BasePool,
	})
	sales, err := s.earned(ctx, r)
	return append(checks, sales), err
}

// earned sets the net that was put in beside that of the recorded sales and inputs. It is shown and stops nothing:
// the cooperative has income and costs besides its batches.
func (s *Service) earned(ctx context.Context, r model.DividendRun) (model.DividendCheck, error) {
	check := model.DividendCheck{Code: "sales", OK: true}
	c, err := s.store.Cooperative(ctx, r.CoopID)
	if err != nil {
		return check, err
	}
	houses, err := s.store.Greenhouses(ctx, repo.Page{})
	if err != nil {
		return check, err
	}
	ours := map[string]bool{}
	for _, g := range houses {
		ours[g.ID] = g.UnitID == c.UnitID
	}
	batches, err := s.store.Batches(ctx, repo.Page{Prefix: yearPrefix(r.Year)})
	if err != nil {
		return check, err
	}
	sales, err := s.store.Sales(ctx, repo.Page{Prefix: yearPrefix(r.Year)})
	if err != nil {
		return check, err
	}
	var parts []model.Fen
	for _, v := range sales {
		if ours[greenhouseOf(v.BatchID)] {
			parts = append(parts, v.Settlement)
		}
	}
	for _, b := range batches {
		if ours[b.GreenhouseID] {
			parts = append(parts, b.Input.Neg())
		}
	}
	net, err := model.AddUp(parts...)
	check.Text = "填的实际净收益" + r.Inputs.ActualNet.Yuan() + "元;按批次投入和销售结算是" + net.Yuan() + "元(只作对照)"
	return check, err
}

// Approve is for a second person: whoever put the inputs in or computed may not.
func (s *Service) Approve(ctx context.Context, coop access.Record[model.Cooperative], k Key, rev int64) (model.DividendRun, error) {
	r, err := s.reach(ctx, coop, k)
	if err != nil {
		return r, err
	}
	if err := s.baseStands(ctx, r); err != nil {
		return r, err
	}
	by := coop.Pass.ChangeInfo(s.now(), "批准分红")
	r, err = s.store.ChangeDividendRun(ctx, k.id(), rev, by, func(r *model.DividendRun) error {
		switch {
		case r.State != model.RunChecked:
			return errState
		case by.Actor == r.InputsBy || by.Actor == r.ComputedBy:
			return errFourEyes
		case len(failed(r.Reconcile())) > 0:
			return errUnbalanced
		}
		r.MoveTo(model.RunApproved, by)
		return nil
	})
	if err != nil {
		return r, err
	}
	return r, s.note(ctx, coop.Pass, "dividend_runs/"+r.ID, "", "批准"+r.Title())
}

// baseStands is errBaseGone for a secondary run whose base run was reopened.
func (s *Service) baseStands(ctx context.Context, r model.DividendRun) error {
	if r.Kind != model.DividendSecondary {
		return nil
	}
	base, err := s.store.DividendRun(ctx, r.Inputs.BaseID)
	if err == nil && !base.State.Announced() {
		err = errBaseGone
	}
	return err
}

// Publicise freezes the list that everybody may see: masked names, household numbers and amounts.
func (s *Service) Publicise(ctx context.Context, coop access.Record[model.Cooperative], k Key, rev int64) (model.DividendRun, error) {
	r, err := s.reach(ctx, coop, k)
	if err != nil {
		return r, err
	}
	lines := make([]model.NoticeLine, len(r.Result.Lines))
	for i, l := range r.Result.Lines {
		head, err := s.head(ctx, l.HouseholdID)
		if err != nil {
			return r, err
		}
		lines[i] = model.NoticeLine{HouseholdID: l.HouseholdID, Head: head, Amount: l.Amount}
	}
	by := coop.Pass.ChangeInfo(s.now(), "公示分红")
	r, err = s.store.ChangeDividendRun(ctx, k.id(), rev, by, func(r *model.DividendRun) error {
		if r.State != model.RunApproved {
			return errState
		}
		r.Notice = model.RunNotice{On: model.DateOf(by.At), Lines: lines}
		r.MoveTo(model.RunPublicised, by)
		return nil
	})
	if err != nil {
		return r, err
	}
	return r, s.note(ctx, coop.Pass, "dividend_runs/"+r.ID, "", "公示"+r.Title())
}
