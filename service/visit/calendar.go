package visit

import (
	"context"
	"slices"
	"strings"

	"bangfu/service/access"
	"bangfu/service/model"
)

// Day is a day of the calendar on which something is due.
type Day struct {
	On     model.Date `json:"on"`
	Events []Event    `json:"events"`
}

// Event is one thing that is due on a day.
type Event struct {
	Kind      string `json:"kind" enum:"aid_day,stage,need"`
	Text      string `json:"text"`
	Household string `json:"household_no,omitempty"`
}

var audienceLabels = map[model.Audience]string{
	model.ToCadre: "提醒干部", model.ToHousehold: "告诉户里", model.ToSecretary: "报支部书记", model.ToOffice: "报扶贫办",
}

// Calendar is what is due in a month: the aid day, its reminders, and the difficulties of households that the member
// of staff reaches.
func (s *Service) Calendar(ctx context.Context, l access.Lists, p model.Period) (aidDay model.Date, days []Day, err error) {
	settings, err := s.store.Settings(ctx)
	if err != nil {
		return "", nil, err
	}
	on := map[model.Date][]Event{}
	for _, month := range []model.Period{p.Add(-1), p, p.Add(1)} {
		aidDay := settings.AidDayOf(month)
		on[aidDay] = append(on[aidDay], Event{Kind: "aid_day", Text: "帮扶日"})
		for _, st := range settings.Stages {
			due, _ := st.Window(aidDay)
			day := model.DateOf(due)
			on[day] = append(on[day], Event{Kind: "stage", Text: due.In(model.Shanghai).Format("15:04") + " " + audienceLabels[st.To]})
		}
	}
	needs, err := s.Needs(ctx, l, nil, needsInCalendar)
	if err != nil {
		return "", nil, err
	}
	for _, n := range needs {
		on[n.DueOn] = append(on[n.DueOn], Event{Kind: "need", Text: n.Kind.Label() + "难事到期", Household: n.HouseholdID})
	}
	days = []Day{}
	for day, events := range on {
		if day.Period() == p {
			days = append(days, Day{On: day, Events: events})
		}
	}
	slices.SortFunc(days, func(a, b Day) int { return strings.Compare(string(a.On), string(b.On)) })
	return settings.AidDayOf(p), days, nil
}

// needsInCalendar bounds what a calendar shows.
const needsInCalendar = 500

// Counts are the sums of the months from one to another, oldest first, of the units that the list reaches. The cadres'
// own are left out; so is, in a list that is cut, the money that they spent, which is kept for the farm only.
func (s *Service) Counts(ctx context.Context, l access.Lists, from, to model.Period) ([]model.Counter, error) {
	all, err := s.store.Counters(ctx)
	if err != nil {
		return nil, err
	}
	list := slices.DeleteFunc(all, func(c model.Counter) bool { return c.Period < from || c.Period > to })
	for i := range list {
		list[i].Cadres = nil
		if l.WholeFarm() {
			continue
		}
		if err := cutCounter(ctx, l, &list[i]); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// cutCounter leaves the units that the list reaches, and the sums of those.
func cutCounter(ctx context.Context, l access.Lists, c *model.Counter) error {
	units := map[string]model.VisitTally{}
	c.Visits, c.Items, c.SelfFunded = 0, map[model.VisitKind]int{}, 0
	for id, tally := range c.Units {
		ok, err := l.CanAccessUnit(ctx, id)
		if err != nil {
			return err
		}
		if !ok {
			continue
		}
		units[id] = tally
		c.Visits += tally.Visits
		for kind, n := range tally.Items {
			c.Items[kind] += n
		}
	}
	c.Units = units
	return nil
}
