package people_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"bangfu/cmd/app/apptest"
	"bangfu/service/model"
)

// TestNothingSensitiveWithoutAReason reads everything about a household and looks for what is hidden.
func TestNothingSensitiveWithoutAReason(t *testing.T) {
	r := apptest.Boot(t)
	office := r.Office("one")
	h := r.Household(office, "H-001")
	name := "张三改名"
	r.Must(http.MethodPut, "/staff/v1/households/H-001/members/"+h.Members[0].ID, office, doc{"rev": 1, "why": "改名", "name": name, "phone": "19911112222"}, nil)
	r.Must(http.MethodPut, "/staff/v1/households/H-001", office, doc{"rev": h.Rev, "why": "搬家", "address": "九委三栋"}, nil)
	for _, path := range []string{
		"/staff/v1/households/H-001", "/staff/v1/households?limit=200", "/staff/v1/households/H-001/history", "/staff/v1/audit?household_no=H-001",
		"/staff/v1/households/H-001?on=2017-12-01",
	} {
		a := r.Call(http.MethodGet, path, office, nil)
		if a.Status != 200 {
			t.Errorf("%s: %d %s", path, a.Status, a.Body)
		}
		for _, p := range apptest.MembersOf("H-001") {
			for _, secret := range []string{p.Name, p.IDNumber, p.PhoneNumber, name, "19911112222", "九委三栋"} {
				if secret != "" && strings.Contains(a.Body, secret) {
					t.Errorf("%s shows %s", path, secret)
				}
			}
		}
	}
}

func TestAReadingIsSeenByTheHousehold(t *testing.T) {
	r := apptest.Boot(t)
	bound := r.Person("h-001").ID
	if got := r.Say(bound, "谁看过"); !strings.Contains(got, "还没有人看过") {
		t.Errorf("%s", got)
	}
	path := "/staff/v1/households/H-001/fields"
	lead := apptest.LeadOf(t, "H-020")
	r.Say(lead, "帮助") // opens the window in which the office can be told
	r.Staff("boss", strings.ToUpper(lead), model.RoleAssignment{Role: model.RoleOffice})
	finance := r.Staff("fin", "", model.RoleAssignment{Role: model.RoleFinance})
	doctor := r.Staff("doc", "", model.RoleAssignment{Role: model.RoleDoctor})
	read := func(token string, breakGlass bool, reason string, groups ...string) apptest.Answer {
		return r.Call(http.MethodPost, path, token, doc{"groups": groups, "reason": reason, "break_glass": breakGlass})
	}
	for what, c := range map[string]struct {
		a    apptest.Answer
		code string
	}{
		"no reason":                   {read(finance, false, "看", "money"), "reason_missing"},
		"a group of another duty":     {read(finance, false, "核对账号", "health"), "field_group"},
		"one of two groups":           {read(finance, false, "核对账号", "money", "contact"), "field_group"},
		"breaking glass without duty": {read(finance, true, "核对账号", "health"), "field_group"},
		"an unknown group":            {read(finance, false, "核对账号", "everything"), "no_group"},
	} {
		if c.a.Code() != c.code {
			t.Errorf("%s: %d %s", what, c.a.Status, c.a.Body)
		}
	}
	person := apptest.MembersOf("H-001")[0]
	if a := read(finance, false, "发放前核对", "identity"); a.Status != 200 || !strings.Contains(a.Body, person.IDNumber) || strings.Contains(a.Body, person.PhoneNumber) {
		t.Errorf("%d %s", a.Status, a.Body)
	}
	if a := read(doctor, true, "急救找家属", "contact"); a.Status != 200 || !strings.Contains(a.Body, person.PhoneNumber) {
		t.Errorf("%d %s", a.Status, a.Body)
	}
	apptest.Eventually(t, "the office is told of the emergency", func() bool {
		chat := r.Chat(lead)
		return strings.Contains(chat[len(chat)-1].Content, "同志doc(家庭医生)按紧急情况看了户号H-001的资料,原因:急救找家属")
	})
	got := r.Say(bound, "谁看过")
	for _, part := range []string{"同志fin(财务)", "姓名和身份证号", "发放前核对", "同志doc(家庭医生)", "急救找家属(紧急情况)", "2017年12月28日 09:00"} {
		if !strings.Contains(got, part) {
			t.Errorf("%s is not in:\n%s", part, got)
		}
	}
	if other := r.Say(r.Person("h-002").ID, "谁看过"); strings.Contains(other, "fin") {
		t.Errorf("another household sees it: %s", other)
	}
	var glass struct {
		Lines []struct{ Action, Reason string }
	}
	r.Must(http.MethodGet, "/staff/v1/audit", r.Office("one"), nil, &glass)
	if glass.Lines[0].Action != "break_glass" || glass.Lines[1].Action != "read" {
		t.Errorf("%+v", glass.Lines)
	}
	if report, err := r.App.Store().VerifyAudit(t.Context()); err != nil || len(report.Broken) > 0 {
		t.Errorf("%+v %v", report, err)
	}
}

