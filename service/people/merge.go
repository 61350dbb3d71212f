package people

import (
	"context"
	"slices"
	"strings"

	"bangfu/service/access"
	"bangfu/service/model"
)

// Merging puts a household that was entered twice, or that married into another, into that other one.
type Merging struct {
	IntoID   string // set from what was authorised
	On       model.Date
	Evidence string
}

var errMerge = model.NewError(model.KindInvalid, "merge", "这两户不能合并")

// Merge moves members, WeChat bindings and the future of a household into another, and closes it. What was
// moved is kept with the household, so that UndoMerge can take it back. A repeat finishes what was cut off.
func (s *Service) Merge(ctx context.Context, of access.Merge, m Merging) (model.Household, error) {
	house, fromID := of.From, of.From.ID()
	m.IntoID = of.Into.ID()
	into, err := s.checkMerge(of, m)
	if err != nil {
		return into, err
	}
	moved, err := s.planMerge(ctx, fromID, m)
	if err != nil {
		return into, err
	}
	// The plan is written first: from here on a repeat knows what there is to do.
	from, err := s.store.ChangeHousehold(ctx, fromID, 0, s.edit(house.Pass, m.Evidence), func(h *model.Household) error {
		if h.Merge == nil {
			h.Merge, h.MergedInto = &moved, m.IntoID
			h.Take(model.StatusChange{Status: model.StatusClosed, On: max(m.On, h.StatusSince), By: house.Actor(), At: s.now().UTC(), Evidence: m.Evidence})
		}
		return nil
	})
	if err != nil {
		return into, err
	}
	for _, x := range from.Merge.Members {
		if err := s.transfer(ctx, house.Pass, x.PersonID, fromID, m.IntoID, into.HeadID, from.Merge.On, m.Evidence); err != nil {
			return into, err
		}
	}
	for _, id := range from.Merge.PairingIDs {
		if _, err := s.store.ChangePairing(ctx, id, 0, s.edit(house.Pass, m.Evidence), endPairing(from.Merge.On, m.Evidence)); err != nil {
			return into, err
		}
	}
	if err := s.unbindAll(ctx, fromID, m.IntoID); err != nil {
		return into, err
	}
	if err := firstOf(s.Reindex(ctx, fromID), s.Reindex(ctx, m.IntoID)); err != nil {
		return into, err
	}
	return into, s.note(ctx, house.Pass, model.AuditChange, "households/"+fromID, m.IntoID, "合户:"+m.Evidence)
}

func (s *Service) checkMerge(of access.Merge, m Merging) (model.Household, error) {
	from, into := of.From.Record(), of.Into.Record()
	switch {
	case strings.TrimSpace(m.Evidence) == "":
		return into, errEvidence
	case m.On == "" || m.On > model.DateOf(s.now()):
		return into, model.NewError(model.KindInvalid, "future", "日期不能晚于今天")
	case from.MergedInto == m.IntoID:
		return into, nil
	case from.ID == into.ID || into.Status.Ended() || from.Status.Ended():
		return into, errMerge
	}
	return into, nil
}

func (s *Service) planMerge(ctx context.Context, fromID string, m Merging) (model.Merge, error) {
	plan := model.Merge{On: m.On}
	members, err := s.membersOn(ctx, fromID, m.On)
	if err != nil {
		return plan, err
	}
	for _, p := range members {
		was, _ := p.Member(fromID, m.On)
		plan.Members = append(plan.Members, model.MergedMember{PersonID: p.ID, Relation: was.Relation})
	}
	pairings, err := s.openPairings(ctx, fromID, m.On)
	if err != nil {
		return plan, err
	}
	for _, p := range pairings {
		plan.PairingIDs = append(plan.PairingIDs, p.ID)
	}
	accounts, err := s.store.AccountsOf(ctx, fromID)
	if err != nil {
		return plan, err
	}
	for _, a := range accounts {
		for _, b := range a.Bindings {
			if b.HouseholdID == fromID {
				plan.Bindings = append(plan.Bindings, model.MergedBinding{AccountID: a.ID, Binding: b})
			}
		}
	}
	return plan, nil
}

