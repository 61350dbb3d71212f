package visit

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"bangfu/service/access"
	"bangfu/service/model"
	"bangfu/service/notify"
)

// purposeReminder is the purpose of every message around the aid day.
const purposeReminder = "reminder"

// planner is who plans, as revisions name it.
const planner = "planner"

// Plan makes the expectations of the month and asks for every reminder that is due. It can run at any time,
// on any number of machines, and after any outage, with the same result: a stage whose validity has passed
// is left out, and a reminder's key lets it go once.
func (s *Service) Plan(ctx context.Context) error {
	settings, err := s.store.Settings(ctx)
	if err != nil {
		return err
	}
	now := s.now()
	this := model.DateOf(now).Period()
	var errs []error
	if err := s.planNeeds(ctx, now); err != nil {
		errs = append(errs, fmt.Errorf("plan needs: %w", err))
	}
	if err := s.planQuestions(ctx, now); err != nil {
		errs = append(errs, fmt.Errorf("plan questions: %w", err))
	}
	// Early stages belong to the coming month, late ones to this one or the last.
	for _, p := range []model.Period{this.Add(-1), this, this.Add(1)} {
		if err := s.planMonth(ctx, settings, p, now); err != nil {
			errs = append(errs, fmt.Errorf("plan %s: %w", p, err))
		}
	}
	return errors.Join(errs...)
}

func (s *Service) planMonth(ctx context.Context, settings model.Settings, p model.Period, now time.Time) error {
	aidDay := settings.AidDayOf(p)
	due := dueStages(settings, aidDay, now)
	// Expectations stand from the 1st of their month; the coming month's only once a stage of it is due.
	this := model.DateOf(now).Period()
	if p < this && len(due) == 0 || p > this && len(due) == 0 {
		return nil
	}
	owed, err := s.expect(ctx, p, aidDay, p >= this)
	if err != nil {
		return err
	}
	for _, stage := range due {
		if err := s.remind(ctx, settings, stage, p, aidDay, owed); err != nil {
			return err
		}
	}
	return nil
}

func dueStages(settings model.Settings, aidDay model.Date, now time.Time) []model.Stage {
	return slices.DeleteFunc(slices.Clone(settings.Stages), func(st model.Stage) bool {
		due, end := st.Window(aidDay)
		return now.Before(due) || !now.Before(end)
	})
}

// expect brings the expectations of a month in step with the pairings: a new pairing owes a visit, one that
// has ended does not any more. A past month is left as it is.
func (s *Service) expect(ctx context.Context, p model.Period, aidDay model.Date, adjust bool) ([]model.Expectation, error) {
	owed, err := s.store.Expectations(ctx, p)
	if err != nil || !adjust {
		return owed, err
	}
	pairings, err := s.store.Pairings(ctx)
	if err != nil {
		return nil, err
	}
	// Who is paired on the aid day, or now when that has passed.
	day := max(aidDay, model.DateOf(s.now()))
	muted, err := s.muted(ctx, day)
	if err != nil {
		return nil, err
	}
	wanted := map[string]model.Pairing{}
	for _, x := range pairings {
		if x.OpenOn(day) && x.From <= aidDay && !muted[x.HouseholdID] { // who is paired after the aid day owes nothing
			wanted[model.ExpectationID(p, x.HouseholdID, x.CadreID)] = x
		}
	}
	for i, e := range owed {
		_, still := wanted[e.ID]
		switch {
		case still && e.State == model.VisitCancelled:
			if owed[i], err = s.setState(ctx, e.ID, model.ExpectedVisit, "又结对了,或走访不再暂停"); err != nil {
				return nil, err
			}
		case !still && e.Open():
			if owed[i], err = s.setState(ctx, e.ID, model.VisitCancelled, "结对已结束,或本户暂停走访"); err != nil {
				return nil, err
			}
		}
		delete(wanted, e.ID)
	}
	fresh := make([]model.Expectation, 0, len(wanted))
	for id, x := range wanted {
		fresh = append(fresh, model.Expectation{
			ID: id, Record: model.NewRecord(s.now(), planner), Period: p, HouseholdID: x.HouseholdID, CadreID: x.CadreID,
			AidDay: aidDay, State: model.ExpectedVisit,
		})
	}
	for batch := range slices.Chunk(fresh, expectBatch) {
		if err := s.store.InsertExpectations(ctx, batch); err != nil {
			return nil, err
		}
	}
	return append(owed, fresh...), nil
}

// expectBatch is how many expectations are stored at once.
const expectBatch = 100

// muted are the households that are left in peace on the day.
func (s *Service) muted(ctx context.Context, day model.Date) (map[string]bool, error) {
	list, err := s.store.MutedHouseholds(ctx, day)
	ids := map[string]bool{}
	for _, h := range list {
		ids[h.ID] = h.MutedOn(day)
	}
	return ids, err
}

