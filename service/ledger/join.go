package ledger

import (
	"context"

	"bangfu/service/access"
	"bangfu/service/model"
)

// A household that went into another keeps its entries. The statements of the other one have the lines of both, so
// that reading them stays one look-up; which households they are, model.Household.MergedInto says.

// Join gives the statements of a household that went into another to that one, too. It is called once MergedInto is
// written: a posting that reads the household before has left its line here by then.
func (s *Service) Join(ctx context.Context, from, into string) error {
	list, err := s.store.StatementsOf(ctx, from)
	if err != nil {
		return err
	}
	for _, st := range list {
		for _, l := range st.Lines {
			if err := s.store.AddLine(ctx, model.NewStatement(into, st.Year), l); err != nil {
				return err
			}
		}
	}
	return nil
}

// Brought are the statements of the year that other households brought along when they went into this one; their lines
// are in its own statement, too.
func (s *Service) Brought(ctx context.Context, house access.Household, year int) (list []model.Statement, err error) {
	h, err := s.store.Household(ctx, house.ID())
	if err != nil {
		return nil, err
	}
	for _, id := range h.Absorbed {
		st, err := s.statement(ctx, id, year)
		if err != nil {
			return nil, err
		}
		if len(st.Lines) > 0 {
			list = append(list, st)
		}
	}
	return list, nil
}

// Part takes them back.
func (s *Service) Part(ctx context.Context, from, into string) error {
	list, err := s.store.StatementsOf(ctx, from)
	if err != nil {
		return err
	}
	for _, st := range list {
		if err := s.store.DropLines(ctx, model.StatementID(into, st.Year), st.Lines); err != nil {
			return err
		}
	}
	return nil
}

// followers are the households into which the entry's household went, one after the other.
func (s *Service) followers(ctx context.Context, householdID string) (ids []string, err error) {
	for {
		h, err := s.store.Household(ctx, householdID)
		if model.IsKind(err, model.KindNotFound) {
			return ids, nil
		}
		if err != nil || h.MergedInto == "" {
			return ids, err
		}
		householdID = h.MergedInto
		ids = append(ids, householdID)
	}
}
