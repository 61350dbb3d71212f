package ledger

import (
	"context"
	"slices"

	"bangfu/service/model"
)

// Recount derives every statement and the sums of every month again, brings those that are kept in step, and
// says which were wrong (a statement's id, or a period). One that only lacks something is not called wrong: a
// batch leaves its statements to us.
func (s *Service) Recount(ctx context.Context) (wrong []string, err error) {
	// What is kept is read before the entries, so that it cannot hold an entry that we did not see.
	months, err := s.months(ctx)
	if err != nil {
		return nil, err
	}
	kept := map[string]model.Statement{}
	if err := s.store.EachStatement(ctx, func(st model.Statement) error { kept[st.ID] = st; return nil }); err != nil {
		return nil, err
	}
	statements, tallies, err := s.derive(ctx)
	if err != nil {
		return nil, err
	}
	for id, was := range kept {
		if statements[id] == nil { // lines, and no entry for any of them
			st := model.NewStatement(was.HouseholdID, was.Year)
			statements[id] = &st
		}
	}
	for id, is := range statements {
		was, known := kept[id]
		bad, err := s.mend(ctx, was, *is, known)
		if err != nil {
			return wrong, err
		}
		if bad {
			wrong = append(wrong, id)
		}
	}
	behind, err := s.recountMonths(ctx, months, tallies)
	wrong = append(wrong, behind...)
	slices.Sort(wrong)
	return wrong, err
}

// mend brings one statement in step, and reports whether it said something wrong. What it lacks is added line
// by line, so that a posting at the same moment loses nothing.
func (s *Service) mend(ctx context.Context, was, is model.Statement, known bool) (wrong bool, err error) {
	if !known {
		if err := s.store.InsertStatement(ctx, is); !model.IsKind(err, model.KindConflict) {
			return false, err
		}
	}
	byID := map[string]model.StatementLine{}
	for _, l := range is.Lines {
		byID[l.EntryID] = l
	}
	renamed := false
	for _, l := range was.Lines {
		right, ok := byID[l.EntryID]
		wrong = wrong || !ok || l.Amount != right.Amount || l.Category != right.Category
		renamed = renamed || l != right // a unit or a rule goes by another name now
		delete(byID, l.EntryID)
	}
	if wrong || renamed {
		return wrong, s.store.PutStatement(ctx, is)
	}
	for _, l := range byID {
		if err := s.store.AddLine(ctx, is, l); err != nil {
			return wrong, err
		}
	}
	return wrong, nil
}

func (s *Service) derive(ctx context.Context) (map[string]*model.Statement, map[model.Period]model.Tally, error) {
	statements, tallies, names := map[string]*model.Statement{}, map[model.Period]model.Tally{}, s.names()
	merged, err := s.store.MergedHouseholds(ctx)
	if err != nil {
		return nil, nil, err
	}
	err = s.store.EachEntry(ctx, func(e model.Entry) error {
		p := e.PaidOn.Period()
		if tallies[p] == nil {
			tallies[p] = model.Tally{}
		}
		if err := tallies[p].AddEntry(e); err != nil || e.HouseholdID == "" {
			return err
		}
		line, err := names.line(ctx, e)
		for household := e.HouseholdID; household != ""; household = merged[household] {
			id := model.StatementID(household, e.PaidOn.Year())
			if statements[id] == nil {
				st := model.NewStatement(household, e.PaidOn.Year())
				statements[id] = &st
			}
			statements[id].Lines = append(statements[id].Lines, line)
		}
		return err
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
