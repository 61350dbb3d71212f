package bot

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"bangfu/service/access"
	"bangfu/service/model"
)

// What follows the need in the command line of 难事.
const (
	wordDone   = "办好"
	wordNoNote = "不写"
)

// needs shows the difficulties that a cadre sees to, each to be looked at before it is said to be done, with a line for
// the household: "难事 [need [办好 [note]]]".
func (s *Service) needs(ctx context.Context, r request) (answer, error) {
	list, err := s.Visit.LiveNeedsOwnedBy(ctx, r.cadre)
	if err != nil {
		return answer{}, err
	}
	if i := slices.IndexFunc(list, func(n model.Need) bool { return r.arg(0) != "" && model.IsOutward(n.ID, r.arg(0)) }); i >= 0 {
		return s.oneNeed(ctx, r, list[i])
	}
	if len(list) == 0 {
		return say("您眼下没有经办的难事。"), nil
	}
	a := say("您经办的难事,回复数字看一件:")
	for _, n := range list {
		if n.State == model.NeedDone {
			a.text = lines(a.text, "(等户里确认)"+n.HouseholdID+" "+n.Text)
			continue
		}
		if len(a.choices) < oneDigit {
			a.offer(fmt.Sprintf("%s %s,%s前", n.HouseholdID, firstRunes(n.Text, 40), n.DueOn.Near(s.today())), model.CommandNeeds+" "+model.Outward(n.ID))
		}
	}
	return a, nil
}

func (s *Service) oneNeed(ctx context.Context, r request, n model.Need) (answer, error) {
	id := model.Outward(n.ID)
	note := strings.TrimSpace(r.words(2))
	switch {
	case r.arg(1) != wordDone:
		a := say(lines("户号"+n.HouseholdID+":"+n.Text, fmt.Sprintf("%s,%s前办。", n.State.Label(), n.DueOn.Long())))
		a.offer("办好了", model.CommandNeeds+" "+id+" "+wordDone)
		a.offer("看户里的电话", model.CommandHousePhone+" "+n.HouseholdID)
		a.offer("回到难事", model.CommandNeeds)
		return a, nil
	case note == "":
		a := say("怎么办好的?写一句,户里看得到。")
		a.offer("不写了,就报办好", model.CommandNeeds+" "+id+" "+wordDone+" "+wordNoNote)
		a.listen(model.CommandNeeds+" "+id+" "+wordDone, "怎么办好的")
		return a, nil
	case note == wordNoNote:
		note = ""
	}
	n, err := s.Visit.Done(ctx, r.cadre, n.ID, note)
	if err != nil {
		return answer{}, err
	}
	return say("记下了:" + n.Text + "\n已请户号" + n.HouseholdID + "确认。户里说没办好,会再回到您这里。"), nil
}

// promise takes what a cadre has promised a household: "答应 household words".
func (s *Service) promise(ctx context.Context, r request) (answer, error) {
	text := strings.TrimSpace(r.words(1))
	if first := r.arg(0); first != "" && !householdNo.MatchString(first) {
		text, r.args = strings.TrimSpace(r.words(0)), append([]string{""}, strings.TrimSpace(r.words(0)))
	}
	house, ask, err := s.helped(ctx, r, "答应的是哪一户?回复数字:")
	if err != nil || house.ID() == "" {
		return ask, err
	}
	if text == "" {
		a := say("答应户号" + house.ID() + "办什么事?直接发来就行。\n比如:帮忙联系木耳销路")
		a.listen(model.CommandPromise+" "+house.ID(), "答应了户里什么事")
		return a, nil
	}
	n, err := s.Visit.Promise(ctx, r.cadre, house, pushOf(ctx), text)
	if err != nil {
		return answer{}, err
	}
	return say(fmt.Sprintf("记下了:%s\n请在%s前办,快到时会提醒您。办好了发“"+model.CommandNeeds+"”。", n.Text, n.DueOn.Near(s.today()))), nil
}

