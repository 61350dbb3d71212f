package app_test

import (
	"net/http"
	"net/url"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"bangfu/cmd/app/apptest"
)

type session struct {
	ID        string    `json:"id"`
	This      bool      `json:"this"`
	CreatedAt time.Time `json:"created_at"`
}

func sessionsOf(t *testing.T, r *apptest.Running, token string) []session {
	t.Helper()
	var out struct{ Sessions []session }
	a := r.Call(http.MethodGet, "/staff/v1/sessions", token, nil)
	a.JSON(t, &out)
	if a.Status != 200 {
		t.Fatalf("sessions: %d %s", a.Status, a.Body)
	}
	return out.Sessions
}

func TestSessionsAreListedAndEnd(t *testing.T) {
	r := apptest.Boot(t)
	first := loggedIn(t, logIn(r, "doctor", demoPassword, ""))
	r.Clock.Turn(time.Hour)
	second, foreign := loggedIn(t, logIn(r, "doctor", demoPassword, "")), loggedIn(t, logIn(r, "finance", demoPassword, ""))
	list := sessionsOf(t, r, second)
	if len(list) != 2 || list[0].This || !list[1].This || list[1].CreatedAt.Sub(list[0].CreatedAt) < time.Hour {
		t.Fatalf("%+v", list)
	}
	end := "/staff/v1/sessions/" + list[0].ID
	wantProblem(t, "somebody else's session", r.Call(http.MethodDelete, end, foreign, nil), 404, "session_gone")
	wantStatus(t, "before it is ended", r.Call(http.MethodGet, "/staff/v1/me", first, nil), 200)
	wantStatus(t, "ending it", r.Call(http.MethodDelete, end, second, nil), 204)
	wantStatus(t, "after it is ended", r.Call(http.MethodGet, "/staff/v1/me", first, nil), 401)
	wantStatus(t, "the other", r.Call(http.MethodGet, "/staff/v1/me", second, nil), 200)
	r.Clock.Turn(12 * time.Hour)
	wantStatus(t, "after twelve hours", r.Call(http.MethodGet, "/staff/v1/me", second, nil), 401)
}

func TestChangingThePasswordEndsTheOtherSessions(t *testing.T) {
	r := apptest.Boot(t)
	here, there := loggedIn(t, logIn(r, "doctor", demoPassword, "")), loggedIn(t, logIn(r, "doctor", demoPassword, ""))
	change := func(old, fresh string) apptest.Answer {
		return r.Call(http.MethodPost, "/staff/v1/password", here, map[string]string{"old": old, "new": fresh})
	}
	wantProblem(t, "a short one", change(demoPassword, "short"), 400, "password_short")
	wantProblem(t, "the name", change(demoPassword, "doctor12345"), 400, "password_is_name")
	wantProblem(t, "a common one", change(demoPassword, "qwertyuiop"), 400, "password_common")
	wantProblem(t, "the same", change(demoPassword, demoPassword), 400, "password_same")
	wantProblem(t, "without the old one", change("not-the-password", "a better password"), 400, "wrong_old_password")
	wantStatus(t, "nothing has ended yet", r.Call(http.MethodGet, "/staff/v1/me", there, nil), 200)
	wantStatus(t, "a good one", change(demoPassword, "a better password"), 204)
	wantStatus(t, "this session", r.Call(http.MethodGet, "/staff/v1/me", here, nil), 200)
	wantStatus(t, "the other session", r.Call(http.MethodGet, "/staff/v1/me", there, nil), 401)
	wantProblem(t, "the old password", logIn(r, "doctor", demoPassword, ""), 401, "wrong_password")
	loggedIn(t, logIn(r, "doctor", "a better password", ""))
	for range 4 {
		change("not-the-password", "quite another secret")
	}
	wantProblem(t, "guessing it from inside", change("not-the-password", "quite another secret"), 429, "locked")
	wantWithout(t, r.Log.String(), "a better password", "not-the-password", "quite another secret")
}

func totp(t *testing.T, secret string, at time.Time) string {
	t.Helper()
	return apptest.Code(t, secret, at)
}

// freshest is the code of the next half minute, which is taken already: of all codes it is good for the longest.
func freshest(t *testing.T, r *apptest.Running, secret string) string {
	t.Helper()
	return totp(t, secret, r.Clock.Now().Add(30*time.Second))
}

