package account_test

import (
	"net/http"
	"strings"
	"testing"

	"bangfu/cmd/app/apptest"
	"bangfu/service/model"
)

type waitingPost struct {
	ID      string `json:"id"`
	Rev     int64  `json:"rev"`
	Duty    string `json:"duty"`
	UnitID  string `json:"unit_id"`
	CadreID string `json:"cadre_id"`
	By      string `json:"by"`
	Own     bool   `json:"own"`
}

func waitingPosts(t *testing.T, r *apptest.Running, token string) []waitingPost {
	t.Helper()
	var out struct{ Posts []waitingPost }
	r.Must(http.MethodGet, "/staff/v1/post-proposals", token, nil, &out)
	return out.Posts
}

// sees reports whether somebody with the token reads a household.
func sees(r *apptest.Running, token string) bool {
	return r.Call(http.MethodGet, "/staff/v1/households/H-001", token, nil).Status == 200
}

// TestNobodyGrantsPostsAlone lets an administrator give every role, to themselves and to a log-in of their own making: it
// opens nothing until somebody else says so, who is neither who proposed it nor who gets it.
func TestNobodyGrantsPostsAlone(t *testing.T) {
	r := apptest.Boot(t)
	admin, head := r.StaffToken("admin"), r.StaffToken("office")
	for _, d := range model.Roles {
		if d == model.RoleAdministrator {
			continue
		}
		f := file("系统管理", post("administrator", ""), post(string(d), ""))
		if d == model.RoleCadre {
			f = with(f, "cadre_id", "C-001")
		}
		row := staffRowOf(t, r, admin, "admin")
		apptest.WantStatus(t, "giving oneself "+string(d), r.Call(http.MethodPut, "/staff/v1/staff/admin", admin, with(f, "rev", row.Rev)), 200)
		if sees(r, admin) {
			t.Errorf("an administrator has given themselves %s", d)
		}
		apptest.WantProblem(t, "confirming one's own "+string(d), confirmingPost(t, r, admin, "admin", post(string(d), "")), 403, "own_proposal")
	}
	puppet := makeStaff(t, r, admin, "puppet", file("另一个我", post("administrator", ""), post("office", "")))
	token := apptest.Token(t, r.StaffLogIn("puppet", puppet, ""))
	apptest.WantStatus(t, "its first password", r.Call(http.MethodPost, "/staff/v1/password", token, map[string]string{"old": puppet, "new": "a better password"}), 204)
	apptest.WantProblem(t, "the second self is no administrator", confirmingPost(t, r, token, "admin", post("publisher", "")), 403, "not_your_duty")
	apptest.WantProblem(t, "what oneself proposed", confirmingPost(t, r, admin, "puppet", post("office", "")), 403, "own_proposal")
	if sees(r, token) {
		t.Error("a second self reads a household")
	}
	waiting := waitingPosts(t, r, head)
	if len(waiting) != 3 || waiting[0].Own || waiting[0].By != "staff:admin" || len(waitingPosts(t, r, admin)) != 3 || !waitingPosts(t, r, admin)[0].Own {
		t.Errorf("%+v", waiting)
	}
	confirmPost(t, r, head, "puppet", post("office", ""))
	if !sees(r, token) {
		t.Error("a confirmed post does not hold")
	}
	apptest.WantProblem(t, "twice", confirmingPost(t, r, head, "puppet", post("office", "")), 404, "no_such_proposal")
	line := r.Audited(1)[0]
	if line.Actor != "staff:office" || line.Record != "staff/puppet" || !strings.Contains(line.Reason, "扶贫办(全场),由admin提出") {
		t.Errorf("%+v", line)
	}
}

