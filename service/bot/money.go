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

// sortOfMoney is a sort of money as people name it: the report's category, and the words in the titles of its entries; none: all
// of the category.
type sortOfMoney struct {
	label    string
	category model.Category
	words    []string
}

// funds are the values of the slot category.
var funds = map[string]sortOfMoney{
	"subsistence": {"低保", model.CategorySubsistence, []string{"低保"}},
	"disability":  {"残疾人补贴", model.CategorySubsistence, []string{"残疾", "护理"}},
	"medical":     {"医疗救助", model.CategoryMedical, nil},
	"premium":     {"医保费", model.CategoryPremium, nil},
	"education":   {"教育救助", model.CategoryEducation, nil},
	"industry":    {"产业补助", model.CategoryIndustry, nil},
	"heating":     {"取暖费", model.CategorySubsidy, []string{"取暖", "供热", "煤"}},
	"housing":     {"住房补助", model.CategorySubsidy, []string{"房"}},
	"condolence":  {"慰问金", model.CategorySubsidy, []string{"慰问"}},
}

func (f sortOfMoney) has(l model.StatementLine) bool {
	return l.Category == f.category && (len(f.words) == 0 || slices.ContainsFunc(f.words, func(w string) bool { return strings.Contains(l.Title, w) }))
}

// span is the time that a question about money names; months are whole ones.
type span struct {
	year  int
	month model.Period // empty: the whole year
	label string
}

// spanOf reads the slot when; ok is false where no time is named.
func (s *Service) spanOf(when string) (x span, ok bool) {
	this := s.today().Period()
	month := func(p model.Period) (span, bool) {
		_, m, _ := strings.Cut(string(p), "-")
		m = strings.TrimPrefix(m, "0")
		x := span{year: p.First().Year(), month: p, label: m + "月"}
		if x.year != s.today().Year() {
			x.label = fmt.Sprintf("%d年%s月", x.year, m)
		}
		return x, true
	}
	switch when {
	case "":
		return x, false
	case "this_month":
		return month(this)
	case "last_month":
		return month(this.Add(-1))
	case "this_year":
		return span{year: s.today().Year(), label: "今年"}, true
	case "last_year":
		return span{year: s.today().Year() - 1, label: fmt.Sprintf("%d年", s.today().Year()-1)}, true
	}
	if p, err := model.ParsePeriod(when); err == nil {
		return month(p)
	}
	if y, err := strconv.Atoi(when); err == nil && y > 1990 && y < 2100 {
		return span{year: y, label: fmt.Sprintf("%d年", y)}, true
	}
	return x, false
}

// money answers a question about money: the question first, then where the rest is: "查钱 [household] [category=…]
// [when=…] [asks=…]".
func (s *Service) money(ctx context.Context, r request) (answer, error) {
	if r.slots["category"] == "loan" {
		r.of = named(model.CommandLoan)
		return s.run(ctx, r)
	}
	house, ask, err := s.chosen(ctx, r, r.of.name)
	if err != nil || house.ID() == "" {
		return ask, err
	}
	f, named := funds[r.slots["category"]]
	x, timed := s.spanOf(r.slots["when"])
	if !named && !timed || house.View() != model.ViewFull {
		r.args = []string{house.ID()}
		return s.aid(ctx, r)
	}
	lines, years, err := s.linesOf(ctx, house, x.year)
	if err != nil {
		return answer{}, err
	}
	if !named {
		f = sortOfMoney{label: "补助"}
	}
	without := func(l model.StatementLine) bool { return named && !f.has(l) }
	lines = slices.DeleteFunc(lines, without)
	if timed && x.month == "" && !slices.Contains(yearsOf(lines), x.year) { // the answer says which years have any
		if lines, _, err = s.linesOf(ctx, house, 0); err != nil {
			return answer{}, err
		}
		lines = slices.DeleteFunc(lines, without)
	}
	return s.withFund(s.answerMoney(f, x, timed, lines, years), house.ID(), f, lines), nil
}

