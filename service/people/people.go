// Package people is the registry: households, their members, the cadres who help them, and every change
// of these. Staff see and change what their posts reach; a household outside their reach reads as unknown.
package people

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"bangfu/repo"
	"bangfu/service/access"
	"bangfu/service/ledger"
	"bangfu/service/model"
	"bangfu/service/notify"

	"golang.org/x/sync/errgroup"
)

// Service keeps the registry. Safe for concurrent use.
type Service struct {
	store  *repo.Store
	access *access.Service
	notify *notify.Service
	books  *ledger.Service // its statements, which a merge joins
	now    model.Clock
	noted  noted
}

// New makes the service. n tells the office of emergencies, and cadres and households of each other.
func New(store *repo.Store, n *notify.Service, now model.Clock) *Service {
	n.Register(notify.Purpose{Name: purposePairing})
	return &Service{store: store, access: access.New(store, now), notify: n, books: ledger.New(store, now), now: now}
}

// File is what a household may see of itself today. Names of members are masked.
type File struct {
	Household model.Household
	Unit      model.Unit
	Members   []Member      // head first
	HeadName  string        // in full, for the household itself and its cadres; empty for everybody else
	Cadres    []PairedCadre // lead first
}

// Member of a household. Name is masked.
type Member struct {
	ID       string
	Rev      int64
	Name     string
	Relation model.Relation

	Sex          string
	Age          int // whole years; 0 also where nobody knows
	StudentStage string
	Attrs        map[string]any
}

// PairedCadre is a cadre paired with the household.
type PairedCadre struct {
	ID, Name  string
	Role      model.PairingRole
	Unit      string
	PairingID string
	From      model.Date
}

// File of the household; KindNotFound when there is none.
func (s *Service) File(ctx context.Context, house access.Household) (File, error) {
	return s.file(ctx, house, nil, model.DateOf(s.now()))
}

// file gathers what the household's file says, in two rounds. Its record is read, too, unless it is given as it was then.
func (s *Service) file(ctx context.Context, house access.Household, then *model.Household, day model.Date) (f File, err error) {
	var persons []model.Person
	g, gathering := errgroup.WithContext(ctx)
	if then != nil {
		f.Household = *then
	} else {
		g.Go(func() (err error) { f.Household, err = s.store.Household(gathering, house.ID()); return err })
	}
	g.Go(func() (err error) { persons, err = s.membersOn(gathering, house.ID(), day); return err })
	g.Go(func() (err error) { f.Cadres, err = s.helpers(gathering, house.ID(), day); return err })
	if err := g.Wait(); err != nil {
		return File{}, err
	}
	f.Members = masked(persons, f.Household, day)
	for _, p := range persons {
		if p.ID == f.Household.HeadID && house.View() == model.ViewFull {
			f.HeadName = p.Name
		}
	}
	f.Unit, err = s.store.Unit(ctx, f.Household.UnitID)
	return f, err
}

// FileOn is the household's file for staff, today or as it stood at the end of a day.
func (s *Service) FileOn(ctx context.Context, house access.Household, day model.Date) (File, error) {
	h := house.Record()
	if day == "" || day >= model.DateOf(s.now()) {
		return s.file(ctx, house, &h, model.DateOf(s.now()))
	}
	then, err := s.store.HouseholdAsOf(ctx, h.ID, day.AddDays(1).Start())
	if model.IsKind(err, model.KindNotFound) {
		then, err = h, nil // entered later; what has dates of its own still reads as of the day
	}
	if err != nil {
		return File{}, err
	}
	if then.Status = h.StatusOn(day); then.Status == "" {
		return File{}, access.ErrUnknown
	}
	return s.file(ctx, house, &then, day)
}

// Register is how many households and persons are on the register on a day.
type Register struct {
	Households, Persons, Cadres int
	ByStatus                    map[model.HouseholdStatus]int
	NotYet                      int // which were looked into, and are not registered
}

// RegisterOn counts the households of the units that the list reaches by the dates in the records, so that a past day
// reads the same whatever happened since.
func (s *Service) RegisterOn(ctx context.Context, l access.Lists, day model.Date) (Register, error) {
	r := Register{ByStatus: map[model.HouseholdStatus]int{}}
	listed := map[string]bool{}
	err := s.store.EachCareer(ctx, func(h model.Household) error {
		status := h.StatusOn(day)
		if status != model.StatusIdentified && !h.OnRegister(day) {
			return nil
		}
		if ok, err := l.CanAccessUnit(ctx, h.UnitID); err != nil || !ok {
			return err
		}
		if status == model.StatusIdentified {
			r.NotYet++
			return nil
		}
		listed[h.ID] = true
		r.Households++
		r.ByStatus[status]++
		return nil
	})
	if err != nil {
		return r, err
	}
	err = s.store.EachMemberships(ctx, func(p model.Person) error {
		for _, m := range p.Memberships {
			if _, belongs := p.Member(m.HouseholdID, day); belongs && listed[m.HouseholdID] {
				r.Persons++
				break
			}
		}
		return nil
	})
	if err != nil {
		return r, err
	}
	pairings, err := s.store.Pairings(ctx)
	if err != nil {
		return r, err
	}
	cadres := map[string]bool{}
	for _, p := range pairings {
		if p.OpenOn(day) && listed[p.HouseholdID] {
			cadres[p.CadreID] = true
		}
	}
	r.Cadres = len(cadres)
	return r, nil
}

