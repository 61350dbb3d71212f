package visit

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"bangfu/service/model"
	"bangfu/service/notify"
)

// purposeVisit is the purpose of the question to a household whether the visit was so.
const purposeVisit = "visit"

// A household is asked once a day, in the evening, about every visit that was recorded and not asked about: one
// question covers all its cadres. It is not asked about visits of long ago.
const (
	askHour   = 18
	askLife   = 48 * time.Hour
	askWithin = 3 * 24 * time.Hour
)

// planQuestions asks the households about the visits that were recorded since they were asked last. Only where WeChat
// reaches them: nobody is asked in person by whom it is about.
func (s *Service) planQuestions(ctx context.Context, now time.Time) error {
	today := model.DateOf(now)
	begin := today.Start().Add(askHour * time.Hour)
	if now.Before(begin) || now.After(begin.Add(6*time.Hour)) {
		return nil
	}
	recorded, err := s.recordedSince(ctx, now.Add(-askWithin))
	if err != nil || len(recorded) == 0 {
		return err
	}
	asked, err := s.askedAbout(ctx, today)
	if err != nil {
		return err
	}
	mourned, err := s.notify.Mourned(ctx)
	if err != nil {
		return err
	}
	of := map[string][]model.Visit{}
	for _, v := range recorded {
		if !asked[v.ID] && !asked[v.HouseholdID] && !mourned[v.HouseholdID] {
			of[v.HouseholdID] = append(of[v.HouseholdID], v)
		}
	}
	for householdID, visits := range of {
		if err := s.askHousehold(ctx, householdID, today, visits); err != nil {
			return err
		}
	}
	return nil
}

// recordedSince are the visits that were recorded since the instant and that the household has not answered for.
func (s *Service) recordedSince(ctx context.Context, since time.Time) (list []model.Visit, err error) {
	this := model.DateOf(s.now()).Period()
	for _, p := range []model.Period{this.Add(-1), this} {
		visits, err := s.store.VisitsIn(ctx, p)
		if err != nil {
			return nil, err
		}
		for _, v := range visits {
			if v.Answer == "" && !v.Withdrawn() && v.RecordedAt.After(since) {
				list = append(list, v)
			}
		}
	}
	return list, nil
}

// visitQuestion begins the keys of the questions.
const visitQuestion = "visit:"

// askedAbout holds the ids of the visits that a question was about, and the households that have had today's.
func (s *Service) askedAbout(ctx context.Context, today model.Date) (map[string]bool, error) {
	asked := map[string]bool{}
	list, err := s.store.MessagesUnder(ctx, visitQuestion)
	for _, m := range list {
		for _, id := range strings.Split(m.Subject, ",") {
			asked[id] = true
		}
		if strings.HasPrefix(m.ID, visitQuestion+string(today)+":") {
			asked[m.HouseholdID] = true
		}
	}
	return asked, err
}

func (s *Service) askHousehold(ctx context.Context, householdID string, today model.Date, visits []model.Visit) error {
	slices.SortFunc(visits, func(a, b model.Visit) int { return strings.Compare(string(a.On)+a.ID, string(b.On)+b.ID) })
	said, ids, names := "", make([]string, len(visits)), make([]string, len(visits))
	for i, v := range visits {
		c, err := s.store.Cadre(ctx, v.CadreID)
		if err != nil {
			return err
		}
		ids[i], names[i] = v.ID, c.Name
		if i > 0 {
			said += "、"
		}
		said += c.Name + "(" + v.On.Near(today) + ")"
	}
	n := notify.Notice{
		Key: visitQuestion + string(today) + ":" + householdID, Purpose: purposeVisit, Until: s.now().Add(askLife), OwnAccord: true,
		Subject: strings.Join(ids, ","), When: today.LongYear(),
	}
	came, not := "来过", "没来"
	if len(visits) > 1 {
		came, not = "都来过", "都没来"
	}
	n.Text = fmt.Sprintf("记了到您家走访的:%s。\n%s请回“%s”或{1},%s请回“%s”或{2}", said, came, came, not, not)
	n.About, n.More = firstRunes(strings.Join(names, "、")+"到您家走访", 20), came+"回{1},"+not+"回{2}"
	choice := func(label, means, command, which string) model.Choice {
		return model.Choice{Label: label, Means: means, Command: command + " " + householdID + " " + which}
	}
	which := strings.Join(ids, ",")
	n.Choices = []model.Choice{
		choice(came, model.MeansYes, model.CommandCame, which), choice(not, model.MeansNo, model.CommandNotCame, which),
	}
	if len(visits) > 1 {
		n.Text += ",有来有没来的请回{3}"
		n.Choices = append(n.Choices, choice("有来有没来的", "", model.CommandWhoCame, which))
	}
	n.Text += "。\n您说的不会让谁挨罚。"
	return s.notify.TellHousehold(ctx, n, householdID)
}

// stillToAsk is the guard of the questions: they go while a visit of theirs has no answer, and not to a household that
// mourns.
func (s *Service) stillToAsk(ctx context.Context, m *model.Message) (bool, error) {
	mourned, err := s.notify.Mourned(ctx)
	if err != nil || mourned[m.HouseholdID] {
		return false, err
	}
	for _, id := range strings.Split(m.Subject, ",") {
		v, err := s.store.Visit(ctx, id)
		if model.IsKind(err, model.KindNotFound) {
			continue
		}
		if err != nil {
			return false, err
		}
		if v.Answer == "" && !v.Withdrawn() {
			return true, nil
		}
	}
	return false, nil
}

// firstRunes cuts what stands in a template's field to what WeChat takes.
func firstRunes(text string, n int) string {
	runes := []rune(text)
	return string(runes[:min(len(runes), n)])
}
