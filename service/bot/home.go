package bot

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"bangfu/service/access"
	"bangfu/service/model"
	"bangfu/service/people"

	"golang.org/x/sync/errgroup"
)

// chosen is the household that a command is about: the one that is named, the only one, or none with
// the question which. A household that the caller does not see is the same as one that there is not; of what only the
// household itself may do, those that the caller looks after as a proxy are none.
func (s *Service) chosen(ctx context.Context, r request, _ string) (house access.Household, ask answer, err error) {
	mine := s.Access.AllMine(r.caller.Account)
	if r.of.own {
		mine = slices.DeleteFunc(mine, func(h access.Household) bool { return h.View() != model.ViewFull })
	}
	if want := model.FoldID(r.arg(0)); want != "" {
		if i := slices.IndexFunc(mine, func(h access.Household) bool { return h.ID() == want }); i >= 0 {
			return mine[i], answer{}, nil
		}
	}
	switch len(mine) {
	case 0:
		return access.Household{}, s.onlyOwn(r), nil
	case 1:
		return mine[0], answer{}, nil
	}
	rest := r.args
	if len(rest) > 0 && householdNo.MatchString(rest[0]) {
		rest = rest[1:]
	}
	ask, err = s.whichHousehold(ctx, "您登记了几户,是哪一户?回复数字:", mine, func(id string) string { return r.again(id, rest...) })
	return access.Household{}, ask, err
}

// householdNo is how numbers of households look.
var householdNo = regexp.MustCompile(`^[A-Za-z]+-?\d+$`)

// whichHousehold asks for one of several; command is what choosing one means.
func (s *Service) whichHousehold(ctx context.Context, question string, houses []access.Household, command func(id string) string) (answer, error) {
	ask := say(question)
	list, err := s.People.Briefs(ctx, houses...)
	if err != nil {
		return answer{}, err
	}
	for _, b := range list {
		ask.offer(fmt.Sprintf("%s家(%s,%s)", b.Head, b.Unit, b.ID), command(b.ID))
	}
	return ask, nil
}

// home shows the household: its standing, its people, the year's aid, the next visit.
func (s *Service) home(ctx context.Context, r request) (answer, error) {
	house, ask, err := s.chosen(ctx, r, model.CommandHome)
	if err != nil || house.ID() == "" {
		return ask, err
	}
	var (
		file      people.File
		statement model.Statement
		years     []int
		pending   []model.Application
	)
	g, reading := errgroup.WithContext(ctx)
	g.Go(func() (err error) { file, err = s.People.File(reading, house); return err })
	g.Go(func() (err error) { statement, years, err = s.Ledger.Latest(reading, house); return err })
	if house.View() == model.ViewFull {
		g.Go(func() (err error) { pending, err = s.Aid.Pending(reading, house); return err })
	}
	if err := g.Wait(); err != nil {
		return answer{}, err
	}
	next, err := s.nextVisit(ctx)
	if err != nil {
		return answer{}, err
	}
	if file.HeadName != "" && len(file.Members) > 0 {
		file.Members[0].Name = file.HeadName
	}
	a := say(lines(heading(file), "户情:"+file.Household.Status.Label()))
	if house.View() == model.ViewFull {
		a.text = lines(a.text, "家里:"+membersLine(file.Members))
	}
	a = s.withSums(house, a, statement, years)
	a.text = lines(a.text, next, helpersLine(file.Cadres), a.prompt("回复数字看每一笔。"))
	if len(pending) > 0 { // of which money may still come
		a.offer(fmt.Sprintf("正在办的申请%d份,看办到哪一步", len(pending)), model.CommandApplications+" "+house.ID())
	}
	return a, nil
}

// withSums adds the year's sums; to the household itself each is a choice that opens to its entries.
func (s *Service) withSums(house access.Household, a answer, st model.Statement, years []int) answer {
	a.text = lines(a.text, s.aidLine(st, years))
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

// aidLine says which year the sums are of; it says so plainly when it is not this one, and which years have any when
// this one has none.
func (s *Service) aidLine(st model.Statement, years []int) string {
	this := model.DateOf(s.Now()).Year()
	switch {
	case len(st.Categories) == 0 && len(years) > 0:
		return fmt.Sprintf("%d年没有登记收到的钱。有登记的是%s。", st.Year, yearsLine(years))
	case len(st.Categories) == 0:
		return fmt.Sprintf("还没有登记收到的钱(%d年也没有)。", this)
	case st.Year == this:
		return fmt.Sprintf("今年(%d年)到现在帮扶共%s元:", st.Year, st.Total.Yuan())
	default:
		return fmt.Sprintf("今年(%d年)还没有登记。%d年帮扶共%s元:", this, st.Year, st.Total.Yuan())
	}
}

// yearsLine are years as they are read: 2017年、2016年.
func yearsLine(years []int) string {
	names := make([]string, len(years))
	for i, y := range years {
		names[i] = strconv.Itoa(y) + "年"
	}
	return strings.Join(names, "、")
}

func helpersLine(cadres []people.PairedCadre) string {
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
	house, ask, err := s.chosen(ctx, r, model.CommandVisit)
	if err != nil || house.ID() == "" {
		return ask, err
	}
	var (
		file people.File
		last model.Visit
		open []model.Visit
	)
	g, reading := errgroup.WithContext(ctx)
	g.Go(func() (err error) { file, err = s.People.File(reading, house); return err })
	if house.View() == model.ViewFull {
		g.Go(func() (err error) { last, open, err = s.Visit.LastTo(reading, house); return err })
	}
	if err := g.Wait(); err != nil {
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
	if v := last; v.ID != "" {
		a.text = lines(a.text, fmt.Sprintf("上次走访记的是%s:%s。", v.On.Near(s.today()), itemsLine(v.Items)))
	}
	if len(open) > 0 { // whether it was so
		a.offer("来过", model.CommandCame+" "+house.ID())
		a.offer("没来", model.CommandNotCame+" "+house.ID())
	}
	return a, nil
}
