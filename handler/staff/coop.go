package staff

import (
	"context"

	"bangfu/service/access"
	"bangfu/service/model"
)

// ByCoop is the path of what belongs to one cooperative.
type ByCoop struct {
	Coop string `path:"coop" maxLength:"40" doc:"合作社编号,如K-001"`
}

// Coop is a cooperative.
type Coop struct {
	Rev int64 `json:"rev"`
	model.Cooperative
}

func coopView(c model.Cooperative) Coop { return Coop{c.Rev, c} }

func (a *api) coops(ctx context.Context, cut access.Lists, _ *struct{}) (*rowsOutput[Coop], error) {
	list, err := a.Coop.Cooperatives(ctx, cut)
	return rowsAnswer(list, "", err, coopView)
}

type coopInput struct {
	Body struct {
		ID     string `json:"id" minLength:"2" maxLength:"40"`
		Rev    int64  `json:"rev,omitempty" minimum:"0" doc:"新的不写"`
		Name   string `json:"name" minLength:"1" maxLength:"50"`
		UnitID string `json:"unit_id" minLength:"1" maxLength:"40" doc:"合作社在单位里的编号,发放时是付款单位"`
		Payout *int64 `json:"payout_permille,omitempty" minimum:"0" maximum:"1000" doc:"二次分红发多少,千分之几;不写是1000"`
	}
}

func (a *api) putCoop(ctx context.Context, of access.Record[model.Cooperative], in *coopInput) (*oneOutput[Coop], error) {
	b := in.Body
	c := model.Cooperative{ID: b.ID, Name: b.Name, UnitID: b.UnitID, PayoutPPM: model.Million}
	if b.Payout != nil {
		c.PayoutPPM = *b.Payout * 1000
	}
	c, err := a.Coop.PutCooperative(ctx, of, c, b.Rev)
	return oneAnswer(c, err, coopView)
}

// Greenhouse is one house.
type Greenhouse struct {
	Rev int64 `json:"rev"`
	model.Greenhouse
}

func greenhouseView(g model.Greenhouse) Greenhouse { return Greenhouse{g.Rev, g} }

func (a *api) greenhouses(ctx context.Context, cut access.Lists, in *Paged) (*rowsOutput[Greenhouse], error) {
	list, next, err := a.Coop.Greenhouses(ctx, cut, in.After, in.Limit)
	return rowsAnswer(list, next, err, greenhouseView)
}

type greenhouseInput struct {
	Body struct {
		ID     string `json:"id" minLength:"2" maxLength:"40"`
		Rev    int64  `json:"rev,omitempty" minimum:"0" doc:"新的不写"`
		Site   string `json:"site" maxLength:"100" doc:"在哪里"`
		UnitID string `json:"unit_id" minLength:"1" maxLength:"40" doc:"归哪个单位:农场或合作社"`
	}
}

func (a *api) putGreenhouse(ctx context.Context, of access.Record[model.Greenhouse], in *greenhouseInput) (*oneOutput[Greenhouse], error) {
	b := in.Body
	g, err := a.Coop.PutGreenhouse(ctx, of, model.Greenhouse{ID: b.ID, Site: b.Site, UnitID: b.UnitID}, b.Rev)
	return oneAnswer(g, err, greenhouseView)
}

// Allotment is a greenhouse given to a household for a year.
type Allotment struct {
	Rev int64 `json:"rev"`
	model.Allotment
}

func allotmentView(x model.Allotment) Allotment { return Allotment{x.Rev, x} }

func (a *api) allotments(ctx context.Context, cut access.Lists, in *OfYear) (*rowsOutput[Allotment], error) {
	list, next, err := a.Coop.Allotments(ctx, cut, in.Year, in.After, in.Limit)
	return rowsAnswer(list, next, err, allotmentView)
}

