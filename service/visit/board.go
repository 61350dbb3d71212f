package visit

import (
	"context"

	"bangfu/service/access"
	"bangfu/service/model"
)

// Board is a month at a glance.
type Board struct {
	Period   model.Period
	AidDay   model.Date
	Rows     []Row
	ByState  map[string]int
	Counters model.Counter

	Reminded  int // rows whose cadre a reminder has reached
	Confirmed int // the household says that somebody came
	Denied    int // it says that nobody did
}

// Row is what one pairing owes, with what became of it.
type Row struct {
	model.Expectation
	State    string // the stored one, or "overdue", or "missed" once the month is over
	Visit    *model.Visit
	Reminded int    // how many reminders reached the cadre
	Answer   string // of the household: "", "came" or "did_not_come"
}

// BoardOf is the month as the member of staff may see it.
func (s *Service) BoardOf(ctx context.Context, l access.Lists, p model.Period) (Board, error) {
	settings, err := s.store.Settings(ctx)
	if err != nil {
		return Board{}, err
	}
	b := Board{Period: p, AidDay: settings.AidDayOf(p), ByState: map[string]int{}}
	all, err := s.store.Expectations(ctx, p)
	if err != nil {
		return b, err
	}
	mine, err := within(ctx, l, all)
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
	reached, err := s.remindersTaken(ctx, p)
	if err != nil {
		return b, err
	}
	late := "overdue"
	if p < model.DateOf(s.now()).Period() {
		late = "missed"
	}
	overdue := !settings.InTime(b.AidDay, model.DateOf(s.now()))
	for _, e := range mine {
		r := Row{Expectation: e, State: string(e.State), Visit: of[e.VisitID], Reminded: reached[e.CadreID], Answer: e.Heard}
		if e.State == model.ExpectedVisit && overdue {
			r.State = late
		}
		if r.Visit != nil && r.Visit.Answer != "" {
			r.Answer = r.Visit.Answer
		}
		b.add(r)
	}
	if !l.WholeFarm() {
		b.Counters = model.CountVisits(p, visitsOf(b.Rows), nil)
		return b, nil
	}
	b.Counters, err = s.store.Counter(ctx, p)
	if model.IsKind(err, model.KindNotFound) {
		err = nil
	}
	return b, err
}

// visitsOf are the visits of the rows, each once.
func visitsOf(rows []Row) (visits []model.Visit) {
	seen := map[string]bool{}
	for _, r := range rows {
		if r.Visit != nil && !seen[r.Visit.ID] {
			seen[r.Visit.ID] = true
			visits = append(visits, *r.Visit)
		}
	}
	return visits
}

func (b *Board) add(r Row) {
	b.ByState[r.State]++
	if r.Reminded > 0 {
		b.Reminded++
	}
	switch r.Answer {
	case "came":
		b.Confirmed++
	case "did_not_come":
		b.Denied++
	}
	b.Rows = append(b.Rows, r)
}

// remindersTaken is how many reminders of the month WeChat took for each cadre.
func (s *Service) remindersTaken(ctx context.Context, p model.Period) (map[string]int, error) {
	list, err := s.remindersOf(ctx, p)
	taken := map[string]int{}
	for _, m := range list {
		if m.State == model.MessageAccepted || m.State == model.MessageArrived {
			taken[remindedPerson(m)]++
		}
	}
	return taken, err
}
