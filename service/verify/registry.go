package verify

import (
	"fmt"
	"slices"

	"bangfu/service/model"
)

func count[K comparable, V any](m map[K]V) answer { return answer{value: int64(len(m))} }

func households(r Records, f figure) answer { return count(r.onBooks(f.day())) }

func persons(r Records, f figure) answer { return count(r.membersOf(f.day())) }

func exited(r Records, f figure) answer {
	return countHouseholds(r, f, func(h model.Household) bool { return h.HasExited(f.day()) })
}

func onSubsistence(r Records, f figure) answer {
	return countHouseholds(r, f, func(h model.Household) bool {
		return h.HasAttribute(model.AttributeSubsistence, f.day())
	})
}

func countHouseholds(r Records, f figure, match func(model.Household) bool) answer {
	var n int64
	for _, h := range r.onBooks(f.day()) {
		if match(h) {
			n++
		}
	}
	return answer{value: n}
}

// cadresPaired counts cadres, not pairings: a cadre of two households is one cadre.
func cadresPaired(r Records, f figure) answer {
	books, known := r.onBooks(f.day()), map[string]bool{}
	for _, c := range r.Cadres {
		known[c.ID] = true
	}
	paired := map[string]bool{}
	for _, p := range r.Pairings {
		if _, listed := books[p.HouseholdID]; listed && known[p.CadreID] && p.OpenOn(f.day()) {
			paired[p.CadreID] = true
		}
	}
	return count(paired)
}

func partyOrganisations(r Records, _ figure) answer {
	branches := map[string]bool{}
	for _, u := range r.Units {
		if u.Kind == model.UnitPartyBranch {
			branches[u.ID] = true
		}
	}
	return count(branches)
}

func aidDay(r Records, _ figure) answer { return answer{value: int64(r.Settings.AidDay)} }

func groupInsured(r Records, f figure) answer {
	members, insured := r.membersOf(f.day()), map[string]bool{}
	for _, p := range r.Persons {
		if _, belongs := members[p.ID]; belongs && p.Insured(model.InsuranceGroup, f.day().Year()) {
			insured[p.ID] = true
		}
	}
	return count(insured)
}

// lowestIncome is the least net income per head of any household. One household without an
// accounting, or counted over the wrong number of heads, may be the one below the line, so the
// figure cannot hold then, whatever the others show.
func lowestIncome(r Records, f figure) answer {
	heads := map[string]int{}
	for _, householdID := range r.membersOf(f.day()) {
		heads[householdID]++
	}
	records := map[string]model.IncomeRecord{}
	for _, income := range r.Incomes {
		if income.Year == f.day().Year() {
			records[income.HouseholdID] = income
		}
	}
	var perHead []model.Fen
	missing, miscounted := 0, 0
	for id := range r.onBooks(f.day()) {
		income, ok := records[id]
		if !ok {
			missing++
			continue
		}
		if income.Members != heads[id] {
			miscounted++
		}
		each, err := income.PerHead()
		if err != nil {
			miscounted++
			continue
		}
		perHead = append(perHead, each)
	}
	got := answer{note: incomeNote(missing, miscounted)}
	if len(perHead) > 0 {
		got.value = int64(slices.Min(perHead))
	}
	return got
}

func incomeNote(missing, miscounted int) string {
	switch {
	case missing > 0:
		return fmt.Sprintf("%d 户没有收入核算", missing)
	case miscounted > 0:
		return fmt.Sprintf("%d 户核算人数与在册人数不符", miscounted)
	}
	return ""
}
