package account_test

import (
	"net/http"
	"net/url"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"bangfu/cmd/app/apptest"
	"bangfu/repo/repotest"
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
	first := r.StaffToken("doctor")
	r.Clock.Advance(time.Hour)
	second, foreign := r.StaffToken("doctor"), r.StaffToken("finance")
	list := sessionsOf(t, r, second)
	if len(list) != 2 || list[0].This || !list[1].This || list[1].CreatedAt.Sub(list[0].CreatedAt) < time.Hour {
		t.Fatalf("%+v", list)
	}
	end := "/staff/v1/sessions/" + list[0].ID
	apptest.WantProblem(t, "somebody else's session", r.Call(http.MethodDelete, end, foreign, nil), 404, "session_gone")
	apptest.WantStatus(t, "before it is ended", r.Call(http.MethodGet, "/staff/v1/me", first, nil), 200)
	apptest.WantStatus(t, "ending it", r.Call(http.MethodDelete, end, second, nil), 204)
	apptest.WantStatus(t, "after it is ended", r.Call(http.MethodGet, "/staff/v1/me", first, nil), 401)
	apptest.WantStatus(t, "the other", r.Call(http.MethodGet, "/staff/v1/me", second, nil), 200)
	r.Clock.Advance(12 * time.Hour)
	apptest.WantStatus(t, "after twelve hours", r.Call(http.MethodGet, "/staff/v1/me", second, nil), 401)
}

func TestChangingThePasswordEndsTheOtherSessions(t *testing.T) {
	r := apptest.Boot(t)
	here, there := r.StaffToken("doctor"), r.StaffToken("doctor")
	change := func(old, fresh string) apptest.Answer {
		return r.Call(http.MethodPost, "/staff/v1/password", here, map[string]string{"old": old, "new": fresh})
	}
	apptest.WantProblem(t, "a short one", change(apptest.DemoPassword, "short"), 400, "password_short")
	apptest.WantProblem(t, "the name", change(apptest.DemoPassword, "doctor12345"), 400, "password_is_name")
	apptest.WantProblem(t, "a common one", change(apptest.DemoPassword, "qwertyuiop"), 400, "password_common")
	apptest.WantProblem(t, "the same", change(apptest.DemoPassword, apptest.DemoPassword), 400, "password_same")
	apptest.WantProblem(t, "without the old one", change("not-the-password", "a better password"), 400, "wrong_old_password")
	apptest.WantStatus(t, "nothing has ended yet", r.Call(http.MethodGet, "/staff/v1/me", there, nil), 200)
	apptest.WantStatus(t, "a good one", change(apptest.DemoPassword, "a better password"), 204)
	apptest.WantStatus(t, "this session", r.Call(http.MethodGet, "/staff/v1/me", here, nil), 200)
	apptest.WantStatus(t, "the other session", r.Call(http.MethodGet, "/staff/v1/me", there, nil), 401)
	apptest.WantProblem(t, "the old password", r.StaffLogIn("doctor", apptest.DemoPassword, ""), 401, "wrong_password")
	apptest.Token(t, r.StaffLogIn("doctor", "a better password", ""))
	for range 4 {
		change("not-the-password", "quite another secret")
	}
	apptest.WantProblem(t, "guessing it from inside", change("not-the-password", "quite another secret"), 429, "locked")
	apptest.WantWithout(t, r.Log.String(), "a better password", "not-the-password", "quite another secret")
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
	apptest.WantProblem(t, "a wrong code", wrong, 400, "totp_wrong")
	code = freshest(t, r, out.Secret)
	right := r.Call(http.MethodPost, "/staff/v1/totp/confirm", token, map[string]string{"code": code})
	apptest.WantStatus(t, "confirming", right, 204)
	return out.Secret, code
}

func TestSecondFactor(t *testing.T) {
	r := apptest.Boot(t)
	token := r.StaffToken("finance")
	confirm := r.Call(http.MethodPost, "/staff/v1/totp/confirm", token, map[string]string{"code": "123456"})
	apptest.WantProblem(t, "confirming nothing", confirm, 409, "totp_not_started")
	secret, confirmed := withTOTP(t, r, token)
	apptest.WantProblem(t, "starting again", r.Call(http.MethodPost, "/staff/v1/totp", token, nil), 409, "totp_on")
	apptest.WantProblem(t, "without a code", r.StaffLogIn("finance", apptest.DemoPassword, ""), 401, "totp_needed")
	apptest.WantProblem(t, "the code that confirmed", r.StaffLogIn("finance", apptest.DemoPassword, confirmed), 401, "totp_wrong")
	r.Clock.Advance(time.Minute)
	code := freshest(t, r, secret)
	apptest.WantProblem(t, "with a wrong password", r.StaffLogIn("finance", "not-the-password", code), 401, "wrong_password")
	apptest.Token(t, r.StaffLogIn("finance", apptest.DemoPassword, code))
	apptest.WantProblem(t, "a code twice", r.StaffLogIn("finance", apptest.DemoPassword, code), 401, "totp_wrong")

	r.Clock.Advance(time.Minute)
	stop := func(password string) apptest.Answer {
		return r.Call(http.MethodDelete, "/staff/v1/totp", token, map[string]string{"password": password})
	}
	apptest.WantProblem(t, "off with a wrong password", stop("not-the-password"), 400, "wrong_old_password")
	apptest.WantStatus(t, "off", stop(apptest.DemoPassword), 204)
	apptest.WantProblem(t, "off again", stop(apptest.DemoPassword), 409, "totp_off")
	r.StaffToken("finance")
	apptest.WantWithout(t, r.Log.String(), secret)
}

// TestWrongCodesLock has the right password, and asks for the code in between, which must not forget the
// wrong ones.
func TestWrongCodesLock(t *testing.T) {
	r := apptest.Boot(t)
	secret, _ := withTOTP(t, r, r.StaffToken("finance"))
	r.Clock.Advance(time.Minute)
	late := totp(t, secret, r.Clock.Now().Add(-5*time.Minute))
	for range 4 {
		apptest.WantProblem(t, "a wrong code", r.StaffLogIn("finance", apptest.DemoPassword, late), 401, "totp_wrong")
		apptest.WantProblem(t, "no code", r.StaffLogIn("finance", apptest.DemoPassword, ""), 401, "totp_needed")
	}
	apptest.WantProblem(t, "the fifth wrong code", r.StaffLogIn("finance", apptest.DemoPassword, late), 429, "locked")
	apptest.WantProblem(t, "the right code", r.StaffLogIn("finance", apptest.DemoPassword, totp(t, secret, r.Clock.Now())), 429, "locked")
}

func TestACodeWorksOnceAlsoAtOnce(t *testing.T) {
	repotest.Raced(t)
	r := apptest.Boot(t)
	secret, _ := withTOTP(t, r, r.StaffToken("finance"))
	r.Clock.Advance(time.Minute)
	code := freshest(t, r, secret)
	var all sync.WaitGroup
	var in atomic.Int64
	for range 4 {
		all.Go(func() {
			if r.StaffLogIn("finance", apptest.DemoPassword, code).Status == 200 {
				in.Add(1)
			}
		})
	}
	all.Wait()
	if in.Load() != 1 {
		t.Errorf("one code let %d in", in.Load())
	}
}
