package model_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"bangfu/service/model"
)

// roles by the letters of the tables below.
var roles = map[rune]model.Role{
	'o': model.RoleOffice, 's': model.RoleSecretary, 'c': model.RoleCadre, 'f': model.RoleFinance,
	'd': model.RoleDoctor, 'i': model.RoleInspector, 'p': model.RolePublisher, 'a': model.RoleAdministrator,
}

// whoMay says, for each permission, which roles have it. A change of who may do what is a change of this table.
var whoMay = map[model.Permission]string{
	model.MayReadHouseholds: "oscfdip", model.MayWriteHouseholds: "o", model.MayChangeStatus: "o", model.MayPair: "os",
	model.MayWriteIncome: "of", model.MayIssueCodes: "os", model.MayReadFields: "oscfd", model.MayBreakGlass: "scd",
	model.MayReadAudit: "oia", model.MayReadAlerts: "o", model.MayManageStaff: "a", model.MayConfirmAssignments: "oa",
	model.MayWriteForms: "oa", model.MayImport: "o", model.MayExport: "of", model.MaySelf: "oscfdipa",

	model.MayReadMoney: "ofi", model.MayPostMoney: "f", model.MayCloseMonth: "f",
	model.MayReadCoop: "ofi", model.MayWriteCoop: "o", model.MayApproveCoop: "of",
	model.MayWriteProgrammes: "o", model.MayReadApplications: "oscfi", model.MayHandleApplications: "o", model.MayApproveAid: "o",
	model.MayReadNotices: "oscip", model.MayWriteNotices: "op", model.MayApproveNotices: "o", model.MaySendNotices: "op",
	model.MayPublish: "op", model.MayApprovePublic: "o",
}

// whoOpens says which roles open a group of masked fields. Papers are opened one by one, by nobody's role.
var whoOpens = map[model.FieldGroup]string{
	model.GroupIdentity: "osfd", model.GroupHealth: "od", model.GroupMoney: "of", model.GroupContact: "osc", model.GroupPapers: "",
}

// inUnit is somebody with the role in unit U-2, as the cadre C-1 where that is the role.
func inUnit(d model.Role) model.Staff {
	return model.Staff{ID: "x", Assignments: []model.RoleAssignment{{Role: d, UnitID: "U-2"}}, CadreID: "C-1"}
}

// TestWhoMayDoWhat asks for everything for everybody: anywhere, in the unit of the post and below it, above it and beside it.
func TestWhoMayDoWhat(t *testing.T) {
	reached := map[string]bool{"U-1 U-2": true, "U-1 U-2 U-3": true, "U-1": false, "U-1 U-4": false, "": false}
	for permission, letters := range whoMay {
		for letter, role := range roles {
			person, has := inUnit(role), strings.ContainsRune(letters, letter)
			if person.May(permission) != has || slices.Contains(person.Permissions(), permission) != has {
				t.Errorf("%s, %s: %v", role, permission, !has)
			}
			if permission == model.MaySelf {
				continue // is asked for nowhere
			}
			for path, here := range reached {
				if want := has && here && role != model.RoleCadre; person.MayIn(permission, strings.Fields(path)) != want {
					t.Errorf("%s in U-2, %s in %q: %v", role, permission, path, !want)
				}
			}
			if want := has && role == model.RoleCadre; person.MayAsCadre(permission) != want {
				t.Errorf("%s, %s as the household's cadre: %v", role, permission, !want)
			}
		}
	}
}

// TestWhoOpensWhat is the same for groups of masked fields.
func TestWhoOpensWhat(t *testing.T) {
	for group, letters := range whoOpens {
		for letter, role := range roles {
			person, has := inUnit(role), strings.ContainsRune(letters, letter)
			if slices.Contains(role.Groups(), group) != has {
				t.Errorf("%s lists %s: %v", role, group, !has)
			}
			for path, here := range map[string]bool{"U-1 U-2": true, "U-1 U-2 U-3": true, "U-1": false, "U-1 U-4": false} {
				if want := has && here && role != model.RoleCadre; person.CanReadFields(group, strings.Fields(path)) != want {
					t.Errorf("%s opens %s in %q: %v", role, group, path, !want)
				}
			}
			if want := has && role == model.RoleCadre; person.CanReadFieldsAsCadre(group) != want {
				t.Errorf("%s opens %s as the household's cadre: %v", role, group, !want)
			}
		}
	}
}

// TestTheTablesAreWhole: no role, permission or group is missing from the tables of this test.
func TestTheTablesAreWhole(t *testing.T) {
	if got, want := slices.Sorted(maps.Values(roles)), slices.Sorted(slices.Values(model.Roles)); !slices.Equal(got, want) {
		t.Errorf("duties %v, want %v", got, want)
	}
	var everything model.Staff
	for _, d := range model.Roles {
		everything.Assignments = append(everything.Assignments, model.RoleAssignment{Role: d})
	}
	if got, want := everything.Permissions(), slices.Sorted(maps.Keys(whoMay)); !slices.Equal(got, want) {
		t.Errorf("permissions %v, want %v", got, want)
	}
	for _, g := range append(slices.Clone(model.FieldGroups), model.GroupPapers) {
		if _, ok := whoOpens[g]; !ok {
			t.Errorf("the table says nothing of %s", g)
		}
	}
}

