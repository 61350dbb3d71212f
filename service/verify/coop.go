package verify

import (
	"fmt"
	"reflect"

	"bangfu/service/model"
)

// dividend is the base dividend of the figure's year as the records have it, computed anew from its inputs. ok is
// false when there is none, or more than one cooperative has one. A note says that the stored result is another.
func (r Records) dividend(f figure) (run model.DividendRun, d model.Dividend, got answer) {
	found := 0
	for _, x := range r.Dividends {
		if x.Year == f.day().Year() && x.Kind == model.DividendBase && x.State != model.RunReopened {
			run, found = x, found+1
		}
	}
	if found != 1 {
		return run, d, answer{note: fmt.Sprintf("有%d次保底分红", found)}
	}
	d, err := model.Reckon(run.Inputs)
	switch {
	case err != nil:
		got.note = "从存下的数据算不出来"
	case run.State != model.RunDraft && !reflect.DeepEqual(d, run.Result):
		got.note = "存下的结果与重算的不同"
	}
	return run, d, got
}

// coop is a figure of the base dividend's inputs or of its result.
func coop(value func(model.DividendInputs, model.Dividend) int64) measure {
	return func(r Records, f figure) answer {
		run, d, got := r.dividend(f)
		got.value = value(run.Inputs, d)
		return got
	}
}

// coopHouses is how many greenhouses the plan counts; those on record as the cooperative's have to be as many.
func coopHouses(r Records, f figure) answer {
	run, _, got := r.dividend(f)
	got.value = run.Inputs.Plan.Greenhouses
	units := map[string]bool{}
	for _, c := range r.Cooperatives {
		units[c.UnitID] = c.ID == run.CoopID
	}
	var onRecord int64
	for _, g := range r.Greenhouses {
		if units[g.UnitID] {
			onRecord++
		}
	}
	if got.note == "" && onRecord != got.value {
		got.note = fmt.Sprintf("合作社名下登记了%d个大棚", onRecord)
	}
	return got
}

// holding is what every holder put in: the published sum when all did, else the first other one.
func holding(r Records, f figure) answer {
	run, _, got := r.dividend(f)
	odd := 0
	for _, h := range run.Inputs.Holders {
		if int64(h.Amount) != f.Value {
			if odd++; odd == 1 {
				got.value = int64(h.Amount)
			}
		}
	}
	switch {
	case odd > 0:
		got.note = fmt.Sprintf("%d 户的股金不同", odd)
	case len(run.Inputs.Holders) > 0:
		got.value = f.Value
	}
	return got
}

// permille is the share; one that is not a whole permille cannot be the published one.
func permille(r Records, f figure) answer {
	_, d, got := r.dividend(f)
	if got.value = d.RatePPM / 1000; got.note == "" && d.RatePPM%1000 != 0 {
		got.note = "份额是" + model.Percent(d.RatePPM)
	}
	return got
}

// eachDividend is what every household gets, and the least when they differ.
func eachDividend(r Records, f figure) answer {
	_, d, got := r.dividend(f)
	each, same := d.Each()
	if got.value = int64(each); got.note == "" && !same {
		got.note = "各户分红不同"
	}
	return got
}

// allotted counts the greenhouses that known households were given in the year.
func allotted(r Records, f figure) answer {
	known, given := map[string]bool{}, map[string]bool{}
	for _, g := range r.Greenhouses {
		known[g.ID] = true
	}
	for _, h := range r.Households {
		known[h.ID] = true
	}
	for _, a := range r.Allotments {
		if known[a.HouseholdID] && known[a.GreenhouseID] && a.Year == f.day().Year() {
			given[a.GreenhouseID] = true
		}
	}
	return count(given)
}
