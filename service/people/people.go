// Package people is the registry: households, their members, the cadres who help them, and every change
// of these. Staff see and change what their posts reach; a household outside their reach reads as unknown.
package people

import (
	"context"

	"bangfu/repo"
	"bangfu/service/access"
	"bangfu/service/ledger"
	"bangfu/service/model"
	"bangfu/service/notify"
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
	h, err := s.store.Household(ctx, house.ID())
	if err != nil {
		return File{}, err
	}
	return s.file(ctx, h, model.DateOf(s.now()))
}

func (s *Service) file(ctx context.Context, h model.Household, day model.Date) (f File, err error) {
	f.Household = h
	if f.Unit, err = s.store.Unit(ctx, h.UnitID); err != nil {
		return File{}, err
	}
	if f.Members, err = s.masked(ctx, h, day); err != nil {
		return File{}, err
	}
	f.Cadres, err = s.helpers(ctx, h.ID, day)
	return f, err
}

// FileOn is the household's file for staff, today or as it stood at the end of a day.
func (s *Service) FileOn(ctx context.Context, house access.Household, day model.Date) (File, error) {
	h := house.Record()
	if day == "" || day >= model.DateOf(s.now()) {
		return s.file(ctx, h, model.DateOf(s.now()))
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
	return s.file(ctx, then, day)
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
	return s.masked(ctx, h, model.DateOf(s.now()))
}

// masked are the members on the day, head first, with masked names.
func (s *Service) masked(ctx context.Context, h model.Household, day model.Date) ([]Member, error) {
	persons, err := s.membersOn(ctx, h.ID, day)
	if err != nil {
		return nil, err
	}
	var head, others []Member
	for _, p := range persons {
		m, _ := p.Member(h.ID, day)
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
	return append(head, others...), nil
}

func (s *Service) helpers(ctx context.Context, householdID string, day model.Date) ([]PairedCadre, error) {
	pairings, err := s.store.PairingsOfHousehold(ctx, householdID)
	if err != nil {
		return nil, err
	}
	var lead, others []PairedCadre
	for _, p := range pairings {
		if !p.OpenOn(day) {
			continue
		}
		helper, err := s.helper(ctx, p)
		if err != nil {
			return nil, err
		}
		if p.Role == model.PairingLead {
			lead = append(lead, helper)
		} else {
			others = append(others, helper)
		}
	}
	return append(lead, others...), nil
}

func (s *Service) helper(ctx context.Context, p model.Pairing) (PairedCadre, error) {
	c, err := s.store.Cadre(ctx, p.CadreID)
	if err != nil {
		return PairedCadre{}, err
	}
	unit, err := s.store.Unit(ctx, c.UnitID)
	return PairedCadre{ID: c.ID, Name: c.Name, Role: p.Role, Unit: unit.Name, PairingID: p.ID, From: p.From}, err
}

// Brief is one household in a list.
type Brief struct {
	ID, Head, Unit string // Head is the masked name
	Members        int
}

// Brief of a household; KindNotFound when there is none.
func (s *Service) Brief(ctx context.Context, house access.Household) (Brief, error) {
	h, err := s.store.Household(ctx, house.ID())
	if err != nil {
		return Brief{}, err
	}
	unit, err := s.store.Unit(ctx, h.UnitID)
	if err != nil {
		return Brief{}, err
	}
	members, err := s.members(ctx, h)
	if err != nil {
		return Brief{}, err
	}
	b := Brief{ID: h.ID, Unit: unit.Name, Members: len(members)}
	if len(members) > 0 {
		b.Head = members[0].Name
	}
	return b, nil
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
	c, err := s.store.Cadre(ctx, cadreID)
	return c.Name, err
}
