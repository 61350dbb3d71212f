package people

import (
	"context"
	"slices"
	"strings"

	"bangfu/service/access"
	"bangfu/service/model"
)

// Leaving is a member's death or moving out. On is the first day without them.
type Leaving struct {
	PersonID  string
	Status    model.PersonStatus // deceased or moved_out
	On        model.Date
	Evidence  string
	NewHeadID string // needed when the head leaves and others stay
}

var errNewHead = model.NewError(model.KindInvalid, "new_head_needed", "走的是户主,请写明由谁当户主")

// Leave records that a member died or moved out. When nobody is left, the household is closed: its
// pairings, reminders and bindings end. It can be repeated.
func (s *Service) Leave(ctx context.Context, house access.Household, l Leaving) (model.Household, error) {
	householdID := house.ID()
	if strings.TrimSpace(l.Evidence) == "" {
		return model.Household{}, errEvidence
	}
	if l.Status != model.PersonDeceased && l.Status != model.PersonMovedOut || l.On == "" || l.On > model.DateOf(s.now()) {
		return model.Household{}, model.NewError(model.KindInvalid, "leaving", "请选去世或迁出,日期不能晚于今天")
	}
	p, err := s.access.Person(ctx, house, l.PersonID)
	if err != nil {
		return model.Household{}, err
	}
	h, err := s.store.Household(ctx, householdID)
	if err != nil {
		return h, err
	}
	rest, err := s.membersOn(ctx, householdID, l.On)
	if err != nil {
		return h, err
	}
	rest = slices.DeleteFunc(rest, func(x model.Person) bool { return x.ID == p.ID() })
	head := h.HeadID
	if head == p.ID() && len(rest) > 0 {
		if head = l.NewHeadID; !slices.ContainsFunc(rest, func(x model.Person) bool { return x.ID == head }) {
			return h, errNewHead
		}
	}
	if err := s.endMembership(ctx, house.Pass, p.ID(), householdID, l); err != nil {
		return h, err
	}
	return s.afterLeaving(ctx, house.Pass, h, head, len(rest), l)
}

func (s *Service) endMembership(ctx context.Context, by access.Pass, personID, householdID string, l Leaving) error {
	_, err := s.store.ChangePerson(ctx, personID, 0, by.ChangeInfo(s.now(), l.Evidence), func(p *model.Person) error {
		p.Status, p.StatusOn = l.Status, l.On
		p.EndMembership(householdID, l.On)
		return nil
	})
	return err
}

func (s *Service) afterLeaving(ctx context.Context, by access.Pass, h model.Household, head string, left int, l Leaving) (model.Household, error) {
	h, err := s.store.ChangeHousehold(ctx, h.ID, 0, by.ChangeInfo(s.now(), l.Evidence), func(h *model.Household) error {
		h.HeadID = head
		if left == 0 && !h.Status.Ended() {
			h.Take(model.StatusChange{Status: model.StatusClosed, On: max(l.On, h.StatusSince), By: by.Actor(), At: s.now().UTC(), Evidence: l.Evidence})
		}
		return nil
	})
	if err != nil {
		return h, err
	}
	if left == 0 {
		err = s.end(ctx, by.Actor(), h, l.On, l.Evidence)
	} else {
		err = s.agreeOnHead(ctx, by, h, l.On, l.Evidence)
	}
	if err != nil {
		return h, err
	}
	if err := s.Reindex(ctx, h.ID); err != nil {
		return h, err
	}
	return h, s.note(ctx, by, model.AuditChange, "persons/"+l.PersonID, h.ID, l.Evidence, "status")
}

// Splitting makes a household of its own from some members of another. On is its first day.
type Splitting struct {
	NewID     string
	HeadID    string
	MemberIDs []string
	UnitID    string // empty: where the others live
	Address   string
	On        model.Date
	Evidence  string
}

// Split makes the new household, with the status and the cadres of the old one. A repeat with the same
// number finishes what was cut off.
func (s *Service) Split(ctx context.Context, house access.Household, sp Splitting) (model.Household, error) {
	old := house.Record()
	sp.NewID = model.FoldID(sp.NewID)
	if err := s.checkSplit(ctx, old, sp); err != nil {
		return old, err
	}
	if sp.UnitID == "" {
		sp.UnitID = old.UnitID
	}
	if err := s.access.InUnit(ctx, house.Pass, sp.UnitID); err != nil {
		return old, err
	}
	next := model.Household{
		ID: sp.NewID, Record: model.NewRecord(s.now(), house.Actor()), UnitID: sp.UnitID, Address: sp.Address, HeadID: sp.HeadID,
		PovertyCauses: old.PovertyCauses, Attributes: old.Attributes, SplitFrom: old.ID,
	}
	next.Take(model.StatusChange{Status: old.StatusOn(sp.On), On: sp.On, By: house.Actor(), At: s.now().UTC(), Evidence: sp.Evidence})
	for _, c := range old.Timeline() {
		if c.On > sp.On { // what both went through since
			c.Corrects = 0
			next.Take(c)
		}
	}
	if err := s.store.InsertHousehold(ctx, next); err != nil {
		if next, err = s.repeatedSplit(ctx, old.ID, sp.NewID, err); err != nil {
			return next, err
		}
	}
	if err := s.takeAlong(ctx, house.Pass, old.ID, next, sp); err != nil {
		return next, err
	}
	if err := firstOf(s.Reindex(ctx, old.ID), s.Reindex(ctx, next.ID)); err != nil {
		return next, err
	}
	return next, s.note(ctx, house.Pass, model.AuditChange, "households/"+next.ID, old.ID, "分户:"+sp.Evidence)
}

