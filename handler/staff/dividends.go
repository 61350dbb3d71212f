package staff

import (
	"context"
	"strings"

	"bangfu/service/access"
	"bangfu/service/coop"
	"bangfu/service/model"
)

// ByRun is the path of a dividend, all its versions.
type ByRun struct {
	ByCoop
	Year int    `path:"year" minimum:"2000" maximum:"2100"`
	Kind string `path:"kind" enum:"base,secondary" doc:"保底分红、二次分红"`
}

// ByVersion is the path of one version of a dividend.
type ByVersion struct {
	ByRun
	Version int `path:"version" minimum:"1" maximum:"999"`
}

func (p ByRun) key() coop.Key {
	return coop.Key{CoopID: p.Coop, Year: p.Year, Kind: model.DividendKind(p.Kind)}
}

func (p ByVersion) key() coop.Key {
	k := p.ByRun.key()
	k.Version = p.Version
	return k
}

// DividendRun is one version of a dividend with all that it follows from. Amounts are in fen.
type DividendRun struct {
	Rev   int64  `json:"rev"`
	Title string `json:"title"`
	Label string `json:"state_label"`
	model.DividendRun
}

func runView(r model.DividendRun) DividendRun {
	return DividendRun{r.Rev, r.Title(), r.State.Label(), r}
}

type runOutput = oneOutput[DividendRun]

func runAnswer(r model.DividendRun, err error) (*runOutput, error) { return oneAnswer(r, err, runView) }

// DividendBrief is one version in a list.
type DividendBrief struct {
	Year      int                `json:"year"`
	Kind      model.DividendKind `json:"kind"`
	Version   int                `json:"version"`
	Rev       int64              `json:"rev"`
	Title     string             `json:"title"`
	State     model.RunState     `json:"state"`
	Label     string             `json:"state_label"`
	Holders   int                `json:"holders"`
	Pool      model.Fen          `json:"pool_fen"`
	Remainder model.Fen          `json:"remainder_fen"`
}

type runsInput struct {
	ByCoop
	After string `query:"after" maxLength:"100" doc:"上一页的next"`
}

func (a *api) dividends(ctx context.Context, of access.Record[model.Cooperative], in *runsInput) (*rowsOutput[DividendBrief], error) {
	list, next, err := a.Coop.Runs(ctx, of, in.After)
	return rowsAnswer(list, next, err, func(r model.DividendRun) DividendBrief {
		return DividendBrief{
			Year: r.Year, Kind: r.Kind, Version: r.Version, Rev: r.Rev, Title: r.Title(), State: r.State, Label: r.State.Label(),
			Holders: len(r.Inputs.Holders), Pool: r.Result.Pool, Remainder: r.Result.Remainder,
		}
	})
}

// DividendState is a line of a run with what became of it.
type DividendState struct {
	model.DividendLine
	EntryID    string     `json:"entry_id,omitempty" doc:"台账里的编号;空的是没有发"`
	PaidOn     model.Date `json:"paid_on,omitempty"`
	ReversedOn model.Date `json:"reversed_on,omitempty" doc:"冲销的日期"`
}

// DividendFile is a run with its lines.
type DividendFile struct {
	DividendRun
	Lines []DividendState `json:"lines"`
}

func (a *api) dividend(ctx context.Context, of access.Record[model.Cooperative], in *ByVersion) (*oneOutput[DividendFile], error) {
	r, err := a.Coop.Run(ctx, of, in.key())
	if err != nil {
		return nil, err
	}
	lines, err := a.Coop.Lines(ctx, r)
	if err != nil {
		return nil, err
	}
	out := &oneOutput[DividendFile]{Body: DividendFile{DividendRun: runView(r), Lines: make([]DividendState, len(lines))}}
	for i, l := range lines {
		out.Body.Lines[i] = DividendState{l.DividendLine, l.EntryID, l.PaidOn, l.ReversedOn}
	}
	return out, nil
}

