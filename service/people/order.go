package people

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"

	"bangfu/repo"
	"bangfu/service/model"

	"github.com/mozillazg/go-pinyin"
)

// Totals are what a whole list comes to, whatever page of it is shown.
type Totals struct{ Households, People int }

// Page is a piece of the list of households. Next is the cursor of the page after, empty at the end; Totals stands where
// Query.Totals asks for it.
type Page struct {
	Rows   []Found
	Next   string
	Totals *Totals
}

// orders are what a list can be sorted by, besides the number that it comes in. What is shown is compared, so that the
// order of masked names says nothing of what the mask hides.
var orders = map[string]func(Found) string{
	"no":         func(f Found) string { return f.ID },
	"head":       func(f Found) string { return Sound(f.Head) },
	"members":    func(f Found) string { return strconv.Itoa(1_000_000 + f.Members) },
	"unit":       func(f Found) string { return Sound(f.Unit) },
	"cadres":     func(f Found) string { return Sound(strings.Join(f.Cadres, " ")) },
	"status":     func(f Found) string { return Sound(f.Status.Label()) },
	"since":      func(f Found) string { return string(f.StatusSince) },
	"registered": func(f Found) string { return string(f.RegisteredOn) },
	"exited":     func(f Found) string { return string(f.ExitedOn) },
	"causes":     func(f Found) string { return Sound(strings.Join(f.PovertyCauses, " ")) },
	"attributes": func(f Found) string { return openAttributes(f.Attributes) },
}

func openAttributes(list []model.HouseholdAttribute) string {
	var kinds []string
	for _, a := range list {
		if a.To == "" {
			kinds = append(kinds, string(a.Kind))
		}
	}
	return strings.Join(kinds, " ")
}

// Sound is how Chinese is sorted: by its pinyin, and by itself where two sound alike.
func Sound(s string) string { return spelled(s, pinyin.Normal) + " " + s }

// inOrder is the page of all that were found, in the order of one column; next is the number of its last household.
func inOrder(all []Found, q Query) (page []Found, next string) {
	by := orders[q.Sort]
	keys := make(map[string]string, len(all))
	for _, f := range all {
		keys[f.ID] = by(f)
	}
	slices.SortFunc(all, func(a, b Found) int {
		c := cmp.Compare(keys[a.ID], keys[b.ID])
		if q.Down {
			c = -c
		}
		return cmp.Or(c, cmp.Compare(a.ID, b.ID))
	})
	from := slices.IndexFunc(all, func(f Found) bool { return f.ID == q.After }) + 1 // one that is gone: from the top
	page = all[from:min(from+min(max(q.Limit, 1), 200), len(all))]
	if n := len(page); n > 0 && from+n < len(all) {
		next = page[n-1].ID
	}
	return page, next
}

// manyIDs is from how many households on it is dearer to look for theirs than to read the persons of all.
const manyIDs = 400

// personsAndPairings of households.
func (s *Service) personsAndPairings(ctx context.Context, ids []string) ([]model.Person, []model.Pairing, error) {
	if len(ids) > manyIDs {
		persons, err := s.store.Persons(ctx)
		if err != nil {
			return nil, nil, err
		}
		pairings, err := s.store.Pairings(ctx)
		return persons, pairings, err
	}
	persons, err := s.store.PersonsOfHouseholds(ctx, ids)
	if err != nil {
		return nil, nil, err
	}
	pairings, err := s.store.PairingsOfHouseholds(ctx, ids)
	return persons, pairings, err
}

// totals count all that the filter finds.
func (s *Service) totals(ctx context.Context, f repo.HouseholdFilter) (*Totals, error) {
	f.After, f.Limit = "", 0
	found, err := s.store.HouseholdIDs(ctx, f)
	if err != nil {
		return nil, err
	}
	among := make(map[string]bool, len(found))
	for _, id := range found {
		among[id] = true
	}
	today, t := model.DateOf(s.now()), &Totals{Households: len(found)}
	err = s.store.EachMemberships(ctx, func(p model.Person) error {
		for _, m := range p.Memberships {
			if !among[m.HouseholdID] {
				continue
			}
			if _, belongs := p.Member(m.HouseholdID, today); belongs {
				t.People++
				break
			}
		}
		return nil
	})
	return t, err
}
