package model

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Statement is what one household received in one year: derived from the entries, brought in step whenever
// one is posted, and kept by itself so that reading it costs one look-up. ID is "household/year".
type Statement struct {
	ID          string          `bson:"_id"`
	HouseholdID string          `bson:"household_id"`
	Year        int             `bson:"year"`
	Total       Fen             `bson:"total_fen"`
	Count       int             `bson:"count"` // of the lines; as entries are only appended, more lines are newer
	Categories  []StatementPart `bson:"categories"`
}

// StatementPart is one category of a statement with the entries that make its sum, oldest first.
type StatementPart struct {
	Category Category        `bson:"category"`
	Total    Fen             `bson:"total_fen"`
	Lines    []StatementLine `bson:"lines"`
}

// StatementLine is one entry as the household reads it.
type StatementLine struct {
	EntryID    string `bson:"entry_id"`
	PaidOn     Date   `bson:"paid_on"`
	Title      string `bson:"title"`
	Amount     Fen    `bson:"amount_fen"`
	Payer      string `bson:"payer"`
	Fund       string `bson:"fund"`
	Method     Method `bson:"method"`
	Policy     string `bson:"policy"`
	Evidence   string `bson:"evidence"`
	ReversesID string `bson:"reverses_id"`
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
	for _, part := range st.Categories {
		for _, l := range part.Lines {
			if l.EntryID == entryID {
				return l, true
			}
		}
	}
	return l, false
}

// Add puts a line to its category: categories in the order of the report (one that the report does not name
// still counts, after them), lines by day and key. KindInternal when a sum would not fit; then nothing is
// added.
func (st *Statement) Add(c Category, l StatementLine) error {
	at, found := slices.BinarySearchFunc(st.Categories, c, func(p StatementPart, c Category) int { return compareCategories(p.Category, c) })
	part := StatementPart{Category: c}
	if found {
		part = st.Categories[at]
	}
	total, err := st.Total.Add(l.Amount)
	if err != nil {
		return err
	}
	if part.Total, err = part.Total.Add(l.Amount); err != nil {
		return err
	}
	i, _ := slices.BinarySearchFunc(part.Lines, l, func(a, b StatementLine) int {
		return cmp.Or(cmp.Compare(a.PaidOn, b.PaidOn), cmp.Compare(a.EntryID, b.EntryID))
	})
	part.Lines = slices.Insert(part.Lines, i, l)
	st.Total, st.Count = total, st.Count+1
	if found {
		st.Categories[at] = part
	} else {
		st.Categories = slices.Insert(st.Categories, at, part)
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
	t := l.PaidOn.Start()
	head := fmt.Sprintf("%d月%d日 %s %s元", t.Month(), t.Day(), l.Title, l.Amount.Yuan())
	var rest []string
	if l.ReversesID != "" {
		rest = append(rest, "更正记错的一笔")
		if l.Evidence != "" {
			rest = append(rest, "原因:"+l.Evidence)
		}
		return head + ":" + strings.Join(rest, ",") + "。"
	}
	if from := l.source(); from != "" {
		rest = append(rest, from)
	}
	if l.Policy != "" {
		rest = append(rest, "依据"+l.Policy)
	}
	if l.Evidence != "" {
		rest = append(rest, "凭证:"+l.Evidence)
	}
	if len(rest) == 0 {
		return head + "。"
	}
	return head + ":" + strings.Join(rest, ",") + "。"
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

// QuestionKey is the key of a question about the line: it names the entry, and the message that asked.
func (l StatementLine) QuestionKey(message string) string { return l.EntryID + "?" + message }

// Question is the text of a need that asks about the line.
func (l StatementLine) Question(text string) string {
	t := l.PaidOn.Start()
	return fmt.Sprintf("问账:%d年%d月%d日 %s %s元:%s", t.Year(), t.Month(), t.Day(), l.Title, l.Amount.Yuan(), text)
}
