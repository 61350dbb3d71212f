package people

import (
	"context"
	"slices"
	"strings"

	"bangfu/service/access"
	"bangfu/service/model"
)

// PairWith is a cadre who takes a household over.
type PairWith struct {
	CadreID string
	Role    model.PairingRole
	CardNo  string
}

// OpenPairings are those that hold today of the households that the member of staff may read; the others are left out.
func (s *Service) OpenPairings(ctx context.Context, l access.Lists, ids []string) ([]model.Pairing, error) {
	reached := ids[:0:0]
	for _, id := range ids {
		if ok, err := l.CanAccess(ctx, id); err != nil {
			return nil, err
		} else if ok {
			reached = append(reached, id)
		}
	}
	all, err := s.store.PairingsOfHouseholds(ctx, reached)
	today := model.DateOf(s.now())
	return slices.DeleteFunc(all, func(p model.Pairing) bool { return !p.OpenOn(today) }), err
}

// Pair opens a pairing from a day on. Pairing somebody who is paired already changes nothing.
func (s *Service) Pair(ctx context.Context, house access.Household, with PairWith, from model.Date) (model.Pairing, error) {
	h := house.Record()
	p, err := s.pair(ctx, house.Pass, h, with, from)
	if err != nil {
		return p, err
	}
	return p, s.note(ctx, house.Pass, model.AuditChange, "pairings/"+p.ID, h.ID, "结对")
}

func (s *Service) pair(ctx context.Context, by access.Pass, h model.Household, with PairWith, from model.Date) (model.Pairing, error) {
	c, err := s.store.Cadre(ctx, with.CadreID)
	if model.IsKind(err, model.KindNotFound) {
		return model.Pairing{}, errCadre
	}
	if err != nil {
		return model.Pairing{}, err
	}
	if with.Role == "" {
		with.Role = model.PairingMember
	}
	p := model.Pairing{
		ID: model.PairingID(h.ID, with.CadreID, from), Record: model.NewRecord(s.now(), by.Actor()),
		HouseholdID: h.ID, CadreID: with.CadreID, Role: with.Role, CardNo: with.CardNo, From: from,
	}
	if err := checkPairing(p, h.Status, c.Status, model.DateOf(s.now())); err != nil {
		return model.Pairing{}, err
	}
	open, err := s.openPairings(ctx, h.ID, from)
	if err != nil {
		return model.Pairing{}, err
	}
	for _, there := range open {
		if there.CadreID == with.CadreID {
			return there, nil
		}
	}
	err = s.store.InsertPairing(ctx, p)
	if model.IsKind(err, model.KindConflict) { // ended on the day it began, and now opened again
		return s.store.ChangePairing(ctx, p.ID, 0, by.ChangeInfo(s.now(), "重新结对"), func(old *model.Pairing) error {
			old.To, old.EndReason, old.HandoverTo, old.Role = "", "", nil, with.Role
			return nil
		})
	}
	return p, err
}

// openPairings are the household's pairings that hold on the day or begin after it and have not ended.
func (s *Service) openPairings(ctx context.Context, householdID string, day model.Date) ([]model.Pairing, error) {
	all, err := s.store.PairingsOfHousehold(ctx, householdID)
	return slices.DeleteFunc(all, func(p model.Pairing) bool { return p.To != "" && (p.To < day || p.To < p.From) }), err
}

// Ending ends a pairing: On is the first day without it.
type Ending struct {
	On       model.Date
	Reason   string
	Handover []PairWith // who takes over; needed when nobody else is left
}

// Handover is the card for whoever takes a household over, 交接单.
type Handover struct {
	Household model.Household
	Members   []Member // masked
	From      model.Pairing
	To        []model.Pairing
	Reason    string
	Needs     []model.Need // open difficulties and promises; those of the cadre who goes are the successor's now
}

// EndPairing ends a pairing and hands the household over in the same step. Those who take over are paired
// first, so that at no instant there is nobody; a repeat finishes what was cut off.
func (s *Service) EndPairing(ctx context.Context, house access.Household, pairingID string, e Ending) (Handover, error) {
	h := house.Record()
	p, err := s.store.Pairing(ctx, pairingID)
	if model.IsKind(err, model.KindNotFound) || err == nil && p.HouseholdID != h.ID {
		return Handover{}, model.NewError(model.KindNotFound, "no_such_pairing", "没有这条结对")
	}
	if err != nil {
		return Handover{}, err
	}
	if err := s.checkEnding(ctx, h, p, e); err != nil {
		return Handover{}, err
	}
	card := Handover{Household: h, Reason: e.Reason}
	for _, with := range e.Handover {
		next, err := s.pair(ctx, house.Pass, h, with, e.On)
		if err != nil {
			return card, err
		}
		card.To = append(card.To, next)
	}
	card.From, err = s.store.ChangePairing(ctx, p.ID, 0, house.Pass.ChangeInfo(s.now(), e.Reason), func(p *model.Pairing) error {
		p.To, p.EndReason, p.HandoverTo = e.On.AddDays(-1), e.Reason, nil
		for _, with := range e.Handover {
			p.HandoverTo = append(p.HandoverTo, with.CadreID)
		}
		return nil
	})
	if err != nil {
		return card, err
	}
	if err := s.keepOne(ctx, house.Pass, h, p, e.On); err != nil {
		return card, err
	}
	if card.Members, err = s.members(ctx, h); err != nil {
		return card, err
	}
	if card.Needs, err = s.passOn(ctx, house.Pass, h.ID, p.CadreID, e); err != nil {
		return card, err
	}
	if err := s.tellHandover(ctx, card); err != nil {
		return card, err
	}
	return card, s.note(ctx, house.Pass, model.AuditChange, "pairings/"+p.ID, h.ID, e.Reason)
}

