package bot

import (
	"context"
	"fmt"
	"strconv"

	"bangfu/service/access"
	"bangfu/service/model"
)

// wordAll stands for all visits that the household has not answered for.
const wordAll = "都"

// cameAs takes the household's word on visits: "来过 [household [visit]]" or "没来 [household [visit]]".
func cameAs(answered string) func(*Service, context.Context, request) (answer, error) {
	return func(s *Service, ctx context.Context, r request) (answer, error) {
		command := cmdCame
		if answered != "came" {
			command = cmdNotCame
		}
		house, ask, err := s.chosen(ctx, r, command)
		if err != nil || house.ID() == "" {
			return ask, err
		}
		open, err := s.Visit.Unanswered(ctx, house)
		if err != nil {
			return answer{}, err
		}
		id := house.ID()
		switch which := r.arg(1); {
		case which == wordAll:
		case which != "":
			open = []model.Visit{{ID: which}}
		case len(open) > 1:
			return s.whoCame(ctx, open, command+" "+id)
		case len(open) == 0:
			return s.heardOf(ctx, house, answered)
		}
		for _, v := range open {
			if _, err := s.Visit.Answer(ctx, house, v.ID, answered, 0); err != nil {
				return answer{}, err
			}
		}
		a := say("谢谢您,记下了。您说的不会让谁挨罚,只是让我们心里有数。")
		if answered == "came" && len(open) > 0 {
			offerRatings(&a, id, open[0].ID)
		}
		return a, nil
	}
}

// whoCame asks which of several visits the household means.
func (s *Service) whoCame(ctx context.Context, open []model.Visit, command string) (answer, error) {
	a := say("说的是谁?回复数字:")
	for _, v := range open[:min(len(open), 8)] {
		name, err := s.People.CadreName(ctx, v.CadreID)
		if err != nil {
			return answer{}, err
		}
		a.offer(name+","+v.On.Near(s.today()), command+" "+v.ID)
	}
	a.offer("都是", command+" "+wordAll)
	return a, nil
}

// heardOf takes the household's word when it has answered for every visit that is recorded: it takes back what it has
// just said, or means visits that nobody has recorded yet, or the last one.
func (s *Service) heardOf(ctx context.Context, house access.Household, answered string) (answer, error) {
	v, ok, err := s.Visit.Latest(ctx, house)
	if err != nil {
		return answer{}, err
	}
	if ok && v.Answer != answered && s.Now().Sub(v.AnsweredAt) < model.ChoicesLive {
		return s.changed(ctx, house, v.ID, answered)
	}
	n, aidDay, err := s.Visit.Heard(ctx, house, answered)
	switch {
	case err != nil:
		return answer{}, err
	case n > 0:
		return say("谢谢您,记下了,扶贫办看得到。您说的不会让谁挨罚。"), nil
	case ok && v.On.Period() == aidDay.Period():
		return s.changed(ctx, house, v.ID, answered)
	case aidDay > s.today():
		return say(fmt.Sprintf("帮扶日是%s,还没到。到时候没人来,请再告诉我们。", aidDay.Long())), nil
	}
	return say("这个月没有等着来的走访。谢谢您告诉我们。"), nil
}

func (s *Service) changed(ctx context.Context, house access.Household, visitID, answered string) (answer, error) {
	_, err := s.Visit.Answer(ctx, house, visitID, answered, 0)
	a := say("谢谢您,改过来了。您说的不会让谁挨罚,只是让我们心里有数。")
	if answered == "came" {
		offerRatings(&a, house.ID(), visitID)
	}
	return a, err
}

var ratings = []string{"很不满意", "不满意", "一般", "满意", "很满意"}

func offerRatings(a *answer, id, visitID string) {
	a.text = lines(a.text, "愿意的话,说说这次走访怎么样,回复数字:")
	for i := len(ratings); i > 0; i-- {
		a.offer(ratings[i-1], fmt.Sprintf("%s %s %d %s", cmdRate, id, i, visitID))
	}
}

// rate takes what the household thinks of a visit: "评价 [household [1 to 5 [visit]]]"; without one, of the last.
func (s *Service) rate(ctx context.Context, r request) (answer, error) {
	house, ask, err := s.chosen(ctx, r, cmdRate)
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
	stars, err := strconv.Atoi(r.arg(1))
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
	return say("谢谢您的评价:" + ratings[stars-1] + "。评价只用来改进工作,不排名。"), nil
}
