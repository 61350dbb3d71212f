package view

import "bangfu/service/model"

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

// LedgerOf is a statement with its loans. A category leaves out the
// others' lines.
func LedgerOf(st model.Statement, years []int, loans []model.Loan, category string) Ledger {
	l := Ledger{
		HouseholdNo: st.HouseholdID, Year: st.Year, Years: append([]int{}, years...), Total: MoneyOf(st.Total), Count: st.Count,
		Categories: []LedgerCategory{}, Loans: []LedgerLoan{}, Pending: []Pending{},
	}
	for _, part := range st.Categories {
		c := LedgerCategory{Code: string(part.Category), Label: part.Category.Label(), Total: MoneyOf(part.Total), Lines: []LedgerLine{}}
		for _, x := range part.Lines {
			if category == "" || category == c.Code {
				c.Lines = append(c.Lines, LedgerLine{EntryID: x.EntryID, PaidOn: string(x.PaidOn), Amount: MoneyOf(x.Amount), Sentence: x.Sentence()})
			}
		}
		l.Categories = append(l.Categories, c)
	}
	for _, x := range loans {
		l.Loans = append(l.Loans, LedgerLoan{
			Purpose: x.Purpose, LentOn: string(x.LentOn), DueOn: string(x.DueOn), Principal: MoneyOf(x.Principal), Outstanding: MoneyOf(x.Outstanding()),
		})
	}
	return l
}
