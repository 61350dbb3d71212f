package access_test

import (
	"testing"

	"bangfu/service/access"
	"bangfu/service/model"
)

// TestWhoReachesAHousehold: a post over its unit, or being its cadre today. What is out of reach is what does not exist.
func TestWhoReachesAHousehold(t *testing.T) {
	s, _ := newFarm(t)
	for _, c := range []struct {
		name   string
		staff  model.Staff
		may    model.Permission
		h1, h2 string
	}{
		{"the whole farm's office", post(model.RoleOffice, ""), model.MayWriteHouseholds, "", ""},
		{"an area's, of a group below it", post(model.RoleOffice, "one"), model.MayWriteHouseholds, "", "no_such_household"},
		{"the group's own", post(model.RoleOffice, "group"), model.MayWriteHouseholds, "", "no_such_household"},
		{"the other area's", post(model.RoleOffice, "two"), model.MayWriteHouseholds, "no_such_household", ""},
		{"a post in a unit that is gone", post(model.RoleOffice, "gone"), model.MayReadHouseholds, "no_such_household", "no_such_household"},
		{"a role that may not", post(model.RoleInspector, ""), model.MayWriteHouseholds, "no_such_household", "no_such_household"},
		{"the cadre of the one", cadre(), model.MayReadHouseholds, "", "no_such_household"},
		{"what a cadre may not", cadre(), model.MayWriteHouseholds, "no_such_household", "no_such_household"},
		{"nobody", model.Staff{}, model.MayReadHouseholds, "no_such_household", "no_such_household"},
	} {
		for id, want := range map[string]string{"H-1": c.h1, "H-2": c.h2, "H-9": "no_such_household"} {
			h, err := s.Household(t.Context(), c.staff, c.may, id)
			wantCode(t, c.name+" "+id, err, want)
			if err == nil && (h.ID() != id || h.Record().ID != id || h.View() != model.ViewFull || h.Actor() != c.staff.Actor() || h.May() != c.may) {
				t.Errorf("%s: %+v", c.name, h)
			}
			if err != nil && h.ID() != "" {
				t.Errorf("%s: refused, and yet %s is handed out", c.name, h.ID())
			}
		}
	}
}

// TestAnotherPermissionIsAnotherQuestion: whoever may read does not write.
func TestAnotherPermissionIsAnotherQuestion(t *testing.T) {
	s, _ := newFarm(t)
	h, err := s.Household(t.Context(), post(model.RoleInspector, ""), model.MayReadHouseholds, "H-1")
	must(t, err)
	_, err = s.For(t.Context(), h, model.MayWriteHouseholds)
	wantCode(t, "an inspector writes", err, "no_such_household")
}

// TestFieldGroups: a doctor opens health and not the bank account, and a cadre only of whom they help.
func TestFieldGroups(t *testing.T) {
	s, _ := newFarm(t)
	opens := func(staff model.Staff, id string) (groups []model.FieldGroup) {
		h, err := s.Household(t.Context(), staff, model.MayReadHouseholds, id)
		must(t, err)
		for _, g := range model.FieldGroups {
			ok, err := s.CanReadFields(t.Context(), h, g)
			must(t, err)
			if ok {
				groups = append(groups, g)
			}
		}
		return groups
	}
	for _, staff := range []model.Staff{post(model.RoleOffice, ""), post(model.RoleDoctor, "one"), cadre(), post(model.RoleInspector, "")} {
		var want []model.FieldGroup
		for _, g := range model.FieldGroups {
			if staff.CanReadFields(g, []string{"farm", "one", "group"}) || staff.CanReadFieldsAsCadre(g) {
				want = append(want, g)
			}
		}
		if got := opens(staff, "H-1"); len(got) != len(want) {
			t.Errorf("%s opens %v, want %v", staff.ID, got, want)
		}
	}
	reads := model.Staff{ID: "both", CadreID: "C-1", Assignments: []model.RoleAssignment{{Role: model.RoleCadre}, {Role: model.RoleInspector}}}
	if got := opens(reads, "H-2"); len(got) != 0 {
		t.Errorf("a cadre opens %v of a household that they once helped", got)
	}
	if got := opens(reads, "H-1"); len(got) == 0 {
		t.Error("a cadre opens nothing of the household that they help")
	}
}

