package sheets

import (
	"context"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"bangfu/service/model"

	"github.com/xuri/excelize/v2"
)

// inPlace is the largest sheet, unpacked, that is marked in place; of a larger one a copy is written row by
// row, which keeps its cells but not its looks.
const inPlace = 24 << 20

// mostComments bounds the comments on cells; the column of reasons has all of them.
const mostComments = 1000

const (
	reasonTitle = "原因"
	red         = "FF9999"
)

// Marked writes the import's file with its refused cells in red and the reasons beside each row: of the file
// at path, or with an empty path of the one that was kept. It is a workbook also when the file was CSV.
// KindNotFound when the file was not kept.
func (s *Service) Marked(ctx context.Context, id, path string, w io.Writer) error {
	imp, err := s.store.Import(ctx, id)
	if err != nil {
		return err
	}
	if path == "" {
		f, err := os.CreateTemp("", "bangfu-import-")
		if err != nil {
			return fmt.Errorf("import file: %w", err)
		}
		defer os.Remove(f.Name())
		defer f.Close()
		if err := s.kept(ctx, imp, f); err != nil {
			return err
		}
		path = f.Name()
	}
	refused, err := s.refusedRows(ctx, id)
	if err != nil {
		return err
	}
	m, err := s.marker(ctx, imp, refused)
	if err != nil {
		return err
	}
	return m.write(path, w)
}

// marker knows what is wrong with which cell.
type marker struct {
	imp     model.Import
	kind    sheet
	refused map[int][]reason
	at      map[string]int // field → column
}

func (s *Service) marker(ctx context.Context, imp model.Import, refused map[int][]reason) (*marker, error) {
	kind, err := s.sheet(ctx, imp.Kind)
	m := &marker{imp: imp, kind: kind, refused: refused, at: map[string]int{}}
	for _, c := range imp.Columns {
		m.at[c.Key] = c.Column
	}
	return m, err
}

// titleOf is what the file calls a field; a field that it does not have goes by our title.
func (m *marker) titleOf(key string) string {
	for _, c := range m.imp.Columns {
		if c.Key == key {
			return c.Title
		}
	}
	c, _ := m.kind.column(key)
	return c.title
}

// say is all that is wrong with a row.
func (m *marker) say(row int) string {
	var parts []string
	for _, r := range m.refused[row] {
		if title := m.titleOf(r.Key); title != "" {
			parts = append(parts, title+":"+r.Msg)
			continue
		}
		parts = append(parts, r.Msg)
	}
	return strings.Join(parts, ";")
}

func (m *marker) rows() []int {
	rows := make([]int, 0, len(m.refused))
	for n := range m.refused {
		rows = append(rows, n)
	}
	slices.Sort(rows)
	return rows
}

func (m *marker) write(path string, w io.Writer) error {
	b, err := openBook(path)
	if err != nil {
		return err
	}
	defer b.Close()
	if b.excel == nil || b.excel.size(m.imp.Sheet) > inPlace {
		return m.copyOf(b, w)
	}
	f, err := excelize.OpenFile(path, excelize.Options{UnzipSizeLimit: unpackedLimit, UnzipXMLSizeLimit: inPlace})
	if err != nil {
		return errBroken.Wrap(err)
	}
	defer f.Close()
	return m.paint(f, w)
}

// paint marks the cells of the workbook itself.
func (m *marker) paint(f *excelize.File, w io.Writer) error {
	painted := map[int]int{} // style → the same in red
	comments := 0
	last := m.imp.Width + 1
	set := func(col, row int, text string) error {
		cell, err := excelize.CoordinatesToCellName(col, row)
		if err != nil {
			return err
		}
		return f.SetCellStr(m.imp.Sheet, cell, text)
	}
	if err := set(last, m.imp.HeaderRow, reasonTitle); err != nil {
		return fmt.Errorf("mark: %w", err)
	}
	for _, n := range m.rows() {
		if err := set(last, n, m.say(n)); err != nil {
			return fmt.Errorf("mark: %w", err)
		}
		if err := m.paintCell(f, last, n, painted); err != nil {
			return err
		}
		for _, r := range m.refused[n] {
			col := m.at[r.Key]
			if col == 0 {
				continue
			}
			if err := m.paintCell(f, col, n, painted); err != nil {
				return err
			}
			if comments++; comments > mostComments {
				continue
			}
			cell, _ := excelize.CoordinatesToCellName(col, n)
			if err := f.AddComment(m.imp.Sheet, excelize.Comment{Cell: cell, Author: "帮扶", Text: r.Msg}); err != nil {
				return fmt.Errorf("mark: %w", err)
			}
		}
	}
	f.Path = "marked.xlsx" // the library goes by the name, which an upload does not have
	if err := f.Write(w); err != nil {
		return fmt.Errorf("mark: %w", err)
	}
	return nil
}

