package scope_test

import (
	"net/http"
	"testing"

	"bangfu/cmd/app/apptest"
	"bangfu/service/model"
)

// world is who there is and what they may ask for.
type world struct {
	inOffice, inWeChat []somebody
	targets            map[string]targets
}

func (w world) askers(o operation) []somebody {
	if o.Permission == "" {
		return w.inWeChat
	}
	return w.inOffice
}

// of are the things that a route may be asked for.
func (w world) of(t *testing.T, o operation) (list []one) {
	t.Helper()
	if len(o.Scope.Params) == 0 {
		return []one{{own: true}}
	}
	all, ok := w.targets[o.Scope.Kind]
	if !ok || len(all.own) == 0 || len(all.foreign) != len(all.absent) {
		t.Fatalf("%s: nothing to ask a scope of kind %q for", o.ID, o.Scope.Kind)
	}
	for _, v := range all.own {
		list = append(list, one{values: v, twin: all.absent[0], own: true})
	}
	for i, v := range all.foreign {
		list = append(list, one{values: v, twin: all.absent[i]})
	}
	return list
}

const (
	ownUnit, foreignUnit   = "U-area-1", "U-area-2"
	ownHouse, foreignHouse = "H-001", "H-005"
)

func build(t *testing.T, r *apptest.Running) world {
	t.Helper()
	w := world{targets: map[string]targets{}}
	for _, d := range model.Roles {
		w.staff(r, "whole-"+string(d), "", model.RoleAssignment{Role: d})
		if d != model.RoleCadre {
			w.staff(r, "unit-"+string(d), "", model.RoleAssignment{Role: d, UnitID: ownUnit})
		}
	}
	w.staff(r, "own-cadre", "C-001", model.RoleAssignment{Role: model.RoleCadre})
	r.Follow("stranger-1", "stranger-2")
	w.inWeChat = []somebody{
		{name: "the household", token: household(t, r, "stranger-1", false), household: model.ViewFull},
		{name: "its proxy", token: household(t, r, "stranger-2", true), household: model.ViewProxy},
		{name: "its cadre", token: r.LogIn("c-001"), cadre: true},
		{name: "nobody", token: r.LogIn("stranger-3"), nobody: true},
	}
	w.records(t, r)
	return w
}

func (w *world) staff(r *apptest.Running, name, cadreID string, posts ...model.RoleAssignment) {
	w.inOffice = append(w.inOffice, somebody{
		name: name, token: r.Staff(name, cadreID, posts...), staff: model.Staff{ID: name, CadreID: cadreID, Assignments: posts},
		whole: posts[0].UnitID == "", cadre: cadreID != "",
	})
}

// household is the mini-program's log-in of somebody who looks after the own household.
func household(t *testing.T, r *apptest.Running, person string, proxy bool) string {
	t.Helper()
	var code struct{ Code string }
	office := r.Office("binds-" + person)
	r.Must(http.MethodPost, "/staff/v1/bind-codes", office, map[string]any{"household_no": ownHouse, "proxy": proxy}, &code)
	token := r.LogIn(person)
	r.Must(http.MethodPost, "/mini/v1/bind", token, map[string]string{"code": code.Code}, nil)
	return token
}

// records puts a record of each kind where the own post reaches it, and another where it does not.
func (w *world) records(t *testing.T, r *apptest.Running) {
	t.Helper()
	s, ctx, now := r.Store(), t.Context(), r.Clock.Now()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	rec := model.NewRecord(now, "test")
	for _, u := range []struct{ unit, house, tail string }{{ownUnit, ownHouse, "901"}, {foreignUnit, foreignHouse, "902"}} {
		must(s.InsertCadre(ctx, model.Cadre{ID: "C-" + u.tail, Record: rec, Name: "某干部", UnitID: u.unit, Status: model.CadreActive}))
		must(s.InsertUnit(ctx, model.Unit{ID: "U-" + u.tail, Record: rec, Name: "组", Kind: model.UnitPartyBranch, ParentID: u.unit, Path: []string{"U-farm", u.unit}}))
		must(s.InsertNeed(ctx, model.Need{ID: "need-" + u.tail, Record: rec, HouseholdID: u.house, State: model.NeedOpen, Text: "难处", Kind: model.NeedOther, DueOn: "2018-01-31"}))
		must(s.InsertApplication(ctx, model.Application{ID: "app-" + u.tail, Record: rec, HouseholdID: u.house, Programme: "chronic", Version: 1, State: model.AppSubmitted}))
		must(s.InsertExpectations(ctx, []model.Expectation{{ID: "owed-" + u.tail, Record: rec, HouseholdID: u.house, CadreID: "C-" + u.tail, Period: "2018-02"}}))
		must(s.PutFile(ctx, model.StoredFile{ID: "file-" + u.tail, Of: "visits/x", HouseholdID: u.house, Type: "application/pdf", At: now}, []byte("x")))
		must(s.InsertAlert(ctx, model.Alert{ID: "alert-" + u.tail, At: now, Actor: "staff:x", HouseholdID: u.house, State: model.AlertOpen}))
		must(s.InsertLoan(ctx, model.Loan{ID: "loan-" + u.tail, Record: rec, HouseholdID: u.house, Principal: 1, LentOn: "2017-01-01", DueOn: "2018-01-01", Schedule: []model.Instalment{{DueOn: "2018-01-01", Amount: 1}}}))
		must(s.InsertMove(ctx, model.Move{ID: "move-" + u.tail, Record: rec, HouseholdID: u.house, Kind: model.MoveOut, ItemID: "FLOUR", Quantity: 1, On: "2017-12-01"}))
		must(s.InsertBroadcast(ctx, model.Broadcast{ID: "B-" + u.tail, Record: rec, Scope: []string{u.unit}, State: model.BroadcastDraft, Title: "通知", Until: "2018-12-31"}))
		must(s.InsertCooperative(ctx, model.Cooperative{ID: "K-" + u.tail, Record: rec, Name: "社", UnitID: u.unit}))
		must(s.InsertGreenhouse(ctx, model.Greenhouse{ID: "G-" + u.tail, Record: rec, UnitID: u.unit}))
		must(s.InsertBatch(ctx, model.Batch{ID: "2017/G-" + u.tail + "/spring", Record: rec, GreenhouseID: "G-" + u.tail, Year: 2017, Season: "spring"}))
		must(s.InsertStaff(ctx, model.Staff{ID: "log-in-" + u.tail, Record: rec, Name: "某人", Assignments: []model.RoleAssignment{{Role: model.RoleSecretary, UnitID: u.unit}}}))
		must(s.InsertEntry(ctx, model.Entry{ID: "entry-" + u.tail, Record: rec, HouseholdID: u.house, Amount: 1, PaidOn: "2017-12-01", Title: "补助"}))
	}
	w.name(t, r)
}

