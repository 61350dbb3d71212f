package demodata_test

import (
	"slices"
	"testing"

	"bangfu/cmd/app/demodata"
	"bangfu/service/model"
)

func TestWhatGrows(t *testing.T) {
	farm := demodata.Build()
	r := registerOf(farm)
	var houses, given, households []string
	ownedBy := map[string]int{}
	for _, g := range farm.Greenhouses {
		houses = append(houses, g.ID)
		ownedBy[g.UnitID]++
		if _, ok := r.units[g.UnitID]; !ok {
			t.Errorf("%s belongs to %s, which is none", g.ID, g.UnitID)
		}
	}
	for _, a := range farm.Allotments {
		given, households = append(given, a.GreenhouseID), append(households, a.HouseholdID)
		if _, ok := r.households[a.HouseholdID]; !ok || !slices.Contains(houses, a.GreenhouseID) || !a.FeeWaived {
			t.Errorf("%s gives %s to %s", a.ID, a.GreenhouseID, a.HouseholdID)
		}
	}
	once(t, "greenhouse", houses)
	once(t, "allotted greenhouse", given)
	once(t, "household with a greenhouse", households)
	coop := farm.Cooperatives[0]
	if len(given) != 36 || ownedBy[coop.UnitID] != 20 || r.units[coop.UnitID].Name != coop.Name {
		t.Errorf("%d allotted, the cooperative %s has %d", len(given), coop.Name, ownedBy[coop.UnitID])
	}
}

// TestMushroomMoney is the one settlement that the report names: 3,200 yuan, to a household of the fifth area.
func TestMushroomMoney(t *testing.T) {
	farm := demodata.Build()
	s := farm.Sales[0]
	if s.Settlement != 320000 || registerOf(farm).households[s.HouseholdID].UnitID != "U-area-5" || len(farm.Sales) != 1 {
		t.Errorf("%s yuan to %s", s.Settlement.Yuan(), s.HouseholdID)
	}
	if b := farm.Batches[0]; b.ID != s.BatchID || b.HouseholdID != s.HouseholdID || b.Check() != nil || b.LowYield() || b.ActualMilliJin < s.MilliJin {
		t.Errorf("%+v", b)
	}
}

func TestShares(t *testing.T) {
	farm := demodata.Build()
	r, list, run := registerOf(farm), farm.Subscriptions[0], farm.Dividends[0]
	var named []string
	for _, h := range list.Holders {
		named = append(named, h.HouseholdID)
	}
	for _, l := range list.LeftOut {
		if named = append(named, l.HouseholdID); l.Reason == "" {
			t.Errorf("%s is left out without a reason", l.HouseholdID)
		}
	}
	once(t, "household of the list", named)
	for _, id := range named {
		if _, ok := r.households[id]; !ok {
			t.Errorf("%s is no household", id)
		}
	}
	if len(list.Holders) != 34 || len(named) != 36 || !list.Frozen() {
		t.Errorf("%d hold shares of %d", len(list.Holders), len(named))
	}
	for _, c := range run.Reconcile() {
		if !c.OK {
			t.Errorf("%s: %s", c.Code, c.Text)
		}
	}
	for _, l := range run.Notice.Lines {
		if head := r.persons[r.households[l.HouseholdID].HeadID].Name; l.Head != model.MaskName(head) || l.Amount != 225500 {
			t.Errorf("%s: %s gets %s", l.HouseholdID, l.Head, l.Amount.Yuan())
		}
	}
}