// passOn gives the open difficulties that the cadre saw to to whoever takes over, or to another cadre of the
// household, and lists all that are open.
func (s *Service) passOn(ctx context.Context, by access.Pass, householdID, cadreID string, e Ending) ([]model.Need, error) {
	all, err := s.store.NeedsOf(ctx, householdID)
	if err != nil {
		return nil, err
	}
	open, err := s.openPairings(ctx, householdID, e.On)
	if err != nil {
		return nil, err
	}
	next := successor(open, cadreID)
	if len(e.Handover) > 0 {
		next = e.Handover[0].CadreID
	}
	var live []model.Need
	for _, n := range all {
		if !n.Live() || !n.Shown(by.Staff()) {
			continue
		}
		if n.OwnerID == cadreID && next != "" {
			n, err = s.store.ChangeNeed(ctx, n.ID, 0, by.ChangeInfo(s.now(), e.Reason), func(n *model.Need) error {
				n.OwnerID = next
				n.Step(n.State, by.Actor(), "交接给"+next, s.now())
				return nil
			})
			if err != nil {
				return live, err
			}
		}
		live = append(live, n)
	}
	return live, nil
}

// keepOne takes the ending back when it left nobody: two people may have ended the last two at once.
func (s *Service) keepOne(ctx context.Context, by access.Pass, h model.Household, ended model.Pairing, on model.Date) error {
	open, err := s.openPairings(ctx, h.ID, on)
	if err != nil || len(open) > 0 || !h.Status.NeedsCadre() {
		return err
	}
	_, err = s.store.ChangePairing(ctx, ended.ID, 0, by.ChangeInfo(s.now(), "不能没有帮扶干部"), func(p *model.Pairing) error {
		p.To, p.EndReason, p.HandoverTo = "", "", nil
		return nil
	})
	if err == nil {
		err = errNoCadreLeft
	}
	return err
}

func (s *Service) checkEnding(ctx context.Context, h model.Household, p model.Pairing, e Ending) error {
	if strings.TrimSpace(e.Reason) == "" {
		return errWhy
	}
	if _, err := model.ParseDate(string(e.On)); err != nil || e.On < p.From {
		return errPairingTo
	}
	if p.To != "" && p.To != e.On.AddDays(-1) {
		return model.NewError(model.KindConflict, "pairing_ended", "这条结对已经结束了")
	}
	open, err := s.openPairings(ctx, h.ID, e.On)
	if err != nil {
		return err
	}
	others := slices.DeleteFunc(open, func(x model.Pairing) bool { return x.ID == p.ID || x.CadreID == p.CadreID })
	takers := slices.DeleteFunc(slices.Clone(e.Handover), func(w PairWith) bool { return w.CadreID == p.CadreID })
	if h.Status.NeedsCadre() && len(others) == 0 && len(takers) == 0 {
		return errNoCadreLeft
	}
	return nil
}

// Load is how many households a cadre or a unit's cadres help.
type Load struct {
	ID, Name string
	UnitID   string
	Pairings int
}

// Loads are the loads on a day of the cadres whose units the list reaches, in order of their numbers, and of those
// units.
func (s *Service) Loads(ctx context.Context, l access.Lists, day model.Date) (cadres, units []Load, err error) {
	people, err := s.store.Cadres(ctx)
	if err != nil {
		return nil, nil, err
	}
	pairings, err := s.store.Pairings(ctx)
	if err != nil {
		return nil, nil, err
	}
	list, err := s.store.Units(ctx)
	if err != nil {
		return nil, nil, err
	}
	count := map[string]int{}
	for _, p := range pairings {
		if p.OpenOn(day) {
			count[p.CadreID]++
		}
	}
	ofUnit := map[string]int{}
	for _, c := range people {
		if ok, err := l.CanAccessUnit(ctx, c.UnitID); err != nil {
			return nil, nil, err
		} else if !ok {
			continue
		}
		cadres = append(cadres, Load{ID: c.ID, Name: c.Name, UnitID: c.UnitID, Pairings: count[c.ID]})
		ofUnit[c.UnitID] += count[c.ID]
	}
	for _, u := range list {
		if n := ofUnit[u.ID]; n > 0 {
			units = append(units, Load{ID: u.ID, Name: u.Name, UnitID: u.ID, Pairings: n})
		}
	}
	return cadres, units, nil
}

// Unassigned are the households that must have a cadre and have none on the day; the list is always empty
// unless something went wrong. Only those that the list reaches.
func (s *Service) Unassigned(ctx context.Context, l access.Lists, day model.Date) ([]string, error) {
	pairings, err := s.store.Pairings(ctx)
	if err != nil {
		return nil, err
	}
	cared := map[string]bool{}
	for _, p := range pairings {
		cared[p.HouseholdID] = cared[p.HouseholdID] || p.OpenOn(day)
	}
	var uncared []string
	err = s.store.EachCareer(ctx, func(h model.Household) error {
		if !h.Status.NeedsCadre() || cared[h.ID] {
			return nil
		}
		ok, err := l.CanAccessUnit(ctx, h.UnitID)
		if ok {
			uncared = append(uncared, h.ID)
		}
		return err
	})
	slices.Sort(uncared)
	return uncared, err
}
