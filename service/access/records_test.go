package access_test

import (
	"context"
	"errors"
	"testing"

	"bangfu/repo"
	"bangfu/service/access"
	"bangfu/service/model"
)

// kind is one kind of record that somebody may name: how it is asked for, and what is said when there is none.
type kind struct {
	none string
	ask  func(s *access.Service, ctx context.Context, staff model.Staff, id string) (found string, err error)
}

func of[T any](none string, find func(*access.Service, context.Context, model.Staff, model.Permission, string) (access.Record[T], error)) kind {
	return kind{none, func(s *access.Service, ctx context.Context, staff model.Staff, id string) (string, error) {
		r, err := find(s, ctx, staff, model.MayReadHouseholds, id)
		return r.ID(), err
	}}
}

var kinds = map[string]kind{
	"need":        of("no_such_need", (*access.Service).Need),
	"application": of("no_such_application", (*access.Service).Application),
	"expectation": of("not_found", (*access.Service).Expectation),
	"file":        of("not_found", (*access.Service).VisitFile),
	"alert":       of("no_such_alert", (*access.Service).Alert),
	"loan":        of("no_such_loan", (*access.Service).Loan),
	"entry":       of("no_such_entry", (*access.Service).Entry),
	"move":        of("no_such_move", (*access.Service).Move),
	"broadcast":   of("no_such_broadcast", (*access.Service).Broadcast),
	"cooperative": of("no_such_coop", (*access.Service).Cooperative),
	"greenhouse":  of("no_such_greenhouse", (*access.Service).Greenhouse),
	"batch":       of("no_such_batch", (*access.Service).Batch),
}

// putOfEach writes one record of each kind that belongs to the household and its unit, all with the same id.
func putOfEach(t *testing.T, store *repo.Store, id, household, unit string) {
	t.Helper()
	ctx, by := t.Context(), model.NewRecord(now, "test")
	must(t, errors.Join(
		store.InsertNeed(ctx, model.Need{ID: id, Record: by, HouseholdID: household, State: model.NeedOpen}),
		store.InsertApplication(ctx, model.Application{ID: id, Record: by, HouseholdID: household}),
		store.InsertExpectations(ctx, []model.Expectation{{ID: id, Record: by, HouseholdID: household}}),
		store.PutFile(ctx, model.StoredFile{ID: id, Of: "visits/v", HouseholdID: household}, []byte("x")),
		store.InsertAlert(ctx, model.Alert{ID: id, HouseholdID: household}),
		store.InsertLoan(ctx, model.Loan{ID: id, Record: by, HouseholdID: household}),
		store.InsertEntry(ctx, model.Entry{ID: id, Record: by, HouseholdID: household}),
		store.InsertMove(ctx, model.Move{ID: id, Record: by, HouseholdID: household, Kind: model.MoveOut}),
		store.InsertBroadcast(ctx, model.Broadcast{ID: id, Record: by, Scope: []string{unit}}),
		store.InsertCooperative(ctx, model.Cooperative{ID: id, Record: by, UnitID: unit}),
		store.InsertGreenhouse(ctx, model.Greenhouse{ID: id, Record: by, UnitID: unit}),
		store.InsertBatch(ctx, model.Batch{ID: id, Record: by, GreenhouseID: id}),
	))
}

// TestEachKindOfRecord is reached where its household or its unit is; out of reach it reads, to the letter, as one that
// there is not.
func TestEachKindOfRecord(t *testing.T) {
	s, store := newFarm(t)
	putOfEach(t, store, "near", "H-1", "group")
	putOfEach(t, store, "far", "H-2", "two")
	for name, k := range kinds {
		for _, staff := range []model.Staff{post(model.RoleOffice, ""), post(model.RoleOffice, "one")} {
			found, err := k.ask(s, t.Context(), staff, "near")
			wantCode(t, name+" near", err, "")
			if found != "near" {
				t.Errorf("%s: found %q", name, found)
			}
		}
		found, far := k.ask(s, t.Context(), post(model.RoleOffice, "one"), "far")
		wantCode(t, name+" far", far, k.none)
		if found != "" {
			t.Errorf("%s: refused, and yet %q is handed out", name, found)
		}
		_, none := k.ask(s, t.Context(), post(model.RoleOffice, "one"), "none")
		wantCode(t, name+" that there is not", none, k.none)
		if far != nil && none != nil && far.Error() != none.Error() {
			t.Errorf("%s: %q tells from %q", name, far, none)
		}
	}
}

// TestRecordsOfTheWholeFarm are for a post in no unit.
func TestRecordsOfTheWholeFarm(t *testing.T) {
	s, store := newFarm(t)
	ctx, by := t.Context(), model.NewRecord(now, "test")
	must(t, store.InsertEntry(ctx, model.Entry{ID: "the-farms", Record: by}))
	must(t, store.InsertBroadcast(ctx, model.Broadcast{ID: "to-all", Record: by}))
	must(t, store.InsertBroadcast(ctx, model.Broadcast{ID: "to-both", Record: by, Scope: []string{"one", "two"}}))
	for _, c := range []struct {
		kind, id string
		area     string
	}{{"entry", "the-farms", "no_such_entry"}, {"broadcast", "to-all", "no_such_broadcast"}, {"broadcast", "to-both", "no_such_broadcast"}} {
		_, err := kinds[c.kind].ask(s, ctx, post(model.RoleOffice, ""), c.id)
		wantCode(t, c.id+" for the farm's office", err, "")
		_, err = kinds[c.kind].ask(s, ctx, post(model.RoleOffice, "one"), c.id)
		wantCode(t, c.id+" for an area's", err, c.area)
	}
}