type allotInput struct {
	Body struct {
		Rev          int64  `json:"rev,omitempty" minimum:"0" doc:"新的不写"`
		GreenhouseID string `json:"greenhouse_id" minLength:"2" maxLength:"40"`
		HouseholdNo  string `json:"household_no" minLength:"2" maxLength:"40"`
		Year         int    `json:"year" minimum:"2000" maximum:"2100"`
		FeeWaived    bool   `json:"contract_fee_waived,omitempty" doc:"免承包费"`
	}
}

func (a *api) allot(ctx context.Context, house access.Household, in *allotInput) (*oneOutput[Allotment], error) {
	b := in.Body
	x, err := a.Coop.Allot(ctx, house, model.Allotment{
		GreenhouseID: b.GreenhouseID, HouseholdID: b.HouseholdNo, Year: b.Year, FeeWaived: b.FeeWaived,
	}, b.Rev)
	return oneAnswer(x, err, allotmentView)
}

// Batch is a crop of a greenhouse.
type Batch struct {
	Rev int64 `json:"rev"`
	model.Batch
	Planned  int64 `json:"planned_millijin" doc:"计划产量,千分之一斤"`
	LowYield bool  `json:"low_yield" doc:"采收了,不到计划的60%,要去看看"`
}

func batchView(b model.Batch) Batch { return Batch{b.Rev, b, b.Planned(), b.LowYield()} }

func (a *api) batches(ctx context.Context, cut access.Lists, in *OfYear) (*rowsOutput[Batch], error) {
	list, next, err := a.Coop.Batches(ctx, cut, in.Year, in.After, in.Limit)
	return rowsAnswer(list, next, err, batchView)
}

type putBatchInput struct {
	Body struct {
		Rev          int64  `json:"rev,omitempty" minimum:"0" doc:"新的不写"`
		GreenhouseID string `json:"greenhouse_id" minLength:"2" maxLength:"40"`
		Year         int    `json:"year" minimum:"2000" maximum:"2100"`
		Season       string `json:"season" enum:"spring,autumn"`
		Bags         int64  `json:"bags" minimum:"1" maximum:"10000000"`
		DryMilliJin  int64  `json:"dry_millijin_per_bag" minimum:"1" maximum:"100000" doc:"每袋计划出多少干耳,千分之一斤:120是0.12斤"`
		Input        string `json:"input_yuan" maxLength:"20" doc:"投入,元"`
		HarvestedOn  string `json:"harvested_on,omitempty" format:"date" doc:"采收日期;还没采收不写"`
		Actual       int64  `json:"actual_millijin,omitempty" minimum:"0" maximum:"1000000000000" doc:"实际产量,千分之一斤"`
	}
}

func (a *api) putBatch(ctx context.Context, of access.Record[model.Greenhouse], in *putBatchInput) (*oneOutput[Batch], error) {
	b := in.Body
	var y yuanReader
	input := y.fen(b.Input)
	if y.err != nil {
		return nil, y.err
	}
	x, err := a.Coop.PutBatch(ctx, of, model.Batch{
		GreenhouseID: b.GreenhouseID, Year: b.Year, Season: model.Season(b.Season), Bags: b.Bags, DryMilliJin: b.DryMilliJin,
		Input: input, HarvestedOn: model.Date(b.HarvestedOn), ActualMilliJin: b.Actual,
	}, b.Rev)
	return oneAnswer(x, err, batchView)
}

// Sale is the settlement of a sale.
type Sale struct {
	Rev int64 `json:"rev"`
	model.Sale
}

func saleView(v model.Sale) Sale { return Sale{v.Rev, v} }

func (a *api) sales(ctx context.Context, cut access.Lists, in *OfYear) (*rowsOutput[Sale], error) {
	list, next, err := a.Coop.Sales(ctx, cut, in.Year, in.After, in.Limit)
	if err == nil {
		err = lookedAt(ctx, a, model.AccessStatement, list, func(v model.Sale) string { return v.HouseholdID })
	}
	return rowsAnswer(list, next, err, saleView)
}

