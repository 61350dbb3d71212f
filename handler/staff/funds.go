package staff

import (
	"context"
	"errors"
	"time"

	"bangfu/service/access"
	"bangfu/service/fund"
	"bangfu/service/model"
)

// FundAccount is a year's fund with what became of it.
type FundAccount struct {
	ID         string  `json:"id"`
	Rev        int64   `json:"rev" doc:"0:只在账上出现过,没有登记"`
	Year       int     `json:"year"`
	Name       string  `json:"name"`
	Level      string  `json:"level,omitempty"`
	LevelLabel string  `json:"level_label,omitempty" doc:"资金来源"`
	Regulation string  `json:"regulation,omitempty" doc:"管理办法"`
	Planned    Amount  `json:"planned" doc:"计划"`
	Received   Amount  `json:"received" doc:"到账,含捐款"`
	Goods      Amount  `json:"goods" doc:"捐物折价"`
	Spent      Amount  `json:"spent" doc:"支出"`
	Entries    int     `json:"entries" doc:"支出几笔"`
	Balance    *Amount `json:"balance,omitempty" doc:"到账减支出;没有到账记录的不算"`
}

func fundView(x fund.Account) FundAccount {
	v := FundAccount{
		ID: x.ID, Rev: x.Rev, Year: x.Year, Name: x.Name, Level: string(x.Level), LevelLabel: x.Level.Label(), Regulation: x.Regulation,
		Planned: amountOf(x.Planned), Received: amountOf(x.Received), Goods: amountOf(x.Goods), Spent: amountOf(x.Spent.Amount), Entries: x.Spent.Count,
	}
	if left, err := x.Received.Sub(x.Spent.Amount); err == nil && x.Received != 0 {
		balance := amountOf(left)
		v.Balance = &balance
	}
	return v
}

type fundsInput struct {
	Year int `query:"year" minimum:"0" maximum:"9999" doc:"不写就是今年"`
}

type fundsOutput struct {
	Body struct {
		Funds []FundAccount `json:"funds"`
	}
}

func (a *api) funds(ctx context.Context, farm access.Farm, in *fundsInput) (*fundsOutput, error) {
	if in.Year == 0 {
		in.Year = model.DateOf(a.Now()).Year()
	}
	list, err := a.Fund.Accounts(ctx, in.Year)
	if err != nil {
		return nil, err
	}
	out := &fundsOutput{}
	out.Body.Funds = []FundAccount{}
	for _, x := range list {
		out.Body.Funds = append(out.Body.Funds, fundView(x))
	}
	return out, nil
}

type putFundInput struct {
	Body struct {
		Rev         int64  `json:"rev,omitempty" minimum:"0" doc:"改的时候写看到的是第几版;新的不写"`
		Year        int    `json:"year" minimum:"1990" maximum:"2100"`
		Name        string `json:"name" minLength:"1" maxLength:"60"`
		Level       string `json:"level" enum:"general_bureau,bureau,farm,union,society,cadres"`
		Regulation  string `json:"regulation,omitempty" maxLength:"200" doc:"管理办法,带书名号"`
		PlannedYuan string `json:"planned_yuan,omitempty" maxLength:"30"`
	}
}

type fundOutput struct{ Body FundAccount }

func (a *api) putFund(ctx context.Context, farm access.Farm, in *putFundInput) (*fundOutput, error) {
	b := in.Body
	planned, err := model.ParseYuan(b.PlannedYuan)
	if err != nil {
		return nil, err
	}
	f, err := a.Fund.Put(ctx, farm, model.Fund{
		Year: b.Year, Name: b.Name, Level: model.FundLevel(b.Level), Regulation: b.Regulation, Planned: planned,
	}, b.Rev)
	if err != nil {
		return nil, err
	}
	return &fundOutput{Body: fundView(fund.Account{Fund: f})}, nil
}

// Receipt is money that came into a fund.
type Receipt struct {
	ID       string     `json:"id"`
	FundID   string     `json:"fund_id"`
	Amount   Amount     `json:"amount"`
	On       model.Date `json:"on"`
	From     string     `json:"from"`
	Evidence string     `json:"evidence,omitempty"`
	By       string     `json:"entered_by"`
}

