package mini

import (
	"context"

	"bangfu/service/access"
	"bangfu/service/model"
	"bangfu/service/visit"
)

// Ledger is what a household received in a year, line by line in plain sentences. The total is the sum of the
// categories, and each of those of its lines.
type Ledger struct {
	HouseholdNo string           `json:"household_no"`
	Year        int              `json:"year"`
	Years       []int            `json:"years" doc:"有记录的年份,近的在前"`
	Total       Money            `json:"total"`
	Count       int              `json:"count" doc:"一共几笔"`
	Categories  []LedgerCategory `json:"categories"`
	Loans       []LedgerLoan     `json:"loans" doc:"无息借款,不算在帮扶里"`
	Pending     []Pending        `json:"pending" doc:"正在办的申请,钱还没发,不算在帮扶里"`
}

// LedgerCategory is one category of the year.
type LedgerCategory struct {
	Code  string       `json:"code"`
	Label string       `json:"label"`
	Total Money        `json:"total"`
	Lines []LedgerLine `json:"lines"`
}

// LedgerLine is one entry.
type LedgerLine struct {
	EntryID  string `json:"entry_id"`
	PaidOn   string `json:"paid_on" format:"date"`
	Amount   Money  `json:"amount"`
	Sentence string `json:"sentence" doc:"一句话:什么时候、什么钱、多少、谁从哪笔资金付的、依据什么"`
}

// LedgerLoan is an interest-free loan.
type LedgerLoan struct {
	Purpose     string `json:"purpose"`
	LentOn      string `json:"lent_on" format:"date"`
	DueOn       string `json:"due_on" format:"date"`
	Principal   Money  `json:"principal"`
	Outstanding Money  `json:"outstanding" doc:"还没还的"`
}

// LedgerOf is a statement in the words of the API; staff see it in the same ones. A category leaves out the
// others' lines.
func LedgerOf(st model.Statement, years []int, loans []model.Loan, category string) Ledger {
	l := Ledger{
		HouseholdNo: st.HouseholdID, Year: st.Year, Years: append([]int{}, years...), Total: money(st.Total), Count: st.Count,
		Categories: []LedgerCategory{}, Loans: []LedgerLoan{}, Pending: []Pending{},
	}
	for _, part := range st.Categories {
		c := LedgerCategory{Code: string(part.Category), Label: part.Category.Label(), Total: money(part.Total), Lines: []LedgerLine{}}
		for _, x := range part.Lines {
			if category == "" || category == c.Code {
				c.Lines = append(c.Lines, LedgerLine{EntryID: x.EntryID, PaidOn: string(x.PaidOn), Amount: money(x.Amount), Sentence: x.Sentence()})
			}
		}
		l.Categories = append(l.Categories, c)
	}
	for _, x := range loans {
		l.Loans = append(l.Loans, LedgerLoan{
			Purpose: x.Purpose, LentOn: string(x.LentOn), DueOn: string(x.DueOn), Principal: money(x.Principal), Outstanding: money(x.Outstanding()),
		})
	}
	return l
}

type ledgerInput struct {
	HouseholdNo string `query:"household_no" maxLength:"20" doc:"登记了几户时,看哪一户;不填看第一户"`
	Year        int    `query:"year" minimum:"0" maximum:"9999" doc:"看哪一年;不填看今年,今年还没有就看最近有的一年"`
	Category    string `query:"category" maxLength:"40" doc:"只列这一类的每一笔"`
}

type ledgerOutput struct{ Body Ledger }

// ledger shows a proxy the sums only.
func (a *api) ledger(ctx context.Context, house access.Household, in *ledgerInput) (*ledgerOutput, error) {
	st, years, err := a.Ledger.Latest(ctx, house)
	if err == nil && in.Year != 0 && in.Year != st.Year {
		st, err = a.Ledger.Statement(ctx, house, in.Year)
	}
	if err != nil {
		return nil, err
	}
	var loans []model.Loan
	if house.View() == model.ViewFull {
		if loans, err = a.Fund.LoansOf(ctx, house); err != nil {
			return nil, err
		}
	}
	out := LedgerOf(st, years, loans, in.Category)
	if house.View() == model.ViewFull {
		for i := range out.Categories {
			for j, l := range out.Categories[i].Lines {
				out.Categories[i].Lines[j].EntryID = model.Outward(l.EntryID)
			}
		}
		out.Pending, err = a.pending(ctx, house)
		return &ledgerOutput{Body: out}, err
	}
	for i := range out.Categories {
		out.Categories[i].Lines = []LedgerLine{}
	}
	return &ledgerOutput{Body: out}, nil
}

type questionInput struct {
	Body struct {
		Key         string `json:"client_key" minLength:"8" maxLength:"64" doc:"手机上生成,重发时不变"`
		HouseholdNo string `json:"household_no,omitempty" maxLength:"20"`
		EntryID     string `json:"entry_id" minLength:"1" maxLength:"200" doc:"问的是哪一笔"`
		Text        string `json:"text" minLength:"1" maxLength:"300" doc:"想问什么"`
	}
}

// question opens a need at one entry of the household's own.
func (a *api) question(ctx context.Context, house access.Household, in *questionInput) (*needOutput, error) {
	b := in.Body
	line, err := a.Ledger.LineOf(ctx, house, b.EntryID)
	if err != nil {
		return nil, err
	}
	return needAnswer(a.Visit.Raise(ctx, house, visit.Difficulty{
		Key: b.Key, Source: model.SourceLedger, Text: line.Question(b.Text),
		Kind: model.NeedMoney, About: "ledger_entries/" + line.EntryID,
	}))
}