// Plan is what the crops are expected to take and to bring.
type Plan struct {
	Greenhouses int64  `json:"greenhouses" minimum:"1"`
	Crops       int64  `json:"crops" minimum:"1"`
	BagsPerCrop int64  `json:"bags_per_crop" minimum:"1" doc:"每棚每茬"`
	DryMilliJin int64  `json:"dry_millijin_per_bag" minimum:"1" doc:"千分之一斤:120是0.12斤"`
	PricePerJin string `json:"price_yuan_per_jin" minLength:"1" maxLength:"20"`
	UnitInput   string `json:"unit_input_yuan" minLength:"1" maxLength:"20" doc:"每棚各茬一共"`
}

type draftInput struct {
	ByRun
	Body struct {
		Rev            int64            `json:"rev,omitempty" minimum:"0" doc:"新的不写"`
		SubscriptionID string           `json:"subscription_id,omitempty" maxLength:"60" doc:"定稿的入股名单;二次分红不写"`
		Plan           *Plan            `json:"plan,omitempty" doc:"二次分红不写"`
		Rounding       *model.Rounding  `json:"rounding,omitempty" doc:"不写就是份额保留到0.1%、分红舍到元"`
		Published      *model.Published `json:"published,omitempty" doc:"以前公布过的数,核对时比"`
		ActualNet      string           `json:"actual_net_yuan,omitempty" maxLength:"20" doc:"二次分红:全年实际净收益"`
	}
}

func (a *api) putDividend(ctx context.Context, of access.Record[model.Cooperative], in *draftInput) (*runOutput, error) {
	b := in.Body
	var y yuanReader
	d := coop.Draft{SubscriptionID: b.SubscriptionID, Rounding: model.DefaultRounding(), ActualNet: y.fen(b.ActualNet)}
	if p := b.Plan; p != nil {
		d.Plan = model.GrowingPlan{
			Greenhouses: p.Greenhouses, Crops: p.Crops, BagsPerCrop: p.BagsPerCrop, DryMilliJin: p.DryMilliJin,
			PricePerJin: y.fen(p.PricePerJin), UnitInput: y.fen(p.UnitInput),
		}
	}
	if y.err != nil {
		return nil, y.err
	}
	if b.Rounding != nil {
		d.Rounding = *b.Rounding
	}
	if b.Published != nil {
		d.Published = *b.Published
	}
	return runAnswer(a.Coop.PutDraft(ctx, of, in.key(), d, b.Rev))
}

type runInput struct {
	ByVersion
	Body struct {
		Rev int64 `json:"rev" minimum:"1" doc:"看的是第几次修改"`
	}
}

func (a *api) computeDividend(ctx context.Context, of access.Record[model.Cooperative], in *runInput) (*runOutput, error) {
	return runAnswer(a.Coop.Compute(ctx, of, in.key(), in.Body.Rev))
}

func (a *api) checkDividend(ctx context.Context, of access.Record[model.Cooperative], in *runInput) (*runOutput, error) {
	return runAnswer(a.Coop.Check(ctx, of, in.key(), in.Body.Rev))
}

func (a *api) approveDividend(ctx context.Context, of access.Record[model.Cooperative], in *runInput) (*runOutput, error) {
	return runAnswer(a.Coop.Approve(ctx, of, in.key(), in.Body.Rev))
}

func (a *api) publiciseDividend(ctx context.Context, of access.Record[model.Cooperative], in *runInput) (*runOutput, error) {
	return runAnswer(a.Coop.Publicise(ctx, of, in.key(), in.Body.Rev))
}

type payDividendInput struct {
	ByVersion
	Body struct {
		Rev     int64  `json:"rev" minimum:"1" doc:"看的是第几次修改"`
		On      string `json:"on,omitempty" format:"date" doc:"发放日期;不写就是今天"`
		Voucher string `json:"voucher,omitempty" maxLength:"100" doc:"凭证,每户的账上都写着"`
	}
}

func (a *api) payDividend(ctx context.Context, of access.Record[model.Cooperative], in *payDividendInput) (*runOutput, error) {
	return runAnswer(a.Coop.Pay(ctx, of, in.key(), in.Body.Rev, coop.Paying{On: model.Date(in.Body.On), Voucher: strings.TrimSpace(in.Body.Voucher)}))
}