// settledAs takes the household's word on what the cadre says is done: "办好了", "没办好".
func settledAs(word string) func(*Service, context.Context, request) (answer, error) {
	return func(s *Service, ctx context.Context, r request) (answer, error) {
		var done []model.Need
		for _, house := range s.Access.AllMine(r.caller.Account) {
			needs, err := s.Visit.NeedsOf(ctx, house)
			if err != nil {
				return answer{}, err
			}
			for _, n := range needs {
				if n.State == model.NeedDone && house.View() == model.ViewFull {
					done = append(done, n)
				}
			}
		}
		switch len(done) {
		case 0:
			r.args = nil
			return s.settle(ctx, r)
		case 1:
			return s.obey(ctx, r.caller, model.CommandSettle+" "+word+" "+done[0].ID)
		}
		a := say("说的是哪一件?回复数字:")
		for _, n := range done[:min(len(done), oneDigit)] {
			a.offer(firstRunes(n.Text, 40), model.CommandSettle+" "+word+" "+n.ID)
		}
		return a, nil
	}
}

// settle takes the household's word on a difficulty that the cadre has seen to: "办得怎样 yes|no need".
func (s *Service) settle(ctx context.Context, r request) (answer, error) {
	houses := s.Access.AllMine(r.caller.Account)
	if r.arg(1) != "" {
		needID := strings.Join(r.args[1:], " ")
		for _, house := range houses {
			if house.View() != model.ViewFull {
				continue
			}
			n, err := s.Visit.Settle(ctx, house, needID, r.arg(0) == "yes", "")
			if model.IsKind(err, model.KindNotFound) {
				continue
			}
			if err != nil {
				return answer{}, err
			}
			if n.State == model.NeedConfirmed {
				return say("好的,这件事就算办好了:" + n.Text), nil
			}
			return say("知道了,会接着办:" + n.Text), nil
		}
		return say("没有找到这件事。发“" + model.CommandSettle + "”看看都有什么。"), nil
	}
	a := say("")
	for _, house := range houses {
		if err := s.standOf(ctx, &a, house); err != nil {
			return answer{}, err
		}
	}
	if a.text == "" {
		a = say("您家没有在办的事。有难处就发“" + model.CommandRaise + "”。")
		a.offer("说难处", model.CommandRaise)
		return a, nil
	}
	return a, nil
}

// endShown is how long a household is shown why something could not be done.
const endShown = 45 * 24 * time.Hour

// standOf adds how far each of the household's difficulties is.
func (s *Service) standOf(ctx context.Context, a *answer, house access.Household) error {
	needs, err := s.Visit.NeedsOf(ctx, house)
	if err != nil {
		return err
	}
	for _, n := range slices.Backward(needs) {
		switch {
		case n.State == model.NeedDone && len(a.choices) < 8:
			a.text = lines(a.text, whoSays(n)+"说办好了:"+n.Text, note(n))
			a.offer("是办好了", model.CommandSettle+" yes "+n.ID)
			a.offer("还没办好", model.CommandSettle+" no "+n.ID)
		case n.Waits():
			a.text = lines(a.text, s.underWay(n))
		case n.State == model.NeedImpossible && s.Now().Sub(n.Log[len(n.Log)-1].At) < endShown:
			a.text = lines(a.text, "办不了:"+n.Text, "原因:"+n.Log[len(n.Log)-1].Text)
		}
	}
	return nil
}

func whoSays(n model.Need) string {
	if n.OwnerID == "" {
		return "扶贫办"
	}
	return "干部"
}

// note is what whoever has seen to the need wrote of it.
func note(n model.Need) string {
	if text := n.Log[len(n.Log)-1].Text; text != "" {
		return "怎么办的:" + text
	}
	return ""
}

// underWay says how far something is: a complaint in words of its own, and what is overdue plainly.
func (s *Service) underWay(n model.Need) string {
	what := "正在办:"
	if n.Kind == model.NeedComplaint {
		what = "投诉已收到,扶贫办在查:"
	}
	if n.DueOn < s.today() {
		return what + n.Text + "。过了" + n.DueOn.Long() + "还没办好,已经提醒了;急的话回“" + model.CommandPerson + "”。"
	}
	return what + n.Text + "," + n.DueOn.Near(s.today()) + "前答复"
}