// withTOTP turns the second factor of a log-in on and returns its secret and the code that did it.
func withTOTP(t *testing.T, r *apptest.Running, token string) (secret, code string) {
	t.Helper()
	var out struct{ Secret, URL string }
	r.Call(http.MethodPost, "/staff/v1/totp", token, nil).JSON(t, &out)
	if u, err := url.Parse(out.URL); err != nil || u.Scheme != "otpauth" || u.Query().Get("secret") != out.Secret {
		t.Errorf("%s", out.URL)
	}
	wrong := r.Call(http.MethodPost, "/staff/v1/totp/confirm", token, map[string]string{"code": totp(t, out.Secret, r.Clock.Now().Add(time.Hour))})
	wantProblem(t, "a wrong code", wrong, 400, "totp_wrong")
	code = freshest(t, r, out.Secret)
	right := r.Call(http.MethodPost, "/staff/v1/totp/confirm", token, map[string]string{"code": code})
	wantStatus(t, "confirming", right, 204)
	return out.Secret, code
}

func TestSecondFactor(t *testing.T) {
	r := apptest.Boot(t)
	token := loggedIn(t, logIn(r, "finance", demoPassword, ""))
	confirm := r.Call(http.MethodPost, "/staff/v1/totp/confirm", token, map[string]string{"code": "123456"})
	wantProblem(t, "confirming nothing", confirm, 409, "totp_not_started")
	secret, confirmed := withTOTP(t, r, token)
	wantProblem(t, "starting again", r.Call(http.MethodPost, "/staff/v1/totp", token, nil), 409, "totp_on")
	wantProblem(t, "without a code", logIn(r, "finance", demoPassword, ""), 401, "totp_needed")
	wantProblem(t, "the code that confirmed", logIn(r, "finance", demoPassword, confirmed), 401, "totp_wrong")
	r.Clock.Turn(time.Minute)
	code := freshest(t, r, secret)
	wantProblem(t, "with a wrong password", logIn(r, "finance", "not-the-password", code), 401, "wrong_password")
	loggedIn(t, logIn(r, "finance", demoPassword, code))
	wantProblem(t, "a code twice", logIn(r, "finance", demoPassword, code), 401, "totp_wrong")

	r.Clock.Turn(time.Minute)
	stop := func(password string) apptest.Answer {
		return r.Call(http.MethodDelete, "/staff/v1/totp", token, map[string]string{"password": password})
	}
	wantProblem(t, "off with a wrong password", stop("not-the-password"), 400, "wrong_old_password")
	wantStatus(t, "off", stop(demoPassword), 204)
	wantProblem(t, "off again", stop(demoPassword), 409, "totp_off")
	loggedIn(t, logIn(r, "finance", demoPassword, ""))
	wantWithout(t, r.Log.String(), secret)
}

// TestWrongCodesLock has the right password, and asks for the code in between, which must not forget the
// wrong ones.
func TestWrongCodesLock(t *testing.T) {
	r := apptest.Boot(t)
	secret, _ := withTOTP(t, r, loggedIn(t, logIn(r, "finance", demoPassword, "")))
	r.Clock.Turn(time.Minute)
	late := totp(t, secret, r.Clock.Now().Add(-5*time.Minute))
	for range 4 {
		wantProblem(t, "a wrong code", logIn(r, "finance", demoPassword, late), 401, "totp_wrong")
		wantProblem(t, "no code", logIn(r, "finance", demoPassword, ""), 401, "totp_needed")
	}
	wantProblem(t, "the fifth wrong code", logIn(r, "finance", demoPassword, late), 429, "locked")
	wantProblem(t, "the right code", logIn(r, "finance", demoPassword, totp(t, secret, r.Clock.Now())), 429, "locked")
}

func TestACodeWorksOnceAlsoAtOnce(t *testing.T) {
	r := apptest.Boot(t)
	secret, _ := withTOTP(t, r, loggedIn(t, logIn(r, "finance", demoPassword, "")))
	r.Clock.Turn(time.Minute)
	code := freshest(t, r, secret)
	var all sync.WaitGroup
	var in atomic.Int64
	for range 4 {
		all.Go(func() {
			if logIn(r, "finance", demoPassword, code).Status == 200 {
				in.Add(1)
			}
		})
	}
	all.Wait()
	if in.Load() != 1 {
		t.Errorf("one code let %d in", in.Load())
	}
}
