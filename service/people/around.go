package people

import (
	"context"
	"maps"
	"slices"

	"bangfu/service/access"
	"bangfu/service/model"
)

// surroundings are what a list shows of a household besides its own record.
type surroundings struct {
	head    string
	members int
	cadres  []string
}

func (s *Service) around(ctx context.Context, page []model.Household) (map[string]surroundings, error) {
	ids, heads := make([]string, len(page)), make(map[string]string, len(page))
	for i, h := range page {
		ids[i], heads[h.ID] = h.ID, h.HeadID
	}
	persons, pairings, err := s.personsAndPairings(ctx, ids)
	if err != nil {
		return nil, err
	}
	today, of := model.DateOf(s.now()), map[string]surroundings{}
	for _, p := range persons {
		for _, m := range p.Memberships {
			head, here := heads[m.HouseholdID]
			if _, belongs := p.Member(m.HouseholdID, today); !belongs || !here {
				continue
			}
			x := of[m.HouseholdID]
			if x.members++; p.ID == head {
				x.head = p.Name
			}
			of[m.HouseholdID] = x
		}
	}
	cadres, err := s.store.Cadres(ctx)
	if err != nil {
		return nil, err
	}
	called := map[string]string{}
	for _, c := range cadres {
		called[c.ID] = c.Name
	}
	for _, p := range pairings {
		if x := of[p.HouseholdID]; p.OpenOn(today) {
			if x.cadres = append(x.cadres, called[p.CadreID]); p.Role == model.PairingLead {
				x.cadres = append([]string{called[p.CadreID]}, x.cadres[:len(x.cadres)-1]...)
			}
			of[p.HouseholdID] = x
		}
	}
	return of, nil
}

// Heads are the heads of households, by number: in full for who may read names anywhere on the farm, which is a look that
// each of the households sees; masked for others.
func (s *Service) Heads(ctx context.Context, farm access.Farm, ids []string) (map[string]string, error) {
	known, err := s.store.HouseholdsByID(ctx, ids)
	if err != nil {
		return nil, err
	}
	page := slices.Collect(maps.Values(known))
	around, err := s.around(ctx, page)
	if err != nil {
		return nil, err
	}
	full, heads := farm.Staff().CanReadFields(model.GroupIdentity, nil), map[string]string{}
	for _, h := range page {
		if heads[h.ID] = around[h.ID].head; !full {
			heads[h.ID] = model.MaskName(heads[h.ID])
		}
	}
	if !full || len(page) == 0 {
		return heads, nil
	}
	return heads, s.NoteAccess(ctx, farm.Staff(), model.AccessNames, ids...)
}