func (s *Service) members(ctx context.Context, h model.Household) ([]Member, error) {
	day := model.DateOf(s.now())
	persons, err := s.membersOn(ctx, h.ID, day)
	return masked(persons, h, day), err
}

// masked are the members on the day, head first, with masked names.
func masked(persons []model.Person, h model.Household, day model.Date) []Member {
	var head, others []Member
	for _, p := range persons {
		m, belongs := p.Member(h.ID, day)
		if !belongs {
			continue
		}
		member := Member{
			ID: p.ID, Rev: p.Rev, Name: model.MaskName(p.Name), Relation: m.Relation, Sex: p.Sex, Age: model.AgeOn(p.BirthDate, day),
			StudentStage: p.StudentStage, Attrs: p.Attrs,
		}
		if p.ID == h.HeadID {
			head = append(head, member)
		} else {
			others = append(others, member)
		}
	}
	return append(head, others...)
}

// helpers are the household's cadres on the day, the lead first.
func (s *Service) helpers(ctx context.Context, householdID string, day model.Date) ([]PairedCadre, error) {
	pairings, cadres, err := s.paired(ctx, householdID, day)
	if err != nil {
		return nil, err
	}
	list := make([]PairedCadre, len(pairings))
	for i, p := range pairings {
		unit, err := s.store.Unit(ctx, cadres[p.CadreID].UnitID)
		if err != nil {
			return nil, err
		}
		list[i] = PairedCadre{ID: p.CadreID, Name: cadres[p.CadreID].Name, Role: p.Role, Unit: unit.Name, PairingID: p.ID, From: p.From}
	}
	return list, nil
}

// paired are the household's pairings on the day, the lead's first, and their cadres, in two rounds.
func (s *Service) paired(ctx context.Context, householdID string, day model.Date) (open []model.Pairing, cadres map[string]model.Cadre, err error) {
	pairings, err := s.store.PairingsOfHousehold(ctx, householdID)
	if err != nil {
		return nil, nil, err
	}
	open = slices.DeleteFunc(pairings, func(p model.Pairing) bool { return !p.OpenOn(day) })
	slices.SortStableFunc(open, func(a, b model.Pairing) int { return cmp.Compare(notLead(a), notLead(b)) })
	if len(open) == 0 {
		return nil, nil, nil
	}
	ids := make([]string, len(open))
	for i, p := range open {
		ids[i] = p.CadreID
	}
	cadres, err = s.store.CadresByID(ctx, ids)
	for _, id := range ids {
		if _, there := cadres[id]; err == nil && !there {
			err = fmt.Errorf("household %s: no cadre %s", householdID, id)
		}
	}
	return open, cadres, err
}

func notLead(p model.Pairing) int {
	if p.Role == model.PairingLead {
		return 0
	}
	return 1
}

// Brief is one household in a list.
type Brief struct {
	ID, Head, Unit string // Head is the masked name
	Members        int
}

// Briefs of households, in their order; one that there is not any more is left out.
func (s *Service) Briefs(ctx context.Context, houses ...access.Household) (list []Brief, err error) {
	ids := make([]string, len(houses))
	for i, h := range houses {
		ids[i] = h.ID()
	}
	var records map[string]model.Household
	var persons []model.Person
	g, reading := errgroup.WithContext(ctx)
	g.Go(func() (err error) { records, err = s.store.HouseholdsByID(reading, ids); return err })
	g.Go(func() (err error) { persons, err = s.store.PersonsOfHouseholds(reading, ids); return err })
	if err := g.Wait(); err != nil {
		return nil, err
	}
	day := model.DateOf(s.now())
	for _, id := range ids {
		h, there := records[id]
		if !there {
			continue
		}
		unit, err := s.store.Unit(ctx, h.UnitID)
		if err != nil {
			return nil, err
		}
		b := Brief{ID: id, Unit: unit.Name}
		if members := masked(persons, h, day); len(members) > 0 {
			b.Members, b.Head = len(members), members[0].Name
		}
		list = append(list, b)
	}
	return list, nil
}

// householdsOf are the households with which the cadre is paired today, by number.
func (s *Service) householdsOf(ctx context.Context, cadreID string) ([]string, error) {
	pairings, err := s.store.PairingsOfCadre(ctx, cadreID)
	if err != nil {
		return nil, err
	}
	today := model.DateOf(s.now())
	var ids []string
	for _, p := range pairings {
		if p.OpenOn(today) {
			ids = append(ids, p.HouseholdID)
		}
	}
	return ids, nil
}

// CadreName is the cadre's name; KindNotFound when there is none.
func (s *Service) CadreName(ctx context.Context, cadreID string) (string, error) {
	found, err := s.store.CadresByID(ctx, []string{cadreID})
	c, there := found[cadreID]
	if err == nil && !there {
		err = access.ErrUnknown
	}
	return c.Name, err
}
