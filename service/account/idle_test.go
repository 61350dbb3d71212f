package account_test

import (
	"net/http"
	"testing"
	"time"

	"bangfu/cmd/app/apptest"
)

// TestASessionThatLiesStillEnds leaves a desk, works at it, and lets a page go on asking by itself.
func TestASessionThatLiesStillEnds(t *testing.T) {
	r := apptest.Boot(t, apptest.With("STAFF_IDLE", "30m"))
	token, other := r.StaffToken("doctor"), r.StaffToken("doctor")
	for range 4 { // somebody works: an hour and a half and more
		r.Clock.Advance(29 * time.Minute)
		apptest.WantStatus(t, "at work", r.Call(http.MethodGet, "/staff/v1/me", token, nil), 200)
	}
	gone := r.Call(http.MethodGet, "/staff/v1/me", other, nil)
	apptest.WantProblem(t, "the other computer", gone, 401, "idle")
	apptest.WantContains(t, gone.Body, "30分钟")
	if list := sessionsOf(t, r, token); len(list) != 1 {
		t.Errorf("a session that ended is listed: %+v", list)
	}
	for range 3 { // the page asks by itself
		r.Clock.Advance(9 * time.Minute)
		apptest.WantStatus(t, "unattended", unattended(t, r, "/staff/v1/bell", token), 200)
	}
	r.Clock.Advance(4 * time.Minute)
	apptest.WantStatus(t, "what nobody asked for kept it alive", unattended(t, r, "/staff/v1/bell", token), 401)
	apptest.WantProblem(t, "and it does not come back", r.Call(http.MethodGet, "/staff/v1/me", token, nil), 401, "idle")
}

func unattended(t *testing.T, r *apptest.Running, path, token string) apptest.Answer {
	t.Helper()
	req, err := http.NewRequest(http.MethodGet, r.App.LocalURL()+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+token)
	req.Header.Set("X-Unattended", "1")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	return apptest.Answer{Status: resp.StatusCode}
}

// TestWorkDoesNotOutlastTheDay works on and on: twelve hours are the end.
func TestWorkDoesNotOutlastTheDay(t *testing.T) {
	r := apptest.Boot(t, apptest.With("STAFF_IDLE", "2h"))
	token := r.StaffToken("doctor")
	for range 11 {
		r.Clock.Advance(time.Hour)
		apptest.WantStatus(t, "at work", r.Call(http.MethodGet, "/staff/v1/me", token, nil), 200)
	}
	r.Clock.Advance(time.Hour)
	apptest.WantProblem(t, "after twelve hours", r.Call(http.MethodGet, "/staff/v1/me", token, nil), 401, "not_logged_in")
}
