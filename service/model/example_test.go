package model_test

import (
	"fmt"

	"bangfu/service/model"
)

// The dividend of a cooperative that packed a subsidy of 204,000 yuan into shares of 34 households: integers only, every cut
// is kept, and what is paid out and the remainder make the pool.
func ExampleReckon() {
	in := model.DividendInputs{
		Kind: model.DividendBase, Fund: 20400000, Rounding: model.DefaultRounding(),
		Plan: model.GrowingPlan{Greenhouses: 20, Crops: 2, BagsPerCrop: 25000, DryMilliJin: 120, PricePerJin: 3300, UnitInput: 14398500},
	}
	for i := range 34 {
		in.Holders = append(in.Holders, model.Holder{HouseholdID: fmt.Sprintf("H-%03d", i+1), Amount: 600000})
	}
	d, err := model.Reckon(in)
	if err != nil {
		fmt.Println(err)
		return
	}
	each, _ := d.Each()
	fmt.Println("net", d.Net.Yuan(), "of which", model.Percent(d.RatePPM), "are the pool:", d.Pool.Yuan())
	fmt.Println("each household gets", each.Yuan(), "and", d.Remainder.Yuan(), "is left over")
	// Output:
	// net 1,080,300 of which 7.1% are the pool: 76,701.30
	// each household gets 2,255 and 31.30 is left over
}

// A statement is drawn up from its entries' lines, in whatever order they came: parts as the report has them, each line in
// one plain sentence, and what several lines rest on said once.
func ExampleStatement_SumUp() {
	allowance := func(key string, on model.Date) model.StatementLine {
		return model.StatementLine{EntryID: key, Category: model.CategorySubsistence, PaidOn: on, Title: "低保金", Amount: 40000,
			Payer: "民政科", Fund: "低保资金", Method: model.MethodTransfer}
	}
	st := model.NewStatement("H-001", 2017)
	st.Lines = []model.StatementLine{
		{EntryID: "c", Category: model.CategorySubsidy, PaidOn: "2017-10-15", Title: "冬季取暖补助", Amount: 167550, Payer: "管理局", Method: model.MethodFeeWaiver},
		allowance("b", "2017-02-10"), allowance("a", "2017-01-10"), allowance("a", "2017-01-10"), // one came twice
	}
	if err := st.SumUp(); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%d笔,共%s元\n", st.Count, st.Total.Yuan())
	for _, part := range st.Categories {
		fmt.Printf("%s %s元\n", part.Category.Label(), part.Total.Yuan())
		for _, says := range model.Sentences(part.Lines) {
			fmt.Println("-", says)
		}
	}
	// Output:
	// 3笔,共2,475.50元
	// 低保金和残疾人补贴 800元
	// - 1月10日 低保金 400元
	// - 2月10日 低保金 400元
	// - (以上2笔:由民政科从低保资金发放。)
	// 各类补贴及慰问金 1,675.50元
	// - 10月15日 冬季取暖补助 1,675.50元:由管理局免收。
}