func receiptView(r model.Receipt) Receipt {
	return Receipt{ID: r.ID, FundID: r.FundID, Amount: amountOf(r.Amount), On: r.On, From: r.From, Evidence: r.Evidence, By: r.CreatedBy}
}

type receiptsInput struct {
	FundID string `query:"fund_id" required:"true" maxLength:"80" doc:"如2017/干部帮扶资金"`
}

type receiptsOutput struct {
	Body struct {
		Receipts []Receipt `json:"receipts"`
	}
}

func (a *api) receipts(ctx context.Context, farm access.Farm, in *receiptsInput) (*receiptsOutput, error) {
	list, err := a.Fund.Receipts(ctx, in.FundID)
	if err != nil {
		return nil, err
	}
	out := &receiptsOutput{}
	out.Body.Receipts = []Receipt{}
	for _, r := range list {
		out.Body.Receipts = append(out.Body.Receipts, receiptView(r))
	}
	return out, nil
}

type receiveInput struct {
	Body struct {
		Keyed
		FundID     string     `json:"fund_id" minLength:"6" maxLength:"80"`
		AmountYuan string     `json:"amount_yuan" minLength:"1" maxLength:"30" doc:"更正用负数"`
		On         model.Date `json:"on" format:"date"`
		From       string     `json:"from" minLength:"1" maxLength:"100" doc:"来自哪里"`
		Evidence   string     `json:"evidence,omitempty" maxLength:"200"`
	}
}

type receiptOutput struct{ Body Receipt }

func (a *api) receive(ctx context.Context, farm access.Farm, in *receiveInput) (*receiptOutput, error) {
	b := in.Body
	amount, err := model.ParseYuan(b.AmountYuan)
	if err != nil {
		return nil, err
	}
	r, err := a.Fund.Receive(ctx, farm, model.Receipt{
		ID: b.id(ctx, ""), FundID: b.FundID, Amount: amount, On: b.On, From: b.From, Evidence: b.Evidence,
	})
	if err != nil {
		return nil, err
	}
	return &receiptOutput{Body: receiptView(r)}, nil
}

// Donation is what somebody gave. Who may not enter money reads the name only if it may be public.
type Donation struct {
	ID         string            `json:"id"`
	DonorKind  string            `json:"donor_kind"`
	DonorLabel string            `json:"donor_kind_label"`
	Donor      string            `json:"donor" doc:"没有同意公开的,只有记账的人看得到"`
	PublicName string            `json:"public_name" doc:"公开时写的名字"`
	FundID     string            `json:"fund_id"`
	Cash       Amount            `json:"cash"`
	Goods      []model.GoodsLine `json:"goods"`
	Value      Amount            `json:"value" doc:"钱和物一共"`
	On         model.Date        `json:"on"`
	Note       string            `json:"note,omitempty"`
	ThankedAt  *time.Time        `json:"thanked_at,omitempty"`
}

func (a *api) donationView(ctx context.Context, d model.Donation) (Donation, error) {
	name, err := a.Fund.DonorName(d)
	if err != nil {
		return Donation{}, err
	}
	value, err := d.Value()
	v := Donation{
		ID: d.ID, DonorKind: string(d.DonorKind), DonorLabel: d.DonorKind.Label(), Donor: d.PublicName(name), PublicName: d.PublicName(name),
		FundID: d.FundID, Cash: amountOf(d.Cash), Goods: append([]model.GoodsLine{}, d.Goods...), Value: amountOf(value), On: d.On, Note: d.Note,
	}
	if _, no := a.Access.Farm(staffOf(ctx), model.MayPostMoney); no == nil {
		v.Donor = name
	}
	if !d.ThankedAt.IsZero() {
		v.ThankedAt = &d.ThankedAt
	}
	return v, err
}

type donationsInput struct {
	Span
	Paging
	Ordering
}

var donationColumns = columns[Donation]{
	"on": func(d Donation) string { return string(d.On) }, "donor": func(d Donation) string { return bySound(d.Donor) },
	"kind": func(d Donation) string { return bySound(d.DonorLabel) }, "fund": func(d Donation) string { return bySound(d.FundID) },
	"cash": func(d Donation) string { return byNumber(d.Cash.Fen) }, "value": func(d Donation) string { return byNumber(d.Value.Fen) },
	"thanked": func(d Donation) string { return byYes(d.ThankedAt != nil) },
}

