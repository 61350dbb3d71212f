package people

import (
	"context"

	"bangfu/service/access"
	"bangfu/service/model"
)

// Who is head stands in the household. The members' relations are brought in step after it has changed, so that a
// household has one head whatever was cut off; doing so again finishes it.

// agreeOnHead makes the household's head the only one of its members on the day whose relation says so. Whoever said
// so besides is another member until somebody writes down what they are to the new head.
func (s *Service) agreeOnHead(ctx context.Context, by access.Pass, h model.Household, day model.Date, why string) error {
	members, err := s.membersOn(ctx, h.ID, day)
	if err != nil {
		return err
	}
	for _, p := range members {
		m, _ := p.Member(h.ID, day)
		isHead, saysSo := p.ID == h.HeadID, m.Relation == model.RelationHead
		if isHead == saysSo {
			continue
		}
		relation := model.RelationOther
		if isHead {
			relation = model.RelationHead
		}
		if err := s.relate(ctx, by, p.ID, h.ID, relation, day, why); err != nil {
			return err
		}
	}
	return nil
}

// relate changes what the member is to the head.
func (s *Service) relate(ctx context.Context, by access.Pass, personID, householdID string, relation model.Relation, day model.Date, why string) error {
	_, err := s.store.ChangePerson(ctx, personID, 0, by.ChangeInfo(s.now(), why), func(p *model.Person) error {
		p.Relate(householdID, relation, day)
		return nil
	})
	return err
}

// setHead makes a member the head.
func (s *Service) setHead(ctx context.Context, by access.Pass, householdID, personID, why string) error {
	h, err := s.store.ChangeHousehold(ctx, householdID, 0, by.ChangeInfo(s.now(), why), func(h *model.Household) error {
		h.HeadID = personID
		return nil
	})
	if err != nil {
		return err
	}
	return s.agreeOnHead(ctx, by, h, model.DateOf(s.now()), why)
}

// checkRelation refuses what would leave the household without a head, or somebody who is not in it.
func (s *Service) checkRelation(ctx context.Context, house access.Household, personID string, relation model.Relation) error {
	p, err := s.store.Person(ctx, personID)
	if err != nil {
		return err
	}
	_, belongs := p.Member(house.ID(), model.DateOf(s.now()))
	switch {
	case !relation.Known():
		return errRelation
	case !belongs:
		return errNotMember
	case relation != model.RelationHead && house.Record().HeadID == personID:
		return errHeadStays
	}
	return nil
}
