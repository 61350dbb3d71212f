package staff

import (
	"context"
	"time"

	"bangfu/service/access"
	"bangfu/service/ledger"
	"bangfu/service/model"
)

// MonthBook is the books of a month.
type MonthBook struct {
	Period   string        `json:"period"`
	State    string        `json:"state"`
	Label    string        `json:"state_label"`
	Amount   Amount        `json:"amount" doc:"现在账上的合计"`
	Count    int           `json:"count"`
	ClosedBy string        `json:"closed_by,omitempty"`
	ClosedAt *time.Time    `json:"closed_at,omitempty"`
	Closed   *Amount       `json:"closed_amount,omitempty" doc:"关账时的合计"`
	Differs  bool          `json:"differs" doc:"关账以后账上变过:有人绕过系统改了数据"`
	Drafts   []DraftReason `json:"drafts" doc:"还不能关账的原因"`
}

// DraftReason is why a month cannot be closed yet.
type DraftReason struct {
	Code   string `json:"code"`
	Detail string `json:"detail"`
}

func monthView(b ledger.MonthBook) MonthBook {
	v := MonthBook{
		Period: b.ID, State: string(b.State), Label: b.State.Label(), Amount: amountOf(b.Now.Amount), Count: b.Now.Count, Differs: b.Differs(),
		Drafts: []DraftReason{},
	}
	if b.State == model.MonthClosed {
		sum := amountOf(b.Closed.Amount)
		v.ClosedBy, v.ClosedAt, v.Closed = b.ClosedName, &b.ClosedAt, &sum
	}
	for _, d := range b.Drafts {
		v.Drafts = append(v.Drafts, DraftReason{d.Code, d.Msg})
	}
	return v
}

type yearsOutput struct {
	Body struct {
		Years []int `json:"years"`
	}
}

func (a *api) ledgerYears(ctx context.Context, shared access.Shared, _ *struct{}) (*yearsOutput, error) {
	years, err := a.Ledger.Years(ctx)
	out := &yearsOutput{}
	out.Body.Years = years
	return out, err
}

type monthsInput struct {
	Year int `query:"year" minimum:"0" maximum:"9999" doc:"不写就是今年"`
}

type monthsOutput struct {
	Body struct {
		Months []MonthBook `json:"months"`
	}
}

func (a *api) months(ctx context.Context, farm access.Farm, in *monthsInput) (*monthsOutput, error) {
	if in.Year == 0 {
		in.Year = model.DateOf(a.Now()).Year()
	}
	list, err := a.Ledger.MonthsOf(ctx, in.Year)
	if err != nil {
		return nil, err
	}
	out := &monthsOutput{}
	for _, b := range list {
		out.Body.Months = append(out.Body.Months, monthView(b))
	}
	return out, nil
}

// ByPeriod names a month in the path.
type ByPeriod struct {
	Period string `path:"period" pattern:"^[0-9]{4}-(0[1-9]|1[0-2])$" doc:"月份,如2017-12"`
}

type monthOutput struct{ Body MonthBook }

// monthAnswer is the month as it is after what was done to it.
func (a *api) monthAnswer(ctx context.Context, m model.Month, err error) (*monthOutput, error) {
	if err != nil {
		return nil, err
	}
	first := m.Period().First()
	list, err := a.Ledger.MonthsOf(ctx, first.Year())
	if err != nil {
		return nil, err
	}
	return &monthOutput{Body: monthView(list[first.Start().Month()-1])}, nil
}

func (a *api) closeMonth(ctx context.Context, farm access.Farm, in *ByPeriod) (*monthOutput, error) {
	m, err := a.Ledger.Close(ctx, farm, model.Period(in.Period))
	return a.monthAnswer(ctx, m, err)
}

type reopenInput struct {
	ByPeriod
	Body struct {
		Why string `json:"why" minLength:"2" maxLength:"200"`
	}
}

func (a *api) reopenMonth(ctx context.Context, farm access.Farm, in *reopenInput) (*monthOutput, error) {
	m, err := a.Ledger.Reopen(ctx, farm, model.Period(in.Period), in.Body.Why)
	return a.monthAnswer(ctx, m, err)
}
