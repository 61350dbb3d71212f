package demodata

import (
	"fmt"

	"bangfu/service/model"
)

// Donation is a donation with the donor's name still open; the loader seals it.
type Donation struct {
	model.Donation
	Donor string
}

// The funds that entries, donations and receipts name.
const (
	fundSubsistence = "低保资金"
	fundDisability  = "残疾人补贴资金"
	fundFinance     = "农场财政资金"
	fundMedical     = "医疗救助资金"
	fundRelief      = "扶贫救助基金"
	fundEducation   = "教育救助资金"
	fundHeating     = "上级取暖补助及农场配套"
	fundHousing     = "住房保障资金"
	fundFarm        = "农场帮扶资金"
	fundCadres      = "干部帮扶资金"
	fundUnion       = "困难职工帮扶中心专项资金"
)

// reliefRule is the State Council's, under which these kinds of relief are given everywhere.
const reliefRule = "《社会救助暂行办法》"

// fundList are the funds of the year. The report plans one of them, and names one rule, that of the unions;
// it says of none how much its source paid in.
func fundList() []model.Fund {
	fund := func(name string, level model.FundLevel, regulation string, planned int) model.Fund {
		return model.Fund{ID: model.FundID(year, name), Year: year, Name: name, Level: level, Regulation: regulation, Planned: yuan(planned)}
	}
	return []model.Fund{
		fund(fundSubsistence, model.LevelBureau, reliefRule, 0),
		fund(fundDisability, model.LevelBureau, "", 0),
		fund(fundFinance, model.LevelFarm, "", 0),
		fund(fundMedical, model.LevelBureau, reliefRule, 0),
		fund(fundRelief, model.LevelSociety, "", 0),
		fund(fundEducation, model.LevelBureau, reliefRule, 0),
		fund(fundHeating, model.LevelGeneralBureau, "", 0),
		fund(fundHousing, model.LevelBureau, reliefRule, 0),
		fund(fundFarm, model.LevelFarm, "", 2_000_000),
		fund(fundCadres, model.LevelCadres, "", 0),
		fund(fundUnion, model.LevelUnion, "《中华全国总工会困难职工帮扶中心专项资金使用管理办法》", 0),
	}
}

// receiptList is what the report says the cadres raised: a lower bound, and not what became of it.
func receiptList() []model.Receipt {
	return []model.Receipt{{
		ID: "ref/2017/receipt/cadres", FundID: model.FundID(year, fundCadres), Amount: yuan(500_000), On: yearEnd, From: "帮扶干部",
		Evidence: "2017年度工作报告：50余万元，记下限，没有说用在哪里",
	}}
}

// donationList are gifts to the relief fund, of each kind of donor that the report names. It gives their sum
// as a lower bound, in money and kind; how it is split here is invented.
func donationList() []Donation {
	gift := func(n int, kind model.DonorKind, donor string, cash int, goods ...model.GoodsLine) Donation {
		return Donation{Donor: donor, Donation: model.Donation{
			ID: fmt.Sprintf("ref-2017-donation-%d", n), DonorKind: kind, FundID: model.FundID(year, fundRelief), Cash: yuan(cash), Goods: goods,
			On: model.NewDate(year, 2+n, 15),
		}}
	}
	return []Donation{
		gift(1, model.DonorCadre, "农场干部", 8600),
		gift(2, model.DonorPerson, "职工群众", 3200),
		gift(3, model.DonorPerson, "社会人士", 2400),
		gift(4, model.DonorEnterprise, "非公有制企业", 4000),
		gift(5, model.DonorOrganisation, "社会组织", 500, model.GoodsLine{ItemID: "FLOUR", Quantity: 40, Value: yuan(1800)}),
	}
}

// itemList and moveList are the love supermarket's stock: the flour that was given.
func itemList() []model.Item {
	return []model.Item{{ID: "FLOUR", Name: "面粉10公斤装", Unit: "袋", Quantity: 40, Applied: []string{"ref-2017-donation-5#0"}}}
}

func moveList() []model.Move {
	return []model.Move{{
		ID: "ref-2017-donation-5#0", ItemID: "FLOUR", Kind: model.MoveIn, Quantity: 40, Value: yuan(1800), On: model.NewDate(year, 7, 15),
		Source: "donation:ref-2017-donation-5", State: model.MoveDone,
	}}
}

// loanEach is the interest-free loan of every household for a year's running costs of its mushrooms.
const loanEach = 15000

// loanList has the published amount; the report gives no days.
func loanList(families []family) []model.Loan {
	list := make([]model.Loan, len(families))
	for i, f := range families {
		due := model.NewDate(year+1, 12, 20)
		list[i] = model.Loan{
			ID: "ref-2017-loan-" + f.id, HouseholdID: f.id, Principal: yuan(loanEach), Purpose: "木耳生产周转", LentOn: model.NewDate(year, 4, 10), DueOn: due,
			Schedule: []model.Instalment{{DueOn: due, Amount: yuan(loanEach)}}, Contract: "无息借款合同", Repayments: []model.Repayment{},
		}
	}
	return list
}
