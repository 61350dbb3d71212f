package people

import (
	"context"

	"bangfu/service/access"
	"bangfu/service/model"
)

// CadreCard is a cadre as the household that they help reads them; Phone is empty of those who have not agreed.
type CadreCard struct{ ID, Name, Phone string }

// CadrePhones are the household's cadres, the lead first.
func (s *Service) CadrePhones(ctx context.Context, house access.Household) (list []CadreCard, err error) {
	pairings, cadres, err := s.paired(ctx, house.ID(), model.DateOf(s.now()))
	if err != nil {
		return nil, err
	}
	for _, p := range pairings {
		c := cadres[p.CadreID]
		card := CadreCard{ID: c.ID, Name: c.Name}
		if c.PhoneShared {
			if card.Phone, err = s.store.Sealer().Open(c.Phone, "phone", c.ID); err != nil {
				return nil, err
			}
		}
		list = append(list, card)
	}
	return list, nil
}

// SharePhone is the cadre's own word on whether households read their telephone number.
func (s *Service) SharePhone(ctx context.Context, cadre access.Cadre, shared bool) error {
	by := model.ChangeInfo{Actor: cadre.Actor(), Why: "本人决定给不给户里看电话", At: s.now()}
	_, err := s.store.ChangeCadre(ctx, cadre.ID(), 0, by, func(c *model.Cadre) error { c.PhoneShared = shared; return nil })
	return err
}

// ContactOf are the telephones and the address of a household to the cadre who helps it. The reading is in the audit
// log, with its reason, before anything is given out; the household reads who looked.
func (s *Service) ContactOf(ctx context.Context, house access.Household, reason string) (Fields, error) {
	if !model.GoodReason(reason) {
		return Fields{}, errReason
	}
	h, err := s.store.Household(ctx, house.ID())
	if err != nil {
		return Fields{}, err
	}
	err = s.store.AppendAudit(ctx, model.AuditEntry{
		At: s.now(), Actor: "cadre:" + house.Account().CadreID, Action: model.AuditRead, Record: "households/" + h.ID, HouseholdID: h.ID,
		Fields: []string{string(model.GroupContact)}, Reason: reason,
	})
	if err != nil {
		return Fields{}, err
	}
	members, err := s.members(ctx, h)
	if err != nil {
		return Fields{}, err
	}
	f, err := s.openFields(ctx, h, []model.FieldGroup{model.GroupContact})
	for i := range f.Members {
		for _, m := range members {
			if m.ID == f.Members[i].PersonID {
				f.Members[i].Name = m.Name + "(" + m.Relation.Label() + ")"
			}
		}
	}
	return f, err
}

// NamesAround are the names of everybody of the household and of its cadres, so that they can be left out of a text.
func (s *Service) NamesAround(ctx context.Context, house access.Household) (names []string, err error) {
	today := model.DateOf(s.now())
	members, err := s.membersOn(ctx, house.ID(), today)
	if err != nil {
		return nil, err
	}
	for _, p := range members {
		names = append(names, p.Name)
	}
	helpers, err := s.helpers(ctx, house.ID(), today)
	for _, h := range helpers {
		names = append(names, h.Name)
	}
	return names, err
}