func (s *Service) setState(ctx context.Context, id string, state model.ExpectationState, why string) (model.Expectation, error) {
	by := model.ChangeInfo{Actor: planner, Why: why, At: s.now()}
	return s.store.ChangeExpectation(ctx, id, 0, by, func(e *model.Expectation) error {
		if e.Open() || e.State == model.VisitCancelled {
			e.State = state
		}
		return nil
	})
}

// remind asks for one stage's messages: one a person, naming all their households.
func (s *Service) remind(ctx context.Context, settings model.Settings, stage model.Stage, p model.Period, aidDay model.Date, owed []model.Expectation) error {
	open := slices.DeleteFunc(slices.Clone(owed), func(e model.Expectation) bool { return !e.Open() })
	told, err := s.told(ctx, model.ReminderKey(stage, p, ""))
	if err != nil {
		return err
	}
	_, end := stage.Window(aidDay)
	var errs []error
	mourned := map[string]bool{}
	if stage.To == model.ToHousehold {
		if mourned, err = s.notify.Mourned(ctx); err != nil {
			return err
		}
	}
	cadres := map[string]notify.Notice{}
	var heads map[string]string
	for person, list := range s.groups(stage.To, open) {
		if mourned[person] {
			continue
		}
		n := notify.Notice{
			Key: model.ReminderKey(stage, p, person), Purpose: purposeReminder, Until: end, OwnAccord: true,
			Subject: subject(stage, p, list), Proxies: true,
			About: "帮扶日走访", When: aidDay.LongYear(),
		}
		if told[n.Key] {
			continue
		}
		if stage.To == model.ToCadre && heads == nil {
			if heads, err = s.heads(ctx, stage, open, aidDay); err != nil {
				return err
			}
		}
		if stage.To == model.ToCadre {
			cadres[person] = cadreNotice(n, stage, aidDay, list, heads)
		} else if err := s.notify.TellHousehold(ctx, householdNotice(n, aidDay), person); err != nil {
			errs = append(errs, err)
		}
	}
	errs = append(errs, s.notify.TellCadres(ctx, cadres))
	if stage.To == model.ToSecretary || stage.To == model.ToOffice {
		errs = append(errs, s.report(ctx, told, stage, p, aidDay, open, end))
	}
	return errors.Join(errs...)
}

// subject is what the guard looks at: whom the stage tells, the month, and the expectations that it is about.
func subject(stage model.Stage, p model.Period, list []model.Expectation) string {
	ids := make([]string, len(list))
	for i, e := range list {
		ids[i] = e.ID
	}
	return string(stage.To) + "|" + string(p) + "|" + strings.Join(ids, ",")
}

// told are the keys under the prefix that were asked for already. A household's message has the account's id
// behind its key, so a household counts as told when one of its accounts is.
func (s *Service) told(ctx context.Context, prefix string) (map[string]bool, error) {
	list, err := s.store.MessagesUnder(ctx, prefix)
	told := map[string]bool{}
	for _, m := range list {
		told[m.ID] = true
		if parts := strings.SplitN(m.ID, ":", 5); len(parts) == 5 {
			told[strings.Join(parts[:4], ":")] = true
		}
	}
	return told, err
}

// groups are the open expectations by the person whom the stage tells.
func (s *Service) groups(to model.Audience, open []model.Expectation) map[string][]model.Expectation {
	by := map[string][]model.Expectation{}
	for _, e := range open {
		switch to {
		case model.ToCadre:
			by[e.CadreID] = append(by[e.CadreID], e)
		case model.ToHousehold:
			by[e.HouseholdID] = append(by[e.HouseholdID], e)
		}
	}
	return by
}

// reportsTo is whose role it is to read a report.
var reportsTo = map[model.Audience]model.Role{model.ToSecretary: model.RoleSecretary, model.ToOffice: model.RoleOffice}

// report tells secretaries and the office how many visits are missing, with the reasons that were given,
// and no names in a row.
func (s *Service) report(ctx context.Context, told map[string]bool, stage model.Stage, p model.Period, aidDay model.Date, open []model.Expectation, end time.Time) error {
	if len(open) == 0 {
		return nil
	}
	staff, err := s.store.StaffList(ctx)
	if err != nil {
		return err
	}
	somebody := false
	for _, st := range staff {
		if !st.Has(reportsTo[stage.To]) || st.Disabled {
			continue
		}
		somebody = true
		if told[model.ReminderKey(stage, p, st.ID)] {
			continue
		}
		l, err := s.access.Lists(ctx, st, model.MayReadHouseholds, "")
		if err != nil {
			return err
		}
		mine, err := within(ctx, l, open)
		if err != nil {
			return err
		}
		if len(mine) == 0 {
			continue
		}
		n := notify.Notice{
			Key: model.ReminderKey(stage, p, st.ID), Purpose: purposeReminder, Until: end, OwnAccord: true,
			Subject: subject(stage, p, nil), About: "帮扶日走访情况", When: aidDay.LongYear(),
			More: fmt.Sprintf("还有%d次走访没有记录", len(mine)), Text: summary(aidDay, mine),
		}
		if err := s.notify.TellStaff(ctx, n, st); err != nil {
			return err
		}
	}
	if somebody || told[model.ReminderKey(stage, p, noStaff)] {
		return nil
	}
	return s.notify.TellStaff(ctx, notify.Notice{
		Key: model.ReminderKey(stage, p, noStaff), Purpose: purposeReminder, Until: end, OwnAccord: true,
		Subject: subject(stage, p, nil), Text: summary(aidDay, open),
	}, model.Staff{ID: noStaff})
}

