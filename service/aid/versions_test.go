package aid_test

import (
	"net/http"
	"testing"

	"bangfu/cmd/app/apptest"
	"bangfu/service/model"
)

// TestVersionsAcrossTheYear changes a programme for the new year: what was asked for in the old one stays under it.
func TestVersionsAcrossTheYear(t *testing.T) {
	r := apptest.Boot(t)
	one, mini := r.Office("one"), r.LogIn("h-001")
	var old application
	r.Must(http.MethodPost, "/mini/v1/applications", mini, doc{"client_key": "key-old-year", "programme": "loan"}, &old)
	var versions struct{ Programmes []doc }
	r.Must(http.MethodGet, "/staff/v1/programmes/loan", one, nil, &versions)
	next := versions.Programmes[0]
	delete(next, "code")
	delete(next, "version")
	next["after"], next["from"], next["ceiling_yuan"] = 1, "2018-01-01", "20,000"
	rules := next["rules"].([]any)
	rules[1].(map[string]any)["code"] = "ABLE_2018"
	for code, spoil := range map[string]func(doc){
		"changed_meanwhile": func(d doc) { d["after"] = 0 }, "programme": func(d doc) { d["from"] = "2016-01-01" },
		"yuan": func(d doc) { d["ceiling_yuan"] = "viel" }, "rule": func(d doc) {
			d["rules"] = []doc{{"code": "X", "fact": "y", "op": "z", "values": nil, "says_yes": "a", "says_no": "b"}}
		},
	} {
		bad := doc{}
		for k, v := range next {
			bad[k] = v
		}
		spoil(bad)
		if a := r.Call(http.MethodPut, "/staff/v1/programmes/loan", one, bad); a.Code() != code {
			t.Errorf("%s: %d %s", code, a.Status, a.Body)
		}
	}
	r.Must(http.MethodPut, "/staff/v1/programmes/loan", one, next, nil)
	part := r.Staff("part", "", model.RoleAssignment{Role: model.RoleOffice, UnitID: "U-area-1"})
	next["after"], next["from"] = 2, "2019-01-01"
	r.Refused(403, "not_your_unit", http.MethodPut, "/staff/v1/programmes/loan", part, next)

	r.TurnTo("2018-01-01", 9)
	r.Must(http.MethodPost, "/mini/v1/papers", mini, doc{"kind": "id_card", "person_id": "P-0001", "content": paper("", rentContract)["content"]}, nil)
	// The card is a member's, the loan the household's: any member's serves.
	r.Must(http.MethodPost, "/mini/v1/applications/"+old.ID+"/steps", mini, doc{"step": "submit"}, nil)
	other := r.LogIn("h-002")
	var fresh application
	r.Must(http.MethodPost, "/mini/v1/applications", other, doc{"client_key": "key-new-year", "programme": "loan"}, &fresh)
	if old.ID != model.Outward("H-001.loan.-.1") || fresh.ID != model.Outward("H-002.loan.-.1") {
		t.Errorf("%s, %s", old.ID, fresh.ID)
	}
	for id, want := range map[string]string{"H-001.loan.-.1": "2017-12-28 ABLE_TO_WORK", "H-002.loan.-.1": "2018-01-01 ABLE_2018"} {
		a, err := r.Store().Application(t.Context(), id)
		if err != nil || len(a.Trace) != 2 || string(a.AppliedOn)+" "+a.Trace[1].Rule != want {
			t.Errorf("%s: %v %s %+v, want %s", id, err, a.AppliedOn, a.Trace, want)
		}
	}
}
