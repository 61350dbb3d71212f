package visit

import (
	"context"
	"slices"

	"bangfu/repo"
	"bangfu/service/access"
	"bangfu/service/model"
)

// count brings the sums of a month in step with its visits.
func (s *Service) count(ctx context.Context, p model.Period) error {
	visits, err := s.store.VisitsIn(ctx, p)
	if err != nil {
		return err
	}
	units, err := unitOf(ctx, s.store)
	if err != nil {
		return err
	}
	return s.store.PutCounter(ctx, model.CountVisits(p, visits, units))
}

// unitOf is each household's unit.
func unitOf(ctx context.Context, store *repo.Store) (map[string]string, error) {
	households, err := store.Households(ctx)
	units := make(map[string]string, len(households))
	for _, h := range households {
		units[h.ID] = h.UnitID
	}
	return units, err
}

// Recount brings every month's sums in step and says which were not.
func Recount(ctx context.Context, store *repo.Store) (wrong []model.Period, err error) {
	visits, err := store.Visits(ctx)
	if err != nil {
		return nil, err
	}
	kept, err := store.Counters(ctx)
	if err != nil {
		return nil, err
	}
	units, err := unitOf(ctx, store)
	if err != nil {
		return nil, err
	}
	months := map[model.Period][]model.Visit{}
	for _, v := range visits {
		months[v.Period] = append(months[v.Period], v)
	}
	right := map[model.Period]bool{}
	for _, c := range kept {
		if right[c.Period] = c.Equal(model.CountVisits(c.Period, months[c.Period], units)); !right[c.Period] {
			wrong = append(wrong, c.Period)
		}
	}
	for p, list := range months {
		if right[p] {
			continue
		}
		if err := store.PutCounter(ctx, model.CountVisits(p, list, units)); err != nil {
			return wrong, err
		}
	}
	slices.Sort(wrong)
	return wrong, nil
}

// TallyOf is the cadre's own visits of the present month; nobody else is shown it.
func (s *Service) TallyOf(ctx context.Context, cadre access.Cadre) (model.VisitTally, error) {
	c, err := s.store.Counter(ctx, model.DateOf(s.now()).Period())
	if model.IsKind(err, model.KindNotFound) {
		return model.VisitTally{Items: map[model.VisitKind]int{}}, nil
	}
	return c.Cadres[cadre.ID()], err
}
