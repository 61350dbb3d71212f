package app_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"bangfu/cmd/app/apptest"
	"bangfu/service/model"
)

// logIn tries to log a member of staff in; code may be empty.
func logIn(r *apptest.Running, name, password, code string) apptest.Answer {
	body := map[string]string{"name": name, "password": password}
	if code != "" {
		body["code"] = code
	}
	return r.Call(http.MethodPost, "/staff/v1/login", "", body)
}

// loggedIn is the token of a log-in that must work.
func loggedIn(t *testing.T, a apptest.Answer) string {
	t.Helper()
	var out struct{ Token string }
	a.JSON(t, &out)
	if a.Status != http.StatusOK || out.Token == "" {
		t.Fatalf("cannot log in: %d %s", a.Status, a.Body)
	}
	return out.Token
}

func wantProblem(t *testing.T, what string, a apptest.Answer, status int, code string) {
	t.Helper()
	if a.Status != status || a.Code() != code {
		t.Errorf("%s: %d %s, want %d %s", what, a.Status, a.Body, status, code)
	}
}

func wantStatus(t *testing.T, what string, a apptest.Answer, status int) {
	t.Helper()
	if a.Status != status {
		t.Errorf("%s: %d %s, want %d", what, a.Status, a.Body, status)
	}
}

