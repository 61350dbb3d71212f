package model

import (
	"cmp"
	"fmt"
	"slices"
)

// CellKey is one cell of the matrix of spending.
type CellKey struct {
	Category Category `bson:"category"`
	System   System   `bson:"system"`
	Fund     string   `bson:"fund"`
}

// Sum is an amount and of how many entries.
type Sum struct {
	Amount Fen `bson:"amount_fen"`
	Count  int `bson:"count"`
}

// Add is the sum of both; KindInternal when the amount would not fit.
func (s Sum) Add(o Sum) (Sum, error) {
	amount, err := s.Amount.Add(o.Amount)
	return Sum{Amount: amount, Count: s.Count + o.Count}, err
}

// Cell is a cell with its sum.
type Cell struct {
	CellKey `bson:",inline"`
	Sum     `bson:",inline"`
}

// Totals are the sums of a month's entries, derived from them. They are in step with the books while Done is
// the month's own (Month.Done).
type Totals struct {
	ID    string `bson:"_id"` // the period
	Done  int64  `bson:"done"`
	Cells []Cell `bson:"cells"`
}

// Tally adds up entries by cell.
type Tally map[CellKey]Sum

// Add counts one more sum into its cell.
func (t Tally) Add(k CellKey, s Sum) (err error) {
	t[k], err = t[k].Add(s)
	return err
}

// AddEntry counts one entry.
func (t Tally) AddEntry(e Entry) error {
	return t.Add(CellKey{e.Category, e.System, e.Fund}, Sum{e.Amount, 1})
}

// Cells are the cells in the order of the report.
func (t Tally) Cells() []Cell {
	cells := make([]Cell, 0, len(t))
	for k, s := range t {
		cells = append(cells, Cell{k, s})
	}
	slices.SortFunc(cells, func(a, b Cell) int {
		return cmp.Or(compareCategories(a.Category, b.Category),
			cmp.Compare(placeOf(Systems, a.System), placeOf(Systems, b.System)), cmp.Compare(a.System, b.System), cmp.Compare(a.Fund, b.Fund))
	})
	return cells
}

// Matrix is what was spent from one day to another, by category and system, by fund and by month. Each of
// the four is added up for itself, and Differences says where they do not agree.
type Matrix struct {
	From, To   Date
	Total      Sum // of every entry, whatever it says
	Cells      []Cell
	ByCategory map[Category]Sum // the six of the report
	BySystem   map[System]Sum   // the seven
	ByFund     map[string]Sum
	ByMonth    map[Period]Sum
}

// NewMatrix adds up the months' cells.
func NewMatrix(from, to Date, months map[Period][]Cell) (Matrix, error) {
	m := Matrix{From: from, To: to, ByCategory: map[Category]Sum{}, BySystem: map[System]Sum{}, ByFund: map[string]Sum{}, ByMonth: map[Period]Sum{}}
	tally := Tally{}
	for p, cells := range months {
		for _, c := range cells {
			if err := tally.Add(c.CellKey, c.Sum); err != nil {
				return m, err
			}
			if err := m.count(p, c); err != nil {
				return m, err
			}
		}
	}
	m.Cells = tally.Cells()
	return m, nil
}

func (m *Matrix) count(p Period, c Cell) (err error) {
	add := func(to *Sum) {
		if err == nil {
			*to, err = to.Add(c.Sum)
		}
	}
	add(&m.Total)
	if slices.Contains(Categories, c.Category) {
		addTo(m.ByCategory, c.Category, add)
	}
	if slices.Contains(Systems, c.System) {
		addTo(m.BySystem, c.System, add)
	}
	addTo(m.ByFund, c.Fund, add)
	addTo(m.ByMonth, p, add)
	return err
}

func addTo[K comparable](sums map[K]Sum, k K, add func(*Sum)) {
	s := sums[k]
	add(&s)
	sums[k] = s
}

// Differences are the ways of adding up that do not come to the total, in Chinese; none when all is well. An
// entry under a category that the report does not know is such a difference.
func (m Matrix) Differences() []string {
	var out []string
	for _, way := range []struct {
		name string
		sum  func() (Sum, error)
	}{
		{"按类别", func() (Sum, error) { return sumOf(m.ByCategory) }},
		{"按体系", func() (Sum, error) { return sumOf(m.BySystem) }},
		{"按资金", func() (Sum, error) { return sumOf(m.ByFund) }},
		{"按月份", func() (Sum, error) { return sumOf(m.ByMonth) }},
	} {
		switch s, err := way.sum(); {
		case err != nil:
			out = append(out, way.name+"加起来超出了能记的范围")
		case s != m.Total:
			out = append(out, fmt.Sprintf("%s加起来是%s元(%d笔),合计是%s元(%d笔)", way.name, s.Amount.Yuan(), s.Count, m.Total.Amount.Yuan(), m.Total.Count))
		}
	}
	return out
}

func sumOf[K comparable](sums map[K]Sum) (total Sum, err error) {
	for _, s := range sums {
		if total, err = total.Add(s); err != nil {
			return total, err
		}
	}
	return total, nil
}
