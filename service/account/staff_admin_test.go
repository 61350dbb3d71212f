package account_test

import (
	"net/http"
	"strings"
	"sync"
	"testing"

	"bangfu/cmd/app/apptest"
	"bangfu/repo/repotest"
	"bangfu/service/model"
)

type staffRow struct {
	ID       string
	Rev      int64
	Name     string
	Posts    []model.RoleAssignment
	Disabled bool
	TOTP     bool
	First    bool `json:"must_change_password"`
}

func staffRows(t *testing.T, r *apptest.Running, token, query string) (rows []staffRow, next string) {
	t.Helper()
	var out struct {
		Staff []staffRow
		Next  string
	}
	a := r.Call(http.MethodGet, "/staff/v1/staff"+query, token, nil)
	a.JSON(t, &out)
	if a.Status != 200 {
		t.Fatalf("list: %d %s", a.Status, a.Body)
	}
	return out.Staff, out.Next
}

func staffRowOf(t *testing.T, r *apptest.Running, token, id string) staffRow {
	t.Helper()
	rows, _ := staffRows(t, r, token, "")
	for _, row := range rows {
		if row.ID == id {
			return row
		}
	}
	t.Fatalf("no log-in %s", id)
	return staffRow{}
}

func file(name string, posts ...map[string]string) map[string]any {
	return map[string]any{"name": name, "posts": posts}
}

func post(role, unit string) map[string]string {
	return map[string]string{"duty": role, "unit_id": unit}
}

func with(m map[string]any, key string, value any) map[string]any {
	m[key] = value
	return m
}

// makeStaff makes a log-in and returns its first password.
func makeStaff(t *testing.T, r *apptest.Running, token, id string, f map[string]any) string {
	t.Helper()
	var out struct{ Password string }
	a := r.Call(http.MethodPost, "/staff/v1/staff", token, with(f, "id", id))
	a.JSON(t, &out)
	if a.Status != http.StatusCreated || out.Password == "" {
		t.Fatalf("make %s: %d %s", id, a.Status, a.Body)
	}
	return out.Password
}

// confirmPost confirms a post of a log-in as somebody who may: a second person.
func confirmPost(t *testing.T, r *apptest.Running, token, id string, p map[string]string) {
	t.Helper()
	apptest.WantStatus(t, "confirming "+id+"'s post", confirmingPost(t, r, token, id, p), 204)
}