// noStaff stands for whoever should have a role that nobody has: the report is a trouble of the day then.
const noStaff = "nobody"

// within are the expectations of households that the list reaches.
func within(ctx context.Context, l access.Lists, open []model.Expectation) ([]model.Expectation, error) {
	var mine []model.Expectation
	for _, e := range open {
		if ok, err := l.CanAccess(ctx, e.HouseholdID); err != nil {
			return nil, err
		} else if ok {
			mine = append(mine, e)
		}
	}
	return mine, nil
}

func summary(aidDay model.Date, open []model.Expectation) string {
	asked, households := map[string]int{}, map[string]bool{}
	for _, e := range open {
		households[e.HouseholdID] = true
		if e.Excuse.Reason != "" {
			asked[model.ExcuseLabel(e.Excuse.Reason)]++
		}
	}
	text := fmt.Sprintf("%s帮扶日:还有%d户的%d次走访没有记录。", aidDay.Long(), len(households), len(open))
	for reason, n := range asked {
		text += fmt.Sprintf("\n说明了原因的:%s%d次(待批准)。", reason, n)
	}
	return text
}

// stillOwed is the guard of reminders: it stops them the moment the last visit is recorded, or the household
// has left or is muted. What a cadre is reminded of names only what is owed still.
func (s *Service) stillOwed(ctx context.Context, list []*model.Message) ([]bool, error) {
	owed, err := s.owedNow(ctx, list)
	if err != nil {
		return nil, err
	}
	stand, anything := make([]bool, len(list)), map[string]bool{}
	for i, m := range list {
		to, period, ids := parseSubject(m.Subject)
		if to != model.ToCadre && to != model.ToHousehold {
			if _, looked := anything[period]; !looked {
				all, err := s.store.Expectations(ctx, model.Period(period))
				if err != nil {
					return nil, err
				}
				anything[period] = slices.ContainsFunc(all, model.Expectation.Open)
			}
			stand[i] = anything[period]
			continue
		}
		var open []model.Expectation
		for _, id := range ids {
			if e, ok := owed[id]; ok {
				open = append(open, e)
			}
		}
		if stand[i] = len(open) > 0; stand[i] && len(open) < len(ids) && to == model.ToCadre {
			if err := s.reword(ctx, m, open); err != nil {
				return nil, err
			}
		}
	}
	return stand, nil
}

func parseSubject(subject string) (to model.Audience, period string, ids []string) {
	first, rest, _ := strings.Cut(subject, "|")
	period, list, _ := strings.Cut(rest, "|")
	return model.Audience(first), period, strings.Split(list, ",")
}

// owedNow are the visits that the reminders are about and that are owed still, by id.
func (s *Service) owedNow(ctx context.Context, list []*model.Message) (map[string]model.Expectation, error) {
	var ids []string
	for _, m := range list {
		_, _, of := parseSubject(m.Subject)
		ids = append(ids, of...)
	}
	owed, err := s.store.ExpectationsByID(ctx, ids)
	if err != nil {
		return nil, err
	}
	var houses []string
	for _, e := range owed {
		houses = append(houses, e.HouseholdID)
	}
	found, err := s.store.HouseholdsByID(ctx, houses)
	maps.DeleteFunc(owed, func(_ string, e model.Expectation) bool { return !e.Open() || !s.lookedAfter(found[e.HouseholdID]) })
	return owed, err
}

// reword lets a cadre's reminder name what is open still.
func (s *Service) reword(ctx context.Context, m *model.Message, open []model.Expectation) error {
	settings, err := s.store.Settings(ctx)
	if err != nil {
		return err
	}
	for _, stage := range settings.Stages {
		if model.ReminderKey(stage, open[0].Period, open[0].CadreID) == m.ID {
			heads, err := s.heads(ctx, stage, open, open[0].AidDay)
			if err != nil {
				return err
			}
			n := cadreNotice(notify.Notice{}, stage, open[0].AidDay, open, heads)
			m.Text, m.More = n.Text, n.More
		}
	}
	return nil
}

// stands reports whether the household is looked after now: it has not left, and is not left in peace.
func (s *Service) stands(ctx context.Context, householdID string) (bool, error) {
	h, err := s.store.Household(ctx, householdID)
	return s.lookedAfter(h), err
}

func (s *Service) lookedAfter(h model.Household) bool {
	return !h.Status.Ended() && !h.MutedOn(model.DateOf(s.now()))
}