// TestWhoConfirms: an administrator over the unit, or who has the office's post for the whole farm.
func TestWhoConfirms(t *testing.T) {
	r := apptest.Boot(t)
	admin := r.StaffToken("admin")
	makeStaff(t, r, admin, "li.si", file("李四", post("secretary", "U-area-2"), post("doctor", "U-area-1")))
	area := r.Staff("area-admin", "", model.RoleAssignment{Role: model.RoleAdministrator, UnitID: "U-area-1"})
	apptest.WantProblem(t, "an administrator of another unit", confirmingPost(t, r, area, "li.si", post("secretary", "U-area-2")), 404, "no_such_proposal")
	desk := r.Staff("area-office", "", model.RoleAssignment{Role: model.RoleOffice, UnitID: "U-area-2"})
	apptest.WantProblem(t, "the office of the unit", confirmingPost(t, r, desk, "li.si", post("secretary", "U-area-2")), 404, "no_such_proposal")
	if list := waitingPosts(t, r, area); len(list) != 1 || list[0].UnitID != "U-area-1" {
		t.Errorf("an administrator of a unit reads %+v", list)
	}
	if list := waitingPosts(t, r, desk); len(list) != 0 {
		t.Errorf("the office of a unit reads %+v", list)
	}
	finance := r.Staff("fin", "", model.RoleAssignment{Role: model.RoleFinance})
	apptest.WantProblem(t, "another duty", confirmingPost(t, r, finance, "li.si", post("secretary", "U-area-2")), 403, "not_your_duty")
	confirmPost(t, r, area, "li.si", post("doctor", "U-area-1"))
	confirmPost(t, r, r.Office("head"), "li.si", post("secretary", "U-area-2"))
	s, err := r.Store().Staff(t.Context(), "li.si")
	if err != nil || len(s.Assignments) != 2 || len(s.Proposed) != 0 {
		t.Errorf("%+v %v", s, err)
	}
}

// TestWhatIsConfirmedIsWhatWasLookedAt changes the cadre behind the confirmer's back.
func TestWhatIsConfirmedIsWhatWasLookedAt(t *testing.T) {
	r := apptest.Boot(t)
	admin, head := r.StaffToken("admin"), r.Office("head")
	makeStaff(t, r, admin, "li.si", with(file("李四", post("cadre", "")), "cadre_id", "C-002"))
	seen := waitingPosts(t, r, head)[0]
	swap := with(with(file("李四", post("cadre", "")), "cadre_id", "C-003"), "rev", seen.Rev)
	apptest.WantStatus(t, "another cadre", r.Call(http.MethodPut, "/staff/v1/staff/li.si", admin, swap), 200)
	old := r.Call(http.MethodPost, "/staff/v1/staff/li.si/posts/confirm", head, doc{"rev": seen.Rev, "duty": "cadre", "unit_id": ""})
	apptest.WantProblem(t, "what has changed since", old, 409, "changed_meanwhile")
	confirmPost(t, r, head, "li.si", post("cadre", ""))
	if s, err := r.Store().Staff(t.Context(), "li.si"); err != nil || s.CadreID != "C-003" {
		t.Errorf("%+v %v", s, err)
	}
	// The post for another cadre is another post: this one ends, and the next waits.
	row := staffRowOf(t, r, admin, "li.si")
	again := with(with(file("李四", post("cadre", "")), "cadre_id", "C-001"), "rev", row.Rev)
	apptest.WantStatus(t, "a third cadre", r.Call(http.MethodPut, "/staff/v1/staff/li.si", admin, again), 200)
	s, err := r.Store().Staff(t.Context(), "li.si")
	if err != nil || s.CadreID != "" || len(s.Assignments) != 0 || len(s.Proposed) != 1 || s.Proposed[0].CadreID != "C-001" {
		t.Errorf("%+v %v", s, err)
	}
}

