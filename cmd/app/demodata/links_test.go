package demodata_test

import (
	"slices"
	"testing"

	"bangfu/cmd/app/demodata"
	"bangfu/service/model"
)

// register finds the records of a farm by id.
type register struct {
	units      map[string]model.Unit
	cadres     map[string]demodata.Cadre
	households map[string]model.Household
	persons    map[string]demodata.Person
}

func registerOf(farm demodata.Farm) register {
	r := register{
		map[string]model.Unit{}, map[string]demodata.Cadre{}, map[string]model.Household{}, map[string]demodata.Person{},
	}
	for _, u := range farm.Units {
		r.units[u.ID] = u
	}
	for _, c := range farm.Cadres {
		r.cadres[c.ID] = c
	}
	for _, h := range farm.Households {
		r.households[h.ID] = h
	}
	for _, p := range farm.Persons {
		r.persons[p.ID] = p
	}
	return r
}

func TestUnitTree(t *testing.T) {
	farm := demodata.Build()
	r, seen := registerOf(farm), map[string]bool{"": true}
	for _, u := range farm.Units {
		if !seen[u.ParentID] {
			t.Errorf("%s stands before its parent %q", u.ID, u.ParentID)
		}
		seen[u.ID] = true
		var want []string
		if u.ParentID != "" {
			want = append(slices.Clone(r.units[u.ParentID].Path), u.ParentID)
		}
		if !slices.Equal(u.Path, want) {
			t.Errorf("%s: path %v, want %v", u.ID, u.Path, want)
		}
		if u.Name == "" || u.Kind == "" {
			t.Errorf("%s: name %q, kind %q", u.ID, u.Name, u.Kind)
		}
	}
}

func TestCadreLinks(t *testing.T) {
	farm := demodata.Build()
	r := registerOf(farm)
	cadresOf := map[string]int{}
	for _, c := range farm.Cadres {
		branch := r.units[c.BranchID]
		if branch.Kind != model.UnitPartyBranch || branch.ParentID != c.UnitID {
			t.Errorf("%s of %s belongs to branch %s of %q", c.ID, c.UnitID, c.BranchID, branch.ParentID)
		}
		if c.Rank == "" {
			t.Errorf("%s has no rank", c.ID)
		}
		cadresOf[c.BranchID]++
	}
	for _, u := range farm.Units {
		if u.Kind == model.UnitPartyBranch && cadresOf[u.ID] == 0 {
			t.Errorf("%s has no cadre", u.ID)
		}
	}
}

func TestHouseholdLinks(t *testing.T) {
	farm := demodata.Build()
	r := registerOf(farm)
	for _, h := range farm.Households {
		kind := r.units[h.UnitID].Kind
		if kind != model.UnitManagementArea && kind != model.UnitCommunity {
			t.Errorf("%s belongs to %s, a %q", h.ID, h.UnitID, kind)
		}
		head, ok := r.persons[h.HeadID].Member(h.ID, yearEnd)
		if !ok || head.Relation != model.RelationHead {
			t.Errorf("%s: head %s is %q", h.ID, h.HeadID, head.Relation)
		}
	}
	for _, p := range farm.Persons {
		for _, m := range p.Memberships {
			if _, ok := r.households[m.HouseholdID]; !ok {
				t.Errorf("%s belongs to %s, which is none", p.ID, m.HouseholdID)
			}
		}
	}
	for _, i := range farm.Incomes {
		if _, ok := r.households[i.HouseholdID]; !ok {
			t.Errorf("%s is of %s, which is none", i.ID, i.HouseholdID)
		}
	}
}

func TestEntryLinks(t *testing.T) {
	farm := demodata.Build()
	r := registerOf(farm)
	for _, e := range farm.Entries {
		if _, ok := r.units[e.PayerUnitID]; !ok {
			t.Errorf("%s is paid by %s, which is none", e.ID, e.PayerUnitID)
		}
		if _, ok := r.households[e.HouseholdID]; !ok && e.HouseholdID != "" {
			t.Errorf("%s is for %s, which is none", e.ID, e.HouseholdID)
		}
		if e.PersonID == "" {
			continue
		}
		if _, ok := r.persons[e.PersonID].Member(e.HouseholdID, e.PaidOn); !ok {
			t.Errorf("%s is for %s, who is not of %s", e.ID, e.PersonID, e.HouseholdID)
		}
	}
}

func TestPairings(t *testing.T) {
	farm := demodata.Build()
	r := registerOf(farm)
	var cadres, cards []string
	leads, helpers := map[string]string{}, map[string][]demodata.Cadre{}
	for _, p := range farm.Pairings {
		if _, ok := r.households[p.HouseholdID]; !ok {
			t.Errorf("%s: household %s is none", p.ID, p.HouseholdID)
		}
		if p.ID != model.PairingID(p.HouseholdID, p.CadreID, p.From) || !p.OpenOn(yearEnd) || !p.OpenOn("2018-06-30") {
			t.Errorf("%s from %s to %s does not stay open after the exit", p.ID, p.From, p.To)
		}
		if p.Role == model.PairingLead {
			if other, two := leads[p.HouseholdID]; two {
				t.Errorf("%s is led by %s and %s", p.HouseholdID, other, p.CadreID)
			}
			leads[p.HouseholdID] = p.CadreID
		}
		cadres, cards = append(cadres, p.CadreID), append(cards, p.CardNo)
		helpers[p.HouseholdID] = append(helpers[p.HouseholdID], r.cadres[p.CadreID])
	}
	once(t, "paired cadre", cadres)
	once(t, "card", cards)
	ranks := []string{"副科级", "正科级", "副处级"}
	for household, group := range helpers {
		lead := r.cadres[leads[household]]
		for _, c := range group {
			if slices.Index(ranks, c.Rank) < 0 || slices.Index(ranks, c.Rank) > slices.Index(ranks, lead.Rank) {
				t.Errorf("%s: %s leads as %q, %s is %q", household, lead.ID, lead.Rank, c.ID, c.Rank)
			}
		}
	}
}

// A household is registered before it is helped, and helped from the day of its first pairing.
func TestHelpBeginsWithThePairing(t *testing.T) {
	farm := demodata.Build()
	r := registerOf(farm)
	for _, p := range farm.Pairings {
		h := r.households[p.HouseholdID]
		if got := h.StatusOn(p.From); got != model.StatusUnderAssistance {
			t.Errorf("%s: %s on the day of the pairing", h.ID, got)
		}
		if got := h.StatusOn(p.From.AddDays(-1)); got != model.StatusRegistered {
			t.Errorf("%s: %s the day before the pairing", h.ID, got)
		}
	}
}
