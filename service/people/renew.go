package people

import (
	"context"

	"bangfu/service/model"
)

// Renew derives the terms by which these households are found, in one pass over all persons that keeps only
// their names: for changes of so many households that looking up the members of each would take long.
func (s *Service) Renew(ctx context.Context, households map[string]bool) error {
	today, members := model.DateOf(s.now()), map[string][]model.Person{}
	err := s.store.EachPerson(ctx, func(p model.Person) error {
		for _, m := range p.Memberships {
			if _, belongs := p.Member(m.HouseholdID, today); belongs && households[m.HouseholdID] {
				members[m.HouseholdID] = append(members[m.HouseholdID], model.Person{Name: p.Name})
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	for id := range households {
		terms, masked := searchTerms(id, members[id])
		if err := s.store.SetSearch(ctx, id, terms, masked); err != nil && !model.IsKind(err, model.KindNotFound) {
			return err
		}
	}
	return nil
}
