package bot

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"bangfu/service/access"
	"bangfu/service/model"
)

// wordAll stands for all visits that the household has not answered for.
const wordAll = "都"

// cameAs takes the household's word on visits: "来过 [household [visits]]" or "没来 [household [visits]]"; the visits are
// parted by commas, 都 stands for all that are open. The thanks repeat what was kept of whom.
func cameAs(word string) func(*Service, context.Context, request) (answer, error) {
	return func(s *Service, ctx context.Context, r request) (answer, error) {
		house, ask, err := s.chosen(ctx, r, r.of.name)
		if err != nil || house.ID() == "" {
			return ask, err
		}
		last, open, err := s.Visit.LastTo(ctx, house)
		if err != nil {
			return answer{}, err
		}
		which := r.arg(1)
		switch {
		case which == wordAll || strings.HasPrefix(r.line, wordAll):
		case which != "":
			if open, err = s.visitsNamed(ctx, house, strings.Split(which, ",")); err != nil {
				return answer{}, err
			}
			if len(open) == 0 {
				return s.withHelp(r.caller, "这次走访已经撤销了,不用回。您可以问这些:"), nil
			}
		case len(open) > 1:
			return s.whoCame(ctx, open, r.of, house.ID())
		}
		if len(open) == 0 {
			return s.heardOf(ctx, house, word, last)
		}
		return s.heardAll(ctx, house, open, word)
	}
}

// visitsNamed are those of the household's visits that the ids name and that stand.
func (s *Service) visitsNamed(ctx context.Context, house access.Household, ids []string) (found []model.Visit, err error) {
	list, err := s.Visit.VisitsTo(ctx, house, 200)
	for _, v := range list {
		if slices.ContainsFunc(ids, func(id string) bool { return model.IsOutward(v.ID, id) }) {
			found = append(found, v)
		}
	}
	return found, err
}

// heardAll keeps the word on each of the visits.
func (s *Service) heardAll(ctx context.Context, house access.Household, list []model.Visit, word string) (answer, error) {
	lead, said := "谢谢您,记下了:", "来过"
	if word != "came" {
		said = "没来"
	}
	if err := s.Visit.AnswerAll(ctx, house, list, word); err != nil {
		return answer{}, err
	}
	var whom []string
	for _, v := range list {
		if v.Answer != "" && v.Answer != word {
			lead = "谢谢您,改过来了:"
		}
		name, err := s.People.CadreName(ctx, v.CadreID)
		if err != nil {
			return answer{}, err
		}
		whom = append(whom, v.On.Near(s.today())+name)
	}
	a := say(lead + strings.Join(whom, "、") + said + "。\n您说的不会让谁挨罚,只是让我们心里有数。说错了,再发“来过”或“没来”。")
	if word == "came" {
		offerRatings(&a, house.ID(), list[0].ID)
	}
	return a, nil
}

// whoCame asks which of several visits the household means.
func (s *Service) whoCame(ctx context.Context, open []model.Visit, c command, householdID string) (answer, error) {
	said := strings.TrimPrefix(c.name, wordAll)
	a := say("谁" + said + "?回复数字:")
	for _, v := range open[:min(len(open), 7)] {
		name, err := s.People.CadreName(ctx, v.CadreID)
		if err != nil {
			return answer{}, err
		}
		a.offer(name+","+v.On.Near(s.today()), c.name+" "+householdID+" "+v.ID)
	}
	a.offer("都"+said, c.name+" "+householdID+" "+wordAll)
	return a, nil
}

// whoOfThem asks of each visit of a question whether it was: "谁来过 [household [visits]]".
func (s *Service) whoOfThem(ctx context.Context, r request) (answer, error) {
	house, ask, err := s.chosen(ctx, r, r.of.name)
	if err != nil || house.ID() == "" {
		return ask, err
	}
	open, err := s.Visit.Unanswered(ctx, house)
	if err != nil {
		return answer{}, err
	}
	if len(open) == 0 {
		return s.withHelp(r.caller, "走访都说过来没来了。您可以问这些:"), nil
	}
	return s.whoCame(ctx, open, named(model.CommandNotCame), house.ID())
}

// heardOf takes the household's word when it has answered for every visit that is recorded: it takes back what it has
// just said, or means visits that nobody has recorded yet, or the last one.
func (s *Service) heardOf(ctx context.Context, house access.Household, answered string, v model.Visit) (answer, error) {
	if v.ID != "" && v.Answer != answered && s.Now().Sub(v.AnsweredAt) < model.ChoicesLive {
		return s.heardAll(ctx, house, []model.Visit{v}, answered)
	}
	n, aidDay, err := s.Visit.Heard(ctx, house, answered)
	switch {
	case err != nil:
		return answer{}, err
	case n > 0:
		said := "来过"
		if answered != "came" {
			said = "没来"
		}
		return say(fmt.Sprintf("谢谢您,记下了:%d月的走访,干部%s(%d位)。扶贫办看得到。您说的不会让谁挨罚。", int(s.today().Start().Month()), said, n)), nil
	case v.ID != "" && v.On.Period() == aidDay.Period():
		return s.heardAll(ctx, house, []model.Visit{v}, answered)
	case aidDay > s.today():
		return say(fmt.Sprintf("帮扶日是%s,还没到。到时候没人来,请再告诉我们。", aidDay.Long())), nil
	}
	return say("这个月没有等着来的走访。谢谢您告诉我们。"), nil
}

var ratings = []string{"很不满意", "不满意", "一般", "满意", "很满意"}

func offerRatings(a *answer, id, visitID string) {
	a.text = lines(a.text, "愿意的话,说说这次走访怎么样,回复数字:")
	for i := len(ratings); i > 0; i-- {
		a.offer(ratings[i-1], fmt.Sprintf("%s %s %d %s", model.CommandRate, id, i, visitID))
	}
}

// rate takes what the household thinks of a visit: "评价 [household [1 to 5 [visit]]]"; without one, of the last.
func (s *Service) rate(ctx context.Context, r request) (answer, error) {
	house, ask, err := s.chosen(ctx, r, model.CommandRate)
	if err != nil || house.ID() == "" {
		return ask, err
	}
	v, ok, err := s.Visit.Latest(ctx, house)
	if err != nil {
		return answer{}, err
	}
	if !ok {
		return say("还没有走访记录,以后再评价。"), nil
	}
	stars, err := strconv.Atoi(firstOf(r.arg(1), r.slots["stars"]))
	if err != nil || stars < 1 || stars > len(ratings) {
		name, err := s.People.CadreName(ctx, v.CadreID)
		a := say(fmt.Sprintf("上次是%s走访,%s。", v.On.Near(s.today()), name))
		offerRatings(&a, house.ID(), v.ID)
		return a, err
	}
	visitID := v.ID
	if r.arg(2) != "" {
		visitID = r.arg(2)
	}
	if _, err := s.Visit.Answer(ctx, house, visitID, "came", stars); err != nil {
		return answer{}, err
	}
	return say("谢谢您,记下了:上次走访" + ratings[stars-1] + "。评价只用来改进工作,不排名。打错了,再发“" + model.CommandRate + "”。"), nil
}
