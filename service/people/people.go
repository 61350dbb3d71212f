// Package people reads the registry: households, their members and the cadres who help them.
package people

import (
	"context"

	"bangfu/repo"
	"bangfu/service/model"
)

// Service reads the registry. Safe for concurrent use.
type Service struct {
	store *repo.Store
	now   model.Clock
}

// New makes the service.
func New(store *repo.Store, now model.Clock) *Service { return &Service{store: store, now: now} }

// File is what a household may see of itself today. Names of members are masked.
type File struct {
	Household model.Household
	Unit      model.Unit
	Members   []Member // head first
	Cadres    []Helper // lead first
}

// Member of a household. Name is masked.
type Member struct {
	Name     string
	Relation model.Relation
}

// Helper is a cadre paired with the household.
type Helper struct {
	ID, Name string
	Role     model.PairingRole
	Unit     string
}

// File of the household; KindNotFound when there is none.
func (s *Service) File(ctx context.Context, householdID string) (File, error) {
	h, err := s.store.Household(ctx, householdID)
	if err != nil {
		return File{}, err
	}
	f := File{Household: h}
	if f.Unit, err = s.store.Unit(ctx, h.UnitID); err != nil {
		return File{}, err
	}
	if f.Members, err = s.members(ctx, h); err != nil {
		return File{}, err
	}
	f.Cadres, err = s.helpers(ctx, h.ID)
	return f, err
}

func (s *Service) members(ctx context.Context, h model.Household) ([]Member, error) {
	persons, err := s.store.PersonsOf(ctx, h.ID)
	if err != nil {
		return nil, err
	}
	today := model.DateOf(s.now())
	var head, others []Member
	for _, p := range persons {
		m, belongs := p.Member(h.ID, today)
		if !belongs {
			continue
		}
		member := Member{Name: model.MaskName(p.Name), Relation: m.Relation}
		if p.ID == h.HeadID {
			head = append(head, member)
		} else {
			others = append(others, member)
		}
	}
	return append(head, others...), nil
}

func (s *Service) helpers(ctx context.Context, householdID string) ([]Helper, error) {
	pairings, err := s.store.PairingsOfHousehold(ctx, householdID)
	if err != nil {
		return nil, err
	}
	today := model.DateOf(s.now())
	var lead, others []Helper
	for _, p := range pairings {
		if !p.OpenOn(today) {
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

func (s *Service) helper(ctx context.Context, p model.Pairing) (Helper, error) {
	c, err := s.store.Cadre(ctx, p.CadreID)
	if err != nil {
		return Helper{}, err
	}
	unit, err := s.store.Unit(ctx, c.UnitID)
	return Helper{ID: c.ID, Name: c.Name, Role: p.Role, Unit: unit.Name}, err
}

// Brief is one household in a list.
type Brief struct {
	ID, Head, Unit string // Head is the masked name
	Members        int
}

// Brief of a household; KindNotFound when there is none.
func (s *Service) Brief(ctx context.Context, householdID string) (Brief, error) {
	h, err := s.store.Household(ctx, householdID)
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

// HouseholdsOf are the households with which the cadre is paired today, by number.
func (s *Service) HouseholdsOf(ctx context.Context, cadreID string) ([]string, error) {
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
