package mini

import (
	"context"

	"bangfu/handler/view"
	"bangfu/service/access"
	"bangfu/service/model"
	"bangfu/service/visit"
)

type ledgerInput struct {
	HouseholdNo string `query:"household_no" maxLength:"40" doc:"登记了几户时,看哪一户;不填看第一户"`
	Year        int    `query:"year" minimum:"0" maximum:"9999" doc:"看哪一年;不填看今年,今年还没有就看最近有的一年"`
	Category    string `query:"category" maxLength:"40" doc:"只列这一类的每一笔"`
}

type ledgerOutput struct{ Body view.Ledger }

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
	out := view.LedgerOf(st, years, loans, in.Category)
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
		out.Categories[i].Lines = []view.LedgerLine{}
	}
	return &ledgerOutput{Body: out}, nil
}

type questionInput struct {
	Body struct {
		Key         string `json:"client_key" minLength:"8" maxLength:"64" doc:"手机上生成,重发时不变"`
		HouseholdNo string `json:"household_no,omitempty" maxLength:"40"`
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
	return needAnswer(a.Visit.Raise(ctx, house, visit.NeedReport{
		Key: b.Key, Source: model.SourceLedger, Text: line.Question(b.Text),
		Kind: model.NeedMoney, About: "ledger_entries/" + line.EntryID,
	}))
}
