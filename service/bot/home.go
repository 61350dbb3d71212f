package bot

import (
	"context"
	"fmt"
	"strings"

	"bangfu/service/access"
	"bangfu/service/model"
	"bangfu/service/people"
)

// chosen is the household that a command is about: the one that is named, the only one, or none with
// the question which. A household that the caller does not see is the same as one that there is not.
func (s *Service) chosen(ctx context.Context, r request, command string) (house access.Household, ask answer, err error) {
	if want := r.arg(0); want != "" {
		if house, no := s.Access.Mine(r.caller.Account, want); no == nil {
			return house, answer{}, nil
		}
	}
	mine := s.Access.AllMine(r.caller.Account)
	if len(mine) == 1 {
		return mine[0], answer{}, nil
	}
	ask, err = s.whichHousehold(ctx, "您登记了几户,要看哪一户?回复数字:", mine, func(id string) string { return command + " " + id })
	return access.Household{}, ask, err
}

// whichHousehold asks for one of several; command is what choosing one means.
func (s *Service) whichHousehold(ctx context.Context, question string, houses []access.Household, command func(id string) string) (answer, error) {
	ask := say(question)
	for _, house := range houses {
		b, err := s.People.Brief(ctx, house)
		if err != nil {
			return answer{}, err
		}
		ask.offer(fmt.Sprintf("%s家(%s,%s)", b.Head, b.Unit, b.ID), command(b.ID))
	}
	return ask, nil
}

// home shows the household: its standing, its people, the year's aid, the next visit.
func (s *Service) home(ctx context.Context, r request) (answer, error) {
	house, ask, err := s.chosen(ctx, r, cmdHome)
	if err != nil || house.ID() == "" {
		return ask, err
	}
	file, err := s.People.File(ctx, house)
	if err != nil {
		return answer{}, err
	}
	statement, _, err := s.Ledger.Latest(ctx, house)
	if err != nil {
		return answer{}, err
	}
	next, err := s.nextVisit(ctx)
	if err != nil {
		return answer{}, err
	}
	a := say(lines(heading(file), "户情:"+file.Household.Status.Label()))
	if house.View() == model.ViewFull {
		a.text = lines(a.text, "家里:"+membersLine(file.Members))
	}
	a = s.withSums(house, a, statement)
	a.text = lines(a.text, next, helpersLine(file.Cadres), a.prompt("回复数字看每一笔。"))
	return s.withPending(ctx, a, house)
}

// withPending adds the applications of which money may still come.
func (s *Service) withPending(ctx context.Context, a answer, house access.Household) (answer, error) {
	if house.View() != model.ViewFull {
		return a, nil
	}
	list, err := s.Aid.Pending(ctx, house)
	if len(list) > 0 {
		a.offer(fmt.Sprintf("正在办的申请%d份,看办到哪一步", len(list)), cmdApplications+" "+house.ID())
	}
	return a, err
}

// withSums adds the year's sums; to the household itself each is a choice that opens to its entries.
func (s *Service) withSums(house access.Household, a answer, st model.Statement) answer {
	a.text = lines(a.text, s.aidLine(st))
	for _, part := range st.Categories {
		label := part.Category.Label() + " " + part.Total.Yuan() + "元"
		if house.View() == model.ViewFull {
			a.offer(label, aidCommand(st.HouseholdID, st.Year, part.Category))
		} else {
			a.text = lines(a.text, label)
		}
	}
	return a
}

// prompt is said only when there is something to choose.
func (a answer) prompt(text string) string {
	if len(a.choices) == 0 {
		return ""
	}
	return text
}

func heading(f people.File) string {
	head := ""
	if len(f.Members) > 0 {
		head = f.Members[0].Name + "家"
	}
	return fmt.Sprintf("%s(%s,户号%s)", head, f.Unit.Name, f.Household.ID)
}

func membersLine(members []people.Member) string {
	names := make([]string, len(members))
	for i, m := range members {
		names[i] = m.Name + "(" + m.Relation.Label() + ")"
	}
	return fmt.Sprintf("%d口人,%s", len(members), strings.Join(names, "、"))
}

// aidLine says which year the sums are of; it says so plainly when it is not this one.
func (s *Service) aidLine(st model.Statement) string {
	this := model.DateOf(s.Now()).Year()
	switch {
	case len(st.Categories) == 0:
		return fmt.Sprintf("%d年还没有发放记录。", this)
	case st.Year == this:
		return fmt.Sprintf("今年(%d年)到现在帮扶共%s元:", st.Year, st.Total.Yuan())
	default:
		return fmt.Sprintf("%d年帮扶共%s元(今年还没有记录):", st.Year, st.Total.Yuan())
	}
}

func helpersLine(cadres []people.Helper) string {
	if len(cadres) == 0 {
		return ""
	}
	names := make([]string, len(cadres))
	for i, c := range cadres {
		names[i] = c.Name
	}
	return "帮扶干部:" + strings.Join(names, "、")
}

func (s *Service) nextVisit(ctx context.Context) (string, error) {
	next, err := s.Visit.Next(ctx)
	if err != nil {
		return "", err
	}
	when := fmt.Sprintf("还有%d天", next.Days)
	switch next.Days {
	case 0:
		when = "就是今天"
	case 1:
		when = "明天"
	}
	return "下次帮扶日:" + next.Date.Long() + "," + when, nil
}

// visits says who comes and when.
func (s *Service) visits(ctx context.Context, r request) (answer, error) {
	house, ask, err := s.chosen(ctx, r, cmdVisit)
	if err != nil || house.ID() == "" {
		return ask, err
	}
	file, err := s.People.File(ctx, house)
	if err != nil {
		return answer{}, err
	}
	next, err := s.nextVisit(ctx)
	if err != nil {
		return answer{}, err
	}
	text := next + "。"
	if len(file.Cadres) == 0 {
		return say(lines(text, "您家眼下没有结对的干部,请联系扶贫办。")), nil
	}
	text = lines(text, fmt.Sprintf("您家有%d位帮扶干部:", len(file.Cadres)))
	for _, c := range file.Cadres {
		text = lines(text, fmt.Sprintf("%s(%s,%s)", c.Name, c.Unit, c.Role.Label()))
	}
	a := say(lines(text, "干部会到家里来,您不用出门等。"))
	if house.View() != model.ViewFull {
		return a, nil
	}
	return s.withLastVisit(ctx, a, house)
}

// withLastVisit adds what was recorded last, and asks whether it was so.
func (s *Service) withLastVisit(ctx context.Context, a answer, house access.Household) (answer, error) {
	v, ok, err := s.Visit.Latest(ctx, house)
	if err != nil {
		return answer{}, err
	}
	if ok {
		a.text = lines(a.text, fmt.Sprintf("上次走访记的是%s:%s。", v.On.Near(s.today()), itemsLine(v.Items)))
	}
	open, err := s.Visit.Unanswered(ctx, house)
	if len(open) > 0 {
		a.offer("来过", cmdCame+" "+house.ID())
		a.offer("没来", cmdNotCame+" "+house.ID())
	}
	return a, err
}