// takeAlong moves the members into their new household, with what is theirs, and gives it the cadres of the old one.
func (s *Service) takeAlong(ctx context.Context, by access.Pass, oldID string, next model.Household, sp Splitting) error {
	for _, id := range sp.MemberIDs {
		if err := s.transfer(ctx, by, id, oldID, next.ID, sp.On, sp.Evidence); err != nil {
			return err
		}
	}
	if err := s.agreeOnHead(ctx, by, next, sp.On, sp.Evidence); err != nil {
		return err
	}
	if err := s.copyPairings(ctx, by, oldID, next, sp.On); err != nil {
		return err
	}
	theirs, err := s.moved(ctx, oldID, sp.MemberIDs)
	if err != nil {
		return err
	}
	return s.move(ctx, by, theirs, oldID, next.ID, sp.Evidence)
}

// firstOf is the first error that is one.
func firstOf(errs ...error) error {
	for _, e := range errs {
		if e != nil {
			return e
		}
	}
	return nil
}

// repeatedSplit is the household that an earlier try of the same split has made.
func (s *Service) repeatedSplit(ctx context.Context, oldID, newID string, err error) (model.Household, error) {
	if !model.IsKind(err, model.KindConflict) {
		return model.Household{}, err
	}
	h, readErr := s.store.Household(ctx, newID)
	if readErr == nil && h.SplitFrom == oldID && !h.Status.Ended() { // one that was taken back is no more
		return h, nil
	}
	return h, taken(err, "household_exists", "这个户号已经有了")
}

func (s *Service) checkSplit(ctx context.Context, old model.Household, sp Splitting) error {
	switch {
	case strings.TrimSpace(sp.Evidence) == "":
		return errEvidence
	case checkHouseholdNo(sp.NewID) != nil || sp.NewID == old.ID:
		return errHouseholdNo
	case old.Status.Ended():
		return errEnded
	case sp.On == "" || sp.On > model.DateOf(s.now()):
		return model.NewError(model.KindInvalid, "future", "日期不能晚于今天")
	case !slices.Contains(sp.MemberIDs, sp.HeadID):
		return model.NewError(model.KindInvalid, "head_not_member", "新户的户主要在分出去的人里")
	case slices.Contains(sp.MemberIDs, old.HeadID):
		return model.NewError(model.KindInvalid, "head_stays", "原来的户主要留在原户")
	}
	for _, id := range sp.MemberIDs {
		p, err := s.store.Person(ctx, id)
		_, here := p.Member(old.ID, sp.On)
		_, there := p.Member(sp.NewID, sp.On)
		if err != nil || !here && !there {
			return firstOf(keep(err), errNotMember)
		}
	}
	return nil
}

// transfer moves a person from one household to another, where they are again what they were there before. Moving them
// twice changes nothing. Who goes back on the day on which they came was never away. Who is head there agreeOnHead says
// afterwards.
func (s *Service) transfer(ctx context.Context, by access.Pass, personID, from, to string, on model.Date, why string) error {
	_, err := s.store.ChangePerson(ctx, personID, 0, by.ChangeInfo(s.now(), why), func(p *model.Person) error {
		was, here := p.Member(from, on)
		if _, there := p.Member(to, on); there {
			here = false
		}
		if !here {
			return nil
		}
		if p.GoBack(from, to, on) {
			return nil
		}
		relation := was.Relation
		for _, m := range p.Memberships {
			if m.HouseholdID == to && m.Relation != model.RelationHead {
				relation = m.Relation
			}
		}
		p.EndMembership(from, on)
		p.Memberships = append(p.Memberships, model.Membership{HouseholdID: to, Relation: relation, From: on})
		return nil
	})
	return err
}

func (s *Service) copyPairings(ctx context.Context, by access.Pass, from string, to model.Household, on model.Date) error {
	open, err := s.openPairings(ctx, from, on)
	if err != nil {
		return err
	}
	for _, p := range open {
		if _, err := s.pair(ctx, by, to, PairWith{CadreID: p.CadreID, Role: p.Role}, on); err != nil && !model.IsKind(err, model.KindInvalid) {
			return err // a cadre who has left is not carried over
		}
	}
	return nil
}
