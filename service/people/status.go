package people

import (
	"context"
	"slices"
	"strings"

	"bangfu/service/access"
	"bangfu/service/model"
)

// Move is a step of a household's status.
type Move struct {
	Rev        int64 // the revision that the person looked at
	To         model.HouseholdStatus
	On         model.Date
	Evidence   string
	Monitoring string // of a move into relapse warning: one of model.MonitoringKinds
}

var (
	errEvidence = model.NewError(model.KindInvalid, "evidence_missing", "请写明依据(文件、会议或核查记录)")
	errStatus   = model.NewError(model.KindInvalid, "no_such_status", "没有这种户情")
)

// MoveStatus takes the step if every condition of it is met; otherwise KindInvalid with all that are not, and
// nothing changes. What follows from the step (pairings and bindings that end) is done before it returns,
// and again by whoever repeats it.
func (s *Service) MoveStatus(ctx context.Context, house access.Household, m Move) (model.Household, error) {
	id := house.ID()
	if strings.TrimSpace(m.Evidence) == "" {
		return model.Household{}, errEvidence
	}
	if !m.To.Known() {
		return model.Household{}, errStatus
	}
	h := house.Record()
	if h.Status == m.To && h.StatusSince == m.On && h.Status.Ended() {
		return h, s.end(ctx, house.Actor(), h, m.On, m.Evidence) // a repeat finishes what was cut off
	}
	facts, err := s.facts(ctx, house.Pass, h, m)
	if err != nil {
		return h, err
	}
	h, err = s.store.ChangeHousehold(ctx, id, m.Rev, house.Pass.ChangeInfo(s.now(), m.Evidence), func(h *model.Household) error {
		if unmet := h.Unmet(m.To, facts); len(unmet) > 0 {
			return refused(m.To, unmet)
		}
		h.Take(model.StatusChange{Status: m.To, On: m.On, By: house.Actor(), At: s.now().UTC(), Evidence: m.Evidence})
		return nil
	})
	if err != nil {
		return h, err
	}
	if h.Status.Ended() {
		if err := s.end(ctx, house.Actor(), h, m.On, m.Evidence); err != nil {
			return h, err
		}
	}
	return h, s.note(ctx, house.Pass, model.AuditChange, "households/"+id, id, m.Evidence, "status")
}

// Unmet are the conditions that keep the household from a status today.
func (s *Service) Unmet(ctx context.Context, house access.Household, m Move) ([]model.Reason, error) {
	h := house.Record()
	if !m.To.Known() {
		return nil, errStatus
	}
	facts, err := s.facts(ctx, house.Pass, h, m)
	return h.Unmet(m.To, facts), err
}

func refused(to model.HouseholdStatus, unmet []model.Reason) error {
	sentences := make([]string, len(unmet))
	for i, r := range unmet {
		sentences[i] = r.Msg
	}
	err := model.NewError(model.KindInvalid, "conditions_unmet", "还不能改成“"+to.Label()+"”:"+strings.Join(sentences, ";"))
	err.Why = unmet
	return err
}

func (s *Service) facts(ctx context.Context, by access.Pass, h model.Household, m Move) (model.Facts, error) {
	f := model.Facts{On: m.On, Today: model.DateOf(s.now()), Mover: by.Actor(), MonitoringFor: m.Monitoring}
	settings, err := s.store.Settings(ctx)
	if err != nil {
		return f, err
	}
	f.ExitLine = settings.ExitLine
	if f.Incomes, err = s.store.IncomesOf(ctx, h.ID); err != nil {
		return f, err
	}
	pairings, err := s.store.PairingsOfHousehold(ctx, h.ID)
	if err != nil {
		return f, err
	}
	for _, p := range pairings {
		if p.OpenOn(m.On) {
			f.OpenPairings++
		}
	}
	members, err := s.membersOn(ctx, h.ID, m.On)
	if err != nil {
		return f, err
	}
	f.OpenMembers = len(members)
	return f, s.publicFacts(ctx, h, &f)
}

