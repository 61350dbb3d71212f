package verify

import (
	"fmt"

	"bangfu/service/model"
)

// activities counts those of a kind in the year.
func activities(kind model.ActivityKind) measure {
	return func(r Records, _ figure) answer {
		n := 0
		for _, a := range r.Activities {
			if a.Kind == kind && a.On.Year() == reportYear {
				n++
			}
		}
		return answer{value: int64(n)}
	}
}

// volunteers is how many put their names down until the end of the year.
func volunteers(r Records, _ figure) answer {
	n := 0
	for _, a := range r.Activities {
		if a.Kind == model.ActivityVolunteersJoin && a.On.Year() <= reportYear {
			n += a.Participants
		}
	}
	return answer{value: int64(n)}
}

// lowestSatisfaction is that of the party organisation whose people were the least satisfied; one without a
// debriefing of the year is a difference.
func lowestSatisfaction(r Records, _ figure) answer {
	rated := map[string]int{}
	for _, d := range r.Debriefings {
		if d.Year == reportYear {
			rated[d.UnitID] = d.Ballots.Satisfaction()
		}
	}
	lowest, missing := 100, 0
	for _, u := range r.Units {
		if u.Kind != model.UnitPartyBranch {
			continue
		}
		percent, ok := rated[u.ID]
		if !ok {
			missing++
			continue
		}
		lowest = min(lowest, percent)
	}
	if len(rated) == 0 {
		return answer{}
	}
	if missing > 0 {
		return answer{value: int64(lowest), note: fmt.Sprintf("%d 个党组织没有评议", missing)}
	}
	return answer{value: int64(lowest)}
}

// doctorContracts is how many households on the books have a family doctor at the end of the year.
func doctorContracts(r Records, f figure) answer {
	books, signed := r.onBooks(f.day()), map[string]bool{}
	for _, c := range r.Contracts {
		if _, listed := books[c.HouseholdID]; listed && c.OpenOn(f.day()) {
			signed[c.HouseholdID] = true
		}
	}
	return answer{value: int64(len(signed))}
}
