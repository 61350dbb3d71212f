package demodata

import "bangfu/service/model"

// Invented amounts of the year, in yuan. The report says only that every household had more than
// 6,000 yuan a head.
const (
	mushroomIncome = 7200 // from the household's greenhouse, where somebody can work in it
	mushroomCosts  = 1900
	wageIncome     = 3600 // casual work on the farm
	landIncome     = 900  // rent of the contracted plot
	pension        = 1320 // basic pension of a year, from 60 on
)

func incomeList(families []family) []model.IncomeRecord {
	incomes := make([]model.IncomeRecord, len(families))
	for i, f := range families {
		incomes[i] = incomeOf(f)
	}
	return incomes
}

func incomeOf(f family) model.IncomeRecord {
	r := model.IncomeRecord{
		ID: f.id + "/2017", HouseholdID: f.id, Year: year, Members: len(f.members),
		Property: yuan(landIncome), Transfer: yuan(12*f.monthly + heatingOf(f) + f.rent),
	}
	for _, m := range f.members {
		r.Transfer = sum(r.Transfer, yuan((13-m.firstSubsidy())*m.subsidy()))
		if m.age() >= 60 {
			r.Transfer = sum(r.Transfer, yuan(pension))
		}
	}
	if f.hasLabour() {
		r.Wage, r.Operating, r.Costs = yuan(wageIncome), yuan(mushroomIncome), yuan(mushroomCosts)
	}
	return r
}

// yuan is so many whole yuan.
func yuan(n int) model.Fen { return model.Fen(n * 100) }

// sum is what amounts of the invented farm, which are small, come to.
func sum(amounts ...model.Fen) model.Fen {
	total, err := model.AddUp(amounts...)
	if err != nil {
		panic(err)
	}
	return total
}