// linesOf are the household's entries, of the year or, without one, of all years, the latest first.
func (s *Service) linesOf(ctx context.Context, house access.Household, year int) (list []model.StatementLine, years []int, err error) {
	of, years, err := s.Ledger.Statements(ctx, house)
	if err != nil {
		return nil, nil, err
	}
	for _, y := range years {
		if year != 0 && y != year && y != year-1 {
			continue
		}
		for _, part := range of(y).Categories {
			list = append(list, part.Lines...)
		}
	}
	slices.SortStableFunc(list, func(a, b model.StatementLine) int { return strings.Compare(string(b.PaidOn), string(a.PaidOn)) })
	return list, years, nil
}

// answerMoney is one to three short lines: whether it came, when and how much, or what came last.
func (s *Service) answerMoney(f sortOfMoney, x span, timed bool, list []model.StatementLine, years []int) answer {
	in := slices.DeleteFunc(slices.Clone(list), func(l model.StatementLine) bool {
		return timed && (x.month == "" && l.PaidOn.Year() != x.year || x.month != "" && l.PaidOn.Period() != x.month)
	})
	switch {
	case len(list) == 0 && len(years) > 0:
		return say(fmt.Sprintf("没有登记过%s。您家%d年有别的记录。觉得该有的,可以问问扶贫办。", f.label, years[0]))
	case len(list) == 0:
		return say("还没有登记过" + f.label + "。觉得该有的,可以问问扶贫办。")
	case !timed:
		return say("最近一次:" + s.came(list[0]) + "。\n没到账回“没到”。")
	case len(in) == 0 && x.month == "":
		return say(fmt.Sprintf("%s没有登记%s。有登记的是%s,最近一次:%s。\n没到账回“没到”。", x.label, f.label, yearsLine(yearsOf(list)), s.came(list[0])))
	case len(in) == 0:
		return say(fmt.Sprintf("还没有登记%s的%s。上一次:%s。\n没到账回“没到”。", x.label, f.label, s.came(list[0])))
	case len(in) == 1:
		return say("发了:" + s.came(in[0]) + "。\n没到账回“没到”。")
	}
	sum := model.Fen(0)
	for _, l := range in {
		sum, _ = sum.Add(l.Amount)
	}
	return say(fmt.Sprintf("%s%s一共%d笔、%s元。\n最近一次:%s。\n没到账回“没到”。", x.label, f.label, len(in), sum.Yuan(), s.came(in[0])))
}

// yearsOf are the years of the entries, the latest first.
func yearsOf(list []model.StatementLine) (years []int) {
	for _, l := range list {
		if y := l.PaidOn.Year(); !slices.Contains(years, y) {
			years = append(years, y)
		}
	}
	return years
}

// came says when, what, how much and by which way.
func (s *Service) came(l model.StatementLine) string {
	return fmt.Sprintf("%s,%s%s元,%s", l.PaidOn.Near(s.today()), l.Title, l.Amount.Yuan(), byMethod[l.Method])
}

// byMethod says how money came.
var byMethod = map[model.Method]string{
	model.MethodTransfer: "打到卡上", model.MethodCash: "发的现金", model.MethodInKind: "发的东西",
	model.MethodFeeWaiver: "不用您交,替您交了", model.MethodPremium: "替您交的保险费", model.MethodReimbursement: "给您报销的",
}

func (s *Service) withFund(a answer, householdID string, f sortOfMoney, list []model.StatementLine) answer {
	if len(list) > 0 && f.category != "" {
		a.offer("看每一笔", aidCommand(householdID, list[0].PaidOn.Year(), f.category))
	}
	a.offer("看全部收到的钱", model.CommandAid+" "+householdID)
	a.offer("找扶贫办的人", model.CommandPerson)
	return a
}

