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

	undoes bool // a split
}

var errMerge = model.NewError(model.KindInvalid, "merge", "这两户不能合并")

// Merge moves members and everything else that is to go along (TheCarried) from a household into another, and closes
// it. What was moved is kept with the household, so that UndoMerge can take it back. A repeat finishes what was cut off.
func (s *Service) Merge(ctx context.Context, of access.Merge, m Merging) (model.Household, error) {
	house, fromID := of.From, of.From.ID()
	m.IntoID = of.Into.ID()
	into, err := s.checkMerge(of, m)
	if err != nil {
		return into, err
	}
	plan, err := s.planMerge(ctx, fromID, m)
	if err != nil {
		return into, err
	}
	// The plan is written first: from here on a repeat knows what there is to do.
	from, err := s.store.ChangeHousehold(ctx, fromID, 0, house.Pass.ChangeInfo(s.now(), m.Evidence), func(h *model.Household) error {
		if h.Merge == nil {
			h.Merge, h.MergedInto = &plan, m.IntoID
			h.Take(model.StatusChange{Status: model.StatusClosed, On: max(m.On, h.StatusSince), By: house.Actor(), At: s.now().UTC(), Evidence: m.Evidence})
		}
		return nil
	})
	if err != nil {
		return into, err
	}
	if into, err = s.absorb(ctx, house.Pass, from, m); err != nil {
		return into, err
	}
	if err := firstOf(s.Reindex(ctx, fromID), s.Reindex(ctx, m.IntoID)); err != nil {
		return into, err
	}
	what := "合户:"
	if m.undoes {
		what = "撤销分户:"
	}
	return into, s.note(ctx, house.Pass, model.AuditChange, "households/"+fromID, m.IntoID, what+m.Evidence)
}

var (
	errNotSplit    = model.NewError(model.KindConflict, "not_split", "这一户不是从那一户分出来的")
	errSplitGoesOn = model.NewError(model.KindConflict, "split_goes_on", "分户以后这一户的人又有变动,不能撤销;要合起来请用“并到另一户”")
)

// UndoSplit takes a split back: its household goes into the one from which it was split, on the very day of the split, so
// that its members were never away; what it was given meanwhile goes along, as with any merge, and UndoMerge takes
// that back. KindConflict when somebody came, died or left since: then the two can only be merged. A repeat finishes
// what was cut off.
func (s *Service) UndoSplit(ctx context.Context, of access.Merge, why string) (model.Household, error) {
	from, into := of.From.Record(), of.Into.Record()
	if strings.TrimSpace(why) == "" {
		return into, errWhy
	}
	if from.SplitFrom == "" || from.SplitFrom != into.ID {
		return into, errNotSplit
	}
	m := Merging{Evidence: why, undoes: true}
	if from.MergedInto == into.ID && from.Merge != nil {
		m.On = from.Merge.On
		return s.Merge(ctx, of, m)
	}
	persons, err := s.store.PersonsOfHouseholds(ctx, []string{from.ID})
	if err != nil {
		return into, err
	}
	for _, p := range persons {
		on := p.CameFrom(into.ID, from.ID)
		if on == "" || m.On != "" && m.On != on {
			return into, errSplitGoesOn
		}
		m.On = on
	}
	return s.Merge(ctx, of, m)
}

// absorb carries out the plan. The other household knows first what is its past, and what moves goes after those who
// see to it.
func (s *Service) absorb(ctx context.Context, by access.Pass, from model.Household, m Merging) (model.Household, error) {
	into, err := s.store.ChangeHousehold(ctx, m.IntoID, 0, by.ChangeInfo(s.now(), m.Evidence), func(h *model.Household) error {
		for _, id := range from.Numbers() {
			if !slices.Contains(h.Absorbed, id) {
				h.Absorbed = append(slices.Clone(h.Absorbed), id)
			}
		}
		return nil
	})
	if err != nil {
		return into, err
	}
	for _, x := range from.Merge.Members {
		if err := s.transfer(ctx, by, x.PersonID, from.ID, into.ID, from.Merge.On, m.Evidence); err != nil {
			return into, err
		}
	}
	if into, err = s.headOfBoth(ctx, by, from, into, m.Evidence); err != nil {
		return into, err
	}
	if err := s.endMerged(ctx, by, from, into, m.Evidence); err != nil {
		return into, err
	}
	if err := s.move(ctx, by, from.Merge.Moved, from.ID, into.ID, m.Evidence); err != nil {
		return into, err
	}
	if err := s.books.Join(ctx, from.ID, into.ID); err != nil {
		return into, err
	}
	return into, s.unbindAll(ctx, from.ID, into.ID)
}

// headOfBoth leaves one head: that of the household which goes on, or where it has none, the other's.
func (s *Service) headOfBoth(ctx context.Context, by access.Pass, from, into model.Household, why string) (model.Household, error) {
	into, err := s.store.ChangeHousehold(ctx, into.ID, 0, by.ChangeInfo(s.now(), why), func(h *model.Household) error {
		if h.HeadID == "" {
			h.HeadID = from.HeadID
		}
		return nil
	})
	if err != nil {
		return into, err
	}
	return into, s.agreeOnHead(ctx, by, into, from.Merge.On, why)
}