// paintCell makes a cell red and leaves the rest of its looks.
func (m *marker) paintCell(f *excelize.File, col, row int, painted map[int]int) error {
	cell, err := excelize.CoordinatesToCellName(col, row)
	if err != nil {
		return fmt.Errorf("mark: %w", err)
	}
	style, err := f.GetCellStyle(m.imp.Sheet, cell)
	if err != nil {
		return fmt.Errorf("mark: %w", err)
	}
	if _, done := painted[style]; !done {
		look, err := f.GetStyle(style)
		if err != nil {
			look = &excelize.Style{}
		}
		look.Fill = excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{red}}
		if painted[style], err = f.NewStyle(look); err != nil {
			return fmt.Errorf("mark: %w", err)
		}
	}
	if err := f.SetCellStyle(m.imp.Sheet, cell, cell, painted[style]); err != nil {
		return fmt.Errorf("mark: %w", err)
	}
	return nil
}

// copyOf writes a marked copy, row by row.
func (m *marker) copyOf(b *sheetFile, w io.Writer) error {
	out := excelize.NewFile()
	defer out.Close()
	name := m.imp.Sheet
	if name == "" {
		name = m.kind.title
	}
	if err := out.SetSheetName("Sheet1", name); err != nil {
		return fmt.Errorf("mark: %w", err)
	}
	style, err := out.NewStyle(&excelize.Style{Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{red}}})
	if err != nil {
		return fmt.Errorf("mark: %w", err)
	}
	sw, err := out.NewStreamWriter(name)
	if err != nil {
		return fmt.Errorf("mark: %w", err)
	}
	err = b.each(m.imp.Sheet, func(r row) error {
		cells := m.marked(r.n, textsOf(r.cells), style)
		if len(cells) == 0 {
			return nil
		}
		return sw.SetRow(fmt.Sprintf("A%d", r.n), cells)
	})
	if err == nil {
		err = sw.Flush()
	}
	if err == nil {
		err = out.Write(w)
	}
	if err != nil {
		return fmt.Errorf("mark: %w", err)
	}
	return nil
}

func (m *marker) marked(n int, texts []string, style int) []any {
	wrong := m.refused[n]
	if wrong == nil && n != m.imp.HeaderRow {
		cells := make([]any, len(texts))
		for i, t := range texts {
			cells[i] = t
		}
		return cells
	}
	cells := make([]any, max(m.imp.Width, len(texts))+1)
	for i, t := range texts {
		cells[i] = t
	}
	if wrong == nil {
		cells[len(cells)-1] = reasonTitle
		return cells
	}
	for _, r := range wrong {
		if col := m.at[r.Key]; col > 0 && col <= len(cells) {
			cells[col-1] = excelize.Cell{StyleID: style, Value: cells[col-1]}
		}
	}
	for i, c := range cells { // a field may be wrong for two reasons
		if twice, ok := c.(excelize.Cell); ok {
			if inner, ok := twice.Value.(excelize.Cell); ok {
				cells[i] = inner
			}
		}
	}
	cells[len(cells)-1] = excelize.Cell{StyleID: style, Value: m.say(n)}
	return cells
}

// textsOf are the texts of a row as a person sees them; a number too long for that is given in full.
func textsOf(cells []cell) []string {
	texts := make([]string, len(cells))
	for i, c := range cells {
		texts[i] = c.text
		if day, problem := serial(c); c.day && problem == "" {
			texts[i] = day
		}
	}
	return texts
}

func (s *Service) refusedRows(ctx context.Context, id string) (map[int][]reason, error) {
	refused := map[int][]reason{}
	return refused, s.store.EachImportRow(ctx, id, model.RowRefused, func(row model.ImportRow) error {
		c, err := s.open(row)
		refused[row.Row] = c.Reasons
		return err
	})
}