type reverseDividendInput struct {
	ByVersion
	Body struct {
		Rev        int64    `json:"rev" minimum:"1"`
		Households []string `json:"household_nos" minItems:"1" maxItems:"2000" uniqueItems:"true"`
		Why        string   `json:"why" minLength:"1" maxLength:"200"`
	}
}

func (a *api) reverseDividend(ctx context.Context, of access.Record[model.Cooperative], in *reverseDividendInput) (*runOutput, error) {
	return runAnswer(a.Coop.Reverse(ctx, of, in.key(), in.Body.Rev, in.Body.Households, in.Body.Why))
}

type reopenDividendInput struct {
	ByVersion
	Body struct {
		Rev int64  `json:"rev" minimum:"1"`
		Why string `json:"why" minLength:"1" maxLength:"200"`
	}
}

func (a *api) reopenDividend(ctx context.Context, of access.Record[model.Cooperative], in *reopenDividendInput) (*runOutput, error) {
	return runAnswer(a.Coop.Reopen(ctx, of, in.key(), in.Body.Rev, in.Body.Why))
}

type whatIfInput struct {
	ByVersion
	Body struct {
		Price       string        `json:"price_yuan_per_jin,omitempty" maxLength:"20"`
		DryMilliJin *int64        `json:"dry_millijin_per_bag,omitempty" minimum:"1"`
		ActualNet   string        `json:"actual_net_yuan,omitempty" maxLength:"20"`
		Payout      *int64        `json:"payout_permille,omitempty" minimum:"0" maximum:"1000"`
		Add         []HolderInput `json:"add,omitempty" maxItems:"2000" doc:"多这几户,或改他们的股金"`
		Remove      []string      `json:"remove,omitempty" maxItems:"2000" doc:"少这几户"`
	}
}

type whatIfOutput struct {
	Body struct {
		Now  model.Dividend `json:"now" doc:"按存着的数据"`
		Then model.Dividend `json:"then" doc:"改了以后"`
	}
}

func (a *api) whatIf(ctx context.Context, of access.Record[model.Cooperative], in *whatIfInput) (*whatIfOutput, error) {
	b := in.Body
	var y yuanReader
	w := coop.WhatIf{DryMilliJin: b.DryMilliJin, Add: holdersOf(b.Add, &y), Remove: b.Remove}
	if fen := y.fen(b.Price); b.Price != "" {
		w.PricePerJin = &fen
	}
	if fen := y.fen(b.ActualNet); b.ActualNet != "" {
		w.ActualNet = &fen
	}
	if b.Payout != nil {
		ppm := *b.Payout * 1000
		w.PayoutPPM = &ppm
	}
	if y.err != nil {
		return nil, y.err
	}
	now, then, err := a.Coop.Compare(ctx, of, in.key(), w)
	if err != nil {
		return nil, err
	}
	out := &whatIfOutput{}
	out.Body.Now, out.Body.Then = now, then
	return out, nil
}

type dividendStepsInput struct {
	ByVersion
	No string `path:"no" maxLength:"40" doc:"户号"`
}

type dividendStatementOutput struct {
	Body struct {
		Steps []string `json:"steps" doc:"一步一步怎么算的"`
	}
}

func (a *api) dividendStatement(ctx context.Context, of access.Record[model.Cooperative], in *dividendStepsInput) (*dividendStatementOutput, error) {
	steps, err := a.Coop.StatementOf(ctx, of, in.key(), in.No)
	if err == nil {
		err = a.looked(ctx, model.AccessStatement, in.No)
	}
	if err != nil {
		return nil, err
	}
	out := &dividendStatementOutput{}
	out.Body.Steps = steps
	return out, nil
}

func (a *api) householdDividends(ctx context.Context, house access.Household, in *ByNo) (*oneOutput[coop.House], error) {
	h, err := a.Coop.House(ctx, house)
	if err == nil {
		err = a.looked(ctx, model.AccessStatement, house.ID())
	}
	return oneAnswer(h, err, func(h coop.House) coop.House { return h })
}
