package sheets

import (
	"context"

	"bangfu/service/model"
)

// RowError is a refused row: in words, and cell by cell for a page that shows it as the sheet does.
type RowError struct {
	Row    int            `json:"row" doc:"第几行"`
	Reason string         `json:"reason" doc:"哪一列、为什么"`
	Cells  []RefusedValue `json:"cells" doc:"这一行认得的格子;敏感的遮住"`
}

// RefusedValue is one cell of a refused row. Text is what the cell was understood as, or what stood there if it was
// not understood; sensitive fields are masked, as everywhere.
type RefusedValue struct {
	Title   string `json:"title" doc:"列名"`
	Text    string `json:"text"`
	Problem string `json:"problem,omitempty" doc:"有就是红格子:为什么"`
}

// Refused are the refused rows of an import, by number, at most limit.
func (s *Service) Refused(ctx context.Context, id string, limit int) ([]RowError, error) {
	imp, err := s.store.Import(ctx, id)
	if err != nil {
		return nil, err
	}
	refused, err := s.refusedRows(ctx, id)
	if err != nil {
		return nil, err
	}
	m, err := s.marker(ctx, imp, refused)
	if err != nil {
		return nil, err
	}
	list := []RowError{}
	for _, n := range m.rows() {
		if len(list) == limit {
			break
		}
		row, err := s.store.ImportRow(ctx, id, n)
		if err != nil {
			return nil, err
		}
		c, err := s.open(row)
		if err != nil {
			return nil, err
		}
		list = append(list, RowError{Row: n, Reason: m.say(n), Cells: m.cells(c)})
	}
	return list, nil
}

// cells are a refused row's, in the order of the file, then those that it lacks.
func (m *marker) cells(c content) []RefusedValue {
	problems := map[string]reason{}
	for _, r := range c.Reasons {
		problems[r.Key] = r
	}
	list := []RefusedValue{}
	for _, at := range m.imp.Columns {
		field, _ := m.kind.column(at.Key)
		wrong := problems[at.Key]
		text := field.show(c.Values[at.Key])
		if text == "" {
			text = wrong.Text
		}
		if field.group != "" {
			text = mask(at.Key, text)
		}
		list = append(list, RefusedValue{Title: at.Title, Text: text, Problem: wrong.Msg})
		delete(problems, at.Key)
	}
	for _, r := range c.Reasons {
		if _, left := problems[r.Key]; left && r.Key != "" {
			list = append(list, RefusedValue{Title: m.titleOf(r.Key), Problem: r.Msg})
		}
	}
	return list
}

// Fields are the titles by which we know the columns of a kind of sheet.
func (s *Service) Fields(ctx context.Context, kind model.SheetKind) ([]string, error) {
	is, err := s.sheet(ctx, kind)
	titles := make([]string, len(is.columns))
	for i, c := range is.columns {
		titles[i] = c.title
	}
	return titles, err
}