func TestAnEditOfWhatSomebodyElseChanged(t *testing.T) {
	r := apptest.Boot(t)
	office := r.Office("one")
	h := r.Household(office, "H-001")
	body := doc{"rev": h.Rev, "why": "补登", "poverty_causes": []string{"因病"}}
	r.Must(http.MethodPut, "/staff/v1/households/H-001", office, body, nil)
	a := r.Refused(409, "changed_meanwhile", http.MethodPut, "/staff/v1/households/H-001", office, body)
	var p struct{ Rev int64 }
	if a.JSON(t, &p); p.Rev != h.Rev+1 {
		t.Errorf("the newer revision is %d", p.Rev)
	}
	type revision struct {
		Rev     int64
		Why, By string
		Fields  []struct {
			Field         string
			Before, After any
		}
	}
	var out struct{ Revisions []revision }
	r.Must(http.MethodGet, "/staff/v1/households/H-001/history", office, nil, &out)
	at := slices.IndexFunc(out.Revisions, func(r revision) bool { return r.Why == "补登" })
	if at < 0 {
		t.Fatalf("%+v", out.Revisions)
	}
	last := out.Revisions[at]
	if last.Why != "补登" || last.By != "staff:one" || len(last.Fields) != 1 || fmt.Sprint(last.Fields[0].After) != "[因病]" {
		t.Errorf("%+v", last)
	}
}

func TestForms(t *testing.T) {
	r := apptest.Boot(t)
	office := r.Office("one")
	edit := func(attrs doc) apptest.Answer {
		return r.Call(http.MethodPut, "/staff/v1/households/H-001", office, doc{"rev": r.Household(office, "H-001").Rev, "why": "补登", "attrs": attrs})
	}
	if a := edit(doc{"housing_area": 60.5, "housing_type": "廉租房"}); a.Status != 200 {
		t.Fatalf("%d %s", a.Status, a.Body)
	}
	for what, attrs := range map[string]doc{
		"not an option": {"housing_type": "城堡"}, "not a number": {"housing_area": "大"}, "not in the form": {"password": "x"},
	} {
		if a := edit(attrs); a.Status != 400 || a.Code() != "fields_invalid" {
			t.Errorf("%s: %d %s", what, a.Status, a.Body)
		}
	}
	var form struct {
		Version int
		Schema  doc
	}
	r.Must(http.MethodGet, "/staff/v1/forms/household", office, nil, &form)
	form.Schema["properties"].(doc)["well"] = doc{"type": "boolean", "title": "有没有自家水井", "x-order": 9}
	next := doc{"after": form.Version, "schema": form.Schema}
	r.Must(http.MethodPut, "/staff/v1/forms/household", office, next, nil)
	r.Refused(409, "changed_meanwhile", http.MethodPut, "/staff/v1/forms/household", office, next)
	r.Refused(400, "form_invalid", http.MethodPut, "/staff/v1/forms/household", office, doc{"after": 2, "schema": doc{"type": "object"}})
	var h struct {
		Version int `json:"form_version"`
		Attrs   doc
	}
	r.Must(http.MethodGet, "/staff/v1/households/H-001", office, nil, &h)
	if h.Version != 1 || h.Attrs["housing_area"] != 60.5 {
		t.Errorf("what was written with the first form: %+v", h)
	}
	if a := edit(doc{"well": true}); a.Status != 200 {
		t.Errorf("%d %s", a.Status, a.Body)
	}
	r.Must(http.MethodGet, "/staff/v1/forms/household?version=1", office, nil, &form)
	if _, has := form.Schema["properties"].(doc)["well"]; has || form.Version != 1 {
		t.Error("the first form has changed")
	}
	var list struct {
		Households []struct {
			No string `json:"household_no"`
		}
	}
	r.Must(http.MethodGet, "/staff/v1/households?attr=well:true", office, nil, &list)
	if len(list.Households) != 1 || list.Households[0].No != "H-001" {
		t.Errorf("%+v", list)
	}
}

func TestSearch(t *testing.T) {
	r := apptest.Boot(t)
	office := r.Office("one")
	type page struct {
		Households []struct {
			No     string `json:"household_no"`
			UnitID string `json:"unit_id"`
		}
		Next string
	}
	find := func(query string) (p page) {
		r.Must(http.MethodGet, "/staff/v1/households?"+query, office, nil, &p)
		return p
	}
	var all []string
	for after := ""; ; {
		p := find("limit=7&after=" + after)
		for _, h := range p.Households {
			all = append(all, h.No)
		}
		if after = p.Next; after == "" {
			break
		}
	}
	if len(all) != 36 || all[0] != "H-001" || all[35] != "H-036" {
		t.Errorf("%d: %v", len(all), all)
	}
	person := apptest.MembersOf("H-005")[0]
	if p := find("text=" + person.Name); len(p.Households) == 0 || !strings.Contains(fmt.Sprint(p), "H-005") {
		t.Errorf("by name: %+v", p)
	}
	if p := find("text=h-01"); len(p.Households) != 10 {
		t.Errorf("by the beginning of the number: %+v", p)
	}
	for _, h := range find("unit_id=U-area-1&limit=200").Households {
		if h.UnitID != "U-area-1" {
			t.Errorf("%+v", h)
		}
	}
	if n := len(find("status=consolidated&limit=200").Households); n != 36 {
		t.Errorf("%d consolidated", n)
	}
	if n := len(find("text=.*").Households); n != 0 {
		t.Errorf("%d by a pattern", n)
	}
	r.Must(http.MethodPut, "/staff/v1/filters", office, doc{"name": "一区低保", "unit_id": "U-area-1", "attribute": "subsistence"}, nil)
	if a := r.Call(http.MethodGet, "/staff/v1/filters", office, nil); !strings.Contains(a.Body, "一区低保") {
		t.Error(a.Body)
	}
	if a := r.Call(http.MethodGet, "/staff/v1/filters", r.Office("two"), nil); strings.Contains(a.Body, "一区低保") {
		t.Error("somebody else's filter")
	}
	r.Must(http.MethodDelete, "/staff/v1/filters/一区低保", office, nil, nil)
}
