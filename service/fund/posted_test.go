package fund_test

import (
	"net/http"
	"testing"
	"time"

	"bangfu/cmd/app/apptest"
	"bangfu/service/model"
)

// TestPostingsAreToldIfTheFarmWants: while it does not want it nobody is told, also by the work that tells of loans in the same
// pass; what was posted meanwhile is told when it does again.
func TestPostingsAreToldIfTheFarmWants(t *testing.T) {
	r := apptest.Boot(t)
	office, finance := r.Office("boss"), r.Staff("money", "", model.RoleAssignment{Role: model.RoleFinance})
	tell := func(wanted bool) {
		t.Helper()
		var s doc
		r.Must(http.MethodGet, "/staff/v1/settings", office, nil, &s)
		delete(s, "$schema")
		s["tell_postings"] = wanted
		r.Must(http.MethodPut, "/staff/v1/settings", office, s, nil)
	}
	under := func(key string) int {
		t.Helper()
		list, err := r.Store().MessagesUnder(t.Context(), key)
		if err != nil {
			t.Fatal(err)
		}
		return len(list)
	}
	tell(false)
	r.Must(http.MethodPost, "/staff/v1/entries", finance, apptest.EntryBody("key-of-an-entry", "H-001"), nil)
	r.TurnTo("2017-12-28", 17)
	r.Must(http.MethodPost, "/staff/v1/loans", finance, doc{
		"client_key": "loan-0001", "household_no": "H-003", "principal_yuan": "900", "purpose": "买菌棒", "lent_on": "2017-12-27", "due_on": "2018-01-02",
		"schedule": []doc{{"due_on": "2018-01-02", "amount_yuan": "900"}},
	}, nil)
	r.Clock.Advance(2 * time.Minute)
	apptest.EventuallyAll(t, "the pass has come to the loan", func() bool { return under("loan:2018-01-02:") == 1 })
	if n := under("posted:"); n != 0 {
		t.Errorf("%d messages of what was posted", n)
	}
	tell(true)
	r.Clock.Advance(2 * time.Minute)
	apptest.EventuallyAll(t, "the household is told", func() bool { return under("posted:2017-12-28:H-001") > 0 })
}