// TestFilesAndGoodsOfAnotherSort are not reached by this way: papers ask for another right, and only what went out can
// come back.
func TestFilesAndGoodsOfAnotherSort(t *testing.T) {
	s, store := newFarm(t)
	ctx, office := t.Context(), post(model.RoleOffice, "")
	must(t, store.PutFile(ctx, model.StoredFile{ID: "paper", Of: "applications/a", HouseholdID: "H-1"}, []byte("x")))
	must(t, store.InsertMove(ctx, model.Move{ID: "in", Record: model.NewRecord(now, "test"), Kind: model.MoveIn, HouseholdID: "H-1"}))
	_, err := s.VisitFile(ctx, office, model.MayReadHouseholds, "paper")
	wantCode(t, "a paper", err, "not_found")
	_, err = s.Move(ctx, office, model.MayReadHouseholds, "in")
	wantCode(t, "goods that came in", err, "no_such_move")
}

// TestANeedByTheNameThatTheOfficeKnows, which tells no openid.
func TestANeedByTheNameThatTheOfficeKnows(t *testing.T) {
	s, store := newFarm(t)
	id := "bot:oa:o-somebody:m:1"
	must(t, store.InsertNeed(t.Context(), model.Need{ID: id, Record: model.NewRecord(now, "test"), HouseholdID: "H-1", State: model.NeedOpen}))
	n, err := s.Need(t.Context(), post(model.RoleOffice, ""), model.MayReadHouseholds, model.Unnamed(id))
	if err != nil || n.ID() != id || n.Household().ID() != "H-1" || n.Record().HouseholdID != "H-1" {
		t.Errorf("%+v %v", n, err)
	}
}

// TestWhatIsWrittenInAUnit is new or of a unit that one reaches, and stays in such a one.
func TestWhatIsWrittenInAUnit(t *testing.T) {
	s, store := newFarm(t)
	ctx, area := t.Context(), post(model.RoleOffice, "one")
	putOfEach(t, store, "near", "H-1", "group")
	putOfEach(t, store, "far", "H-2", "two")
	for _, c := range []struct{ id, unit, coop, greenhouse string }{
		{"new", "one", "", ""}, {"new", "two", "no_such_unit", "no_such_unit"}, {"near", "one", "", ""}, {"near", "two", "no_such_unit", "no_such_unit"},
		{"far", "one", "no_such_coop", "no_such_greenhouse"},
	} {
		_, err := s.CooperativeIn(ctx, area, model.MayReadHouseholds, c.id, c.unit)
		wantCode(t, "cooperative "+c.id+" in "+c.unit, err, c.coop)
		_, err = s.GreenhouseIn(ctx, area, model.MayReadHouseholds, c.id, c.unit)
		wantCode(t, "greenhouse "+c.id+" in "+c.unit, err, c.greenhouse)
	}
}

// TestWhoLooksAfterALogIn: whoever may do so in all units of its posts, those that only wait among them.
func TestWhoLooksAfterALogIn(t *testing.T) {
	s, store := newFarm(t)
	by := model.NewRecord(now, "test")
	doctor := func(unit string) model.RoleAssignment {
		return model.RoleAssignment{Role: model.RoleDoctor, UnitID: unit}
	}
	for _, c := range []struct {
		name       string
		posts      []model.RoleAssignment
		proposed   []model.RoleAssignment
		farm, area string
	}{
		{"of-the-group", []model.RoleAssignment{doctor("group")}, nil, "", ""},
		{"of-the-other", []model.RoleAssignment{doctor("two")}, nil, "", "no_such_staff"},
		{"of-both", []model.RoleAssignment{doctor("one"), doctor("two")}, nil, "", "no_such_staff"},
		{"who-waits-for-the-other", []model.RoleAssignment{doctor("one")}, []model.RoleAssignment{doctor("two")}, "", "no_such_staff"},
		{"of-the-farm", []model.RoleAssignment{doctor("")}, nil, "", "no_such_staff"},
		{"of-a-unit-that-is-gone", []model.RoleAssignment{doctor("gone")}, nil, "", "no_such_staff"},
		{"of-nothing", nil, nil, "", "no_such_staff"},
	} {
		member := model.Staff{ID: c.name, Record: by, Assignments: c.posts}
		for _, p := range c.proposed {
			member.Proposed = append(member.Proposed, model.Proposal{RoleAssignment: p})
		}
		must(t, store.InsertStaff(t.Context(), member))
		_, err := s.StaffMember(t.Context(), post(model.RoleAdministrator, ""), model.MayManageStaff, c.name)
		wantCode(t, c.name+" for the farm's administrator", err, c.farm)
		_, err = s.StaffMember(t.Context(), post(model.RoleAdministrator, "one"), model.MayManageStaff, c.name)
		wantCode(t, c.name+" for an area's", err, c.area)
	}
	_, err := s.StaffMember(t.Context(), post(model.RoleAdministrator, ""), model.MayManageStaff, "none")
	wantCode(t, "one that there is not", err, "no_such_staff")
}
