package mini_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"bangfu/cmd/app/apptest"
	"bangfu/cmd/app/demodata"
)

type household struct {
	HouseholdNo string `json:"household_no"`
	StatusLabel string `json:"status_label"`
	Unit        string
	Members     []struct{ Name, Relation string }
	Aid         struct {
		Year       int
		Total      apptest.Amount
		Categories []struct {
			Code    string
			Total   apptest.Amount
			Entries []struct {
				Title  string
				Amount apptest.Amount
			}
		}
	}
	NextVisit struct {
		Date string
		Days int
	} `json:"next_visit"`
	Cadres []struct{ Name, Unit string }
}

func TestMiniProgramShowsTheHousehold(t *testing.T) {
	r := apptest.Boot(t)
	farm := demodata.Build()
	names := map[string]bool{}
	for _, p := range farm.Persons {
		names[p.Name] = true
	}
	for _, h := range farm.Households[:6] {
		token := r.LogIn(strings.ToLower(h.ID))
		apptest.Eventually(t, "the account of "+h.ID, func() bool {
			return r.Call(http.MethodGet, "/mini/v1/household", token, nil).Status == 200
		})
		var got household
		r.Call(http.MethodGet, "/mini/v1/household", token, nil).JSON(t, &got)
		p := apptest.PaidTo(h.ID)
		if got.HouseholdNo != h.ID || got.Aid.Year != 2017 || got.Aid.Total.Fen != int64(p.Total) || got.Aid.Total.Yuan != p.Total.Yuan() {
			t.Errorf("%s: %+v, want %s", h.ID, got.Aid.Total, p.Total.Yuan())
		}
		var sum int64
		for _, c := range got.Aid.Categories {
			var part int64
			for _, e := range c.Entries {
				part += e.Amount.Fen
			}
			if part != c.Total.Fen {
				t.Errorf("%s %s: entries make %d, total says %d", h.ID, c.Code, part, c.Total.Fen)
			}
			sum += part
		}
		if sum != got.Aid.Total.Fen {
			t.Errorf("%s: categories make %d, total says %d", h.ID, sum, got.Aid.Total.Fen)
		}
		if got.NextVisit.Date != "2018-01-05" || got.NextVisit.Days != 8 || len(got.Cadres) < 3 || len(got.Members) == 0 {
			t.Errorf("%s: %+v", h.ID, got)
		}
		for _, m := range got.Members {
			if names[m.Name] || !strings.Contains(m.Name, "*") {
				t.Errorf("%s: a member's name is not masked", h.ID)
			}
		}
	}
}

// TestOthersHouseholdsAreNotThere gives the same answer for what is not theirs and what is not.
func TestOthersHouseholdsAreNotThere(t *testing.T) {
	r := apptest.Boot(t)
	token := r.LogIn("h-001")
	foreign := r.Call(http.MethodGet, "/mini/v1/household?household_no=H-002", token, nil)
	unknown := r.Call(http.MethodGet, "/mini/v1/household?household_no=H-999", token, nil)
	if foreign.Status != 404 || foreign.Body != unknown.Body || foreign.Code() != "household_not_found" {
		t.Errorf("foreign %d %s, unknown %d %s", foreign.Status, foreign.Body, unknown.Status, unknown.Body)
	}
	stranger := r.LogIn("stranger-3")
	code := r.BindingCode("H-002")
	var bodies []string
	for _, in := range []map[string]string{
		{"code": "123", "household_no": "H-002"}, {"code": code, "household_no": "H-003"}, {"code": code, "household_no": "H-999"},
	} {
		a := r.Call(http.MethodPost, "/mini/v1/bind", stranger, in)
		if a.Status != 404 || a.Code() != "bind_code_invalid" {
			t.Errorf("bind %v: %d %s", in, a.Status, a.Body)
		}
		bodies = append(bodies, a.Body)
	}
	if bodies[0] != bodies[1] || bodies[1] != bodies[2] {
		t.Errorf("the answers tell wrong codes from unknown households: %q", bodies)
	}
	if a := r.Call(http.MethodPost, "/mini/v1/bind", stranger, map[string]string{"code": code, "household_no": "h-002"}); a.Status != 200 {
		t.Errorf("the right household: %d %s", a.Status, a.Body)
	}
}