type donationsOutput struct {
	Body struct {
		Donations []Donation `json:"donations"`
		Next      string     `json:"next,omitempty"`
		Total     int        `json:"total" doc:"一共几笔"`
		Cash      Amount     `json:"cash" doc:"捐款一共"`
		Value     Amount     `json:"value" doc:"钱和物一共"`
	}
}

func (a *api) donations(ctx context.Context, farm access.Farm, in *donationsInput) (*donationsOutput, error) {
	from, to := in.days(a.Now())
	list, _, err := a.Fund.Donations(ctx, farm, from, to, "", whole)
	if err != nil {
		return nil, err
	}
	all := make([]Donation, len(list))
	for i, d := range list {
		if all[i], err = a.donationView(ctx, d); err != nil {
			return nil, err
		}
	}
	out := &donationsOutput{}
	out.Body.Total = len(all)
	cash, err1 := sumOf(all, func(d Donation) model.Fen { return model.Fen(d.Cash.Fen) })
	value, err2 := sumOf(all, func(d Donation) model.Fen { return model.Fen(d.Value.Fen) })
	if err := errors.Join(err1, err2); err != nil {
		return nil, err
	}
	out.Body.Cash, out.Body.Value = amountOf(cash), amountOf(value)
	out.Body.Donations, out.Body.Next, err = inOrder(all, in.Ordering, in.After, in.Limit, func(d Donation) string { return d.ID }, donationColumns)
	return out, err
}

type donateInput struct {
	Body struct {
		Keyed
		DonorKind    string            `json:"donor_kind" enum:"person,enterprise,social_organisation,cadre"`
		Donor        string            `json:"donor" minLength:"1" maxLength:"60" doc:"捐赠人,加密保存"`
		PublicNameOK bool              `json:"public_name_ok,omitempty" doc:"本人同意公开名字;不同意就写爱心人士"`
		FundID       string            `json:"fund_id" minLength:"6" maxLength:"80"`
		CashYuan     string            `json:"cash_yuan,omitempty" maxLength:"30"`
		Goods        []model.GoodsLine `json:"goods,omitempty" maxItems:"30" doc:"捐的物,进爱心超市的库"`
		On           model.Date        `json:"on" format:"date"`
		Note         string            `json:"note,omitempty" maxLength:"200"`
	}
}

type donationOutput struct{ Body Donation }

func (a *api) donationAnswer(ctx context.Context, d model.Donation, err error) (*donationOutput, error) {
	if err != nil {
		return nil, err
	}
	v, err := a.donationView(ctx, d)
	return &donationOutput{Body: v}, err
}

func (a *api) donate(ctx context.Context, farm access.Farm, in *donateInput) (*donationOutput, error) {
	b := in.Body
	cash, err := model.ParseYuan(b.CashYuan)
	if err != nil {
		return nil, err
	}
	d, err := a.Fund.Donate(ctx, farm, model.Donation{
		ID: b.id(ctx, ""), DonorKind: model.DonorKind(b.DonorKind), PublicNameOK: b.PublicNameOK, FundID: b.FundID, Cash: cash, Goods: b.Goods,
		On: b.On, Note: b.Note,
	}, b.Donor)
	return a.donationAnswer(ctx, d, err)
}

type thanksInput struct {
	ID string `query:"id" required:"true" maxLength:"200"`
}

type thanksOutput struct {
	Body struct {
		Text string `json:"text" doc:"感谢信"`
	}
}

func (a *api) thanks(ctx context.Context, farm access.Farm, in *thanksInput) (*thanksOutput, error) {
	text, err := a.Fund.Thanks(ctx, farm, in.ID)
	out := &thanksOutput{}
	out.Body.Text = text
	return out, err
}

type thankedInput struct {
	Body struct {
		ID string `json:"id" minLength:"1" maxLength:"200"`
	}
}

func (a *api) thanked(ctx context.Context, farm access.Farm, in *thankedInput) (*donationOutput, error) {
	d, err := a.Fund.Thanked(ctx, farm, in.Body.ID)
	return a.donationAnswer(ctx, d, err)
}
