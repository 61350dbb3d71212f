package model

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Statement is what one household received in one year: its entries' lines, kept by themselves so that reading
// them costs one look-up. A line is added with each entry; the sums follow from the lines whenever a statement
// is read. ID is "household/year".
type Statement struct {
	ID          string          `bson:"_id"`
	HouseholdID string          `bson:"household_id"`
	Year        int             `bson:"year"`
	Lines       []StatementLine `bson:"lines"` // as they came

	// SumUp makes these.
	Total      Fen             `bson:"-"`
	Count      int             `bson:"-"`
	Categories []StatementPart `bson:"-"`
}

// StatementPart is one category of a statement with the lines that make its sum, oldest first.
type StatementPart struct {
	Category Category
	Total    Fen
	Lines    []StatementLine
}

// StatementLine is one entry as the household reads it.
type StatementLine struct {
	EntryID    string   `bson:"entry_id"`
	Category   Category `bson:"category"`
	PaidOn     Date     `bson:"paid_on"`
	Title      string   `bson:"title"`
	Amount     Fen      `bson:"amount_fen"`
	Payer      string   `bson:"payer"`
	Fund       string   `bson:"fund"`
	Method     Method   `bson:"method"`
	Policy     string   `bson:"policy"`
	Evidence   string   `bson:"evidence"`
	ReversesID string   `bson:"reverses_id"`
}

// StatementID is the id of the household's statement of the year.
func StatementID(householdID string, year int) string {
	return householdID + "/" + strconv.Itoa(year)
}

// NewStatement is an empty one.
func NewStatement(householdID string, year int) Statement {
	return Statement{ID: StatementID(householdID, year), HouseholdID: householdID, Year: year}
}

// Line is the entry's line, if it is in the statement.
func (st Statement) Line(entryID string) (l StatementLine, ok bool) {
	i := slices.IndexFunc(st.Lines, func(l StatementLine) bool { return l.EntryID == entryID })
	if i < 0 {
		return l, false
	}
	return st.Lines[i], true
}

// SumUp puts the lines in order and adds them up: categories as the report has them (one that it does not name
// still counts, after them), lines by day and key. An entry counts once, however often it came. KindInternal
// when a sum would not fit.
func (st *Statement) SumUp() (err error) {
	lines := slices.Clone(st.Lines)
	slices.SortStableFunc(lines, func(a, b StatementLine) int {
		return cmp.Or(compareCategories(a.Category, b.Category), cmp.Compare(a.PaidOn, b.PaidOn), cmp.Compare(a.EntryID, b.EntryID))
	})
	lines = slices.CompactFunc(lines, func(a, b StatementLine) bool { return a.EntryID == b.EntryID })
	st.Total, st.Count, st.Categories = 0, len(lines), nil
	for _, l := range lines {
		if st.Total, err = st.Total.Add(l.Amount); err != nil {
			return err
		}
		if n := len(st.Categories); n == 0 || st.Categories[n-1].Category != l.Category {
			st.Categories = append(st.Categories, StatementPart{Category: l.Category})
		}
		part := &st.Categories[len(st.Categories)-1]
		part.Lines = append(part.Lines, l)
		if part.Total, err = part.Total.Add(l.Amount); err != nil {
			return err
		}
	}
	return nil
}

// compareCategories orders as the report does; what it does not name comes last, by its code.
func compareCategories(a, b Category) int {
	return cmp.Or(cmp.Compare(placeOf(Categories, a), placeOf(Categories, b)), cmp.Compare(a, b))
}

func placeOf[T comparable](list []T, v T) int {
	if i := slices.Index(list, v); i >= 0 {
		return i
	}
	return len(list)
}

// Sentence is the line in one plain sentence: when, what, how much, who paid out of which fund, under which
// rule, and what it rests on. What is not known is left out.
func (l StatementLine) Sentence() string {
	if why := l.why(); why != "" {
		return l.what() + ":" + why + "。"
	}
	return l.what() + "。"
}

// Sentences are the lines in plain sentences. What stands behind several lines in a row is said once, after them.
func Sentences(list []StatementLine) (says []string) {
	for len(list) > 0 {
		why := list[0].why()
		n := 1
		for n < len(list) && why != "" && list[n].why() == why {
			n++
		}
		if n == 1 {
			says = append(says, list[0].Sentence())
		} else {
			for _, l := range list[:n] {
				says = append(says, l.what())
			}
			says = append(says, fmt.Sprintf("(以上%d笔:%s。)", n, why))
		}
		list = list[n:]
	}
	return says
}

// what says when, what and how much.
func (l StatementLine) what() string {
	t := l.PaidOn.Start()
	return fmt.Sprintf("%d月%d日 %s %s元", t.Month(), t.Day(), l.Title, l.Amount.Yuan())
}

// why says who paid out of which fund, under which rule, and what it rests on; of a reversal its reason.
func (l StatementLine) why() string {
	var parts []string
	add := func(before, text string) {
		if text != "" {
			parts = append(parts, before+text)
		}
	}
	if l.ReversesID != "" {
		add("", "更正记错的一笔")
		add("原因:", l.Evidence)
	} else {
		add("", l.source())
		add("依据", l.Policy)
		add("凭证:", l.Evidence)
	}
	return strings.Join(parts, ",")
}

// source says who did what out of which fund.
func (l StatementLine) source() string {
	verb, waived := "发放", l.Method == MethodFeeWaiver
	switch l.Method {
	case MethodFeeWaiver:
		verb = "免收"
	case MethodPremium:
		verb = "代缴"
	case MethodReimbursement:
		verb = "报销"
	case MethodInKind:
		verb = "发放实物"
	}
	switch {
	case l.Payer == "" && l.Fund == "":
		return ""
	case l.Payer == "":
		return "资金来自" + l.Fund
	case l.Fund == "":
		return "由" + l.Payer + verb
	case waived:
		return "由" + l.Payer + verb + ",费用由" + l.Fund + "承担"
	}
	return "由" + l.Payer + "从" + l.Fund + verb
}

// SourceLedger is the source of a need that asks about an entry.
const SourceLedger = "ledger"

// Question is the text of a need that asks about the line.
func (l StatementLine) Question(text string) string {
	t := l.PaidOn.Start()
	return fmt.Sprintf("问账:%d年%d月%d日 %s %s元:%s", t.Year(), t.Month(), t.Day(), l.Title, l.Amount.Yuan(), text)
}