func TestMiniLogIn(t *testing.T) {
	r := apptest.Boot(t)
	code := r.LoginCode("h-001")
	if a := r.Call(http.MethodPost, "/mini/v1/login", "", map[string]string{"code": code}); a.Status != 200 {
		t.Fatalf("log-in: %d %s", a.Status, a.Body)
	}
	r.Clock.Advance(5*time.Minute + time.Second)
	again := r.Call(http.MethodPost, "/mini/v1/login", "", map[string]string{"code": code})
	if again.Status != 401 || again.Code() != "login_code" {
		t.Errorf("a used code: %d %s", again.Status, again.Body)
	}
	token := r.LogIn("h-001")
	for _, bad := range []string{"", "x", token + "x"} {
		if a := r.Call(http.MethodGet, "/mini/v1/me", bad, nil); a.Status != 401 || a.Code() != "not_logged_in" {
			t.Errorf("token %q: %d %s", bad, a.Status, a.Body)
		}
	}
	if a := r.Call(http.MethodGet, "/mini/v1/me", r.StaffToken("office"), nil); a.Status != 401 {
		t.Errorf("a staff token: %d", a.Status)
	}
	r.Clock.Advance(30*24*time.Hour + time.Second)
	if a := r.Call(http.MethodGet, "/mini/v1/me", token, nil); a.Status != 401 {
		t.Errorf("after thirty days: %d", a.Status)
	}
	token = r.LogIn("h-001")
	if a := r.Call(http.MethodPost, "/mini/v1/logout", token, nil); a.Status != 204 {
		t.Errorf("log-out: %d", a.Status)
	}
	if a := r.Call(http.MethodGet, "/mini/v1/me", token, nil); a.Status != 401 {
		t.Errorf("after log-out: %d", a.Status)
	}
}

func TestProblemsAreChinese(t *testing.T) {
	r := apptest.Boot(t)
	token := r.LogIn("h-001")
	cases := []struct {
		method, path, token string
		body                any
		status              int
		code                string
	}{
		{"POST", "/mini/v1/login", "", "{", 400, "bad_request"},
		{"POST", "/mini/v1/login", "", map[string]string{}, 422, "invalid_content"},
		{"POST", "/mini/v1/login", "", map[string]any{"code": 5}, 422, "invalid_content"},
		{"POST", "/mini/v1/login", "", map[string]string{"code": "x", "more": "y"}, 422, "invalid_content"},
		{"POST", "/mini/v1/login", "", nil, 400, "bad_request"},
		{"GET", "/mini/v1/household?year=abc", token, nil, 422, "invalid_content"},
		{"GET", "/nowhere", "", nil, 404, "no_such_page"},
		{"DELETE", "/mini/v1/me", "", nil, 405, "method_not_allowed"},
		{"POST", "/mini/v1/login", "", `{"code":"` + strings.Repeat("x", 2<<20) + `"}`, 413, "too_large"},
	}
	for _, c := range cases {
		a := r.Call(c.method, c.path, c.token, c.body)
		if a.Status != c.status || a.Code() != c.code {
			t.Errorf("%s %s: %d %s, want %d %s", c.method, c.path, a.Status, a.Body, c.status, c.code)
			continue
		}
		if ct := a.Header.Get("Content-Type"); ct != "application/problem+json" {
			t.Errorf("%s %s: %s", c.method, c.path, ct)
		}
		var p struct{ Title, Detail string }
		a.JSON(t, &p)
		if apptest.IsASCII(p.Title) || apptest.IsASCII(p.Detail) {
			t.Errorf("%s %s speaks no Chinese: %s", c.method, c.path, a.Body)
		}
	}
}

func TestDocuments(t *testing.T) {
	r := apptest.Boot(t)
	var doc struct {
		OpenAPI string `json:"openapi"`
		Paths   map[string]map[string]struct{ Summary string }
	}
	r.Call(http.MethodGet, "/openapi.json", "", nil).JSON(t, &doc)
	page := r.Call(http.MethodGet, "/docs", "", nil)
	if !strings.HasPrefix(doc.OpenAPI, "3.1") || page.Status != 200 {
		t.Fatalf("openapi %q, docs %d", doc.OpenAPI, page.Status)
	}
	for _, path := range []string{"/mini/v1/login", "/mini/v1/bind", "/mini/v1/household", "/mini/v1/me", "/staff/v1/bind-codes"} {
		if len(doc.Paths[path]) == 0 {
			t.Errorf("%s is not documented", path)
		}
	}
	for path, methods := range doc.Paths {
		for _, op := range methods {
			apptest.WantContains(t, page.Body, path, op.Summary)
		}
	}
	apptest.WantWithout(t, page.Body, "//cdn", "unpkg", "<script")
}

func TestHealth(t *testing.T) {
	r := apptest.Boot(t)
	for path, want := range map[string]string{"/healthz": `"ok"`, "/readyz": `"database":"ok"`} {
		if a := r.Call(http.MethodGet, path, "", nil); a.Status != 200 || !strings.Contains(a.Body, want) {
			t.Errorf("%s: %d %s", path, a.Status, a.Body)
		}
	}
	if a := r.Call(http.MethodGet, "/metrics", "", nil); a.Status != 404 {
		t.Errorf("metrics on the public listener: %d", a.Status)
	}
	a := apptest.Request(t, http.MethodGet, r.App.MetricsURL(), "", nil)
	apptest.WantContains(t, a.Body, "bangfu_http_seconds", "bangfu_outbox_jobs", "go_goroutines")
}