// TestLists are cut to what the caller reaches, and remember it for the one request.
func TestLists(t *testing.T) {
	s, _ := newFarm(t)
	ctx := t.Context()
	for _, c := range []struct {
		name           string
		staff          model.Staff
		of             string
		whole          bool
		h1, h2         bool
		unit1, unitTwo bool
	}{
		{"the farm", post(model.RoleOffice, ""), "", true, true, true, true, true},
		{"the farm, of one household", post(model.RoleOffice, ""), "H-1", false, true, false, true, true},
		{"an area", post(model.RoleOffice, "one"), "", false, true, false, true, false},
		{"a cadre", cadre(), "", false, true, false, false, false},
	} {
		l, err := s.Lists(ctx, c.staff, model.MayReadHouseholds, c.of)
		must(t, err)
		for range 2 { // the second time from memory
			for id, want := range map[string]bool{"H-1": c.h1, "H-2": c.h2} {
				if got, err := l.CanAccess(ctx, id); err != nil || got != want {
					t.Errorf("%s, %s: %v %v", c.name, id, got, err)
				}
			}
			for id, want := range map[string]bool{"group": c.unit1, "two": c.unitTwo} {
				if got, err := l.CanAccessUnit(ctx, id); err != nil || got != want {
					t.Errorf("%s, unit %s: %v %v", c.name, id, got, err)
				}
			}
		}
		if l.WholeFarm() != c.whole || l.Of() != c.of {
			t.Errorf("%s: whole %v, of %q", c.name, l.WholeFarm(), l.Of())
		}
	}
	_, err := s.Lists(ctx, post(model.RoleOffice, "one"), model.MayReadHouseholds, "H-2")
	wantCode(t, "a list of a household out of reach", err, "no_such_household")
}

// TestWhoLooksAfterTheSystemReadsNoFiles: an administrator's list has the households and not what stands in them.
func TestWhoLooksAfterTheSystemReadsNoFiles(t *testing.T) {
	s, _ := newFarm(t)
	for _, c := range []struct {
		staff model.Staff
		reads bool
	}{
		{post(model.RoleAdministrator, ""), false},
		{model.Staff{ID: "both", Assignments: []model.RoleAssignment{{Role: model.RoleAdministrator}, {Role: model.RoleInspector, UnitID: "one"}}}, true},
	} {
		l, err := s.Lists(t.Context(), c.staff, model.MayManageStaff, "")
		must(t, err)
		if ok, err := l.CanRead(t.Context(), "H-1"); err != nil || ok != c.reads {
			t.Errorf("%s: %v %v", c.staff.ID, ok, err)
		}
		if ok, err := l.CanRead(t.Context(), "H-2"); err != nil || ok {
			t.Errorf("%s, elsewhere: %v %v", c.staff.ID, ok, err)
		}
	}
}

// TestTheWholeFarm is for a post in no unit.
func TestTheWholeFarm(t *testing.T) {
	s, _ := newFarm(t)
	_, err := s.Farm(post(model.RoleFinance, ""), model.MayPostMoney)
	wantCode(t, "the farm's finance", err, "")
	_, err = s.Farm(post(model.RoleFinance, "one"), model.MayPostMoney)
	wantCode(t, "a unit's finance", err, "not_your_unit")
	_, err = s.Farm(post(model.RoleOffice, ""), model.MayPostMoney)
	wantCode(t, "who may not", err, "not_your_unit")
	books, err := s.Books(t.Context(), post(model.RoleFinance, "one"), model.MayPostMoney, "H-1")
	wantCode(t, "the money of one household", err, "")
	if books.Household.ID() != "H-1" {
		t.Errorf("%+v", books)
	}
	_, err = s.Books(t.Context(), post(model.RoleFinance, "one"), model.MayPostMoney, "")
	wantCode(t, "the farm's books", err, "not_your_unit")
	_, err = s.Books(t.Context(), post(model.RoleFinance, "one"), model.MayPostMoney, "H-2")
	wantCode(t, "the money of another", err, "no_such_household")
}

