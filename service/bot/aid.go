package bot

import (
	"context"
	"fmt"
	"strconv"

	"bangfu/service/model"
)

// pageLines is how many entries one answer shows, so that it stays readable and within WeChat's limit.
const pageLines = 12

func aidCommand(householdID string, year int, category model.Category) string {
	return fmt.Sprintf("%s %s %d %s", cmdAid, householdID, year, category)
}

// aid opens the money: "补贴 [household [year [category [page]]]]".
func (s *Service) aid(ctx context.Context, r request) (answer, error) {
	id, ask, err := s.chosen(ctx, r, cmdAid)
	if err != nil || id == "" {
		return ask, err
	}
	statement, years, err := s.Ledger.Latest(ctx, id)
	if err != nil {
		return answer{}, err
	}
	if year, err := strconv.Atoi(r.arg(1)); err == nil && year != statement.Year {
		if statement, err = s.Ledger.Statement(ctx, id, year); err != nil {
			return answer{}, err
		}
	}
	if s.sees(r, id) != model.ViewFull {
		return s.withSums(r, say("您是代看,只能看合计,每一笔要本户自己看。"), statement), nil
	}
	for _, part := range statement.Categories {
		if string(part.Category) == r.arg(2) {
			page, _ := strconv.Atoi(r.arg(3))
			return entriesOf(statement, part, page), nil
		}
	}
	return s.sums(statement, years), nil
}

// sums lists the categories of a year, then the other years.
func (s *Service) sums(st model.Statement, years []int) answer {
	a := say(s.aidLine(st))
	for _, part := range st.Categories {
		a.offer(fmt.Sprintf("%s %s元(%d笔)", part.Category.Label(), part.Total.Yuan(), len(part.Lines)),
			aidCommand(st.HouseholdID, st.Year, part.Category))
	}
	for _, y := range years {
		if y != st.Year && len(a.choices) < 9 {
			a.offer(fmt.Sprintf("看%d年的", y), fmt.Sprintf("%s %s %d", cmdAid, st.HouseholdID, y))
		}
	}
	a.text = lines(a.text, a.prompt("回复数字看每一笔。"), "觉得哪一笔不对,请告诉您的帮扶干部或扶贫办。")
	return a
}

// entriesOf shows one category entry by entry, a page at a time.
func entriesOf(st model.Statement, part model.StatementPart, page int) answer {
	from := max(0, min(page*pageLines, len(part.Lines)-1))
	to := min(from+pageLines, len(part.Lines))
	a := say(fmt.Sprintf("%d年%s,共%d笔、%s元:", st.Year, part.Category.Label(), len(part.Lines), part.Total.Yuan()))
	for _, l := range part.Lines[from:to] {
		a.text = lines(a.text, entryLine(l))
	}
	if to < len(part.Lines) {
		a.offer(fmt.Sprintf("接着看后面%d笔", len(part.Lines)-to),
			fmt.Sprintf("%s %d", aidCommand(st.HouseholdID, st.Year, part.Category), page+1))
	}
	a.offer("回到全部", fmt.Sprintf("%s %s %d", cmdAid, st.HouseholdID, st.Year))
	return a
}

func entryLine(l model.StatementLine) string {
	t := l.PaidOn.Start()
	line := fmt.Sprintf("%d月%d日 %s %s元", t.Month(), t.Day(), l.Title, l.Amount.Yuan())
	if l.Payer != "" {
		line += ",由" + l.Payer + payVerb(l.Method)
	}
	return line
}

// payVerb says what the payer did.
func payVerb(m model.Method) string {
	switch m {
	case model.MethodFeeWaiver:
		return "免收"
	case model.MethodPremium:
		return "代缴"
	case model.MethodReimbursement:
		return "报销"
	}
	return "发放"
}
