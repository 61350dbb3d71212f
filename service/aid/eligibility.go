package aid

import (
	"context"
	"slices"

	"bangfu/service/access"
	"bangfu/service/model"

	"golang.org/x/sync/errgroup"
)

// Option is a programme as it stands to a household, or to one of its members.
type Option struct {
	Programme   model.Programme
	PersonID    string // of a programme for persons
	Person      string // the masked name
	Result      model.Result
	Trace       []model.TraceLine
	Papers      []Needed
	Application *model.Application // the one that is under way
}

// Needed is a paper that an application needs, and the one there is for it.
type Needed struct {
	Kind, Label string
	PaperID     string // empty: still to be handed in
}

// For whom and what it is, in a line.
func (o Option) Title() string { return titled(o.Programme.Title, o.Person) }

func titled(title, person string) string {
	if person == "" {
		return title
	}
	return title + "(" + person + ")"
}

// Options are all programmes of today as they stand to the household: what fits first, then what lacks
// something, then what does not fit. Of a programme for persons that fits nobody the nearest one is named.
func (s *Service) Options(ctx context.Context, house access.Household) ([]Option, error) {
	householdID, day := house.ID(), s.today()
	var (
		k            model.EligibilityInput
		papers       []model.Paper
		applications []model.Application
	)
	g, reading := errgroup.WithContext(ctx)
	g.Go(func() (err error) { k, err = s.known(reading, householdID); return err })
	g.Go(func() (err error) { papers, err = s.Papers(reading, house); return err })
	g.Go(func() (err error) { applications, err = s.store.ApplicationsOf(reading, householdID); return err })
	if err := g.Wait(); err != nil {
		return nil, err
	}
	programmes, err := s.InForce(ctx, day)
	if err != nil {
		return nil, err
	}
	var list []Option
	for _, p := range programmes {
		list = append(list, optionsOf(p, k, day)...)
	}
	for i := range list {
		o := &list[i]
		o.Papers = needed(o.Programme.Documents, papers, o.PersonID, day)
		for _, a := range applications {
			if a.State.Open() && a.Programme == o.Programme.Code && a.PersonID == o.PersonID {
				o.Application = &a
			}
		}
	}
	slices.SortStableFunc(list, func(a, b Option) int { return rank(a.Result) - rank(b.Result) })
	return list, nil
}

func rank(r model.Result) int {
	return slices.Index([]model.Result{model.ResultYes, model.ResultMissing, model.ResultNo}, r)
}

func optionsOf(p model.Programme, k model.EligibilityInput, day model.Date) []Option {
	if !p.PerPerson {
		return []Option{optionOf(p, k, day, nil)}
	}
	var fitting []Option
	var nearest *Option
	for _, m := range k.Members(day) {
		o := optionOf(p, k, day, &m)
		if o.Result != model.ResultNo {
			fitting = append(fitting, o)
		} else if nearest == nil || refusals(o.Trace) < refusals(nearest.Trace) {
			nearest = &o
		}
	}
	if len(fitting) == 0 && nearest != nil {
		return []Option{*nearest}
	}
	return fitting
}

func refusals(trace []model.TraceLine) (n int) {
	for _, l := range trace {
		if l.Result == model.ResultNo {
			n++
		}
	}
	return n
}

func optionOf(p model.Programme, k model.EligibilityInput, day model.Date, m *model.Person) Option {
	o := Option{Programme: p, Trace: model.Evaluate(p.Rules, k.FactsOn(day, day, p.Code, m), day)}
	o.Result = model.Outcome(o.Trace)
	if m != nil {
		o.PersonID, o.Person = m.ID, model.MaskName(m.Name)
	}
	return o
}

// needed are the papers that a programme asks for, each with the newest one that serves.
func needed(kinds []string, papers []model.Paper, personID string, day model.Date) []Needed {
	list := make([]Needed, len(kinds))
	for i, kind := range kinds {
		list[i] = Needed{Kind: kind, Label: model.PaperLabel(kind)}
		for _, p := range papers {
			if p.Fits(kind, personID, day) {
				list[i].PaperID = p.ID
			}
		}
	}
	return list
}