// missing opens a question about money that has not come, at the entry that it is about: "没到账 [household]
// [category=…] [when=…]".
func (s *Service) missing(ctx context.Context, r request) (answer, error) {
	house, ask, err := s.chosen(ctx, r, r.of.name)
	if err != nil || house.ID() == "" {
		return ask, err
	}
	if r.slots["category"] == "" && r.slots["when"] == "" {
		if a, ok, err := s.missingOf(ctx, r); ok || err != nil {
			return a, err
		}
	}
	x, timed := s.spanOf(r.slots["when"])
	list, _, err := s.linesOf(ctx, house, x.year)
	if err != nil {
		return answer{}, err
	}
	f, named := funds[r.slots["category"]]
	recent := slices.DeleteFunc(list, func(l model.StatementLine) bool {
		return l.ReversesID != "" || named && !f.has(l) || timed && x.month != "" && l.PaidOn.Period() != x.month || timed && l.PaidOn.Year() != x.year
	})
	if !named {
		f.label = "钱"
	}
	about := strings.TrimSpace(x.label + f.label)
	if len(recent) == 0 {
		a := say("还没有登记" + about + ",所以没有发。要不要请干部去查?")
		a.yesNo(model.CommandRaise+" "+house.ID()+" sure=yes kind=money "+about+"没有收到,请查一查", "请干部查", model.CommandAid+" "+house.ID(), "先看收到的钱")
		return a, nil
	}
	a := say("哪一笔没到?回复数字,就请干部去查:")
	for _, l := range recent[:min(len(recent), 6)] {
		a.offer(s.came(l), fmt.Sprintf("%s %s 笔 %s %s", model.CommandAsk, house.ID(), l.EntryID, askWords[0]))
	}
	a.offer("都不是,别的钱", model.CommandRaise+" "+house.ID()+" kind=money")
	return a, nil
}

// missingOf answers 没到 to the message that told of a posting, if there was one.
func (s *Service) missingOf(ctx context.Context, r request) (a answer, ok bool, err error) {
	open, err := s.Notify.Questions(ctx, r.caller.Identity.ID)
	if err != nil || len(open) == 0 {
		return a, false, err
	}
	command := open[len(open)-1].Choices[0].Command
	if q, _ := order(r.caller, command); q.of.name != model.CommandAsk {
		return a, false, nil
	}
	a, err = s.obey(ctx, r.caller, command)
	return a, true, err
}

// loan says what the household owes and by when; one that is overdue says so, and whom to ask: "借款 [household]".
func (s *Service) loan(ctx context.Context, r request) (answer, error) {
	house, ask, err := s.chosen(ctx, r, r.of.name)
	if err != nil || house.ID() == "" {
		return ask, err
	}
	loans, err := s.Fund.LoansOf(ctx, house)
	if err != nil {
		return answer{}, err
	}
	a := say("")
	for _, l := range loans {
		if left := l.Outstanding(); left > 0 {
			a.text = lines(a.text, s.loanLine(l, left))
		}
	}
	if a.text == "" {
		a.text = "您家没有没还的借款。"
	}
	a.offer("找扶贫办的人", model.CommandPerson)
	a.offer("想再借,或者晚点还", model.CommandRaise+" "+house.ID()+" kind=money")
	return a, nil
}

func (s *Service) loanLine(l model.Loan, left model.Fen) string {
	if late := l.Overdue(s.today()); late > 0 {
		return fmt.Sprintf("无息借款(%s)过期了:%s元该还没还,一共还欠%s元。还不上先别急,找扶贫办商量。", l.Purpose, late.Yuan(), left.Yuan())
	}
	next := l.DueOn
	if unpaid := l.Unpaid(); len(unpaid) > 0 {
		next = unpaid[0].DueOn
	}
	return fmt.Sprintf("无息借款(%s)还欠%s元,下一次%s前还。", l.Purpose, left.Yuan(), next.LongYear())
}