// TestUnitsAndCadresAreMadeWhereOneReaches, and move between such units only.
func TestUnitsAndCadresAreMadeWhereOneReaches(t *testing.T) {
	s, _ := newFarm(t)
	ctx := t.Context()
	office, area := post(model.RoleOffice, ""), post(model.RoleOffice, "one")
	for _, c := range []struct {
		name       string
		staff      model.Staff
		id, parent string
		unit       string
	}{
		{"a new one below the farm", office, "new", "", ""},
		{"a new one in one's area", area, "new", "one", ""},
		{"a new one in the other area", area, "new", "two", "no_such_unit"},
		{"a new one below nothing, from an area", area, "new", "", "not_your_unit"},
		{"a new one below what there is not", office, "new", "gone", "no_such_unit"},
		{"one of the area that stays", area, "group", "one", ""},
		{"one that goes where one does not reach", area, "group", "two", "no_such_unit"},
		{"one of the other area", area, "two", "farm", "no_such_unit"},
	} {
		u, err := s.Unit(ctx, c.staff, model.MayWriteHouseholds, c.id, c.parent)
		wantCode(t, c.name, err, c.unit)
		if err == nil && u.ID() != c.id {
			t.Errorf("%s: %q", c.name, u.ID())
		}
	}
	for _, c := range []struct {
		name     string
		staff    model.Staff
		id, unit string
		code     string
	}{
		{"a new cadre", area, "C-9", "group", ""},
		{"a new cadre elsewhere", area, "C-9", "two", "no_such_unit"},
		{"one's own, who stays", area, "C-1", "one", ""},
		{"one's own, who moves away", area, "C-1", "two", "no_such_unit"},
		{"another's, whom one would fetch", area, "C-2", "one", "no_such_cadre"},
	} {
		_, err := s.Cadre(ctx, c.staff, model.MayPair, c.id, c.unit)
		wantCode(t, c.name, err, c.code)
	}
	_, err := s.CadreOf(ctx, area, model.MayPair, "C-9")
	wantCode(t, "a cadre that there is not", err, "no_such_cadre")
	_, err = s.CadreOf(ctx, area, model.MayPair, "C-2")
	wantCode(t, "a cadre out of reach", err, "no_such_cadre")
	_, err = s.UnitOf(ctx, area, model.MayPair, "two")
	wantCode(t, "a unit out of reach", err, "no_such_unit")
}

// TestWhatIsNamedTogether needs both.
func TestWhatIsNamedTogether(t *testing.T) {
	s, _ := newFarm(t)
	ctx := t.Context()
	office, area := post(model.RoleOffice, ""), post(model.RoleOffice, "one")
	m, err := s.Merge(ctx, office, model.MayWriteHouseholds, "H-1", "H-2")
	wantCode(t, "a merge", err, "")
	if m.From.ID() != "H-1" || m.Into.ID() != "H-2" {
		t.Errorf("%+v", m)
	}
	_, err = s.Merge(ctx, area, model.MayWriteHouseholds, "H-1", "H-2")
	wantCode(t, "a merge into what is out of reach", err, "no_such_household")
	_, err = s.Merge(ctx, area, model.MayWriteHouseholds, "H-2", "H-1")
	wantCode(t, "a merge of what is out of reach", err, "no_such_household")
	for _, c := range []struct{ household, cadre, code string }{
		{"H-1", "", ""}, {"", "C-1", ""}, {"", "", "bind_code_for"}, {"H-1", "C-1", "bind_code_for"}, {"H-2", "", "no_such_household"}, {"", "C-2", "no_such_cadre"},
	} {
		x, err := s.Holder(ctx, area, model.MayIssueCodes, c.household, c.cadre)
		wantCode(t, "a code for "+c.household+c.cadre, err, c.code)
		if err == nil && (x.Household.ID() != c.household || x.Cadre.ID() != c.cadre) {
			t.Errorf("%+v", x)
		}
	}
	h, err := s.Household(ctx, area, model.MayReadHouseholds, "H-1")
	must(t, err)
	p, err := s.Person(ctx, h, "P-1")
	wantCode(t, "a person of the household", err, "")
	if p.ID() != "P-1" {
		t.Errorf("%+v", p)
	}
	_, err = s.Person(ctx, h, "P-9")
	wantCode(t, "a person that there is not", err, "no_such_person")
	other, err := s.Household(ctx, office, model.MayReadHouseholds, "H-2")
	must(t, err)
	_, err = s.Person(ctx, other, "P-1")
	wantCode(t, "a person who once belonged to it", err, "")
	_, err = s.Person(ctx, access.Household{}, "P-1")
	wantCode(t, "a person of no household", err, "no_such_person")
}
