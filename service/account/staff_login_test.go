package account_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"bangfu/cmd/app/apptest"
	"bangfu/repo/repotest"
	"bangfu/service/model"
)

func TestEveryDutyOfTheDemoLogsIn(t *testing.T) {
	r := apptest.Boot(t)
	for name, role := range map[string]model.Role{
		"office": model.RoleOffice, "secretary": model.RoleSecretary, "finance": model.RoleFinance, "doctor": model.RoleDoctor,
		"inspector": model.RoleInspector, "publisher": model.RolePublisher, "admin": model.RoleAdministrator, "c-001": model.RoleCadre,
	} {
		token := r.StaffToken(" " + strings.ToUpper(name))
		var me struct {
			ID, CadreID string
			Posts       []model.RoleAssignment
		}
		r.Call(http.MethodGet, "/staff/v1/me", token, nil).JSON(t, &me)
		if me.ID != name || len(me.Posts) == 0 || me.Posts[0].Role != role {
			t.Errorf("%s is %+v", name, me)
		}
	}
	line := r.Audited(1)[0]
	if line.Action != model.AuditLogin || !strings.HasPrefix(line.Actor, "staff:") || line.Record != "staff/"+strings.TrimPrefix(line.Actor, "staff:") {
		t.Errorf("%+v", line)
	}
}

func TestFiveWrongPasswordsLockForAQuarterOfAnHour(t *testing.T) {
	r := apptest.Boot(t)
	for range 4 {
		apptest.WantProblem(t, "a wrong password", r.StaffLogIn("finance", "not-the-password", ""), 401, "wrong_password")
	}
	last := r.StaffLogIn("finance", "not-the-password", "")
	apptest.WantProblem(t, "the fifth", last, 429, "locked")
	apptest.WantContains(t, last.Body, "15分钟")
	r.Clock.Advance(10 * time.Minute)
	locked := r.StaffLogIn("finance", apptest.DemoPassword, "")
	apptest.WantProblem(t, "the right one while it is locked", locked, 429, "locked")
	apptest.WantContains(t, locked.Body, "请过5分钟")
	r.StaffToken("doctor") // only this name
	r.Clock.Advance(5*time.Minute + time.Second)
	for range 4 { // the count has begun anew
		apptest.WantProblem(t, "wrong after the lock", r.StaffLogIn("finance", "not-the-password", ""), 401, "wrong_password")
	}
	r.StaffToken("finance")
	apptest.WantProblem(t, "a right one forgets the wrong ones", r.StaffLogIn("finance", "not-the-password", ""), 401, "wrong_password")

	wrong := 0
	for _, line := range r.Audited(100) {
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
	repotest.Raced(t)
	r := apptest.Boot(t)
	answers := make([]apptest.Answer, 20)
	var all sync.WaitGroup
	for i := range answers {
		all.Go(func() { answers[i] = r.StaffLogIn("finance", fmt.Sprintf("not-the-password-%d", i), "") })
	}
	all.Wait()
	compared := 0
	for _, line := range r.Audited(100) {
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
		known, unknown := r.StaffLogIn("doctor", "not-the-password", ""), r.StaffLogIn(typed, "not-the-password", "")
		if known.Status != unknown.Status || known.Body != unknown.Body {
			t.Errorf("try %d: %d %s, but %d %s", i+1, known.Status, known.Body, unknown.Status, unknown.Body)
		}
	}
	r.Clock.Advance(15*time.Minute + time.Second)
	apptest.Eventually(t, "the embedded Redis ages", func() bool { return r.StaffLogIn(typed, "x", "").Code() == "wrong_password" })
	for _, line := range r.Audited(100) {
		if strings.Contains(fmt.Sprint(line), typed) {
			t.Errorf("the typed name is kept: %+v", line)
		}
	}
	apptest.WantWithout(t, r.Log.String(), typed)
}

func TestTooManyTriesFromOneAddress(t *testing.T) {
	apptest.EachRedis(t, func(t *testing.T, use apptest.Option, flush func(*apptest.Running)) {
		r := apptest.Boot(t, use)
		flush(r)
		last, tries := refusedInTheEnd(func(i int) apptest.Answer { return r.StaffLogIn(fmt.Sprintf("somebody-%d", i), "not-the-password", "") })
		apptest.WantProblem(t, "the last try", last, 429, "too_many_tries")
		if tries < 60 {
			t.Errorf("refused after %d tries", tries)
		}
		last, _ = refusedInTheEnd(func(int) apptest.Answer { return r.StaffLogIn("office", apptest.DemoPassword, "") })
		apptest.WantProblem(t, "the right password from there", last, 429, "too_many_tries")
		if got := logInFrom(t, r, "203.0.113.9"); got != 200 {
			t.Errorf("another address, which the trusted proxy names: %d", got)
		}
		flush(r)
		r.StaffToken("office")
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
	body := strings.NewReader(`{"name":"office","password":"` + apptest.DemoPassword + `"}`)
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
	repotest.Raced(t)
	r := apptest.Boot(t, apptest.With("REDIS_ADDR", "127.0.0.1:1"))
	r.StaffToken("office")
	for range 5 {
		r.StaffLogIn("doctor", "not-the-password", "")
	}
	apptest.WantProblem(t, "the lock lies in the database", r.StaffLogIn("doctor", apptest.DemoPassword, ""), 429, "locked")
	apptest.WantProblem(t, "a name that nobody has", r.StaffLogIn("nobody", "x", ""), 401, "wrong_password")
}
