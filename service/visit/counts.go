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
	c := model.Counter{ID: string(p), Period: p, Visits: len(visits)}
	for _, v := range visits {
		for _, i := range v.Items {
			c.Add(i.Kind, i.Count)
		}
		c.SelfFunded += v.SelfFunded
	}
	return s.store.PutCounter(ctx, c)
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
	sums := map[model.Period]model.Counter{}
	for _, v := range visits {
		c := sums[v.Period]
		c.ID, c.Period = string(v.Period), v.Period
		c.Visits++
		for _, i := range v.Items {
			c.Add(i.Kind, i.Count)
		}
		c.SelfFunded += v.SelfFunded
		sums[v.Period] = c
	}
	for _, c := range kept {
		if !c.Equal(sums[c.Period]) {
			wrong = append(wrong, c.Period)
		}
	}
	for _, c := range sums {
		if err := s.store.PutCounter(ctx, c); err != nil {
			return wrong, err
		}
	}
	slices.Sort(wrong)
	return wrong, nil
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
	State string // the stored one, or "overdue"
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
	overdue := !settings.InTime(b.AidDay, model.DateOf(s.now()))
	for _, e := range mine {
		r := Row{Expectation: e, State: string(e.State), Visit: of[e.VisitID]}
		if e.State == model.ExpectedVisit && overdue {
			r.State = "overdue"
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
