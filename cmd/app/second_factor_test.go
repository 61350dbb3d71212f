package app_test

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
	token := loggedIn(t, logIn(r, name, demoPassword, ""))
	withTOTP(t, r, token)
	return token
}

// TestSomePostsNeedASecondFactor goes through every duty of the demo: whose post needs it does nothing without.
func TestSomePostsNeedASecondFactor(t *testing.T) {
	r := apptest.Boot(t, apptest.With("SECOND_FACTOR", everyFactor))
	for name, must := range map[string]bool{
		"office": true, "finance": true, "publisher": true, "admin": true,
		"secretary": false, "c-001": false, "doctor": false, "inspector": false,
	} {
		a := logIn(r, name, demoPassword, "")
		token := loggedIn(t, a)
		var out struct {
			Must bool `json:"must_enrol_totp"`
		}
		if a.JSON(t, &out); out.Must != must {
			t.Errorf("%s has to enrol: %v", name, out.Must)
		}
		if !must {
			wantStatus(t, name, r.Call(http.MethodGet, "/staff/v1/sessions", token, nil), 200)
			continue
		}
		for id, method := range staffRoutes(t, r) {
			switch id {
			case "staff-me", "staff-logout", "staff-password", "staff-totp-start", "staff-totp-confirm":
				continue
			}
			wantProblem(t, name+" "+id, r.Call(method, "/staff/v1"+rights[id].path, token, "{}"), 403, "must_enrol_totp")
		}
		wantStatus(t, "who am I", r.Call(http.MethodGet, "/staff/v1/me", token, nil), 200)
	}
}

func TestEnrollingOpensTheWay(t *testing.T) {
	r := apptest.Boot(t, apptest.With("SECOND_FACTOR", everyFactor))
	token := enrolled(t, r, "finance")
	wantStatus(t, "then", r.Call(http.MethodGet, "/staff/v1/sessions", token, nil), 200)
	wantProblem(t, "the next log-in", logIn(r, "finance", demoPassword, ""), 401, "totp_needed")
	stop := r.Call(http.MethodDelete, "/staff/v1/totp", token, map[string]string{"password": demoPassword})
	wantProblem(t, "it stays", stop, 403, "totp_required")
	doctor := loggedIn(t, logIn(r, "doctor", demoPassword, ""))
	withTOTP(t, r, doctor) // who wants to may, and may stop
	stop = r.Call(http.MethodDelete, "/staff/v1/totp", doctor, map[string]string{"password": demoPassword})
	wantStatus(t, "who need not have it", stop, 204)
}

// TestTheFirstPasswordAndTheFactorAreOneStep: neither without the other.
func TestTheFirstPasswordAndTheFactorAreOneStep(t *testing.T) {
	r := apptest.Boot(t, apptest.With("SECOND_FACTOR", everyFactor))
	first := makeStaff(t, r, enrolled(t, r, "admin"), "li.si", file("李四", post("finance", "")))
	token := loggedIn(t, logIn(r, "li.si", first, ""))
	change := func(code string) apptest.Answer {
		return r.Call(http.MethodPost, "/staff/v1/password", token, map[string]string{"old": first, "new": "a better password", "code": code})
	}
	wantProblem(t, "anything else", r.Call(http.MethodGet, "/staff/v1/sessions", token, nil), 403, "must_change_password")
	wantProblem(t, "before a secret was taken", change("123456"), 409, "totp_not_started")
	var secret struct{ Secret string }
	r.Must(http.MethodPost, "/staff/v1/totp", token, nil, &secret)
	wantProblem(t, "without its code", change(""), 400, "totp_wrong")
	wantProblem(t, "with a code of another time", change(totp(t, secret.Secret, r.Clock.Now().Add(-time.Hour))), 400, "totp_wrong")
	wantStatus(t, "the first password still holds", logIn(r, "li.si", first, ""), 200)
	wantStatus(t, "both together", change(totp(t, secret.Secret, r.Clock.Now())), 204)
	wantStatus(t, "the way is open", r.Call(http.MethodGet, "/staff/v1/sessions", token, nil), 200)
	wantProblem(t, "the code that enrolled", logIn(r, "li.si", "a better password", totp(t, secret.Secret, r.Clock.Now())), 401, "totp_wrong")
	r.Clock.Turn(time.Minute)
	loggedIn(t, logIn(r, "li.si", "a better password", totp(t, secret.Secret, r.Clock.Now())))
	wantWithout(t, r.Log.String(), secret.Secret, "a better password", first)
}

// TestWhoKnowsThePasswordAloneLocksNobodyOut tries codes with a right password, from many addresses.
func TestWhoKnowsThePasswordAloneLocksNobodyOut(t *testing.T) {
	r := apptest.Boot(t)
	own := computerAt(t, r, "203.0.113.9")
	secret, _ := withTOTP(t, r, loggedIn(t, logIn(r, "finance", demoPassword, "")))
	r.Clock.Turn(time.Minute)
	own.want("one's own computer", "finance", demoPassword, totp(t, secret, r.Clock.Now()), 200, "")
	late, compared := totp(t, secret, r.Clock.Now().Add(-time.Hour)), 0
	for i := range 4 {
		thief := computerAt(t, r, "198.51.100."+string(rune('1'+i)))
		for range 4 {
			if _, problem := thief.logIn("finance", demoPassword, late); problem == "totp_wrong" {
				compared++
			}
		}
	}
	if compared != 4 { // the fifth locks the codes
		t.Errorf("%d codes were compared", compared)
	}
	r.Clock.Turn(time.Minute)
	own.want("one's own computer again", "finance", demoPassword, totp(t, secret, r.Clock.Now()), 200, "")
}