// UndoMerge takes a merge back: members, pairings and bindings return, and the status that the household
// had. What happened to the other household meanwhile stays.
func (s *Service) UndoMerge(ctx context.Context, house access.Household, why string) (model.Household, error) {
	fromID := house.ID()
	if strings.TrimSpace(why) == "" {
		return model.Household{}, errWhy
	}
	from := house.Record()
	if from.Merge == nil {
		return from, model.NewError(model.KindConflict, "not_merged", "这一户没有并到别的户里")
	}
	plan, into := *from.Merge, from.MergedInto
	for _, x := range plan.Members {
		if err := s.transferBack(ctx, house.Pass, x, fromID, into, plan.On, why); err != nil {
			return from, err
		}
	}
	for _, id := range plan.PairingIDs {
		if _, err := s.store.ChangePairing(ctx, id, 0, s.edit(house.Pass, why), func(p *model.Pairing) error {
			p.To, p.EndReason, p.HandoverTo = "", "", nil
			return nil
		}); err != nil {
			return from, err
		}
	}
	if err := s.bindBack(ctx, plan, into); err != nil {
		return from, err
	}
	// Last, so that a repeat after a crash still finds the plan.
	from, err := s.store.ChangeHousehold(ctx, fromID, 0, s.edit(house.Pass, why), func(h *model.Household) error {
		if h.Merge == nil {
			return nil
		}
		line := h.Timeline()
		was := model.StatusChange{Status: model.StatusIdentified, On: plan.On}
		if len(line) > 1 {
			was = line[len(line)-2]
		}
		was.By, was.At, was.Evidence, was.Corrects = house.Actor(), s.now().UTC(), why, len(h.StatusHistory)
		h.Merge, h.MergedInto = nil, ""
		h.Take(was)
		return nil
	})
	if err != nil {
		return from, err
	}
	if err := firstOf(s.Reindex(ctx, fromID), s.Reindex(ctx, into)); err != nil {
		return from, err
	}
	return from, s.note(ctx, house.Pass, model.AuditChange, "households/"+fromID, fromID, "撤销合户:"+why)
}

func (s *Service) transferBack(ctx context.Context, by access.Pass, x model.MergedMember, fromID, intoID string, on model.Date, why string) error {
	_, err := s.store.ChangePerson(ctx, x.PersonID, 0, s.edit(by, why), func(p *model.Person) error {
		p.Memberships = slices.DeleteFunc(p.Memberships, func(m model.Membership) bool { return m.HouseholdID == intoID && m.From == on })
		for i, m := range p.Memberships {
			if m.HouseholdID == fromID && m.To == on.AddDays(-1) {
				p.Memberships[i].To = ""
			}
		}
		return nil
	})
	return err
}

func (s *Service) bindBack(ctx context.Context, plan model.Merge, into string) error {
	for _, b := range plan.Bindings {
		a, err := s.store.Account(ctx, b.AccountID)
		if model.IsKind(err, model.KindNotFound) {
			a, err = s.store.Account(ctx, model.AccountID(b.AccountID)) // its id as it was stored before ids said nothing
		}
		if model.IsKind(err, model.KindNotFound) {
			continue // unfollowed since
		}
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(a.Bindings, func(x model.Binding) bool { return x.HouseholdID == into || x.HouseholdID == b.Binding.HouseholdID }) {
			continue // ended since
		}
		a.Bindings = slices.DeleteFunc(a.Bindings, func(x model.Binding) bool {
			return x.HouseholdID == b.Binding.HouseholdID || x.HouseholdID == into && x.Since.Equal(b.Binding.Since)
		})
		a.Bindings = append(a.Bindings, b.Binding)
		if err := s.store.ReplaceAccount(ctx, a); err != nil {
			return err
		}
	}
	return nil
}
