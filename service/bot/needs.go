package bot

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"bangfu/service/access"
	"bangfu/service/model"
	"bangfu/service/visit"
)

// needs shows the difficulties that a cadre sees to, and takes "done": "难事 [need]".
func (s *Service) needs(ctx context.Context, r request) (answer, error) {
	if id := strings.Join(r.args, " "); id != "" {
		n, err := s.Visit.Done(ctx, r.cadre, id, "")
		if err != nil {
			return answer{}, err
		}
		return say("记下了:" + n.Text + "\n已请户号" + n.HouseholdID + "确认。户里说没办好,会再回到您这里。"), nil
	}
	list, err := s.Visit.LiveNeedsOwnedBy(ctx, r.cadre)
	if err != nil {
		return answer{}, err
	}
	if len(list) == 0 {
		return say("您眼下没有经办的难事。"), nil
	}
	a := say("您经办的难事,办好了的回复数字:")
	for _, n := range list[:min(len(list), 9)] {
		if n.State == model.NeedDone {
			a.text = lines(a.text, "(等户里确认)"+n.HouseholdID+" "+n.Text)
			continue
		}
		a.offer(fmt.Sprintf("%s %s,%s前", n.HouseholdID, n.Text, n.DueOn.Near(s.today())), cmdNeeds+" "+n.ID)
	}
	return a, nil
}

// raise takes a difficulty from a household, or from its cadre on its behalf: "反映 words" or
// "反映 household words".
func (s *Service) raise(ctx context.Context, r request) (answer, error) {
	house, source, err := s.whoseNeed(ctx, r)
	text := r.words(1)
	if model.IsKind(err, model.KindNotFound) { // the first word is not a household of theirs: it belongs to what they say
		text, source, err = r.words(0), "bot", nil
		switch mine := s.Access.AllMine(r.caller.Account); len(mine) {
		case 0:
			return say("请写“反映”,空一格,写户号,再空一格,写是什么难处。"), nil
		case 1:
			house = mine[0]
		default:
			return s.whichHousehold(ctx, "您登记了几户,是哪一户的难处?回复数字:", mine, func(id string) string { return cmdRaise + " " + id + " " + text })
		}
	}
	if err != nil {
		return answer{}, err
	}
	if text == "" {
		a := say("请说是什么难处,直接发来就行,一两句话,说话也行。\n比如:屋顶漏雨,想修一修")
		a.listen(cmdRaise + " " + house.ID())
		return a, nil
	}
	n, err := s.Visit.Raise(ctx, house, visit.Difficulty{Key: pushOf(ctx), Source: source, Text: text})
	if err != nil {
		return answer{}, err
	}
	return s.heard(ctx, n)
}

// whoseNeed is the household that the first word names, their own or one that they help, and where the need is heard;
// KindNotFound when it names none.
func (s *Service) whoseNeed(ctx context.Context, r request) (house access.Household, source string, err error) {
	if r.arg(0) == "" {
		return house, "", access.ErrNotYours
	}
	if house, err = s.Access.Mine(r.caller.Account, r.arg(0)); err == nil || !r.caller.IsCadre() {
		return house, "bot", err
	}
	house, err = s.Access.Paired(ctx, r.cadre, r.arg(0))
	return house, "visit", err
}

// heard tells the household who sees to its difficulty, and until when.
func (s *Service) heard(ctx context.Context, n model.Need) (answer, error) {
	who := "扶贫办"
	if n.OwnerID != "" {
		var err error
		if who, err = s.People.CadreName(ctx, n.OwnerID); err != nil {
			return answer{}, err
		}
	}
	return say(fmt.Sprintf("记下了:%s\n由%s来办,%s前答复您。办好以后会请您确认。", n.Text, who, n.DueOn.Near(s.today()))), nil
}

// promise takes what a cadre has promised a household: "答应 household words".
func (s *Service) promise(ctx context.Context, r request) (answer, error) {
	houses, err := s.Access.AllPaired(ctx, r.cadre)
	if err != nil {
		return answer{}, err
	}
	id, text := strings.ToUpper(r.arg(0)), r.words(1)
	i := slices.IndexFunc(houses, func(h access.Household) bool { return h.ID() == id })
	if id == "" && len(houses) == 1 {
		i = 0
	}
	if i < 0 {
		return say("请写“答应”,空一格,写户号,再空一格,写答应了什么。"), nil
	}
	if text == "" {
		a := say("答应户号" + houses[i].ID() + "办什么事?直接发来就行。\n比如:帮忙联系木耳销路")
		a.listen(cmdPromise + " " + houses[i].ID())
		return a, nil
	}
	n, err := s.Visit.Promise(ctx, r.cadre, houses[i], pushOf(ctx), text)
	if err != nil {
		return answer{}, err
	}
	return say(fmt.Sprintf("记下了:%s\n请在%s前办,快到时会提醒您。办好了发“难事”。", n.Text, n.DueOn.Near(s.today()))), nil
}

// settle takes the household's word on a difficulty that the cadre has seen to: "确认 yes|no need".
func (s *Service) settle(ctx context.Context, r request) (answer, error) {
	houses := s.Access.AllMine(r.caller.Account)
	if r.arg(1) != "" {
		needID := strings.Join(r.args[1:], " ")
		for _, house := range houses {
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
		return say("没有找到这件事。"), nil
	}
	a := say("")
	for _, house := range houses {
		if err := s.standOf(ctx, &a, house); err != nil {
			return answer{}, err
		}
	}
	if a.text == "" {
		return say("您家没有在办的事。有难处就发“反映”。"), nil
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
			a.text = lines(a.text, "干部说办好了:"+n.Text)
			a.offer("是办好了", cmdSettle+" yes "+n.ID)
			a.offer("还没办好", cmdSettle+" no "+n.ID)
		case n.Waits():
			a.text = lines(a.text, "正在办:"+n.Text+","+n.DueOn.Near(s.today())+"前")
		case n.State == model.NeedImpossible && s.Now().Sub(n.Log[len(n.Log)-1].At) < endShown:
			a.text = lines(a.text, "办不了:"+n.Text, "原因:"+n.Log[len(n.Log)-1].Text)
		}
	}
	return nil
}