type saleInput struct {
	Body struct {
		Key      string `json:"key" pattern:"^[A-Za-z0-9-]{4,40}$" doc:"结算单号;同一张单重发不会记两次"`
		Rev      int64  `json:"rev,omitempty" minimum:"0" doc:"新的不写"`
		Why      string `json:"why,omitempty" maxLength:"200" doc:"修改时写原因"`
		BatchID  string `json:"batch_id" minLength:"1" maxLength:"100"`
		SoldOn   string `json:"sold_on" format:"date"`
		Buyer    string `json:"buyer" minLength:"1" maxLength:"50"`
		MilliJin int64  `json:"millijin" minimum:"1" maximum:"1000000000000" doc:"卖了多少,千分之一斤"`
		Price    string `json:"price_yuan_per_jin" minLength:"1" maxLength:"20"`
		Costs    string `json:"costs_yuan,omitempty" maxLength:"20" doc:"从中扣的费用"`
	}
}

func (a *api) putSale(ctx context.Context, of access.Record[model.Batch], in *saleInput) (*oneOutput[Sale], error) {
	b := in.Body
	var y yuanReader
	v := model.Sale{
		BatchID: b.BatchID, SoldOn: model.Date(b.SoldOn), Buyer: b.Buyer, MilliJin: b.MilliJin, PricePerJin: y.fen(b.Price), Costs: y.fen(b.Costs),
	}
	if y.err != nil {
		return nil, y.err
	}
	v, err := a.Coop.PutSale(ctx, of, v, b.Key, b.Rev, b.Why)
	return oneAnswer(v, err, saleView)
}

// Wage is a month's pay of one person.
type Wage struct {
	Rev    int64  `json:"rev"`
	Person string `json:"person,omitempty" doc:"谁,隐去名字"`
	model.Wage
}

type wagesInput struct {
	ByCoop
	Paged
	Period string `query:"period" required:"true" pattern:"^[0-9]{4}-(0[1-9]|1[0-2])$" doc:"月份,如2018-05"`
}

func (a *api) wages(ctx context.Context, of access.Record[model.Cooperative], in *wagesInput) (*rowsOutput[Wage], error) {
	list, next, err := a.Coop.Wages(ctx, of, model.Period(in.Period), in.After, in.Limit)
	if err != nil {
		return nil, err
	}
	if err := lookedAt(ctx, a, model.AccessStatement, list, func(w model.Wage) string { return w.HouseholdID }); err != nil {
		return nil, err
	}
	names, err := a.Coop.Workers(ctx, list)
	return rowsAnswer(list, next, err, func(w model.Wage) Wage { return Wage{w.Rev, names[w.PersonID], w} })
}

type wageInput struct {
	ByCoop
	Body struct {
		Rev         int64  `json:"rev,omitempty" minimum:"0" doc:"新的不写"`
		Why         string `json:"why,omitempty" maxLength:"200" doc:"修改时写原因"`
		HouseholdNo string `json:"household_no" minLength:"2" maxLength:"40"`
		PersonID    string `json:"person_id" minLength:"1" maxLength:"50"`
		Period      string `json:"period" pattern:"^[0-9]{4}-(0[1-9]|1[0-2])$"`
		Days        int    `json:"days" minimum:"1" maximum:"31"`
		Amount      string `json:"amount_yuan" minLength:"1" maxLength:"20"`
		PaidOn      string `json:"paid_on" format:"date"`
	}
}

func (a *api) putWage(ctx context.Context, of access.Record[model.Cooperative], in *wageInput) (*oneOutput[Wage], error) {
	b := in.Body
	fen, err := model.ParseYuan(b.Amount)
	if err != nil {
		return nil, err
	}
	w, err := a.Coop.PutWage(ctx, of, model.Wage{
		CoopID: in.Coop, HouseholdID: b.HouseholdNo, PersonID: b.PersonID, Period: model.Period(b.Period), Days: b.Days, Amount: fen,
		PaidOn: model.Date(b.PaidOn),
	}, b.Rev, b.Why)
	return oneAnswer(w, err, func(w model.Wage) Wage { return Wage{Rev: w.Rev, Wage: w} })
}
