package aid_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"bangfu/cmd/app/apptest"
	"bangfu/service/model"
)

type handedIn struct {
	ID   string
	Kind string
	Used bool
}

func papersOf(r *apptest.Running, token string) []handedIn {
	var out struct{ Papers []handedIn }
	r.Must(http.MethodGet, "/mini/v1/papers", token, nil, &out)
	return out.Papers
}

// TestPapersAreHandedInOnce keeps a paper for later applications, gives it to nobody without a reason, and lets the
// household take away what is not used.
func TestPapersAreHandedInOnce(t *testing.T) {
	r := apptest.Boot(t)
	r.TurnTo("2018-01-01", 9)
	one, mini := r.Office("one"), r.LogIn("h-001")
	for code, body := range map[string]doc{
		"paper_type": paper("other", "<html>"), "paper_size": paper("other", "\xff\xd8\xff"+strings.Repeat("x", model.MaxPaper)),
		"paper_kind": paper("id_card", rentContract), "no_such_member": {"kind": "id_card", "person_id": "P-9999", "content": "/9j/"},
	} {
		if a := r.Call(http.MethodPost, "/mini/v1/papers", mini, body); a.Code() != code || a.Status != 400 {
			t.Errorf("%s: %d %.200s", code, a.Status, a.Body)
		}
	}
	large := "%PDF-1.4" + strings.Repeat("x", model.MaxPaper-8)
	r.Must(http.MethodPost, "/mini/v1/papers", mini, paper("other", large), nil)
	for range 2 {
		r.Must(http.MethodPost, "/mini/v1/papers", mini, paper("rent_contract", rentContract), nil)
	}
	list := papersOf(r, mini)
	if len(list) != 2 {
		t.Fatalf("%d papers of two", len(list))
	}
	kept, err := r.Store().PapersOf(t.Context(), "H-001")
	if err != nil || len(kept) != 2 {
		t.Fatalf("%d papers kept, %v", len(kept), err)
	}
	f, content, err := r.Store().File(t.Context(), kept[0].ID)
	if err != nil || string(content) != large || strings.Contains(string(f.Content), "%PDF") {
		t.Errorf("not kept, or not sealed: %v", err)
	}

	// It serves the application, and the next one, without being handed in again.
	const id = "H-001.housing_rent.-.1"
	r.Say("h-001", "办事 H-001 housing_rent -")
	r.Say("h-001", "1")
	appStep(t, r, one, id, "refuse", "refused", doc{"reason": "duplicate", "words": "去年已经补过了"})
	apptest.WantContains(t, r.Say("h-001", "办事 H-001 housing_rent -"), "租房合同(已经存着)")
	apptest.WantContains(t, r.Say("h-001", "1"), "正在核对")
	drop := func(token, paper string) apptest.Answer {
		return r.Call(http.MethodDelete, "/mini/v1/papers/"+url.PathEscape(paper), token, nil)
	}
	rent, other := list[1].ID, list[0].ID
	for _, c := range []struct {
		token, paper, code string
	}{{mini, rent, "paper_used"}, {r.LogIn("h-002"), other, "no_such_paper"}, {mini, "x", "no_such_paper"}, {mini, other, ""}, {mini, other, "no_such_paper"}} {
		if a := drop(c.token, c.paper); a.Code() != c.code {
			t.Errorf("removing %s: %d %s, want %q", c.paper, a.Status, a.Body, c.code)
		}
	}
	if _, _, err := r.Store().File(t.Context(), kept[0].ID); !model.IsKind(err, model.KindNotFound) {
		t.Errorf("its content is still there: %v", err)
	}

	// What the office calls it says what it is; what the household does, nothing.
	rent = kept[1].ID
	address := "/staff/v1/households/H-001/papers/" + url.PathEscape(rent)
	r.Refused(400, "reason_missing", http.MethodGet, address, one, nil)
	a := r.Call(http.MethodGet, address+"?reason="+url.QueryEscape("核对租房合同"), one, nil)
	if a.Status != 200 || a.Body != rentContract || a.Header.Get("Content-Type") != "image/jpeg" || !strings.HasPrefix(a.Header.Get("Content-Disposition"), "attachment") {
		t.Errorf("%d %v", a.Status, a.Header)
	}
	r.Refused(404, "not_found", http.MethodGet, "/staff/v1/visit-files/"+url.PathEscape(rent), one, nil)
	apptest.WantContains(t, r.Say("h-001", "谁看过"), "同志one", "上传的材料", "核对租房合同")
}

// TestMaskedValues shows the trace without what the reader may not read; with a reason, and the role for it, in full,
// and the household sees who looked.
func TestMaskedValues(t *testing.T) {
	r := apptest.Boot(t)
	r.TurnTo("2018-01-01", 9)
	one, inspector := r.Office("one"), r.Staff("inspector-1", "", model.RoleAssignment{Role: model.RoleInspector})
	var ill string
	persons, err := r.Store().PersonsOf(t.Context(), "H-006")
	if err != nil || len(persons[0].Chronic) == 0 {
		t.Fatal(err, persons)
	}
	ill = persons[0].ID
	r.Must(http.MethodPost, "/staff/v1/households/H-006/applications", one, doc{"client_key": "at-the-desk", "programme": "chronic", "person_id": ill}, nil)
	address := "/staff/v1/applications/H-006.chronic." + ill + ".1"
	disease, because := persons[0].Chronic[0], "?reason="+url.QueryEscape("核对慢性病")
	for _, c := range []struct {
		token, path string
		shown       bool
	}{{one, "", false}, {one, because, true}, {inspector, "", false}, {inspector, because, false}} {
		a := r.Call(http.MethodGet, address+c.path, c.token, nil)
		if a.Status != 200 || strings.Contains(a.Body, disease) != c.shown || strings.Contains(a.Body, "已遮住") == c.shown {
			t.Errorf("%s: %d %s", c.path, a.Status, a.Body)
		}
	}
	e := r.Call(http.MethodGet, "/staff/v1/households/H-006/eligibility", one, nil)
	apptest.WantWithout(t, e.Body, disease)
	apptest.WantContains(t, r.Say("h-006", "谁看过"), "健康情况", "核对慢性病")
	// The paper is not there: the original was seen at the desk. One person alone cannot approve.
	path := "/staff/v1/applications/H-006.chronic." + ill + ".1/steps"
	r.Refused(400, "not_verified", http.MethodPost, path, one, doc{"step": "verify"})
	r.Refused(409, "application_state", http.MethodPost, strings.Replace(path, "steps", "approvals", 1), one, doc{"amount_yuan": "100"})
	far := r.Staff("far", "", model.RoleAssignment{Role: model.RoleOffice, UnitID: "U-area-6"})
	r.Refused(404, "no_such_application", http.MethodPost, path, far, doc{"step": "check"})
	r.Refused(404, "no_such_application", http.MethodGet, address, far, nil)
}
