package account_test

import (
	"net/http"
	"testing"
	"time"

	"bangfu/cmd/app/apptest"
)

const everyFactor = "office,finance,publisher,administrator"

// enrolled logs somebody in who has to enrol, and lets them: the code comes from the secret that they are shown.
func enrolled(t *testing.T, r *apptest.Running, name string) string {
	t.Helper()
	token := r.StaffToken(name)
	withTOTP(t, r, token)
	return token
}

func TestEnrollingOpensTheWay(t *testing.T) {
	r := apptest.Boot(t, apptest.With("SECOND_FACTOR", everyFactor))
	token := enrolled(t, r, "finance")
	apptest.WantStatus(t, "then", r.Call(http.MethodGet, "/staff/v1/sessions", token, nil), 200)
	apptest.WantProblem(t, "the next log-in", r.StaffLogIn("finance", apptest.DemoPassword, ""), 401, "totp_needed")
	stop := r.Call(http.MethodDelete, "/staff/v1/totp", token, map[string]string{"password": apptest.DemoPassword})
	apptest.WantProblem(t, "it stays", stop, 403, "totp_required")
	doctor := r.StaffToken("doctor")
	withTOTP(t, r, doctor) // who wants to may, and may stop
	stop = r.Call(http.MethodDelete, "/staff/v1/totp", doctor, map[string]string{"password": apptest.DemoPassword})
	apptest.WantStatus(t, "who need not have it", stop, 204)
}

// TestTheFirstPasswordAndTheFactorAreOneStep: neither without the other.
func TestTheFirstPasswordAndTheFactorAreOneStep(t *testing.T) {
	r := apptest.Boot(t, apptest.With("SECOND_FACTOR", everyFactor))
	first := makeStaff(t, r, enrolled(t, r, "admin"), "li.si", file("李四", post("finance", "")))
	token := apptest.Token(t, r.StaffLogIn("li.si", first, ""))
	change := func(code string) apptest.Answer {
		return r.Call(http.MethodPost, "/staff/v1/password", token, map[string]string{"old": first, "new": "a better password", "code": code})
	}
	apptest.WantProblem(t, "anything else", r.Call(http.MethodGet, "/staff/v1/sessions", token, nil), 403, "must_change_password")
	apptest.WantProblem(t, "before a secret was taken", change("123456"), 409, "totp_not_started")
	var secret struct{ Secret string }
	r.Must(http.MethodPost, "/staff/v1/totp", token, nil, &secret)
	apptest.WantProblem(t, "without its code", change(""), 400, "totp_wrong")
	apptest.WantProblem(t, "with a code of another time", change(totp(t, secret.Secret, r.Clock.Now().Add(-time.Hour))), 400, "totp_wrong")
	apptest.WantStatus(t, "the first password still holds", r.StaffLogIn("li.si", first, ""), 200)
	apptest.WantStatus(t, "both together", change(totp(t, secret.Secret, r.Clock.Now())), 204)
	apptest.WantStatus(t, "the way is open", r.Call(http.MethodGet, "/staff/v1/sessions", token, nil), 200)
	apptest.WantProblem(t, "the code that enrolled", r.StaffLogIn("li.si", "a better password", totp(t, secret.Secret, r.Clock.Now())), 401, "totp_wrong")
	r.Clock.Advance(time.Minute)
	apptest.Token(t, r.StaffLogIn("li.si", "a better password", totp(t, secret.Secret, r.Clock.Now())))
	apptest.WantWithout(t, r.Log.String(), secret.Secret, "a better password", first)
}

// TestWhoKnowsThePasswordAloneLocksNobodyOut tries codes with a right password, from many addresses.
func TestWhoKnowsThePasswordAloneLocksNobodyOut(t *testing.T) {
	r := apptest.Boot(t)
	own := computerAt(t, r, "203.0.113.9")
	secret, _ := withTOTP(t, r, r.StaffToken("finance"))
	r.Clock.Advance(time.Minute)
	own.want("one's own computer", "finance", apptest.DemoPassword, totp(t, secret, r.Clock.Now()), 200, "")
	late, compared := totp(t, secret, r.Clock.Now().Add(-time.Hour)), 0
	for i := range 4 {
		thief := computerAt(t, r, "198.51.100."+string(rune('1'+i)))
		for range 4 {
			if _, problem := thief.logIn("finance", apptest.DemoPassword, late); problem == "totp_wrong" {
				compared++
			}
		}
	}
	if compared != 4 { // the fifth locks the codes
		t.Errorf("%d codes were compared", compared)
	}
	r.Clock.Advance(time.Minute)
	own.want("one's own computer again", "finance", apptest.DemoPassword, totp(t, secret, r.Clock.Now()), 200, "")
}
