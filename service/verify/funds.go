package verify

import (
	"fmt"
	"slices"

	"bangfu/service/model"
)

// fundsOf are the ids of the year's funds that match.
func (r Records) fundsOf(year int, match func(model.Fund) bool) []string {
	var ids []string
	for _, f := range r.Funds {
		if f.Year == year && match(f) {
			ids = append(ids, f.ID)
		}
	}
	return ids
}

// planned is what the year's funds were to hold.
func planned(r Records, f figure) answer {
	var amounts []model.Fen
	for _, x := range r.Funds {
		if x.Year == f.day().Year() {
			amounts = append(amounts, x.Planned)
		}
	}
	return total(amounts)
}

// total is what the amounts come to, or that nothing can hold it.
func total(amounts []model.Fen) answer {
	sum, err := model.AddUp(amounts...)
	if err != nil {
		return answer{note: err.Error()}
	}
	return answer{value: int64(sum)}
}

// reliefFund is the fund that donations go to.
const reliefFund = "扶贫救助基金"

// donated is what was given to the relief fund in the year, money and goods.
func donated(r Records, f figure) answer {
	var amounts []model.Fen
	for _, d := range r.Donations {
		if d.FundID != model.FundID(f.day().Year(), reliefFund) {
			continue
		}
		value, err := d.Value()
		if err != nil {
			return answer{note: err.Error()}
		}
		amounts = append(amounts, value)
	}
	return total(amounts)
}

// cadreFunds is what came into the funds that cadres raised in the year.
func cadreFunds(r Records, f figure) answer {
	ids := r.fundsOf(f.day().Year(), func(x model.Fund) bool { return x.Level == model.LevelCadres })
	var amounts []model.Fen
	for _, x := range r.Receipts {
		if slices.Contains(ids, x.FundID) {
			amounts = append(amounts, x.Amount)
		}
	}
	return total(amounts)
}

// lentEach is what every household was lent in the year: the published amount when all were lent that, else
// the first other one.
func lentEach(r Records, f figure) answer {
	lent := map[string]model.Fen{}
	for _, l := range r.Loans {
		if l.LentOn.Year() != f.day().Year() {
			continue
		}
		var err error
		if lent[l.HouseholdID], err = lent[l.HouseholdID].Add(l.Principal); err != nil {
			return answer{note: err.Error()}
		}
	}
	households := r.onBooks(f.day())
	got, odd := answer{}, 0
	for id := range households {
		if int64(lent[id]) != f.Value {
			odd++
			got.value = int64(lent[id])
		}
	}
	if odd > 0 {
		got.note = fmt.Sprintf("%d 户的借款不同", odd)
	} else if len(households) > 0 {
		got.value = f.Value
	}
	return got
}
