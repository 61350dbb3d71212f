package ledger

import (
	"context"

	"bangfu/service/model"
)

// mostMonths bounds what one question may be about.
const mostMonths = 120

var errSpan = model.NewError(model.KindInvalid, "span", "起止日期要写对,先后不能反,最多十年")

// Matrix is what was spent from one day to another, both included. Whole months come from their kept sums,
// parts of months from the entries. Its Differences belong beside it wherever it is shown.
func (s *Service) Matrix(ctx context.Context, from, to model.Date) (model.Matrix, error) {
	if err := checkSpan(from, to); err != nil {
		return model.Matrix{}, err
	}
	months, err := s.spent(ctx, from, to)
	if err != nil {
		return model.Matrix{}, err
	}
	return model.NewMatrix(from, to, months)
}

func checkSpan(from, to model.Date) error {
	_, err1 := model.ParseDate(string(from))
	_, err2 := model.ParseDate(string(to))
	if err1 != nil || err2 != nil || from > to || from.Period().Add(mostMonths) <= to.Period() {
		return errSpan
	}
	return nil
}

// spent are the cells of every month between the days.
func (s *Service) spent(ctx context.Context, from, to model.Date) (map[model.Period][]model.Cell, error) {
	first, last := from.Period(), to.Period()
	partial := map[model.Period]bool{}
	if from != first.First() {
		partial[first] = true
	}
	if to != last.Last() {
		partial[last] = true
	}
	whole, end := first, last
	if partial[first] {
		whole = first.Add(1)
	}
	if partial[last] {
		end = last.Add(-1)
	}
	cells, err := s.cellsOf(ctx, whole, end)
	if err != nil {
		return nil, err
	}
	for p := range partial {
		tally := model.Tally{}
		span := model.EntryFilter{From: max(from, p.First()), To: min(to, p.Last())}
		if err := s.store.EachEntryOf(ctx, span, tally.AddEntry); err != nil {
			return nil, err
		}
		cells[p] = tally.Cells()
	}
	return cells, nil
}

// cellsOf are the sums of whole months. Those that are behind their month's books, or were never made, are
// made anew in one pass and kept.
func (s *Service) cellsOf(ctx context.Context, first, last model.Period) (map[model.Period][]model.Cell, error) {
	cells := map[model.Period][]model.Cell{}
	if first > last {
		return cells, nil
	}
	// The months before their sums and entries: what is posted meanwhile only makes the sums behind again.
	months, err := s.months(ctx)
	if err != nil {
		return nil, err
	}
	kept, err := s.store.TotalsBetween(ctx, first, last)
	if err != nil {
		return nil, err
	}
	for _, t := range kept {
		if p := model.Period(t.ID); t.Done == months[p].Done {
			cells[p] = t.Cells
		}
	}
	var behind []model.Period
	for p := first; p <= last; p = p.Add(1) {
		if _, ok := cells[p]; !ok {
			behind = append(behind, p)
		}
	}
	return cells, s.addUp(ctx, months, behind, cells)
}

// addUp makes the sums of months, which come in order, from their entries.
func (s *Service) addUp(ctx context.Context, months map[model.Period]model.Month, behind []model.Period, into map[model.Period][]model.Cell) error {
	if len(behind) == 0 {
		return nil
	}
	tallies := map[model.Period]model.Tally{}
	for _, p := range behind {
		tallies[p] = model.Tally{}
	}
	span := model.EntryFilter{From: behind[0].First(), To: behind[len(behind)-1].Last()}
	err := s.store.EachEntryOf(ctx, span, func(e model.Entry) error {
		if t := tallies[e.PaidOn.Period()]; t != nil {
			return t.AddEntry(e)
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, p := range behind {
		into[p] = tallies[p].Cells()
		if err := s.store.PutTotals(ctx, model.Totals{ID: string(p), Done: months[p].Done, Cells: into[p]}); err != nil {
			return err
		}
	}
	return nil
}

// SpentByFund is what the year's entries took out of each fund, by its name.
func (s *Service) SpentByFund(ctx context.Context, year int) (map[string]model.Sum, error) {
	m, err := s.Matrix(ctx, model.NewDate(year, 1, 1), model.NewDate(year, 12, 31))
	return m.ByFund, err
}
