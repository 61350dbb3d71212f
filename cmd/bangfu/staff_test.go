package main

import (
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"bangfu/cmd/app/apptest"
)

// TestRotatingTheKeys goes through docs/privacy.md on a folder of the embedded database.
func TestRotatingTheKeys(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	env := []string{"DATA_DIR=" + dir}
	must := func(args ...string) string {
		t.Helper()
		out, code := run(t, env, args...)
		if code != 0 {
			t.Fatalf("%v: exit %d\n%s", args, code, out)
		}
		return out
	}
	must("migrate")
	must("seed")
	file := filepath.Join(dir, "field-keyset.json")
	old, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	install := func(keyset string) {
		t.Helper()
		if err := os.WriteFile(file, []byte(keyset), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	install(must("keyset", "--rotate"))
	out := must("rotate-keys")
	if !strings.Contains(out, "换钥完成:重新加密") || strings.Contains(out, "重新加密 0 项,本来") || strings.Contains(out, `"keyData"`) {
		t.Errorf("%s", out)
	}
	if out := must("rotate-keys"); !strings.Contains(out, "换钥完成:重新加密 0 项") {
		t.Errorf("again: %s", out)
	}
	install(must("keyset", "--prune"))
	if out := must("rotate-keys"); !strings.Contains(out, "换钥完成:重新加密 0 项") {
		t.Errorf("without the old key: %s", out)
	}
	if out := must("verify-audit"); !strings.Contains(out, "审计记录 3 行,完好") {
		t.Errorf("the audit log: %s", out)
	}
	install(string(old))
	if out, code := run(t, env, "rotate-keys"); code == 0 || !strings.Contains(out, "run it again") {
		t.Errorf("with the old key only: exit %d\n%s", code, out)
	}
	if out, code := run(t, env, "keyset", "--add", "--prune"); code == 0 || !strings.Contains(out, "one step at a time") {
		t.Errorf("two steps: exit %d\n%s", code, out)
	}
	if out, code := run(t, []string{"DATA_DIR=" + t.TempDir()}, "keyset", "--rotate"); code == 0 || !strings.Contains(out, "FIELD_KEYSET") {
		t.Errorf("no keyset: exit %d\n%s", code, out)
	}
}

// TestTheFirstAdministrator makes one on an empty production database and logs in.
func TestTheFirstAdministrator(t *testing.T) {
	env := append([]string{"DATA_DIR=" + t.TempDir()}, accounts...)
	if out, code := run(t, env, "migrate"); code != 0 {
		t.Fatalf("exit %d\n%s", code, out)
	}
	if out, code := run(t, env, "staff", "administrator", "Not A Name"); code == 0 || !strings.Contains(out, "staff_name") {
		t.Errorf("exit %d\n%s", code, out)
	}
	first := firstPassword(t, env)
	second := firstPassword(t, env) // for one who lost it
	address := freeAddress(t)
	p := start(t, env, "serve", "--http-addr", address, "--metrics-addr", "127.0.0.1:0")
	defer p.terminate(t)
	for password, want := range map[string]int{first: 401, second: 200} {
		a := apptest.Request(t, http.MethodPost, "http://"+address+"/staff/v1/login", "", map[string]string{"name": "boss", "password": password})
		if a.Status != want || want == 200 && !(strings.Contains(a.Body, `"must_change_password":true`) && strings.Contains(a.Body, `"must_enrol_totp":true`)) {
			t.Errorf("%d %s, want %d", a.Status, a.Body, want)
		}
	}
}

// TestAnAdministratorAlone goes through docs/ops.md: the first administrator proposes the head of the office, whom
// nobody can confirm yet but the server.
func TestAnAdministratorAlone(t *testing.T) {
	env := append([]string{"DATA_DIR=" + t.TempDir()}, accounts...)
	address := freeAddress(t)
	serve := func() *process {
		return start(t, env, "serve", "--http-addr", address, "--metrics-addr", "127.0.0.1:0")
	}
	if out, code := run(t, env, "migrate"); code != 0 {
		t.Fatalf("exit %d\n%s", code, out)
	}
	first := firstPassword(t, env)
	if out, code := run(t, env, "staff", "confirm", "boss"); code == 0 || !strings.Contains(out, "no_such_proposal") {
		t.Errorf("nothing waits: exit %d\n%s", code, out)
	}
	p := serve()
	call := func(method, path, token string, body, into any) int {
		a := apptest.Request(t, method, "http://"+address+"/staff/v1"+path, token, body)
		if into != nil {
			a.JSON(t, into)
		}
		return a.Status
	}
	var in, head struct{ Token, Secret, Password string }
	call(http.MethodPost, "/login", "", map[string]string{"name": "boss", "password": first}, &in)
	call(http.MethodPost, "/totp", in.Token, nil, &in)
	change := map[string]string{"old": first, "new": "a better password", "code": apptest.Code(t, in.Secret, time.Now())}
	if s := call(http.MethodPost, "/password", in.Token, change, nil); s != 204 {
		t.Errorf("first password and second factor: %d", s)
	}
	post := map[string]string{"duty": "office", "unit_id": ""}
	call(http.MethodPost, "/staff", in.Token, map[string]any{"id": "head", "name": "扶贫办", "posts": []any{post}}, &head)
	if s := call(http.MethodPost, "/staff/head/posts/confirm", in.Token, map[string]any{"rev": 1, "duty": "office", "unit_id": ""}, nil); s != 403 {
		t.Errorf("confirming it alone: %d", s)
	}
	p.terminate(t)
	if out, code := run(t, env, "staff", "waiting"); code != 0 || !strings.Contains(out, "登录名 head(扶贫办)  扶贫办") {
		t.Errorf("exit %d\n%s", code, out)
	}
	if out, code := run(t, env, "staff", "confirm", "head"); code != 0 || !strings.Contains(out, "扶贫办(全场)") {
		t.Errorf("exit %d\n%s", code, out)
	}
	if out, code := run(t, env, "verify-audit"); code != 0 || !strings.Contains(out, "完好") {
		t.Errorf("exit %d\n%s", code, out)
	}
	p = serve()
	defer p.terminate(t)
	call(http.MethodPost, "/login", "", map[string]string{"name": "head", "password": head.Password}, &head)
	var me struct{ Posts []map[string]string }
	if call(http.MethodGet, "/me", head.Token, nil, &me); len(me.Posts) != 1 || me.Posts[0]["duty"] != "office" {
		t.Errorf("%+v", me)
	}
}

func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

func firstPassword(t *testing.T, env []string) string {
	t.Helper()
	out, code := run(t, env, "staff", "administrator", "boss")
	m := regexp.MustCompile(`密码 (\S+?)\(`).FindStringSubmatch(out)
	if code != 0 || m == nil {
		t.Fatalf("exit %d\n%s", code, out)
	}
	return m[1]
}
