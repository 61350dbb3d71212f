package access_test

import (
	"errors"
	"testing"
	"time"

	"bangfu/repo"
	"bangfu/repo/repotest"
	"bangfu/service/access"
	"bangfu/service/model"
)

var now = time.Date(2018, 1, 3, 1, 0, 0, 0, time.UTC)

// The units are a farm with two areas, of which the first has a group below it. In the group is H-1, in the other area H-2.
// The cadre C-1 helps H-1 today and once helped H-2.
func newFarm(t *testing.T) (*access.Service, *repo.Store) {
	t.Helper()
	store := repotest.Open(t, now)
	by := model.NewRecord(now, "test")
	err := store.PutFarm(t.Context(), model.Farm{
		Settings: model.Settings{ID: model.SettingsID, Record: by},
		Units: []model.Unit{
			{ID: "farm", Record: by}, {ID: "one", Record: by, ParentID: "farm", Path: []string{"farm"}},
			{ID: "group", Record: by, ParentID: "one", Path: []string{"farm", "one"}}, {ID: "two", Record: by, ParentID: "farm", Path: []string{"farm"}},
		},
		Cadres:     []model.Cadre{{ID: "C-1", Record: by, UnitID: "one"}, {ID: "C-2", Record: by, UnitID: "two"}},
		Households: []model.Household{{ID: "H-1", Record: by, UnitID: "group"}, {ID: "H-2", Record: by, UnitID: "two"}},
		Persons: []model.Person{
			{ID: "P-1", Record: by, Memberships: []model.Membership{{HouseholdID: "H-2", From: "2016-01-01", To: "2017-01-01"}, {HouseholdID: "H-1", From: "2017-01-01"}}},
		},
		Pairings: []model.Pairing{
			{ID: "H-1/C-1", Record: by, HouseholdID: "H-1", CadreID: "C-1", From: "2017-01-01"},
			{ID: "H-2/C-1", Record: by, HouseholdID: "H-2", CadreID: "C-1", From: "2017-01-01", To: "2018-01-02"},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	return access.New(store, func() time.Time { return now }), store
}

// post is a member of staff with one post; an empty unit is the whole farm.
func post(d model.Role, unit string) model.Staff {
	return model.Staff{ID: string(d), Assignments: []model.RoleAssignment{{Role: d, UnitID: unit}}}
}

// cadre is the member of staff who is C-1.
func cadre() model.Staff {
	return model.Staff{ID: "c-1", CadreID: "C-1", Assignments: []model.RoleAssignment{{Role: model.RoleCadre}}}
}

// wantCode compares the code of an error; an empty code is no error.
func wantCode(t *testing.T, what string, err error, code string) {
	t.Helper()
	var e *model.Error
	if errors.As(err, &e); (err == nil) != (code == "") || e != nil && e.Code != code || err != nil && e == nil {
		t.Errorf("%s: %v, want %q", what, err, code)
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