// endMerged ends the pairings of the household that is no more. Where the other one has nobody, its cadres take that
// one over first.
func (s *Service) endMerged(ctx context.Context, by access.Pass, from, into model.Household, why string) error {
	open, err := s.openPairings(ctx, into.ID, from.Merge.On)
	if err == nil && len(open) == 0 {
		err = s.copyPairings(ctx, by, from.ID, into, from.Merge.On)
	}
	if err != nil {
		return err
	}
	for _, id := range from.Merge.PairingIDs {
		if _, err := s.store.ChangePairing(ctx, id, 0, by.ChangeInfo(s.now(), why), endPairing(from.Merge.On, why)); err != nil {
			return err
		}
	}
	return nil
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
	if plan.Moved, err = s.moved(ctx, fromID, nil); err != nil {
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
		if parted(from, house.Actor(), why) {
			return from, s.afterUndoing(ctx, house, why) // a repeat of one that was cut off at its end
		}
		return from, model.NewError(model.KindConflict, "not_merged", "这一户没有并到别的户里")
	}
	plan := *from.Merge
	if err := s.release(ctx, house.Pass, from, why); err != nil {
		return from, err
	}
	// After all else, so that a repeat after a crash still finds the plan.
	from, err := s.store.ChangeHousehold(ctx, fromID, 0, house.Pass.ChangeInfo(s.now(), why), func(h *model.Household) error {
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
	return from, s.afterUndoing(ctx, house, why)
}

// parted says that taking back that it was closed, by the same hand and for the same reason, was the household's latest
// change of status: so an undoing that was cut off left it.
func parted(h model.Household, actor, why string) bool {
	if len(h.StatusHistory) == 0 {
		return false
	}
	last := h.StatusHistory[len(h.StatusHistory)-1]
	return last.Corrects > 0 && h.StatusHistory[last.Corrects-1].Status == model.StatusClosed && last.By == actor && last.Evidence == why
}

// afterUndoing finds the household again where it is looked for, and says what was done. Doing so twice does no harm.
func (s *Service) afterUndoing(ctx context.Context, house access.Household, why string) error {
	if err := s.Reindex(ctx, house.ID()); err != nil {
		return err
	}
	return s.note(ctx, house.Pass, model.AuditChange, "households/"+house.ID(), house.ID(), "撤销合户:"+why)
}

var errMergedOn = model.NewError(model.KindConflict, "merged_on", "它并入的那一户后来又并到了别的户,请先撤销那一次")

// release gives back what the plan says, in the order in which it was taken, and last what the other household knows.
func (s *Service) release(ctx context.Context, by access.Pass, from model.Household, why string) error {
	plan := *from.Merge
	into, err := s.store.Household(ctx, from.MergedInto)
	if err != nil {
		return err
	}
	if into.MergedInto != "" {
		return errMergedOn
	}
	for _, x := range plan.Members {
		if err := s.transferBack(ctx, by, x, from.ID, into.ID, plan.On, why); err != nil {
			return err
		}
	}
	for _, id := range plan.PairingIDs {
		if _, err := s.store.ChangePairing(ctx, id, 0, by.ChangeInfo(s.now(), why), func(p *model.Pairing) error {
			p.To, p.EndReason, p.HandoverTo = "", "", nil
			return nil
		}); err != nil {
			return err
		}
	}
	if err := s.move(ctx, by, plan.Moved, into.ID, from.ID, why); err != nil {
		return err
	}
	if err := s.books.Part(ctx, from.ID, into.ID); err != nil {
		return err
	}
	if err := s.bindBack(ctx, plan, into.ID); err != nil {
		return err
	}
	return s.standAlone(ctx, by, from, into.ID, why)
}

// standAlone leaves the other household with a head of its own, and takes the one that leaves it out of its past.
func (s *Service) standAlone(ctx context.Context, by access.Pass, from model.Household, intoID, why string) error {
	today := model.DateOf(s.now())
	left, err := s.membersOn(ctx, intoID, today)
	if err != nil {
		return err
	}
	into, err := s.store.ChangeHousehold(ctx, intoID, 0, by.ChangeInfo(s.now(), why), func(h *model.Household) error {
		h.Absorbed = slices.DeleteFunc(slices.Clone(h.Absorbed), func(id string) bool { return slices.Contains(from.Numbers(), id) })
		if !slices.ContainsFunc(left, func(p model.Person) bool { return p.ID == h.HeadID }) {
			h.HeadID = ""
			if len(left) > 0 {
				h.HeadID = left[0].ID
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	if err := s.agreeOnHead(ctx, by, into, today, why); err != nil {
		return err
	}
	return s.Reindex(ctx, intoID)
}

func (s *Service) transferBack(ctx context.Context, by access.Pass, x model.MergedMember, fromID, intoID string, on model.Date, why string) error {
	_, err := s.store.ChangePerson(ctx, x.PersonID, 0, by.ChangeInfo(s.now(), why), func(p *model.Person) error {
		if p.WentBack(fromID, intoID, on) {
			p.EndMembership(intoID, on)
			p.Memberships = append(p.Memberships, model.Membership{HouseholdID: fromID, Relation: x.Relation, From: on})
			return nil
		}
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
