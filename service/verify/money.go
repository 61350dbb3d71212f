package verify

import (
	"fmt"
	"maps"
	"slices"

	"bangfu/service/model"
)

// spend is what the year's entries of the categories come to, not allotted ones included.
func spend(categories ...model.Category) measure {
	return func(r Records, f figure) answer {
		return answer{value: int64(r.sum(f, func(e model.Entry) bool {
			return slices.Contains(categories, e.Category)
		}))}
	}
}

// paid is what the year's entries of the programmes come to. Where the report says how many
// persons shared it, a different number is a difference too.
func paid(programmes ...string) measure {
	return func(r Records, f figure) answer {
		got := answer{value: int64(r.sum(f, func(e model.Entry) bool {
			return slices.Contains(programmes, e.Programme)
		}))}
		people := len(receivers(r.perPerson(f, programmes...)))
		if f.Recipients != 0 && people != f.Recipients {
			got.note = fmt.Sprintf("领取人数 %d,公布为 %d", people, f.Recipients)
		}
		return got
	}
}

// personsPaid is how many known persons the programme paid.
func personsPaid(programme string) measure {
	return func(r Records, f figure) answer {
		return answer{value: int64(len(receivers(r.perPerson(f, programme))))}
	}
}

// householdsPaid is how many known households the programme paid.
func householdsPaid(programme string) measure {
	return func(r Records, f figure) answer {
		return answer{value: int64(len(receivers(r.perHousehold(f, programme))))}
	}
}

// eachPaid is the amount that every person got from the programme: the published one when all
// got that, else the first other amount, so that the line shows what is wrong. Entries for
// persons unknown count here too: this figure is about every payment.
func eachPaid(programme string) measure {
	return func(r Records, f figure) answer {
		nets := r.nets(f, []string{programme}, func(e model.Entry) string { return e.PersonID })
		if len(nets) == 0 {
			return answer{}
		}
		var odd []model.Fen
		for _, id := range slices.Sorted(maps.Keys(nets)) {
			if int64(nets[id]) != f.Value {
				odd = append(odd, nets[id])
			}
		}
		if len(odd) == 0 {
			return answer{value: f.Value}
		}
		return answer{value: int64(odd[0]), note: fmt.Sprintf("%d 人的金额不同", len(odd))}
	}
}

func (r Records) sum(f figure, match func(model.Entry) bool) model.Fen {
	var total model.Fen
	for e := range r.entriesOf(f.day().Year()) {
		if match(e) {
			total = plus(total, e.Amount)
		}
	}
	return total
}

// fit is KindInternal where int64 cannot hold what all entries come to. Where it can, any of them can be added up.
func (r Records) fit() (err error) {
	var in, out model.Fen
	for _, e := range r.Entries {
		to := &in
		if e.Amount < 0 {
			to = &out
		}
		if *to, err = to.Add(e.Amount); err != nil {
			return err
		}
	}
	return nil
}

// plus adds amounts of which fit has seen that they can be added up.
func plus(amounts ...model.Fen) model.Fen {
	sum, err := model.AddUp(amounts...)
	if err != nil {
		panic(err)
	}
	return sum
}

// perPerson is what each known person got from the programmes in the year, after reversals.
func (r Records) perPerson(f figure, programmes ...string) map[string]model.Fen {
	known := map[string]bool{}
	for _, p := range r.Persons {
		known[p.ID] = true
	}
	nets := r.nets(f, programmes, func(e model.Entry) string { return e.PersonID })
	maps.DeleteFunc(nets, func(id string, _ model.Fen) bool { return !known[id] })
	return nets
}

// perHousehold is what each known household got from the programmes in the year, after reversals.
func (r Records) perHousehold(f figure, programmes ...string) map[string]model.Fen {
	known := map[string]bool{}
	for _, h := range r.Households {
		known[h.ID] = true
	}
	nets := r.nets(f, programmes, func(e model.Entry) string { return e.HouseholdID })
	maps.DeleteFunc(nets, func(id string, _ model.Fen) bool { return !known[id] })
	return nets
}

// nets sums the programmes' entries by receiver. Who got something and gave it all back is left
// out: a payment that was reversed did not happen.
func (r Records) nets(f figure, programmes []string, receiver func(model.Entry) string) map[string]model.Fen {
	nets := map[string]model.Fen{}
	for e := range r.entriesOf(f.day().Year()) {
		if slices.Contains(programmes, e.Programme) {
			nets[receiver(e)] = plus(nets[receiver(e)], e.Amount)
		}
	}
	maps.DeleteFunc(nets, func(_ string, net model.Fen) bool { return net == 0 })
	return nets
}

// receivers are those who in the end got something; a lone reversal makes nobody a receiver.
func receivers(nets map[string]model.Fen) []string {
	var ids []string
	for id, net := range nets {
		if net > 0 {
			ids = append(ids, id)
		}
	}
	return ids
}
