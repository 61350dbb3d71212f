package visit

import (
	"context"
	"slices"

	"bangfu/service/model"
)

// count brings the sums of a month in step with its visits.
func (s *Service) count(ctx context.Context, p model.Period) error {
	visits, err := s.store.VisitsIn(ctx, p)
	if err != nil {
		return err
	}
	units, err := s.unitOf(ctx)
	if err != nil {
		return err
	}
	return s.store.PutCounter(ctx, model.CountVisits(p, visits, units))
}

// unitOf is each household's unit.
func (s *Service) unitOf(ctx context.Context) (map[string]string, error) {
	households, err := s.store.Households(ctx)
	units := make(map[string]string, len(households))
	for _, h := range households {
		units[h.ID] = h.UnitID
	}
	return units, err
}

// Recount brings every month's sums in step and says which were not.
func (s *Service) Recount(ctx context.Context) (wrong []model.Period, err error) {
	visits, err := s.store.Visits(ctx)
	if err != nil {
		return nil, err
	}
	kept, err := s.store.Counters(ctx)
	if err != nil {
		return nil, err
	}
	units, err := s.unitOf(ctx)
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
		if err := s.store.PutCounter(ctx, model.CountVisits(p, list, units)); err != nil {
			return wrong, err
		}
	}
	slices.Sort(wrong)
	return wrong, nil
}

// TallyOf is the cadre's own visits of the present month; nobody else is shown it.
func (s *Service) TallyOf(ctx context.Context, cadreID string) (model.VisitTally, error) {
	c, err := s.store.Counter(ctx, model.DateOf(s.now()).Period())
	if model.IsKind(err, model.KindNotFound) {
		return model.VisitTally{Items: map[model.VisitKind]int{}}, nil
	}
	return c.Cadres[cadreID], err
}

// Board is a month at a glance.
type Board struct {
	Period   model.Period
	AidDay   model.Date
	Rows     []Row
	ByState  map[string]int
	Counters model.Counter
}

// Row is what one pairing owes, with what became of it.
type Row struct {
	model.Expectation
	State string // the stored one, or "overdue", or "missed" once the month is over
	Visit *model.Visit
}

// BoardOf is the month as the member of staff may see it.
func (s *Service) BoardOf(ctx context.Context, staff model.Staff, p model.Period) (Board, error) {
	settings, err := s.store.Settings(ctx)
	if err != nil {
		return Board{}, err
	}
	b := Board{Period: p, AidDay: settings.AidDayOf(p), ByState: map[string]int{}}
	all, err := s.store.Expectations(ctx, p)
	if err != nil {
		return b, err
	}
	mine, err := s.within(ctx, staff, all)
	if err != nil {
		return b, err
	}
	visits, err := s.store.VisitsIn(ctx, p)
	if err != nil {
		return b, err
	}
	of := map[string]*model.Visit{}
	for i, v := range visits {
		of[v.ID] = &visits[i]
	}
	late := "overdue"
	if p < model.DateOf(s.now()).Period() {
		late = "missed"
	}
	overdue := !settings.InTime(b.AidDay, model.DateOf(s.now()))
	for _, e := range mine {
		r := Row{Expectation: e, State: string(e.State), Visit: of[e.VisitID]}
		if e.State == model.ExpectedVisit && overdue {
			r.State = late
		}
		b.ByState[r.State]++
		b.Rows = append(b.Rows, r)
	}
	b.Counters, err = s.store.Counter(ctx, p)
	if model.IsKind(err, model.KindNotFound) {
		err = nil
	}
	return b, err
}
