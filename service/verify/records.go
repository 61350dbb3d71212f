package verify

import (
	"fmt"
	"iter"
	"slices"
	"strings"

	"bangfu/service/model"
)

// Records are the stored records from which the figures are recomputed.
type Records model.Farm

// shownIDs is how many ids an error names; more would not help to find the cause.
const shownIDs = 5

// checkEntries refuses entries of the year that no total could account for: a sum over them would
// look right while money is missing from it.
func (r Records) checkEntries(year int) error {
	var bad []string
	for _, e := range r.Entries {
		// A day that cannot be read is in no year, so it would be missing from every total.
		if _, err := model.ParseDate(string(e.PaidOn)); err != nil {
			bad = append(bad, e.ID)
		}
	}
	for e := range r.entriesOf(year) {
		// Both at once would count a sum without detail as a payment to one household.
		unclear := (e.HouseholdID == "") != e.NotAllotted
		if unclear || !slices.Contains(model.Categories, e.Category) {
			bad = append(bad, e.ID)
		}
	}
	if len(bad) == 0 {
		return nil
	}
	ids := strings.Join(bad[:min(len(bad), shownIDs)], "、")
	msg := fmt.Sprintf("%d年有 %d 笔台账日期读不出来、不属于六类支出,或未注明到户还是未分户:%s", year, len(bad), ids)
	return model.NewError(model.KindInternal, "verify_bad_entries", msg).Wrap(
		fmt.Errorf("%d entries of %d cannot be accounted for, first: %s", len(bad), year, ids))
}

// entriesOf are the entries paid in the year.
func (r Records) entriesOf(year int) iter.Seq[model.Entry] {
	first, last := model.NewDate(year, 1, 1), model.NewDate(year, 12, 31)
	return func(yield func(model.Entry) bool) {
		for _, e := range r.Entries {
			if first <= e.PaidOn && e.PaidOn <= last && !yield(e) {
				return
			}
		}
	}
}

// onBooks are the households registered as in need on the day, whether exited since or not.
func (r Records) onBooks(day model.Date) map[string]model.Household {
	out := map[string]model.Household{}
	for _, h := range r.Households {
		if h.OnRegister(day) {
			out[h.ID] = h
		}
	}
	return out
}

// membersOf are the ids of the persons who belong to a household on the books, with that household.
func (r Records) membersOf(day model.Date) map[string]string {
	books, out := r.onBooks(day), map[string]string{}
	for _, p := range r.Persons {
		for _, m := range p.Memberships {
			_, listed := books[m.HouseholdID]
			if _, open := p.Member(m.HouseholdID, day); open && listed {
				out[p.ID] = m.HouseholdID
			}
		}
	}
	return out
}
