package staff

import (
	"context"
	"slices"

	"bangfu/service/access"
	"bangfu/service/ledger"
	"bangfu/service/model"
	"bangfu/service/sheets"
)

// ReportRow is one row of a report; the last amount is the row's sum, except in the report of funds.
type ReportRow struct {
	Label   string   `json:"label"`
	Name    string   `json:"name,omitempty" doc:"户主,只在到户的报表里;岗位看得到姓名的才是全的"`
	Amounts []Amount `json:"amounts"`
}

// Report is a table as the office knows it, in 万元; by household in 元.
type Report struct {
	Title       string      `json:"title"`
	From        model.Date  `json:"from"`
	To          model.Date  `json:"to"`
	Unit        string      `json:"unit"`
	Heads       []string    `json:"heads" doc:"第一列是行的名称"`
	Rows        []ReportRow `json:"rows"`
	Total       ReportRow   `json:"total"`
	Differences []string    `json:"differences" doc:"加不拢的地方;平时是空的"`
	Next        string      `json:"next,omitempty"`
}

type reportInput struct {
	Kind string `path:"kind" enum:"category,month,fund,household,funds" doc:"类别×体系、按月、按资金、到户、资金来源和使用"`
	Span
	Paging
}

type reportOutput struct{ Body Report }

func (a *api) reportOf(ctx context.Context, in Span, kind string) (ledger.Report, error) {
	from, to := in.days(a.Now())
	if kind == "funds" {
		return a.Fund.Report(ctx, from.Year())
	}
	return a.Ledger.Report(ctx, kind, from, to)
}

func (a *api) report(ctx context.Context, farm access.Farm, in *reportInput) (*reportOutput, error) {
	r, err := a.reportOf(ctx, in.Span, in.Kind)
	if err != nil {
		return nil, err
	}
	out := Report{
		Title: r.Title, From: r.From, To: r.To, Unit: sheets.ReportUnit(r), Heads: r.Heads, Rows: []ReportRow{},
		Total: ReportRow{Label: "合计", Amounts: amountsOf(r.Total)}, Differences: append([]string{}, r.Differences...),
	}
	start := 0
	if in.After != "" {
		start = 1 + slices.IndexFunc(r.Rows, func(x ledger.ReportRow) bool { return x.Label == in.After })
	}
	end := min(start+in.Limit, len(r.Rows))
	for _, x := range r.Rows[start:end] {
		out.Rows = append(out.Rows, ReportRow{Label: x.Label, Amounts: amountsOf(x.Amounts)})
	}
	if in.Kind == ledger.ByHousehold {
		if err := a.nameRows(ctx, farm, r.Rows[start:end], out.Rows); err != nil {
			return nil, err
		}
	}
	if end < len(r.Rows) {
		out.Next = r.Rows[end-1].Label
	}
	return &reportOutput{Body: out}, nil
}

// nameRows writes beside each household of a report who its head is. To have seen what it got is a look.
func (a *api) nameRows(ctx context.Context, farm access.Farm, rows []ledger.ReportRow, out []ReportRow) error {
	if err := lookedAt(ctx, a, model.AccessStatement, rows, ledger.ReportRow.Household); err != nil {
		return err
	}
	var ids []string
	for _, r := range rows {
		if r.Household() != "" {
			ids = append(ids, r.Household())
		}
	}
	heads, err := a.People.Heads(ctx, farm, ids)
	if err != nil {
		return err
	}
	for i, r := range rows {
		out[i].Name = heads[r.Household()]
	}
	return nil
}

func amountsOf(list []model.Fen) []Amount {
	out := make([]Amount, len(list))
	for i, f := range list {
		out[i] = amountOf(f)
	}
	return out
}