// audited are the latest lines of the audit log, newest first, as "actor action record".
func audited(t *testing.T, r *apptest.Running, n int64) []model.AuditEntry {
	t.Helper()
	list, err := r.Store().AuditBefore(t.Context(), "", n)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

const demoPassword = "bangfu-demo"

func TestEveryDutyOfTheDemoLogsIn(t *testing.T) {
	r := apptest.Boot(t)
	for name, duty := range map[string]model.Duty{
		"office": model.DutyOffice, "secretary": model.DutySecretary, "finance": model.DutyFinance, "doctor": model.DutyDoctor,
		"inspector": model.DutyInspector, "publisher": model.DutyPublisher, "admin": model.DutyAdministrator, "c-001": model.DutyCadre,
	} {
		token := loggedIn(t, logIn(r, " "+strings.ToUpper(name), demoPassword, ""))
		var me struct {
			ID, CadreID string
			Posts       []model.Post
		}
		r.Call(http.MethodGet, "/staff/v1/me", token, nil).JSON(t, &me)
		if me.ID != name || len(me.Posts) == 0 || me.Posts[0].Duty != duty {
			t.Errorf("%s is %+v", name, me)
		}
	}
	line := audited(t, r, 1)[0]
	if line.Action != model.AuditLogin || !strings.HasPrefix(line.Actor, "staff:") || line.Record != "staff/"+strings.TrimPrefix(line.Actor, "staff:") {
		t.Errorf("%+v", line)
	}
}

func TestFiveWrongPasswordsLockForAQuarterOfAnHour(t *testing.T) {
	r := apptest.Boot(t)
	for range 4 {
		wantProblem(t, "a wrong password", logIn(r, "finance", "not-the-password", ""), 401, "wrong_password")
	}
	last := logIn(r, "finance", "not-the-password", "")
	wantProblem(t, "the fifth", last, 429, "locked")
	wantContains(t, last.Body, "15分钟")
	r.Clock.Turn(10 * time.Minute)
	locked := logIn(r, "finance", demoPassword, "")
	wantProblem(t, "the right one while it is locked", locked, 429, "locked")
	wantContains(t, locked.Body, "请过5分钟")
	loggedIn(t, logIn(r, "doctor", demoPassword, "")) // only this name
	r.Clock.Turn(5*time.Minute + time.Second)
	for range 4 { // the count has begun anew
		wantProblem(t, "wrong after the lock", logIn(r, "finance", "not-the-password", ""), 401, "wrong_password")
	}
	loggedIn(t, logIn(r, "finance", demoPassword, ""))
	wantProblem(t, "a right one forgets the wrong ones", logIn(r, "finance", "not-the-password", ""), 401, "wrong_password")

	wrong := 0
	for _, line := range audited(t, r, 100) {
		if line.Action == model.AuditLoginWrong && line.Actor == "staff:finance" {
			wrong++
		}
	}
	if wrong != 10 {
		t.Errorf("%d wrong tries in the audit log, want 10", wrong)
	}
}

// TestParallelTriesCannotSlipThrough tries twenty passwords at once, of which the last is right.
func TestParallelTriesCannotSlipThrough(t *testing.T) {
	r := apptest.Boot(t)
	answers := make([]apptest.Answer, 20)
	var all sync.WaitGroup
	for i := range answers {
		all.Go(func() { answers[i] = logIn(r, "finance", fmt.Sprintf("not-the-password-%d", i), "") })
	}
	all.Wait()
	compared := 0
	for _, line := range audited(t, r, 100) {
		if line.Action == model.AuditLoginWrong {
			compared++
		}
	}
	if compared != model.StaffTries {
		t.Errorf("%d passwords were compared, want %d", compared, model.StaffTries)
	}
	for _, a := range answers {
		if a.Status != 401 && a.Code() != "locked" {
			t.Errorf("%d %s", a.Status, a.Body)
		}
	}
}

// TestANameThatNobodyHasLooksTheSame goes through the tries of a name that exists and one that does not.
func TestANameThatNobodyHasLooksTheSame(t *testing.T) {
	r := apptest.Boot(t)
	const typed = "hunter2-typed-as-name"
	for i := range 7 {
		known, unknown := logIn(r, "doctor", "not-the-password", ""), logIn(r, typed, "not-the-password", "")
		if known.Status != unknown.Status || known.Body != unknown.Body {
			t.Errorf("try %d: %d %s, but %d %s", i+1, known.Status, known.Body, unknown.Status, unknown.Body)
		}
	}
	r.Clock.Turn(15*time.Minute + time.Second)
	apptest.Eventually(t, "the embedded Redis ages", func() bool { return logIn(r, typed, "x", "").Code() == "wrong_password" })
	for _, line := range audited(t, r, 100) {
		if strings.Contains(fmt.Sprint(line), typed) {
			t.Errorf("the typed name is kept: %+v", line)
		}
	}
	wantWithout(t, r.Log.String(), typed)
}

func TestTooManyTriesFromOneAddress(t *testing.T) {
	apptest.EachRedis(t, func(t *testing.T, use apptest.Option, flush func(*apptest.Running)) {
		r := apptest.Boot(t, use)
		flush(r)
		last, tries := refusedInTheEnd(func(i int) apptest.Answer { return logIn(r, fmt.Sprintf("somebody-%d", i), "not-the-password", "") })
		wantProblem(t, "the last try", last, 429, "too_many_tries")
		if tries < 60 {
			t.Errorf("refused after %d tries", tries)
		}
		last, _ = refusedInTheEnd(func(int) apptest.Answer { return logIn(r, "office", demoPassword, "") })
		wantProblem(t, "the right password from there", last, 429, "too_many_tries")
		if got := logInFrom(t, r, "203.0.113.9"); got != 200 {
			t.Errorf("another address, which the trusted proxy names: %d", got)
		}
		flush(r)
		loggedIn(t, logIn(r, "office", demoPassword, ""))
	})
}

// refusedInTheEnd tries until it is refused, and counts the tries before. The limit counts in real time and forgets one try in
// fifteen seconds, so that how many tries it takes depends on the machine.
func refusedInTheEnd(try func(i int) apptest.Answer) (last apptest.Answer, before int) {
	for ; before < 600; before++ {
		if last = try(before); last.Status == 429 {
			break
		}
	}
	return last, before
}

// logInFrom is the status of a right log-in that says it was forwarded from an address.
func logInFrom(t *testing.T, r *apptest.Running, address string) int {
	t.Helper()
	body := strings.NewReader(`{"name":"office","password":"` + demoPassword + `"}`)
	req, err := http.NewRequest(http.MethodPost, r.App.LocalURL()+"/staff/v1/login", body)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("X-Forwarded-For", address)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	return resp.StatusCode
}

// TestNobodyIsBelievedWhoIsNoProxy says another address with every try.
func TestNobodyIsBelievedWhoIsNoProxy(t *testing.T) {
	r := apptest.Boot(t, apptest.With("TRUSTED_PROXIES", "none"))
	for i := range 600 { // far more than are let pass, on any machine
		if logInFrom(t, r, fmt.Sprintf("203.0.%d.%d", i/250, i%250)) == 429 {
			return
		}
	}
	t.Error("whoever names another address each time is never refused")
}

func TestStaffLogInWithoutRedis(t *testing.T) {
	r := apptest.Boot(t, apptest.With("REDIS_ADDR", "127.0.0.1:1"))
	loggedIn(t, logIn(r, "office", demoPassword, ""))
	for range 5 {
		logIn(r, "doctor", "not-the-password", "")
	}
	wantProblem(t, "the lock lies in the database", logIn(r, "doctor", demoPassword, ""), 429, "locked")
	wantProblem(t, "a name that nobody has", logIn(r, "nobody", "x", ""), 401, "wrong_password")
}
