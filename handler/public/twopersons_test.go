package public_test

import (
	"net/http"
	"strings"
	"testing"

	"bangfu/cmd/app/apptest"
	"bangfu/cmd/app/demodata"
	"bangfu/service/model"
)

// noteLetOut has a second person let out the note of a withdrawal: strangers read nothing of it before.
func noteLetOut(t *testing.T, r *apptest.Running, id, writer, second string) {
	t.Helper()
	var d disclosureView
	r.Must(http.MethodGet, "/staff/v1/disclosures/"+id, writer, nil, &d)
	approve := "/staff/v1/disclosures/" + id + "/withdraw/approve"
	r.Refused(403, "same_person", http.MethodPost, approve, writer, doc{"rev": d.Rev})
	for _, path := range []string{"/public/items/" + id, "/public/items/" + id + "/poster"} {
		if a := browse(t, r, path); !strings.Contains(a.Body, "撤回") || strings.Contains(a.Body, "原因") {
			t.Errorf("%s: nobody has let the note out: %s", path, a.Body)
		}
	}
	r.Refused(409, "changed_meanwhile", http.MethodPost, approve, second, doc{"rev": d.Rev - 1})
	r.Must(http.MethodPost, approve, second, doc{"rev": d.Rev}, nil)
	r.Refused(409, "no_note", http.MethodPost, approve, second, doc{"rev": d.Rev + 1})
}

type publicSettings struct {
	Rev      int64
	Contact  string
	Titles   map[string]string
	Proposed *struct{ Contact, By string }
}

// settingsLetOut has one propose the settings and a second person approve them.
func settingsLetOut(t *testing.T, r *apptest.Running, body doc, writer, second string) {
	t.Helper()
	const path = "/staff/v1/disclosure-settings"
	var s publicSettings
	r.Must(http.MethodPut, path, writer, body, &s)
	r.Refused(403, "same_person", http.MethodPost, path+"/approve", writer, doc{"rev": s.Rev})
	r.Must(http.MethodPost, path+"/approve", second, doc{"rev": s.Rev}, nil)
}

// TestSettingsReachThePublicByTwoPersons: their words stand on every public page.
func TestSettingsReachThePublicByTwoPersons(t *testing.T) {
	r := apptest.Boot(t)
	one, two := r.Office("one"), r.Office("two")
	publisher := r.Staff("writer", "", model.RoleAssignment{Role: model.RolePublisher})
	const path = "/staff/v1/disclosure-settings"
	var s publicSettings
	r.Must(http.MethodGet, path, one, nil, &s)
	body := func(contact, title string) doc {
		return doc{"rev": s.Rev, "titles": doc{"item-6": title}, "days": 7, "answer_days": 7, "contact": contact}
	}
	ref := demodata.Build()
	cadre := ref.Cadres[0].PhoneNumber
	for _, secret := range []string{ref.Persons[0].Name, ref.Persons[0].IDNumber, ref.Persons[0].PhoneNumber, cadre[:3] + "-" + cadre[3:]} {
		if secret == "" {
			t.Fatal("the reference has no such thing")
		}
		r.Refused(400, "personal_data", http.MethodPut, path, publisher, body("找"+secret, "住房"))
		r.Refused(400, "personal_data", http.MethodPut, path, publisher, body("场部", "住"+secret[:min(len(secret), 18)]))
	}
	r.Must(http.MethodPut, path, publisher, body("场部301室,电话13999990000", "住房分配"), &s) // the office's own telephone
	for page, text := range publicPages(t, r) {
		if strings.Contains(text, "301室") || strings.Contains(text, "住房分配") {
			t.Errorf("%s shows what nobody has approved", page)
		}
	}
	r.Refused(400, "no_such_item", http.MethodPost, "/staff/v1/disclosures", one, doc{"item": "item-6", "year": 2017, "text": "内容"})
	if s.Proposed == nil || s.Proposed.By != "staff:writer" || s.Contact != "农场扶贫办公室" {
		t.Errorf("%+v", s)
	}
	r.Refused(403, "not_your_duty", http.MethodPost, path+"/approve", publisher, doc{"rev": s.Rev})
	seen := s.Rev
	r.Must(http.MethodPut, path, one, body("场部302室", "住房分配"), &s)
	r.Refused(409, "changed_meanwhile", http.MethodPost, path+"/approve", two, doc{"rev": seen})
	r.Refused(403, "same_person", http.MethodPost, path+"/approve", one, doc{"rev": s.Rev})
	r.Must(http.MethodPost, path+"/approve", two, doc{"rev": s.Rev}, &s)
	r.Refused(409, "no_proposal", http.MethodPost, path+"/approve", two, doc{"rev": s.Rev})
	if a := browse(t, r, "/public"); !strings.Contains(a.Body, "场部302室") {
		t.Errorf("%s", a.Body)
	}
}

// TestWhoeverWroteATextDoesNotApproveIt: the text beside the tables is changed by one and previewed by another.
func TestWhoeverWroteATextDoesNotApproveIt(t *testing.T) {
	r := apptest.Boot(t)
	one, two := r.Office("one"), r.Office("two")
	third := r.Office("third")
	r.Must(http.MethodPost, "/staff/v1/disclosures/2017-funds-1/withdraw", one, doc{"note": "说明要改"}, nil)
	var d disclosureView
	r.Must(http.MethodPost, "/staff/v1/disclosures", one, doc{"item": "funds", "year": 2017, "text": "说明"}, &d)
	r.Must(http.MethodPost, "/staff/v1/disclosures", two, doc{"item": "funds", "year": 2017, "text": "另一个说明"}, &d)
	base := "/staff/v1/disclosures/" + d.ID
	r.Must(http.MethodPost, base+"/preview", one, doc{"rev": d.Rev}, &d)
	r.Refused(403, "same_person", http.MethodPost, base+"/approve", two, doc{"rev": d.Rev})
	r.Must(http.MethodPost, base+"/approve", third, doc{"rev": d.Rev}, &d)

	// Somebody whom the text names comes onto the register after the approval.
	r.Must(http.MethodPost, base+"/withdraw", one, doc{"note": "说明还要改"}, nil)
	r.Must(http.MethodPost, "/staff/v1/disclosures", one, doc{"item": "funds", "year": 2017, "text": "经办人欧阳守诚"}, &d)
	base = "/staff/v1/disclosures/" + d.ID
	r.Must(http.MethodPost, base+"/preview", one, doc{"rev": d.Rev}, &d)
	r.Must(http.MethodPost, base+"/approve", third, doc{"rev": d.Rev}, &d)
	person := model.Person{ID: "P-9100", Record: model.NewRecord(r.Clock.Now(), "test"), Name: "欧阳守诚", Status: model.PersonAlive}
	if err := r.Store().InsertPerson(t.Context(), person); err != nil {
		t.Fatal(err)
	}
	proof := doc{"channel": "board", "on": "2017-12-28", "note": "公开栏"}
	r.Refused(400, "personal_data", http.MethodPost, base+"/publications", one, proof)
	if a := browse(t, r, "/public/items/"+d.ID); a.Status != 404 {
		t.Errorf("%d", a.Status)
	}
}
