package people_test

import (
	"net/http"
	"testing"

	"bangfu/cmd/app/apptest"
	"bangfu/service/model"
)

type alertRow struct {
	ID, Who, Reason, Note string
	HouseholdNo           string `json:"household_no"`
	What                  []string
	Open, Own             bool
	By                    string `json:"acknowledged_by"`
}

func alertsOf(t *testing.T, r *apptest.Running, token, query string) []alertRow {
	t.Helper()
	var out struct{ Alerts []alertRow }
	r.Must(http.MethodGet, "/staff/v1/alerts"+query, token, nil, &out)
	return out.Alerts
}

func bellOf(r *apptest.Running, token string) int {
	var out struct{ Alerts int }
	r.Must(http.MethodGet, "/staff/v1/bell", token, nil, &out)
	return out.Alerts
}

// TestABrokenGlassRingsWithoutWeChat has an office of which nobody is in WeChat: they are told all the same, who looked
// at which household and why, until somebody has looked into it.
func TestABrokenGlassRingsWithoutWeChat(t *testing.T) {
	r := apptest.Boot(t)
	head, second := r.Office("head"), r.Office("second")
	there := r.Staff("there", "", model.RoleAssignment{Role: model.RoleOffice, UnitID: unitOf(t, r, "H-001")})
	elsewhere := r.Staff("elsewhere", "", model.RoleAssignment{Role: model.RoleOffice, UnitID: "U-area-4"})
	doctor := r.Staff("doc", "", model.RoleAssignment{Role: model.RoleDoctor}, model.RoleAssignment{Role: model.RoleOffice, UnitID: "U-area-4"})
	if a := bellOf(r, head); a != 0 {
		t.Errorf("%d alerts before anything", a)
	}
	look := func(token string, glass bool, group string) {
		r.Must(http.MethodPost, "/staff/v1/households/H-001/fields", token, doc{"groups": []string{group}, "reason": "急救找家属", "break_glass": glass}, nil)
	}
	look(doctor, false, "health") // of the duty: nothing rings
	look(doctor, true, "contact")
	for who, want := range map[string]int{head: 1, second: 1, there: 1, elsewhere: 0, doctor: 0, r.Staff("adm", "", model.RoleAssignment{Role: model.RoleAdministrator}): 0} {
		if a := bellOf(r, who); a != want {
			t.Errorf("%s: the bell says %d, want %d", who, a, want)
		}
	}
	list := alertsOf(t, r, head, "?open=true")
	if len(list) != 1 || list[0].Who != "同志doc(家庭医生、扶贫办)" || list[0].HouseholdNo != "H-001" || list[0].Reason != "急救找家属" || list[0].What[0] != "电话和住址" || !list[0].Open {
		t.Fatalf("%+v", list)
	}
	ack := "/staff/v1/alerts/" + list[0].ID + "/acknowledge"
	note := doc{"note": "问过医院,确有其事"}
	r.Refused(404, "no_such_alert", http.MethodPost, ack, elsewhere, note)
	r.Refused(404, "no_such_alert", http.MethodPost, "/staff/v1/alerts/none/acknowledge", head, note)
	r.Refused(400, "note_missing", http.MethodPost, ack, head, doc{"note": "  "})
	r.Must(http.MethodPost, ack, head, note, nil)
	r.Refused(409, "already_acknowledged", http.MethodPost, ack, second, note)
	if a := bellOf(r, second); a != 0 {
		t.Errorf("the bell goes on: %d", a)
	}
	if all := alertsOf(t, r, second, ""); len(all) != 1 || all[0].Open || all[0].By != "同志head(扶贫办)" || all[0].Note != "问过医院,确有其事" {
		t.Errorf("%+v", all)
	}
	if line := r.Audited(1)[0]; line.Action != model.AuditAlert || line.Actor != "staff:head" || line.HouseholdID != "H-001" {
		t.Errorf("%+v", line)
	}
}

// TestNobodyAcknowledgesTheirOwn: who looked has to be asked by somebody else, whatever their other roles are.
func TestNobodyAcknowledgesTheirOwn(t *testing.T) {
	r := apptest.Boot(t)
	both := r.Staff("both", "", model.RoleAssignment{Role: model.RoleDoctor})
	r.Must(http.MethodPost, "/staff/v1/households/H-001/fields", both, doc{"groups": []string{"contact"}, "reason": "急救找家属", "break_glass": true}, nil)
	edit := model.ChangeInfo{Actor: "test", At: r.Clock.Now()}
	if _, err := r.Store().ChangeStaff(t.Context(), "both", 0, edit, func(s *model.Staff) error {
		s.Assignments = append(s.Assignments, model.RoleAssignment{Role: model.RoleOffice})
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	list := alertsOf(t, r, both, "?open=true")
	if len(list) != 1 || !list[0].Own {
		t.Fatalf("%+v", list)
	}
	r.Refused(403, "own_alert", http.MethodPost, "/staff/v1/alerts/"+list[0].ID+"/acknowledge", both, doc{"note": "我自己看的,没事"})
	if a := bellOf(r, both); a != 0 {
		t.Errorf("it rings for oneself: %d", a)
	}
}

func unitOf(t *testing.T, r *apptest.Running, householdID string) string {
	t.Helper()
	h, err := r.Store().Household(t.Context(), householdID)
	if err != nil {
		t.Fatal(err)
	}
	return h.UnitID
}