// TestACadresLogInOfOnesOwnUnitsOnly: a foreign cadre is answered for as one that does not exist.
func TestACadresLogInOfOnesOwnUnitsOnly(t *testing.T) {
	r := apptest.Boot(t)
	area := r.Staff("area-admin", "", model.RoleAssignment{Role: model.RoleAdministrator, UnitID: "U-area-1"})
	cadres, err := r.Store().Cadres(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	made := map[bool]int{}
	for _, c := range cadres {
		unit, err := r.Store().Unit(t.Context(), c.UnitID)
		if err != nil {
			t.Fatal(err)
		}
		inside := strings.Contains(strings.Join(unit.UnitPath(), " "), "U-area-1")
		if made[inside]++; made[inside] > 3 {
			continue
		}
		f := with(with(file("干部", post("cadre", "U-area-1")), "cadre_id", c.ID), "id", "login-"+strings.ToLower(c.ID))
		if a := r.Call(http.MethodPost, "/staff/v1/staff", area, f); inside != (a.Status == http.StatusCreated) || !inside && a.Code() != "cadre_unknown" {
			t.Errorf("%s of %s: %d %s", c.ID, c.UnitID, a.Status, a.Body)
		}
	}
	if made[true] == 0 || made[false] == 0 {
		t.Errorf("%v: both kinds are wanted", made)
	}
}

// TestARefusalIsReadByWhoProposed, and opens nothing; proposing it again is a new proposal.
func TestARefusalIsReadByWhoProposed(t *testing.T) {
	r := apptest.Boot(t)
	admin, head := r.StaffToken("admin"), r.Office("head")
	makeStaff(t, r, admin, "li.si", file("李四", post("doctor", "")))
	refuse := func(token, why string, rev int64) apptest.Answer {
		return r.Call(http.MethodPost, "/staff/v1/staff/li.si/posts/refuse", token, doc{"rev": rev, "duty": "doctor", "unit_id": "", "why": why})
	}
	apptest.WantProblem(t, "without a reason", refuse(head, " ", 1), 400, "why_missing")
	apptest.WantProblem(t, "one's own", refuse(admin, "算了", 1), 403, "own_proposal")
	apptest.WantStatus(t, "refusing", refuse(head, "他不是医生", 1), 204)
	apptest.WantContains(t, r.Call(http.MethodGet, "/staff/v1/staff", admin, nil).Body, "他不是医生")
	apptest.WantProblem(t, "confirming what was refused", confirmingPost(t, r, head, "li.si", post("doctor", "")), 404, "no_such_proposal")
	again := with(file("李四", post("doctor", "")), "rev", staffRowOf(t, r, admin, "li.si").Rev)
	apptest.WantStatus(t, "again", r.Call(http.MethodPut, "/staff/v1/staff/li.si", admin, again), 200)
	confirmPost(t, r, head, "li.si", post("doctor", ""))
}

// TestAResetIsNoWayToSomebodysPosts: whoever knows the new first password and needs no telephone for it would have them.
func TestAResetIsNoWayToSomebodysPosts(t *testing.T) {
	r := apptest.Boot(t)
	admin, head := r.StaffToken("admin"), r.StaffToken("office")
	secret, _ := withTOTP(t, r, r.StaffToken("finance"))
	reset := func(id string, without bool) string {
		var out struct{ Password string }
		r.Must(http.MethodPost, "/staff/v1/staff/"+id+"/password", admin, doc{"without_totp": without}, &out)
		return out.Password
	}
	first := reset("secretary", false)
	token := apptest.Token(t, r.StaffLogIn("secretary", first, ""))
	apptest.WantStatus(t, "a password of one's own", r.Call(http.MethodPost, "/staff/v1/password", token, map[string]string{"old": first, "new": "a better password"}), 204)
	if sees(r, token) {
		t.Error("the administrator reads a household as the secretary")
	}
	apptest.WantProblem(t, "confirming it oneself", confirmingPost(t, r, admin, "secretary", post("secretary", "U-area-1")), 403, "own_proposal")
	confirmPost(t, r, head, "secretary", post("secretary", "U-area-1"))
	cadre := reset("c-001", false)
	_ = cadre
	confirmPost(t, r, head, "c-001", post("cadre", ""))
	if s, err := r.Store().Staff(t.Context(), "c-001"); err != nil || s.CadreID != "C-001" || !s.Has(model.RoleCadre) {
		t.Errorf("%+v %v", s, err)
	}
	// With a second factor, which only the person has, the password alone opens nothing.
	apptest.WantProblem(t, "with a factor", r.StaffLogIn("finance", reset("finance", false), ""), 401, "totp_needed")
	if s, err := r.Store().Staff(t.Context(), "finance"); err != nil || !s.Has(model.RoleFinance) {
		t.Errorf("%+v %v", s, err)
	}
	reset("finance", true)
	if s, err := r.Store().Staff(t.Context(), "finance"); err != nil || s.Has(model.RoleFinance) || len(s.Wanted()) != 1 {
		t.Errorf("%+v %v", s, err)
	}
	_ = secret
}

// TestTheBellCountsPosts that wait for the person who hears it.
func TestTheBellCountsPosts(t *testing.T) {
	r := apptest.Boot(t)
	admin, head := r.StaffToken("admin"), r.Office("head")
	makeStaff(t, r, admin, "li.si", file("李四", post("doctor", "")))
	for who, want := range map[string]int{admin: 0, head: 1} {
		var bell struct{ Posts int }
		if r.Must(http.MethodGet, "/staff/v1/bell", who, nil, &bell); bell.Posts != want {
			t.Errorf("%d posts, want %d", bell.Posts, want)
		}
	}
}
