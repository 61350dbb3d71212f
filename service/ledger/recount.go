package ledger

import (
	"context"
	"reflect"
	"slices"

	"bangfu/service/model"
)

// Recount derives every statement and the sums of every month again, brings those that are kept in step, and
// says which were wrong (a statement's id, or a period). One that is only missing is made and not called
// wrong: a batch leaves its statements to us.
func (s *Service) Recount(ctx context.Context) (wrong []string, err error) {
	// What is kept is read before the entries, so that it cannot hold an entry that we did not see; and it is
	// replaced only while it is what we read.
	months, err := s.months(ctx)
	if err != nil {
		return nil, err
	}
	kept, err := s.store.Statements(ctx)
	if err != nil {
		return nil, err
	}
	statements, tallies, err := s.derive(ctx)
	if err != nil {
		return nil, err
	}
	for _, was := range kept {
		is, some := statements[was.ID]
		delete(statements, was.ID)
		if !some {
			empty := model.NewStatement(was.HouseholdID, was.Year)
			is = &empty
		}
		if is.Count == 0 && was.Count == 0 || reflect.DeepEqual(was, *is) {
			continue
		}
		// More lines is no fault, a batch or a posting is under way; nor is a unit that has another name now.
		if is.Count < was.Count || is.Count == was.Count && is.Total != was.Total {
			wrong = append(wrong, was.ID)
		}
		if err := ignoreConflict(s.store.PutStatement(ctx, *is, was.Count)); err != nil {
			return wrong, err
		}
	}
	for _, st := range statements {
		if err := ignoreConflict(s.store.PutStatement(ctx, *st, 0)); err != nil {
			return wrong, err
		}
	}
	behind, err := s.recountMonths(ctx, months, tallies)
	wrong = append(wrong, behind...)
	slices.Sort(wrong)
	return wrong, err
}

// ignoreConflict passes over what somebody else brought in step since we read it.
func ignoreConflict(err error) error {
	if model.IsKind(err, model.KindConflict) {
		return nil
	}
	return err
}

func (s *Service) derive(ctx context.Context) (map[string]*model.Statement, map[model.Period]model.Tally, error) {
	statements, tallies, names := map[string]*model.Statement{}, map[model.Period]model.Tally{}, s.names()
	err := s.store.EachEntry(ctx, func(e model.Entry) error {
		p := e.PaidOn.Period()
		if tallies[p] == nil {
			tallies[p] = model.Tally{}
		}
		if err := tallies[p].AddEntry(e); err != nil || e.HouseholdID == "" {
			return err
		}
		id := model.StatementID(e.HouseholdID, e.PaidOn.Year())
		if statements[id] == nil {
			st := model.NewStatement(e.HouseholdID, e.PaidOn.Year())
			statements[id] = &st
		}
		line, err := names.line(ctx, e)
		if err != nil {
			return err
		}
		return statements[id].Add(e.Category, line)
	})
	return statements, tallies, err
}

func (s *Service) recountMonths(
	ctx context.Context, months map[model.Period]model.Month, tallies map[model.Period]model.Tally,
) (wrong []string, err error) {
	kept, err := s.store.TotalsBetween(ctx, "0000-01", "9999-12")
	if err != nil {
		return nil, err
	}
	was := map[model.Period]model.Totals{}
	for _, t := range kept {
		p := model.Period(t.ID)
		was[p] = t
		if tallies[p] == nil {
			tallies[p] = model.Tally{} // kept sums of a month without entries
		}
	}
	for p, tally := range tallies {
		is := model.Totals{ID: string(p), Done: months[p].Done, Cells: tally.Cells()}
		t, known := was[p]
		if known && t.Done == is.Done && slices.Equal(t.Cells, is.Cells) {
			continue
		}
		// More entries than were added up is no fault: a batch or a posting is under way.
		if known && t.Done == is.Done && count(is.Cells) <= count(t.Cells) {
			wrong = append(wrong, t.ID)
		}
		if err := s.store.PutTotals(ctx, is); err != nil {
			return wrong, err
		}
	}
	return wrong, nil
}

func count(cells []model.Cell) (n int) {
	for _, c := range cells {
		n += c.Count
	}
	return n
}
