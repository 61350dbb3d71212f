package sheets

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"bangfu/service/model"

	"github.com/xuri/excelize/v2"
)

// asText is the number format of text cells: what is typed there stays as it is typed.
const asText = 49

// newSheet is a workbook with one sheet of this kind, its columns set to text where codes stand in them.
func newSheet(kind sheet) (*excelize.File, *excelize.StreamWriter, error) {
	f := excelize.NewFile()
	fail := func(err error) (*excelize.File, *excelize.StreamWriter, error) {
		_ = f.Close()
		return nil, nil, fmt.Errorf("workbook: %w", err)
	}
	if err := f.SetSheetName("Sheet1", kind.title); err != nil {
		return fail(err)
	}
	if err := onePage(f, kind.title); err != nil {
		return fail(err)
	}
	text, err := f.NewStyle(&excelize.Style{NumFmt: asText})
	if err != nil {
		return fail(err)
	}
	sw, err := f.NewStreamWriter(kind.title)
	if err != nil {
		return fail(err)
	}
	for i, c := range kind.columns {
		width := max(12, min(30, 2*len([]rune(c.example))))
		if err := sw.SetColWidth(i+1, i+1, float64(width)); err != nil {
			return fail(err)
		}
		if c.counts() {
			continue
		}
		if err := sw.SetColStyle(i+1, i+1, text); err != nil {
			return fail(err)
		}
	}
	if err := sw.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return fail(err)
	}
	return f, sw, nil
}

// templateRows is how far down the drop-down lists of a template reach.
const templateRows = 5000

// Template writes an empty workbook of the kind, with a second sheet that says what goes where, for an office that
// has changed no form.
func Template(kind model.SheetKind, w io.Writer) error {
	s, err := firstSheet(kind)
	if err != nil {
		return err
	}
	return writeTemplate(s, w)
}

// Template is one with the fields of the office's own forms.
func (s *Service) Template(ctx context.Context, kind model.SheetKind, w io.Writer) error {
	is, err := s.sheet(ctx, kind)
	if err != nil {
		return err
	}
	return writeTemplate(is, w)
}

func writeTemplate(s sheet, w io.Writer) error {
	f, sw, err := newSheet(s)
	if err != nil {
		return err
	}
	defer f.Close()
	if err := fillTemplate(f, sw, s); err != nil {
		return fmt.Errorf("template: %w", err)
	}
	if err := f.Write(w); err != nil {
		return fmt.Errorf("template: %w", err)
	}
	return nil
}

func fillTemplate(f *excelize.File, sw *excelize.StreamWriter, s sheet) error {
	bold, err := f.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}, Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"DDEBF7"}}})
	if err != nil {
		return err
	}
	titles := make([]any, len(s.columns))
	for i, c := range s.columns {
		titles[i] = excelize.Cell{StyleID: bold, Value: c.title}
	}
	if err := sw.SetRow("A1", titles); err != nil {
		return err
	}
	if err := sw.Flush(); err != nil {
		return err
	}
	for i, c := range s.columns {
		if c.words == nil {
			continue
		}
		col, _ := excelize.ColumnNumberToName(i + 1)
		v := excelize.NewDataValidation(true)
		v.SetSqref(fmt.Sprintf("%s2:%s%d", col, col, templateRows))
		if err := v.SetDropList(slices.DeleteFunc(c.words.labels(), func(l string) bool { return strings.Contains(l, ",") })); err != nil {
			return err
		}
		v.ShowErrorMessage = false // a label with a comma cannot stand in the list, and may be typed
		if err := f.AddDataValidation(s.title, v); err != nil {
			return err
		}
	}
	return explain(f, s, bold)
}

const explainTitle = "填写说明"

func explain(f *excelize.File, s sheet, bold int) error {
	if _, err := f.NewSheet(explainTitle); err != nil {
		return err
	}
	rows := [][]any{{"列", "要不要填", "例子", "只能填", "也认得的列名"}}
	for _, c := range s.columns {
		must := map[need]string{optional: "可以不填", toCreate: "新登记要填", always: "每行要填", alwaysOne: "和另一个至少填一个"}[c.need]
		rows = append(rows, []any{c.title, must, c.example, strings.Join(c.words.labels(), "、"), strings.Join(c.aliases, "、")})
	}
	rows = append(rows, []any{"空格子表示不改;要清掉已有的内容,填“无”"}, []any{"身份证号、手机号、各种编号:先把列设成文本再填"})
	for i, row := range rows {
		if err := f.SetSheetRow(explainTitle, fmt.Sprintf("A%d", i+1), &row); err != nil {
			return err
		}
	}
	if err := f.SetColWidth(explainTitle, "A", "E", 24); err != nil {
		return err
	}
	return f.SetCellStyle(explainTitle, "A1", "E1", bold)
}

// onePage prints all columns on one sheet of A4 across, with the titles on each page.
func onePage(f *excelize.File, sheet string) error {
	across, a4, wide, high, fit := "landscape", 9, 1, 0, true
	return errors.Join(
		f.SetPageLayout(sheet, &excelize.PageLayoutOptions{Orientation: &across, Size: &a4, FitToWidth: &wide, FitToHeight: &high}),
		f.SetSheetProps(sheet, &excelize.SheetPropsOptions{FitToPage: &fit}),
		f.SetDefinedName(&excelize.DefinedName{Name: "_xlnm.Print_Titles", RefersTo: "'" + sheet + "'!$1:$1", Scope: sheet}),
	)
}