// publicFacts are the published notices that name the household, and the objections that hold it up. They are
// read where they stand, not copied to the household: what is withdrawn or answered counts at once.
func (s *Service) publicFacts(ctx context.Context, h model.Household, f *model.Facts) error {
	notices, err := s.store.NoticesNaming(ctx, h.ID)
	if err != nil {
		return err
	}
	for _, d := range notices {
		if d.State == model.DisclosurePublished {
			f.Notices = append(f.Notices, d.Notice())
		}
	}
	objections, err := s.store.ObjectionsIn(ctx, model.OpenObjections...)
	for _, o := range objections {
		if slices.ContainsFunc(h.Numbers(), func(id string) bool { return o.Blocks(id, notices) }) {
			f.Objections++
		}
	}
	return err
}

// membersOn are the persons who belong to the household on the day.
func (s *Service) membersOn(ctx context.Context, householdID string, day model.Date) ([]model.Person, error) {
	persons, err := s.store.PersonsOf(ctx, householdID)
	if err != nil {
		return nil, err
	}
	var members []model.Person
	for _, p := range persons {
		if _, belongs := p.Member(householdID, day); belongs {
			members = append(members, p)
		}
	}
	return members, nil
}

// CorrectStatus replaces a line of the history that was wrong. The wrong line stays readable.
func (s *Service) CorrectStatus(ctx context.Context, house access.Household, rev int64, line int, c model.StatusChange) (model.Household, error) {
	id := house.ID()
	if strings.TrimSpace(c.Evidence) == "" {
		return model.Household{}, errEvidence
	}
	if !c.Status.Known() {
		return model.Household{}, errStatus
	}
	h, err := s.store.ChangeHousehold(ctx, id, rev, house.Pass.ChangeInfo(s.now(), c.Evidence), func(h *model.Household) error {
		if line < 1 || line > len(h.StatusHistory) || c.On > model.DateOf(s.now()) {
			return model.NewError(model.KindInvalid, "no_such_line", "户情记录里没有这一行,或日期还没到")
		}
		for _, x := range h.StatusHistory {
			if x.Corrects == line {
				return model.NewError(model.KindConflict, "corrected_already", "这一行已经更正过,请更正新的那一行")
			}
		}
		c.By, c.At, c.Corrects = house.Actor(), s.now().UTC(), line
		h.Take(c)
		return nil
	})
	if err != nil {
		return h, err
	}
	return h, s.note(ctx, house.Pass, model.AuditChange, "households/"+id, id, c.Evidence, "status_history")
}

// end closes what a household that has left the register for good still has: pairings, and the WeChat
// accounts that see it. It can be repeated.
func (s *Service) end(ctx context.Context, actor string, h model.Household, on model.Date, why string) error {
	by := model.ChangeInfo{Actor: actor, Why: why, At: s.now()}
	pairings, err := s.store.PairingsOfHousehold(ctx, h.ID)
	if err != nil {
		return err
	}
	for _, p := range pairings {
		if !p.OpenOn(on) {
			continue
		}
		if _, err := s.store.ChangePairing(ctx, p.ID, 0, by, endPairing(on, why)); err != nil {
			return err
		}
	}
	return s.unbindAll(ctx, h.ID, "")
}

func endPairing(on model.Date, why string) func(*model.Pairing) error {
	return func(p *model.Pairing) error {
		p.To, p.EndReason = on.AddDays(-1), why // on is the first day without
		return nil
	}
}

// unbindAll takes the household from every account that sees it, and voids the codes for it; to, when it is named,
// takes its place, also where a telephone number does not lead to it any more.
func (s *Service) unbindAll(ctx context.Context, householdID, to string) error {
	accounts, err := s.store.AccountsOf(ctx, householdID)
	if err != nil {
		return err
	}
	for _, a := range accounts {
		a.Rebind(householdID, to)
		if err := s.store.ReplaceAccount(ctx, a); err != nil {
			return err
		}
	}
	if err := s.store.DropBindCodes(ctx, householdID); err != nil || to == "" {
		return err
	}
	return s.barFrom(ctx, householdID, to)
}

// barFrom bars from to whoever is barred from the household.
func (s *Service) barFrom(ctx context.Context, householdID, to string) error {
	barred, err := s.store.AccountsBarredFrom(ctx, householdID)
	if err != nil {
		return err
	}
	for _, a := range barred {
		if slices.Contains(a.Barred, to) {
			continue
		}
		a.Barred = append(a.Barred, to)
		if err := s.store.ReplaceAccount(ctx, a); err != nil {
			return err
		}
	}
	return nil
}
