package bot

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"bangfu/service/access"
	"bangfu/service/model"
	"bangfu/service/visit"

	"golang.org/x/sync/errgroup"
)

// pageLines is how many entries one answer shows, so that it stays readable and within WeChat's limit.
const pageLines = 8

func aidCommand(householdID string, year int, category model.Category) string {
	return fmt.Sprintf("%s %s %d %s", model.CommandAid, householdID, year, category)
}

// aid opens the money: "补贴 [household [year [category [page]]]]".
func (s *Service) aid(ctx context.Context, r request) (answer, error) {
	house, ask, err := s.chosen(ctx, r, model.CommandAid)
	if err != nil || house.ID() == "" {
		return ask, err
	}
	statement, years, err := s.statementOf(ctx, house, r.arg(1))
	if err != nil {
		return answer{}, err
	}
	if house.View() != model.ViewFull {
		return s.withSums(house, say("您是代看,只能看合计,每一笔要本户自己看。"), statement, years), nil
	}
	for _, part := range statement.Categories {
		if string(part.Category) == r.arg(2) {
			page, _ := strconv.Atoi(r.arg(3))
			return entriesOf(statement, part, page), nil
		}
	}
	var (
		brought []model.Statement
		loans   []model.Loan
		pending []model.Application
	)
	g, reading := errgroup.WithContext(ctx)
	g.Go(func() (err error) { brought, err = s.Ledger.Brought(reading, house, statement.Year); return err })
	g.Go(func() (err error) { loans, err = s.Fund.LoansOf(reading, house); return err })
	g.Go(func() (err error) { pending, err = s.Aid.Pending(reading, house); return err })
	if err := g.Wait(); err != nil {
		return answer{}, err
	}
	a := s.sums(statement, years)
	for _, st := range brought { // paid to households that have gone into this one since
		a.text = lines(a.text, fmt.Sprintf("其中并进来的户号%s,以前收到%s元。", st.HouseholdID, st.Total.Yuan()))
	}
	a, err = s.withUnderWay(ctx, withLoans(a, loans), house, pending)
	a.text = lines(a.text, a.prompt("回复数字看每一笔。哪一笔不清楚,在那一页可以问。"))
	return a, err
}

// statementOf the year that is said, or the latest.
func (s *Service) statementOf(ctx context.Context, house access.Household, said string) (st model.Statement, years []int, err error) {
	of, years, err := s.Ledger.Statements(ctx, house)
	year, bad := strconv.Atoi(said)
	if bad != nil {
		year = s.today().Year()
		if len(years) > 0 {
			year = years[0]
		}
	}
	return of(year), years, err
}

// sums lists the categories of a year, then the other years.
func (s *Service) sums(st model.Statement, years []int) answer {
	a := say(s.aidLine(st, years))
	for _, part := range st.Categories {
		a.offer(fmt.Sprintf("%s %s元(%d笔)", part.Category.Label(), part.Total.Yuan(), len(part.Lines)),
			aidCommand(st.HouseholdID, st.Year, part.Category))
	}
	for _, y := range years {
		if y != st.Year && len(a.choices) < 8 { // one digit is left for what is under way
			a.offer(fmt.Sprintf("看%d年的", y), fmt.Sprintf("%s %s %d", model.CommandAid, st.HouseholdID, y))
		}
	}
	return a
}

// withLoans adds the household's interest-free loans, which are no aid and in no sum.
func withLoans(a answer, loans []model.Loan) answer {
	for _, l := range loans {
		if left := l.Outstanding(); left > 0 {
			a.text = lines(a.text, fmt.Sprintf("另有无息借款(%s)还有%s元没还,%s到期。", l.Purpose, left.Yuan(), l.DueOn.LongYear()))
		}
	}
	return a
}

// shownPending is how many applications under way the sums tell of; 我的申请 has all of them.
const shownPending = 3

// withUnderWay adds the household's applications of which money may still come, in a sentence each.
func (s *Service) withUnderWay(ctx context.Context, a answer, house access.Household, list []model.Application) (answer, error) {
	if len(list) == 0 {
		return a, nil
	}
	a.text = lines(a.text, "还在办、钱还没有发的:")
	for _, x := range list[:min(len(list), shownPending)] {
		says, err := s.Aid.Says(ctx, x)
		if err != nil {
			return answer{}, err
		}
		a.text = lines(a.text, says)
	}
	a.offer("看办到哪一步", model.CommandApplications+" "+house.ID())
	return a, nil
}

