package staff

import (
	"context"
	"errors"

	"bangfu/service/access"
	"bangfu/service/model"
)

// Loan is an interest-free loan with what is still owed.
type Loan struct {
	ID          string            `json:"id"`
	HouseholdNo string            `json:"household_no"`
	Principal   Amount            `json:"principal"`
	Purpose     string            `json:"purpose"`
	LentOn      model.Date        `json:"lent_on"`
	DueOn       model.Date        `json:"due_on"`
	Schedule    []LoanPart        `json:"schedule" doc:"还款计划"`
	Repayments  []model.Repayment `json:"repayments"`
	Repaid      Amount            `json:"repaid"`
	Outstanding Amount            `json:"outstanding" doc:"还没还的"`
	Overdue     Amount            `json:"overdue" doc:"到今天已经过期的"`
	Contract    string            `json:"contract,omitempty"`
}

// LoanPart is one instalment.
type LoanPart struct {
	DueOn  model.Date `json:"due_on"`
	Amount Amount     `json:"amount"`
	Unpaid Amount     `json:"unpaid" doc:"这一期还差多少"`
}

func (a *api) loanView(l model.Loan) Loan {
	v := Loan{
		ID: l.ID, HouseholdNo: l.HouseholdID, Principal: amountOf(l.Principal), Purpose: l.Purpose, LentOn: l.LentOn, DueOn: l.DueOn,
		Schedule: []LoanPart{}, Repayments: append([]model.Repayment{}, l.Repayments...), Repaid: amountOf(l.Repaid()),
		Outstanding: amountOf(l.Outstanding()), Overdue: amountOf(l.Overdue(model.DateOf(a.Now()))), Contract: l.Contract,
	}
	for _, i := range l.Schedule {
		v.Schedule = append(v.Schedule, LoanPart{i.DueOn, amountOf(i.Amount), amountOf(l.MissingOn(i.DueOn))})
	}
	return v
}

type loansInput struct {
	Paging
	Ordering
	Open  bool `query:"open" doc:"只要还没还清的"`
	Brief bool `query:"brief" doc:"只要期限和过期的数,不要户号;不算看过"`
}

type loansOutput struct {
	Body struct {
		Loans       []Loan `json:"loans"`
		Next        string `json:"next,omitempty"`
		Total       int    `json:"total" doc:"一共几笔"`
		Principal   Amount `json:"principal" doc:"本金一共"`
		Repaid      Amount `json:"repaid" doc:"一共还了"`
		Outstanding Amount `json:"outstanding" doc:"一共还欠"`
	}
}

// loanColumns are what loans can be sorted by on a day.
func loanColumns(today model.Date) columns[model.Loan] {
	return columns[model.Loan]{
		"no": func(l model.Loan) string { return l.HouseholdID }, "purpose": func(l model.Loan) string { return bySound(l.Purpose) },
		"principal": func(l model.Loan) string { return byAmount(l.Principal) }, "lent": func(l model.Loan) string { return string(l.LentOn) },
		"due": func(l model.Loan) string { return string(l.DueOn) }, "repaid": func(l model.Loan) string { return byAmount(l.Repaid()) },
		"left":  func(l model.Loan) string { return byAmount(l.Outstanding()) },
		"state": func(l model.Loan) string { return byYes(l.Outstanding() > 0) + byAmount(l.Overdue(today)) },
	}
}

func (a *api) loans(ctx context.Context, farm access.Farm, in *loansInput) (*loansOutput, error) {
	all, _, err := a.Fund.Loans(ctx, farm, in.Open, "", whole)
	if err != nil {
		return nil, err
	}
	list, next, err := inOrder(all, in.Ordering, in.After, in.Limit, func(l model.Loan) string { return l.ID }, loanColumns(model.DateOf(a.Now())))
	if err == nil && !in.Brief {
		err = lookedAt(ctx, a, model.AccessStatement, list, func(l model.Loan) string { return l.HouseholdID })
	}
	if err != nil {
		return nil, err
	}
	out := &loansOutput{}
	out.Body.Loans, out.Body.Next, out.Body.Total = []Loan{}, next, len(all)
	principal, err1 := sumOf(all, func(l model.Loan) model.Fen { return l.Principal })
	repaid, err2 := sumOf(all, model.Loan.Repaid)
	outstanding, err3 := sumOf(all, model.Loan.Outstanding)
	if err := errors.Join(err1, err2, err3); err != nil {
		return nil, err
	}
	out.Body.Principal, out.Body.Repaid, out.Body.Outstanding = amountOf(principal), amountOf(repaid), amountOf(outstanding)
	for _, l := range list {
		v := a.loanView(l)
		if in.Brief {
			v = Loan{DueOn: v.DueOn, Overdue: v.Overdue, Schedule: []LoanPart{}, Repayments: []model.Repayment{}}
		}
		out.Body.Loans = append(out.Body.Loans, v)
	}
	return out, nil
}

type lendInput struct {
	Body struct {
		Keyed
		HouseholdNo   string     `json:"household_no" minLength:"1" maxLength:"40"`
		PrincipalYuan string     `json:"principal_yuan" minLength:"1" maxLength:"30"`
		Purpose       string     `json:"purpose" minLength:"1" maxLength:"100"`
		LentOn        model.Date `json:"lent_on" format:"date"`
		DueOn         model.Date `json:"due_on" format:"date"`
		Contract      string     `json:"contract,omitempty" maxLength:"200"`
		Schedule      []struct {
			DueOn      model.Date `json:"due_on" format:"date"`
			AmountYuan string     `json:"amount_yuan" minLength:"1" maxLength:"30"`
		} `json:"schedule,omitempty" maxItems:"60" doc:"还款计划;不写就是到期一次还清"`
	}
}

type loanOutput struct{ Body Loan }

func (a *api) loanAnswer(l model.Loan, err error) (*loanOutput, error) {
	if err != nil {
		return nil, err
	}
	return &loanOutput{Body: a.loanView(l)}, nil
}

func (a *api) lend(ctx context.Context, house access.Household, in *lendInput) (*loanOutput, error) {
	b := in.Body
	l := model.Loan{
		ID: b.id(ctx, model.FoldID(b.HouseholdNo)), HouseholdID: model.FoldID(b.HouseholdNo), Purpose: b.Purpose, LentOn: b.LentOn, DueOn: b.DueOn, Contract: b.Contract,
	}
	var err error
	if l.Principal, err = model.ParseYuan(b.PrincipalYuan); err != nil {
		return nil, err
	}
	for _, i := range b.Schedule {
		amount, err := model.ParseYuan(i.AmountYuan)
		if err != nil {
			return nil, err
		}
		l.Schedule = append(l.Schedule, model.Instalment{DueOn: i.DueOn, Amount: amount})
	}
	return a.loanAnswer(a.Fund.Lend(ctx, house, l))
}

type repayInput struct {
	Body struct {
		Keyed
		LoanID     string     `json:"loan_id" minLength:"1" maxLength:"200"`
		On         model.Date `json:"on" format:"date"`
		AmountYuan string     `json:"amount_yuan" minLength:"1" maxLength:"30" doc:"更正用负数,要写原因"`
		Note       string     `json:"note,omitempty" maxLength:"200"`
	}
}

func (a *api) repay(ctx context.Context, of access.Record[model.Loan], in *repayInput) (*loanOutput, error) {
	b := in.Body
	amount, err := model.ParseYuan(b.AmountYuan)
	if err != nil {
		return nil, err
	}
	return a.loanAnswer(a.Fund.Repay(ctx, of, model.Repayment{Key: b.Key, On: b.On, Amount: amount, Note: b.Note}))
}