// TestAPostOfTheWholeFarm reaches every unit, and a cadre's reaches none.
func TestAPostOfTheWholeFarm(t *testing.T) {
	farm := model.Staff{Assignments: []model.RoleAssignment{{Role: model.RoleInspector}}}
	for _, path := range [][]string{{"U-1"}, {"U-1", "U-9", "U-10"}, nil} {
		if !farm.MayIn(model.MayReadHouseholds, path) || farm.MayIn(model.MayWriteHouseholds, path) {
			t.Errorf("%v", path)
		}
	}
	cadre := model.Staff{CadreID: "C-1", Assignments: []model.RoleAssignment{{Role: model.RoleCadre}}}
	if cadre.MayIn(model.MayReadHouseholds, []string{"U-1"}) || cadre.CanReadFields(model.GroupContact, []string{"U-1"}) {
		t.Error("a cadre reaches a unit")
	}
}

// TestACadreIsOneOfTheRegister: the post alone opens no household when it is not said which cadre the person is, nor does
// being that cadre without the post.
func TestACadreIsOneOfTheRegister(t *testing.T) {
	for name, s := range map[string]model.Staff{
		"no cadre": {Assignments: []model.RoleAssignment{{Role: model.RoleCadre}}}, "no post": {CadreID: "C-1", Assignments: []model.RoleAssignment{{Role: model.RoleOffice}}},
	} {
		if s.MayAsCadre(model.MayReadHouseholds) || s.CanReadFieldsAsCadre(model.GroupContact) {
			t.Errorf("%s: a household opens", name)
		}
	}
}

// TestWhoConfirmsPosts: an administrator over the unit, and the head of the office. An office in one unit would hand out
// posts beside its own.
func TestWhoConfirmsPosts(t *testing.T) {
	for _, c := range []struct {
		post     model.RoleAssignment
		path     string
		confirms bool
	}{
		{model.RoleAssignment{Role: model.RoleAdministrator}, "U-1 U-2", true},
		{model.RoleAssignment{Role: model.RoleAdministrator, UnitID: "U-1"}, "U-1 U-2", true},
		{model.RoleAssignment{Role: model.RoleAdministrator, UnitID: "U-2"}, "U-1", false},
		{model.RoleAssignment{Role: model.RoleAdministrator, UnitID: "U-2"}, "", false}, // a post for the whole farm
		{model.RoleAssignment{Role: model.RoleOffice}, "U-1 U-2", true},
		{model.RoleAssignment{Role: model.RoleOffice}, "", true},
		{model.RoleAssignment{Role: model.RoleOffice, UnitID: "U-2"}, "U-1 U-2", false},
		{model.RoleAssignment{Role: model.RoleSecretary}, "U-1 U-2", false},
		{model.RoleAssignment{Role: model.RoleInspector}, "U-1 U-2", false},
	} {
		s := model.Staff{Assignments: []model.RoleAssignment{c.post}}
		if got := s.ConfirmsIn(strings.Fields(c.path)); got != c.confirms {
			t.Errorf("%+v confirms in %q: %v", c.post, c.path, got)
		}
	}
}

// TestPostsAddUp: what one post lacks another gives, each in its own unit.
func TestPostsAddUp(t *testing.T) {
	s := model.Staff{ID: "li", Assignments: []model.RoleAssignment{
		{Role: model.RoleSecretary, UnitID: "U-2"}, {Role: model.RolePublisher}, {Role: model.RoleSecretary, UnitID: "U-3"},
	}}
	if got := s.Roles(); !slices.Equal(got, []model.Role{model.RoleSecretary, model.RolePublisher}) {
		t.Errorf("duties %v", got)
	}
	if !s.Has(model.RolePublisher) || s.Has(model.RoleOffice) || s.Actor() != "staff:li" {
		t.Error("duties or actor")
	}
	if !s.MayIn(model.MayPair, []string{"U-1", "U-3"}) || s.MayIn(model.MayPair, []string{"U-1"}) || !s.MayIn(model.MayPublish, []string{"U-1"}) {
		t.Error("a post holds where it is not")
	}
	if nobody := (model.Staff{}); !slices.Equal(nobody.Permissions(), []model.Permission{model.MaySelf}) || nobody.Roles() == nil {
		t.Error("somebody without a post")
	}
	u := model.Unit{ID: "U-3", Path: []string{"U-1", "U-2"}}
	if got := u.UnitPath(); !slices.Equal(got, []string{"U-1", "U-2", "U-3"}) || len(u.Path) != 2 {
		t.Errorf("path %v", got)
	}
}

// TestWhatIsProposedOpensNothing: a post that waits, or that was refused, is wanted and not had.
func TestWhatIsProposedOpensNothing(t *testing.T) {
	s := model.Staff{
		Assignments: []model.RoleAssignment{{Role: model.RoleDoctor}},
		Proposed: []model.Proposal{
			{RoleAssignment: model.RoleAssignment{Role: model.RoleFinance}, By: "staff:a"},
			{RoleAssignment: model.RoleAssignment{Role: model.RoleOffice}, By: "staff:a", RefusedBy: "staff:b", RefusedWhy: "不是扶贫办的人"},
		},
	}
	if got := s.Wanted(); !slices.Equal(got, []model.RoleAssignment{{Role: model.RoleDoctor}, {Role: model.RoleFinance}}) {
		t.Errorf("wanted %v", got)
	}
	if s.May(model.MayPostMoney) || s.May(model.MayImport) || s.Has(model.RoleFinance) {
		t.Error("a proposal opens something")
	}
}
