package people_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"bangfu/cmd/app/apptest"
	"bangfu/service/model"
)

// looksAt are the stored lines of who looked at a household.
func looksAt(t *testing.T, r *apptest.Running, no string) []model.AccessRecord {
	t.Helper()
	list, err := r.Store().AccessRecordsOf(t.Context(), no, 1000)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// TestReadsAreSeenByTheHousehold reads each thing about H-001 that is not masked, through each route that shows it, as the
// roles that may, and looks for it under 谁看过: in the bot, in the mini-program and in the console.
func TestReadsAreSeenByTheHousehold(t *testing.T) {
	r := apptest.Boot(t)
	office := r.Office("one")
	r.Must(http.MethodPost, "/staff/v1/needs", office, doc{"client_key": "12345678", "household_no": "H-001", "text": "屋顶漏雨"}, nil)
	r.Must(http.MethodPost, "/staff/v1/households/H-001/applications", office, doc{"client_key": "12345678", "programme": "loan", "draft": true}, nil)
	var applied struct{ Applications []struct{ ID string } }
	r.Must(http.MethodGet, "/staff/v1/applications?state=draft&household_no=H-001", office, nil, &applied)
	var books struct{ Entries []struct{ ID string } }
	r.Must(http.MethodGet, "/staff/v1/entries?household_no=H-001&year=2017", office, nil, &books)
	if len(applied.Applications) == 0 || len(books.Entries) == 0 {
		t.Fatalf("nothing to look at: %+v %+v", applied, books)
	}
	bound := r.Person("h-001")
	for i, c := range []struct{ path, kind string }{
		{"/households/H-001/statement", "账"}, {"/entries?household_no=H-001&year=2017", "账"}, {"/entries?year=2017&limit=200", "账"},
		{"/entry?id=" + books.Entries[0].ID, "账"}, {"/households/H-001/dividends", "账"}, {"/reports/household?year=2017", "账"},
		{"/households/H-001/visits", "走访记录"}, {"/needs", "难事"}, {"/needs?household_no=H-001", "难事"},
		{"/households/H-001/papers", "申请和材料"}, {"/households/H-001/eligibility", "申请和材料"}, {"/applications?state=draft", "申请和材料"},
		{"/applications/" + applied.Applications[0].ID, "申请和材料"}, {"/households/H-001/doctors", "家庭医生"},
	} {
		name := fmt.Sprintf("reader%d", i)
		token := r.Staff(name, "", model.RoleAssignment{Role: model.RoleInspector})
		r.Must(http.MethodGet, "/staff/v1"+c.path, token, nil, nil)
		want := "同志" + name + "(检查组):" + c.kind
		if got := r.Say(bound.ID, "谁看过"); !strings.Contains(got, want) {
			t.Errorf("%s leaves nothing in:\n%s", c.path, got)
		}
	}
	type look struct {
		At, Who, Reason string
		What            []string
	}
	var staff struct{ Looks []look }
	r.Must(http.MethodGet, "/staff/v1/households/H-001/looks", office, nil, &staff)
	i := slices.IndexFunc(staff.Looks, func(l look) bool { return l.Who == "同志reader6(检查组)" })
	if i < 0 || staff.Looks[i].At != "2017年12月28日" || staff.Looks[i].Reason != "" || !slices.Equal(staff.Looks[i].What, []string{"走访记录"}) {
		t.Errorf("in the console: %+v", staff.Looks)
	}
	var mini struct{ Looks []look }
	r.Must(http.MethodGet, "/mini/v1/household/looks", r.LogIn(bound.ID), nil, &mini)
	if fmt.Sprint(mini) != fmt.Sprint(staff) {
		t.Errorf("in the mini-program:\n%+v\nin the console:\n%+v", mini, staff)
	}
	if other := r.Say(r.Person("h-002").ID, "谁看过"); strings.Contains(other, "走访记录") {
		t.Errorf("another household: %s", other)
	}
}

// TestALookIsOneLineADay looks again and again, at once and after a restart, and the next day.
func TestALookIsOneLineADay(t *testing.T) {
	r := apptest.Boot(t)
	inspector := r.Staff("look", "", model.RoleAssignment{Role: model.RoleInspector})
	path := "/staff/v1/households/H-001/"
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() { r.Call(http.MethodGet, path+"visits", inspector, nil) })
	}
	all.Wait()
	first := looksAt(t, r, "H-001")
	if len(first) != 1 || first[0].Actor != "staff:look" || first[0].Kind != model.AccessVisits || !slices.Equal(first[0].Roles, []model.Role{model.RoleInspector}) {
		t.Fatalf("%+v", first)
	}
	r.Must(http.MethodGet, path+"statement", inspector, nil, nil)
	if got := r.Say(r.Person("h-001").ID, "谁看过"); strings.Count(got, "同志look") != 1 || !strings.Contains(got, ":走访记录、账") {
		t.Errorf("a day is not one line:\n%s", got)
	}
	if err := r.Store().PruneAccessRecords(t.Context(), "2018-01-01"); err != nil {
		t.Fatal(err)
	}
	r.Must(http.MethodGet, path+"visits", inspector, nil, nil)
	if list := looksAt(t, r, "H-001"); len(list) != 0 {
		t.Errorf("what is noted already was written again: %+v", list)
	}
	r.Stop()
	again := apptest.Boot(t, apptest.InDir(r.Dir), apptest.At(r.Clock))
	again.Must(http.MethodGet, path+"visits", inspector, nil, nil)
	if list := looksAt(t, again, "H-001"); len(list) != 1 {
		t.Errorf("after a restart: %+v", list)
	}
	again.Clock.Advance(24 * time.Hour)
	again.Must(http.MethodGet, path+"visits", inspector, nil, nil)
	list := looksAt(t, again, "H-001")
	if len(list) != 2 || list[0].Day != "2017-12-29" {
		t.Errorf("the next day: %+v", list)
	}
}

