package sheets

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"bangfu/service/ledger"
	"bangfu/service/model"

	"github.com/xuri/excelize/v2"
)

// ReportUnit is what the amounts of a report are counted in.
func ReportUnit(r ledger.Report) string {
	if r.Yuan {
		return "元"
	}
	return "万元"
}

// WriteReport writes a report as the office hands it in: title, days and unit above the heads, a row of sums
// at the end, and below it whatever does not add up. Amounts are numbers with all their decimals.
func WriteReport(w io.Writer, r ledger.Report) error {
	f := excelize.NewFile()
	defer f.Close()
	const name = "Sheet1"
	last, _ := excelize.ColumnNumberToName(len(r.Heads))
	put := func(row int, cells []any) error { return f.SetSheetRow(name, fmt.Sprintf("A%d", row), &cells) }
	heads := make([]any, len(r.Heads))
	for i, h := range r.Heads {
		heads[i] = h
	}
	steps := []func() error{
		func() error { return put(1, []any{Guard(r.Title)}) },
		func() error { return f.MergeCell(name, "A1", last+"1") },
		func() error { return put(2, []any{r.From.LongYear() + "至" + r.To.LongYear()}) },
		func() error { return f.SetCellStr(name, last+"2", "单位："+ReportUnit(r)) },
		func() error { return put(3, heads) },
		func() error { return f.SetColWidth(name, "A", "A", 24) },
		func() error { return f.SetColWidth(name, "B", last, 16) },
		func() error { return look(f, name, last, len(r.Rows)+4) },
	}
	for i, row := range r.Rows {
		steps = append(steps, func() error { return put(4+i, cellsOf(row.Label, row.Amounts, r.Yuan)) })
	}
	end := 4 + len(r.Rows)
	steps = append(steps, func() error { return put(end, cellsOf("合计", r.Total, r.Yuan)) })
	for i, d := range r.Differences {
		steps = append(steps, func() error { return put(end+1+i, []any{"加不拢:" + d}) })
	}
	for _, step := range steps {
		if err := step(); err != nil {
			return fmt.Errorf("report: %w", err)
		}
	}
	if err := f.Write(w); err != nil {
		return fmt.Errorf("report: %w", err)
	}
	return nil
}

// look makes title, heads and the row of sums stand out.
func look(f *excelize.File, sheet, last string, end int) error {
	title, err1 := f.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true, Size: 14}, Alignment: &excelize.Alignment{Horizontal: "center"}})
	bold, err2 := f.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}})
	for _, err := range []error{
		err1, err2, f.SetCellStyle(sheet, "A1", last+"1", title), f.SetCellStyle(sheet, "A3", last+"3", bold),
		f.SetCellStyle(sheet, fmt.Sprintf("A%d", end), fmt.Sprintf("%s%d", last, end), bold),
	} {
		if err != nil {
			return err
		}
	}
	return nil
}

// cellsOf is a row; its amounts are numbers for the spreadsheet, made of the exact decimals.
func cellsOf(label string, amounts []model.Fen, yuan bool) []any {
	row := []any{Guard(label)}
	for _, a := range amounts {
		text := a.Wan()
		if yuan {
			text = strings.ReplaceAll(a.Yuan(), ",", "")
		}
		n, _ := strconv.ParseFloat(text, 64) // the cell keeps 15 digits, more than any report has
		row = append(row, n)
	}
	return row
}