// pageOf are the lines of a page, with how many follow.
func pageOf(part model.StatementPart, page, size int) (shown []model.StatementLine, rest int) {
	from := max(0, min(page*size, len(part.Lines)-1))
	to := min(from+size, len(part.Lines))
	return part.Lines[from:to], len(part.Lines) - to
}

// entriesOf shows one category entry by entry, a page at a time.
func entriesOf(st model.Statement, part model.StatementPart, page int) answer {
	shown, rest := pageOf(part, page, pageLines)
	a := say(fmt.Sprintf("%d年%s,共%d笔、%s元:", st.Year, part.Category.Label(), len(part.Lines), part.Total.Yuan()))
	a.text = lines(append([]string{a.text}, model.Sentences(shown)...)...)
	if rest > 0 {
		a.offer(fmt.Sprintf("接着看后面%d笔", rest), fmt.Sprintf("%s %d", aidCommand(st.HouseholdID, st.Year, part.Category), page+1))
	}
	a.offer("有一笔不清楚,问一问", fmt.Sprintf("%s %s %d %s %d", model.CommandAsk, st.HouseholdID, st.Year, part.Category, page))
	a.offer("回到全部", fmt.Sprintf("%s %s %d", model.CommandAid, st.HouseholdID, st.Year))
	return a
}

// askWords are what a household asks about an entry, by number.
var askWords = []string{"没有收到这笔钱", "金额不对", "不明白这是什么钱", "别的问题,请干部来说"}

// ask takes a question about an entry in two digits: which one, and what about it. It becomes a difficulty
// that the cadre sees to. "问账 [household [year [category [page]]]]", "问账 household 笔 entry [words]".
func (s *Service) ask(ctx context.Context, r request) (answer, error) {
	house, ask, err := s.chosen(ctx, r, model.CommandAsk)
	if err != nil || house.ID() == "" {
		return ask, err
	}
	if house.View() != model.ViewFull {
		return say("您是代看,每一笔要本户自己问。"), nil
	}
	if r.arg(1) == "笔" {
		return s.askAbout(ctx, r, house)
	}
	st, years, err := s.statementOf(ctx, house, r.arg(1))
	if err != nil {
		return answer{}, err
	}
	for _, part := range st.Categories {
		if string(part.Category) == r.arg(2) {
			page, _ := strconv.Atoi(r.arg(3))
			return whichEntry(st, part, page), nil
		}
	}
	a := say("想问哪一类?回复数字:")
	for _, part := range st.Categories {
		a.offer(part.Category.Label(), fmt.Sprintf("%s %s %d %s", model.CommandAsk, house.ID(), st.Year, part.Category))
	}
	if len(a.choices) == 0 {
		return say(s.aidLine(st, years)), nil
	}
	return a, nil
}

// whichEntry offers the lines of the page that was shown.
func whichEntry(st model.Statement, part model.StatementPart, page int) answer {
	shown, _ := pageOf(part, page, pageLines)
	a := say("想问哪一笔?回复数字:")
	for _, l := range shown {
		t := l.PaidOn.Start()
		a.offer(fmt.Sprintf("%d月%d日 %s %s元", t.Month(), t.Day(), l.Title, l.Amount.Yuan()), fmt.Sprintf("%s %s 笔 %s", model.CommandAsk, st.HouseholdID, l.EntryID))
	}
	return a
}

func (s *Service) askAbout(ctx context.Context, r request, house access.Household) (answer, error) {
	line, err := s.Ledger.LineOf(ctx, house, r.arg(2))
	if err != nil {
		return answer{}, err
	}
	words := strings.Join(r.args[min(3, len(r.args)):], " ")
	if words == "" {
		a := say(lines(line.Sentence(), "哪里不清楚?回复数字:"))
		for _, w := range askWords {
			a.offer(w, fmt.Sprintf("%s %s 笔 %s %s", model.CommandAsk, house.ID(), line.EntryID, w))
		}
		return a, nil
	}
	n, err := s.Visit.Raise(ctx, house, visit.NeedReport{
		Key: pushOf(ctx), Pushed: true, Source: model.SourceLedger, Text: line.Question(words),
		Kind: model.NeedMoney, About: "ledger_entries/" + line.EntryID,
	})
	if err != nil {
		return answer{}, err
	}
	return s.heard(ctx, n)
}