// name says what each kind of scope may be asked for.
func (w *world) name(t *testing.T, r *apptest.Running) {
	t.Helper()
	single := func(own, foreign, absent string) targets {
		return targets{own: [][]string{{own}}, foreign: [][]string{{foreign}}, absent: [][]string{{absent}}}
	}
	household := single(ownHouse, foreignHouse, "H-999")
	for _, kind := range []string{"household", "lists", "books", "own_household", "own_household_in_full", "own_or_paired_household", "helped_household"} {
		w.targets[kind] = household
	}
	for kind, prefix := range map[string]string{
		"need": "need-", "application": "app-", "expectation": "owed-", "visit_file": "file-", "loan": "loan-", "move": "move-", "alert": "alert-",
		"broadcast": "B-", "coop": "K-", "greenhouse": "G-", "staff": "log-in-", "entry": "entry-",
	} {
		w.targets[kind] = single(prefix+"901", prefix+"902", prefix+"999")
	}
	w.targets["batch"] = single("2017/G-901/spring", "2017/G-902/spring", "2017/G-999/spring")
	w.targets["one_cadre"] = single("C-901", "C-902", "C-999")
	w.targets["in_unit"] = single(ownUnit, foreignUnit, "U-absent")
	own, foreign := personOf(t, r, ownHouse), personOf(t, r, foreignHouse)
	w.targets["person"] = targets{
		own:     [][]string{{ownHouse, own}},
		foreign: [][]string{{foreignHouse, foreign}, {ownHouse, foreign}, {foreignHouse, own}},
		absent:  [][]string{{"H-999", foreign}, {ownHouse, "P-absent"}, {"H-999", own}},
	}
	w.targets["merge"] = targets{
		own:     [][]string{{ownHouse, "H-002"}},
		foreign: [][]string{{ownHouse, foreignHouse}, {foreignHouse, ownHouse}},
		absent:  [][]string{{ownHouse, "H-999"}, {"H-999", ownHouse}},
	}
	w.targets["holder"] = targets{
		own:     [][]string{{ownHouse, ""}, {"", "C-901"}},
		foreign: [][]string{{foreignHouse, ""}, {"", "C-902"}},
		absent:  [][]string{{"H-999", ""}, {"", "C-999"}},
	}
	placed := func(prefix string) targets {
		return targets{
			own:     [][]string{{prefix + "901", ownUnit}, {prefix + "903", ownUnit}},
			foreign: [][]string{{prefix + "902", ownUnit}, {prefix + "901", foreignUnit}, {prefix + "904", foreignUnit}},
			absent:  [][]string{{prefix + "902", ownUnit}, {prefix + "901", "U-absent"}, {prefix + "904", "U-absent"}},
		}
	}
	w.targets["unit"], w.targets["cadre"] = placed("U-"), placed("C-")
	w.targets["coop_in_unit"], w.targets["greenhouse_in_unit"] = placed("K-"), placed("G-")
}

func personOf(t *testing.T, r *apptest.Running, household string) string {
	t.Helper()
	persons, err := r.Store().PersonsOf(t.Context(), household)
	if err != nil || len(persons) == 0 {
		t.Fatal(household, err)
	}
	return persons[0].ID
}
