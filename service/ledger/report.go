package ledger

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"bangfu/service/model"
)

// Report is a table as the office knows it. The first column is the label of the row, the others are the
// amounts under Heads; the last of each row is the row's sum.
type Report struct {
	Title       string
	Yuan        bool // what single households got is read in yuan, sums of the farm in 万元
	From, To    model.Date
	Heads       []string // of all columns, the label's first
	Rows        []ReportRow
	Total       []model.Fen // column by column
	Differences []string    // where adding up in another way comes to something else
}

// ReportRow is one row.
type ReportRow struct {
	Label   string
	Amounts []model.Fen
}

// Household is the number of the household whose row it is, in the report by household; empty for the rest.
func (r ReportRow) Household() string {
	if r.Label == notAllotted {
		return ""
	}
	return r.Label
}

// The reports of spending, by what their rows are.
const (
	ByCategory  = "category" // 类别 × 体系
	ByMonth     = "month"    // 月份 × 类别
	ByFund      = "fund"     // 资金 × 类别
	ByHousehold = "household"
)

var (
	errReportKind = model.NewError(model.KindInvalid, "report", "没有这种报表")
	titles        = map[string]string{
		ByCategory: "帮扶资金投入情况表（类别×体系）", ByMonth: "帮扶资金投入情况表（按月）",
		ByFund: "帮扶资金投入情况表（按资金来源）", ByHousehold: "帮扶资金到户情况表",
	}
	firstHeads = map[string]string{ByCategory: "支出类别", ByMonth: "月份", ByFund: "资金", ByHousehold: "户号"}
)

// notAllotted is the row of what belongs to no household.
const notAllotted = "未分到户"

// Report of a kind over the days from one to another, both included.
func (s *Service) Report(ctx context.Context, kind string, from, to model.Date) (Report, error) {
	if titles[kind] == "" {
		return Report{}, errReportKind
	}
	m, err := s.Matrix(ctx, from, to)
	if err != nil {
		return Report{}, err
	}
	t := table{}
	if kind == ByHousehold {
		err = s.byHousehold(ctx, from, to, &t)
	} else {
		err = s.bySums(ctx, kind, from, to, &t)
	}
	if err != nil {
		return Report{}, err
	}
	columns := labels(model.Categories)
	if kind == ByCategory {
		columns = labels(model.Systems)
	}
	r, err := t.report(rowsOf(kind, t), columns)
	if err != nil {
		return r, err
	}
	if kind == ByMonth {
		for i, row := range r.Rows {
			r.Rows[i].Label = model.Period(row.Label).Label()
		}
	}
	r.Title, r.From, r.To, r.Yuan = titles[kind], from, to, kind == ByHousehold
	r.Heads = append([]string{firstHeads[kind]}, append(columns, "合计")...)
	r.Differences = m.Differences()
	if all := r.Total[len(r.Total)-1]; all != m.Total.Amount {
		r.Differences = append(r.Differences, fmt.Sprintf("表内合计%s元,账上合计%s元", all.Yuan(), m.Total.Amount.Yuan()))
	}
	return r, nil
}

// table is sums by the labels of row and column.
type table map[string]map[string]model.Fen

func (t table) add(row, column string, amount model.Fen) (err error) {
	if t[row] == nil {
		t[row] = map[string]model.Fen{}
	}
	t[row][column], err = t[row][column].Add(amount)
	return err
}

func (s *Service) bySums(ctx context.Context, kind string, from, to model.Date, t *table) error {
	months, err := s.spent(ctx, from, to)
	if err != nil {
		return err
	}
	for p, cells := range months {
		for _, c := range cells {
			row, column := string(p), c.Category.Label()
			switch kind {
			case ByCategory:
				row, column = c.Category.Label(), c.System.Label()
			case ByFund:
				row = c.Fund
			}
			if err := t.add(row, column, c.Amount); err != nil {
				return err
			}
		}
	}
	return nil
}

// byHousehold goes through the entries one by one: on the embedded database that is ten times faster than its
// grouping.
func (s *Service) byHousehold(ctx context.Context, from, to model.Date, t *table) error {
	return s.store.EachEntryOf(ctx, model.EntryFilter{From: from, To: to}, func(e model.Entry) error {
		row := e.HouseholdID
		if row == "" {
			row = notAllotted
		}
		return t.add(row, e.Category.Label(), e.Amount)
	})
}

// rowsOf are the labels of the rows in their order. Categories all stand there, also those of which nothing
// was spent.
func rowsOf(kind string, t table) []string {
	if kind == ByCategory {
		return labels(model.Categories)
	}
	rows := slices.Sorted(maps.Keys(t))
	if i := slices.Index(rows, notAllotted); i >= 0 {
		rows = append(slices.Delete(rows, i, i+1), notAllotted)
	}
	return rows
}

func labels[T interface{ Label() string }](list []T) []string {
	out := make([]string, len(list))
	for i, v := range list {
		out[i] = v.Label()
	}
	return out
}

// report lays the table out. What stands under another row or column than those is in no cell; the sums then
// show it as a difference.
func (t table) report(rows, columns []string) (r Report, err error) {
	r.Total = make([]model.Fen, len(columns)+1)
	for _, label := range rows {
		row := ReportRow{Label: label, Amounts: make([]model.Fen, len(columns)+1)}
		if label == "" {
			row.Label = "(没有写资金)"
		}
		for i, c := range columns {
			row.Amounts[i] = t[label][c]
			if row.Amounts[len(columns)], err = row.Amounts[len(columns)].Add(row.Amounts[i]); err != nil {
				return r, err
			}
		}
		for i, amount := range row.Amounts {
			if r.Total[i], err = r.Total[i].Add(amount); err != nil {
				return r, err
			}
		}
		r.Rows = append(r.Rows, row)
	}
	return r, nil
}
