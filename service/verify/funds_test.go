package verify_test

import (
	"slices"
	"strings"
	"testing"

	"bangfu/service/model"
	"bangfu/service/verify"
)

// fundMutations spoil one thing about where the money came from.
var fundMutations = []mutation{
	{"the plan is a fen less", func(r *verify.Records) { fundNamed(r, "农场帮扶资金").Planned-- }, []string{"planned_fund_fen"}},
	{"another fund has a plan, too", func(r *verify.Records) { fundNamed(r, "低保资金").Planned++ }, []string{"planned_fund_fen"}},
	{"a plan of another year", func(r *verify.Records) {
		r.Funds = append(r.Funds, model.Fund{ID: "2018/农场帮扶资金", Year: 2018, Planned: 1})
	}, nil},
	{"donations are exactly the lower bound", func(r *verify.Records) { r.Donations[0].Cash -= 50000 }, nil},
	{"donations are a fen below the lower bound", func(r *verify.Records) { r.Donations[0].Cash -= 50001 }, []string{"relief_fund_donations_fen"}},
	{"the donated goods are gone", func(r *verify.Records) { r.Donations[4].Goods = nil }, []string{"relief_fund_donations_fen"}},
	{"a donation went to another fund", func(r *verify.Records) {
		r.Donations[0].FundID = "2017/农场帮扶资金"
	}, []string{"relief_fund_donations_fen"}},
	{"the cadres raised a fen less", func(r *verify.Records) { r.Receipts[0].Amount-- }, []string{"cadre_assistance_funds_fen"}},
	{"the cadres' fund is somebody else's", func(r *verify.Records) {
		fundNamed(r, "干部帮扶资金").Level = model.LevelFarm
	}, []string{"cadre_assistance_funds_fen"}},
	{"a loan is a fen more", func(r *verify.Records) { r.Loans[0].Principal++ }, []string{"loan_per_household_fen"}},
	{"a household has no loan", func(r *verify.Records) { r.Loans = r.Loans[1:] }, []string{"loan_per_household_fen"}},
	{"a loan is of the year before", func(r *verify.Records) { r.Loans[0].LentOn = "2016-12-31" }, []string{"loan_per_household_fen"}},
	{"a loan is paid back", func(r *verify.Records) {
		r.Loans[0].Repayments = append(r.Loans[0].Repayments, model.Repayment{Key: "x", On: "2017-12-01", Amount: r.Loans[0].Principal})
	}, nil},
}

func fundNamed(r *verify.Records, name string) *model.Fund {
	return &r.Funds[slices.IndexFunc(r.Funds, func(f model.Fund) bool { return f.Name == name })]
}

// What does not come out even is listed with the figures of the records, and no figure hides it.
func TestOpenRelations(t *testing.T) {
	report := compute(t, farmRecords())
	want := map[string][]string{
		"R11": {"57,000元", "61人共12,810元", "44,190元", "42人每人1,052.14元还余0.12元"},
		"R12": {"36户每户1,861.11元还余0.04元", "21户每户", "3户每户1,166.66元还余0.02元"},
		"R13": {"5户每户2,200元"},
		"R14": {"147,380元没有明细", "277,400元没有明细"},
		"R15": {"14,000元"},
	}
	if len(report.Open) != len(want) {
		t.Errorf("%d relations", len(report.Open))
	}
	for _, o := range report.Open {
		for _, part := range want[o.Code] {
			if !strings.Contains(o.Text, part) {
				t.Errorf("%s: want %q in %q", o.Code, part, o.Text)
			}
		}
	}
	r := farmRecords()
	paidFor(&r, verify.ProgrammeHeating).Amount += 100
	if compute(t, r).Open[1] == report.Open[1] {
		t.Error("R12 does not follow the records")
	}
}