// TestCountingIsNoLook asks for the lists as the console's first page does, which counts and shows nothing.
func TestCountingIsNoLook(t *testing.T) {
	r := apptest.Boot(t)
	office := r.Office("one")
	r.Must(http.MethodPost, "/staff/v1/needs", office, doc{"client_key": "12345678", "household_no": "H-001", "text": "屋顶漏雨"}, nil)
	r.Must(http.MethodPost, "/staff/v1/households/H-001/applications", office, doc{"client_key": "12345678", "programme": "loan", "draft": true}, nil)
	for _, path := range []string{"/needs?brief=true", "/applications?state=draft&brief=true", "/loans?brief=true"} {
		a := r.Call(http.MethodGet, "/staff/v1"+path, office, nil)
		if !strings.Contains(a.Body, `"due_on"`) || strings.Contains(a.Body, "H-0") || strings.Contains(a.Body, "屋顶漏雨") || strings.Contains(a.Body, "loan\"") {
			t.Errorf("%s: %s", path, a.Body)
		}
	}
	if list := looksAt(t, r, "H-001"); len(list) > 0 {
		t.Errorf("%+v", list)
	}
}

// TestARefusedReadIsNoLook asks for a household that the post does not reach.
func TestARefusedReadIsNoLook(t *testing.T) {
	r := apptest.Boot(t)
	far := r.Staff("far", "", model.RoleAssignment{Role: model.RoleOffice, UnitID: "U-dept-education"})
	for _, path := range []string{"statement", "visits", "papers", "doctors", "eligibility", "dividends"} {
		if a := r.Call(http.MethodGet, "/staff/v1/households/H-001/"+path, far, nil); a.Status != http.StatusNotFound {
			t.Errorf("%s: %d", path, a.Status)
		}
	}
	if list := looksAt(t, r, "H-001"); len(list) > 0 {
		t.Errorf("%+v", list)
	}
}