func confirmingPost(t *testing.T, r *apptest.Running, token, id string, p map[string]string) apptest.Answer {
	t.Helper()
	s, err := r.Store().Staff(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return r.Call(http.MethodPost, "/staff/v1/staff/"+id+"/posts/confirm", token, doc{"rev": s.Rev, "duty": p["duty"], "unit_id": p["unit_id"]})
}

func TestAFirstPasswordIsGoodForNothingElse(t *testing.T) {
	r := apptest.Boot(t)
	admin := r.StaffToken("admin")
	first := makeStaff(t, r, admin, "zhang.san", file("张三", post("office", "")))
	a := r.StaffLogIn("zhang.san", first, "")
	apptest.WantContains(t, a.Body, `"must_change_password":true`)
	token := apptest.Token(t, a)
	for _, c := range []struct{ method, path string }{
		{"GET", "/staff/v1/sessions"}, {"POST", "/staff/v1/totp"}, {"POST", "/staff/v1/bind-codes"},
	} {
		apptest.WantProblem(t, c.path, r.Call(c.method, c.path, token, nil), 403, "must_change_password")
	}
	apptest.WantStatus(t, "me", r.Call("GET", "/staff/v1/me", token, nil), 200)
	apptest.WantStatus(t, "log-out", r.Call("POST", "/staff/v1/logout", token, nil), 204)
	token = apptest.Token(t, r.StaffLogIn("zhang.san", first, ""))
	apptest.WantStatus(t, "changing it", r.Call("POST", "/staff/v1/password", token, map[string]string{"old": first, "new": "a better password"}), 204)
	apptest.WantStatus(t, "the same session", r.Call("GET", "/staff/v1/sessions", token, nil), 200)
	apptest.WantProblem(t, "before somebody else confirms it", r.Call("POST", "/staff/v1/bind-codes", token, map[string]string{"household_no": "H-001"}), 403, "not_your_duty")
	confirmPost(t, r, r.StaffToken("office"), "zhang.san", post("office", ""))
	apptest.WantStatus(t, "an operation of the duty", r.Call("POST", "/staff/v1/bind-codes", token, map[string]string{"household_no": "H-001"}), 200)
	apptest.WantWithout(t, r.Log.String(), first, "张三", "a better password")
	if s, err := r.Store().Staff(t.Context(), "zhang.san"); err != nil || s.MustChangePassword || s.CreatedBy != "staff:admin" {
		t.Errorf("%+v %v", s, err)
	}
}

func TestOnlyAdministratorsSeeLogIns(t *testing.T) {
	r := apptest.Boot(t)
	for _, name := range []string{"secretary", "finance", "doctor", "inspector", "publisher", "c-001"} {
		token := r.StaffToken(name)
		for _, c := range []struct{ method, path string }{
			{"GET", "/staff/v1/staff"}, {"POST", "/staff/v1/staff"}, {"PUT", "/staff/v1/staff/doctor"},
			{"POST", "/staff/v1/staff/doctor/password"}, {"DELETE", "/staff/v1/staff/doctor/sessions"},
		} {
			apptest.WantProblem(t, name+" "+c.path, r.Call(c.method, c.path, token, nil), 403, "not_your_duty")
		}
	}
	admin := r.StaffToken("admin")
	rows, next := staffRows(t, r, admin, "?limit=3")
	more, end := staffRows(t, r, admin, "?limit=100&after="+next)
	if len(rows) != 3 || rows[0].ID != "admin" || len(more) != 5 || end != "" {
		t.Errorf("%+v %q %+v %q", rows, next, more, end)
	}
	if a := r.Call("GET", "/staff/v1/staff", admin, nil); strings.Contains(a.Body, "argon2") {
		t.Error("the list holds hashes")
	}
}

func TestAdministratorsChangeLogIns(t *testing.T) {
	r := apptest.Boot(t)
	admin, head := r.StaffToken("admin"), r.StaffToken("office")
	doctor := r.StaffToken("doctor")
	row := staffRowOf(t, r, admin, "doctor")
	put := func(id string, f map[string]any) apptest.Answer {
		return r.Call("PUT", "/staff/v1/staff/"+id, admin, f)
	}
	apptest.WantProblem(t, "before", r.Call("POST", "/staff/v1/bind-codes", doctor, map[string]string{"household_no": "H-001"}), 403, "not_your_duty")
	apptest.WantStatus(t, "a new post", put("doctor", with(file("李医生", post("doctor", ""), post("secretary", "U-area-1")), "rev", row.Rev)), 200)
	apptest.WantProblem(t, "until somebody else confirms it", r.Call("POST", "/staff/v1/bind-codes", doctor, map[string]string{"household_no": "H-001"}), 403, "not_your_duty")
	confirmPost(t, r, head, "doctor", post("secretary", "U-area-1"))
	apptest.WantStatus(t, "holds at once", r.Call("POST", "/staff/v1/bind-codes", doctor, map[string]string{"household_no": "H-001"}), 200)

	old := put("doctor", with(file("另一个"), "rev", row.Rev))
	apptest.WantProblem(t, "no post at all", old, 400, "no_post")
	old = put("doctor", with(file("另一个", post("doctor", "")), "rev", row.Rev))
	apptest.WantProblem(t, "on an old revision", old, 409, "changed_meanwhile")
	var conflict struct{ Rev int64 }
	if old.JSON(t, &conflict); conflict.Rev != row.Rev+2 {
		t.Errorf("the conflict names revision %d: %s", conflict.Rev, old.Body)
	}
	for code, f := range map[string]map[string]any{
		"duty_unknown": file("x", post("king", "")), "unit_unknown": file("x", post("doctor", "U-moon")),
		"cadre_id": file("x", post("cadre", "")), "cadre_unknown": with(file("x", post("cadre", "")), "cadre_id", "C-999"),
	} {
		apptest.WantProblem(t, code, put("doctor", with(f, "rev", conflict.Rev)), 400, code)
	}
	apptest.WantProblem(t, "nobody", put("nobody", with(file("x", post("doctor", "")), "rev", 1)), 404, "no_such_staff")

	shut := with(with(file("李医生", post("doctor", "")), "rev", conflict.Rev), "disabled", true)
	apptest.WantStatus(t, "disabling", put("doctor", shut), 200)
	apptest.WantStatus(t, "its session", r.Call("GET", "/staff/v1/me", doctor, nil), 401)
	apptest.WantProblem(t, "its log-in", r.StaffLogIn("doctor", apptest.DemoPassword, ""), 403, "disabled")
	apptest.WantProblem(t, "with a wrong password", r.StaffLogIn("doctor", "not-the-password", ""), 401, "wrong_password")

	history, err := r.Store().StaffHistory(t.Context(), "doctor")
	if err != nil || len(history) < 4 || history[len(history)-1].Actor != "staff:admin" || history[len(history)-2].Actor != "staff:office" || history[len(history)-3].Actor != "staff:admin" {
		t.Errorf("%+v %v", history, err)
	}
	line := r.Audited(3)[2]
	if line.Action != model.AuditStaff || line.Actor != "staff:admin" || line.Record != "staff/doctor" || !strings.Contains(strings.Join(line.Fields, ","), "disabled") {
		t.Errorf("%+v", line)
	}
}

func TestAnAdministratorStays(t *testing.T) {
	r := apptest.Boot(t)
	admin := r.StaffToken("admin")
	row := staffRowOf(t, r, admin, "admin")
	for what, f := range map[string]map[string]any{
		"without the post": file("x", post("finance", "")), "in a unit only": file("x", post("administrator", "U-area-1")),
		"disabled": with(file("x", post("administrator", "")), "disabled", true),
	} {
		a := r.Call("PUT", "/staff/v1/staff/admin", admin, with(f, "rev", row.Rev))
		apptest.WantProblem(t, what, a, 403, "own_administrator")
	}
	apptest.WantProblem(t, "resetting one's own", r.Call("POST", "/staff/v1/staff/admin/password", admin, map[string]any{}), 403, "own_password")
}

// TestTwoAdministratorsCannotRemoveEachOther lets both try at once: one of them must be left.
func TestTwoAdministratorsCannotRemoveEachOther(t *testing.T) {
	repotest.Raced(t)
	r := apptest.Boot(t)
	names := []string{"admin", "office"}
	var tokens [2]string
	var rows [2]staffRow
	for i, name := range names {
		tokens[i] = r.StaffToken(name)
		rows[i] = staffRowOf(t, r, tokens[i], name)
	}
	var all sync.WaitGroup
	for i := range names {
		all.Go(func() {
			r.Call("PUT", "/staff/v1/staff/"+names[1-i], tokens[i], with(file("x", post("finance", "")), "rev", rows[1-i].Rev))
		})
	}
	all.Wait()
	left := 0
	for _, name := range names {
		s, err := r.Store().Staff(t.Context(), name)
		if err != nil {
			t.Fatal(err)
		}
		if s.Has(model.RoleAdministrator) {
			left++
		}
	}
	if left != 1 {
		t.Errorf("%d administrators are left", left)
	}
}

// TestAnAdministratorOfOneUnit looks after its log-ins and no others.
func TestAnAdministratorOfOneUnit(t *testing.T) {
	r := apptest.Boot(t)
	admin := r.StaffToken("admin")
	first := makeStaff(t, r, admin, "area-admin", file("管理区管理员", post("administrator", "U-area-1")))
	confirmPost(t, r, r.StaffToken("office"), "area-admin", post("administrator", "U-area-1"))
	token := apptest.Token(t, r.StaffLogIn("area-admin", first, ""))
	apptest.WantStatus(t, "first password", r.Call("POST", "/staff/v1/password", token, map[string]string{"old": first, "new": "a better password"}), 204)
	rows, _ := staffRows(t, r, token, "")
	if len(rows) != 2 || rows[0].ID != "area-admin" || rows[1].ID != "secretary" {
		t.Errorf("%+v", rows)
	}
	everywhere := with(file("x", post("office", "")), "id", "mine")
	apptest.WantProblem(t, "a post above", r.Call("POST", "/staff/v1/staff", token, everywhere), 403, "not_your_unit")
	apptest.WantProblem(t, "another unit's", r.Call("POST", "/staff/v1/staff/finance/password", token, map[string]any{}), 404, "no_such_staff")
	apptest.WantProblem(t, "another unit's sessions", r.Call("DELETE", "/staff/v1/staff/finance/sessions", token, nil), 404, "no_such_staff")
	down := with(file("x", post("secretary", "U-area-1")), "rev", staffRowOf(t, r, admin, "finance").Rev)
	apptest.WantProblem(t, "pulling somebody in", r.Call("PUT", "/staff/v1/staff/finance", token, down), 404, "no_such_staff")
	makeStaff(t, r, token, "helper", file("帮手", post("secretary", "U-area-1")))
}

func TestResettingAPassword(t *testing.T) {
	r := apptest.Boot(t)
	admin := r.StaffToken("admin")
	finance := r.StaffToken("finance")
	withTOTP(t, r, finance)
	for range 5 {
		r.StaffLogIn("finance", "not-the-password", "")
	}
	apptest.WantProblem(t, "locked", r.StaffLogIn("finance", apptest.DemoPassword, ""), 429, "locked")
	reset := func(body map[string]any) string {
		var out struct{ Password string }
		r.Call("POST", "/staff/v1/staff/finance/password", admin, body).JSON(t, &out)
		return out.Password
	}
	fresh := reset(map[string]any{})
	apptest.WantStatus(t, "the sessions", r.Call("GET", "/staff/v1/me", finance, nil), 401)
	apptest.WantProblem(t, "the second factor stays", r.StaffLogIn("finance", fresh, ""), 401, "totp_needed")
	fresh = reset(map[string]any{"without_totp": true})
	token := apptest.Token(t, r.StaffLogIn("finance", fresh, ""))
	apptest.WantProblem(t, "it must be changed", r.Call("GET", "/staff/v1/sessions", token, nil), 403, "must_change_password")
	apptest.WantStatus(t, "ending its sessions", r.Call("DELETE", "/staff/v1/staff/finance/sessions", admin, nil), 204)
	apptest.WantStatus(t, "then", r.Call("GET", "/staff/v1/me", token, nil), 401)
	apptest.WantProblem(t, "a name twice", r.Call("POST", "/staff/v1/staff", admin, with(file("x", post("doctor", "")), "id", "finance")), 409, "staff_exists")
	apptest.WantProblem(t, "a bad name", r.Call("POST", "/staff/v1/staff", admin, with(file("x", post("doctor", "")), "id", "Zhang San")), 400, "staff_name")
	if report, err := r.Store().VerifyAudit(t.Context()); err != nil || len(report.Broken) > 0 {
		t.Errorf("%+v %v", report, err)
	}
}
