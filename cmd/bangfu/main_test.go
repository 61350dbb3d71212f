package main

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"

	"bangfu/cmd/app/apptest"
)

// asCommand makes the test's own binary be the command, so that tests start real processes.
const asCommand = "BANGFU_TEST_AS_COMMAND"

func TestMain(m *testing.M) {
	if os.Getenv(asCommand) != "" {
		main()
		return
	}
	os.Exit(m.Run())
}

// command is bangfu with nothing but the given environment.
func command(ctx context.Context, env []string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, os.Args[0], args...)
	cmd.Env = []string{asCommand + "=1", "PATH=" + os.Getenv("PATH"), "HOME=" + os.Getenv("HOME"), "TMPDIR=" + os.TempDir()}
	if slices.Contains(args, "demo") {
		cmd.Env = append(cmd.Env, "PATIENCE="+apptest.Patience)
	}
	cmd.Env = append(cmd.Env, env...)
	return cmd
}

func run(t *testing.T, env []string, args ...string) (output string, code int) {
	t.Helper()
	out, err := command(t.Context(), env, args...).CombinedOutput()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return string(out), exit.ExitCode()
	}
	if err != nil {
		t.Fatal(err)
	}
	return string(out), 0
}

func TestEveryProblemAtOnce(t *testing.T) {
	secret := strings.Repeat("s3cret/", 6)[:40]
	out, code := run(t, []string{
		"WECHAT_OA_APP_ID=wx1", "WECHAT_OA_APP_SECRET=", "WECHAT_OA_TOKEN=tokentoken", "WECHAT_OA_AES_KEY=" + secret,
		"WECHAT_MP_MODE=maybe", "HTTP_ADDR=nowhere", "CLOCK_START=yesterday", "DATA_DIR=" + t.TempDir(),
	}, "serve")
	if code == 0 {
		t.Fatal("it started")
	}
	for _, want := range []string{"WECHAT_OA_APP_SECRET", "WECHAT_OA_AES_KEY", "WECHAT_MP_MODE", "WECHAT_MP_APP_ID", "HTTP_ADDR", "CLOCK_START", "PUBLIC_BASE_URL"} {
		if !strings.Contains(out, want) {
			t.Errorf("%s is not named in:\n%s", want, out)
		}
	}
	for _, value := range []string{secret, "tokentoken"} {
		if strings.Contains(out, value) {
			t.Errorf("a secret is printed:\n%s", out)
		}
	}
}

func TestTheDemoTakesTheSameVariables(t *testing.T) {
	out, code := run(t, []string{"WECHAT_OA_APP_SECRET=", "WECHAT_OA_AES_KEY=" + strings.Repeat("a", 40), "DATA_DIR=" + t.TempDir()}, "demo")
	if code == 0 || !strings.Contains(out, "WECHAT_OA_APP_SECRET") || !strings.Contains(out, "WECHAT_OA_AES_KEY") {
		t.Errorf("exit %d:\n%s", code, out)
	}
}

func TestServeRefusesAnOldForm(t *testing.T) {
	env := append([]string{"DATA_DIR=" + t.TempDir()}, accounts...)
	out, code := run(t, env, "serve", "--http-addr", "127.0.0.1:0", "--metrics-addr", "127.0.0.1:0")
	if code == 0 || !strings.Contains(out, "bangfu migrate") {
		t.Errorf("exit %d:\n%s", code, out)
	}
	if out, code := run(t, env, "migrate"); code != 0 || !strings.Contains(out, "0001-collections") {
		t.Errorf("migrate: exit %d:\n%s", code, out)
	}
	if out, code := run(t, env, "migrate"); code != 0 || !strings.Contains(out, "nothing to migrate") {
		t.Errorf("migrate again: exit %d:\n%s", code, out)
	}
	if out, code := run(t, env, "seed"); code != 0 {
		t.Errorf("seed: exit %d:\n%s", code, out)
	}
	if out, code := run(t, env, "seed"); code == 0 || !strings.Contains(out, "36 households") {
		t.Errorf("seed over a farm: exit %d:\n%s", code, out)
	}
	if out, code := run(t, env, "verify"); code != 0 || !strings.Contains(out, "不同 0") {
		t.Errorf("verify: exit %d:\n%s", code, out)
	}
	p := start(t, env, "serve", "--http-addr", "127.0.0.1:0", "--metrics-addr", "127.0.0.1:0")
	p.terminate(t)
}

func TestVerifyWithoutADatabase(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "none")
	out, code := run(t, []string{"DATA_DIR=" + dir}, "verify")
	if code == 0 || !strings.Contains(out, "no database") {
		t.Errorf("exit %d:\n%s", code, out)
	}
	if _, err := os.Stat(dir); err == nil {
		t.Error("verify made a folder")
	}
}

var accounts = []string{
	"PUBLIC_BASE_URL=https://bangfu.test",
	"WECHAT_OA_APP_ID=wx1", "WECHAT_OA_APP_SECRET=s1", "WECHAT_OA_TOKEN=token1", "WECHAT_OA_AES_KEY=" + strings.Repeat("a", 43),
	"WECHAT_MP_APP_ID=wx2", "WECHAT_MP_APP_SECRET=s2", "WECHAT_MP_TOKEN=token2", "WECHAT_MP_AES_KEY=" + strings.Repeat("b", 43),
}

// process is a bangfu that runs until it is ended.
type process struct {
	cmd *exec.Cmd
	out *apptest.Log
}

func start(t *testing.T, env []string, args ...string) *process {
	t.Helper()
	p := &process{cmd: command(context.WithoutCancel(t.Context()), env, args...), out: &apptest.Log{}}
	pipe, err := p.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	p.cmd.Stderr = p.out
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go p.read(pipe)
	t.Cleanup(func() { _ = p.cmd.Process.Kill() })
	apptest.Eventually(t, "bangfu has started", func() bool {
		return strings.Contains(p.out.String(), "listening") || strings.Contains(p.out.String(), "先试这个")
	})
	return p
}

func (p *process) read(pipe io.Reader) {
	lines := bufio.NewScanner(pipe)
	for lines.Scan() {
		_, _ = p.out.Write(append(lines.Bytes(), '\n'))
	}
}

// terminate asks it to stop and sees that it stops in good order.
func (p *process) terminate(t *testing.T) {
	t.Helper()
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := p.cmd.Wait(); err != nil {
		t.Errorf("stop: %v\n%s", err, p.out)
	}
}

var simAddress = regexp.MustCompile(`手机模拟页\s+(http://[0-9.:]+)/`)

func (p *process) say(t *testing.T, person, text string) string {
	t.Helper()
	return p.act(t, person, "text", map[string]string{"content": text})
}

func (p *process) act(t *testing.T, person, action string, input any) string {
	t.Helper()
	m := simAddress.FindStringSubmatch(p.out.String())
	if m == nil {
		t.Fatalf("no simulator in:\n%s", p.out)
	}
	var out apptest.Pushed
	apptest.Request(t, http.MethodPost, m[1]+"/sim/users/"+person+"/"+action, "", input).JSON(t, &out)
	return out.Text()
}

// TestKilledInTheMiddle kills the demo with SIGKILL right after it bound a stranger, and finds the
// binding, the entries and the figures in the next run on the same folder.
func TestKilledInTheMiddle(t *testing.T) {
	env := []string{
		"DATA_DIR=" + filepath.Join(t.TempDir(), "data"), "HTTP_ADDR=127.0.0.1:0", "METRICS_ADDR=127.0.0.1:0", "WXSIM_ADDR=127.0.0.1:0",
	}
	p := start(t, env, "demo")
	home := p.say(t, "h-001", "我家")
	var code string
	for _, cadre := range []string{"c-001", "c-002", "c-003", "c-004"} {
		p.say(t, cadre, "我的户")
		if m := regexp.MustCompile(`户号(H-\d{3})的绑定码:(\d{6})`).FindStringSubmatch(p.say(t, cadre, "1")); m != nil {
			code = m[2]
			break
		}
	}
	p.act(t, "stranger-1", "follow", nil)
	bound := p.say(t, "stranger-1", code)
	if !strings.Contains(bound, "登记好了") {
		t.Fatalf("not bound: %q", bound)
	}
	if err := p.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = p.cmd.Wait()

	again := start(t, env, "demo")
	if got := again.say(t, "h-001", "我家"); got != home {
		t.Errorf("before %q, after %q", home, got)
	}
	again.act(t, "stranger-1", "follow", nil) // the simulator remembers nothing
	if got := again.say(t, "stranger-1", "我家"); !strings.Contains(got, "户号H-") {
		t.Errorf("the binding is gone: %q", got)
	}
	out, exit := run(t, env, "verify") // beside the running demo
	if exit != 0 || !strings.Contains(out, "不同 0") {
		t.Errorf("verify: exit %d\n%s", exit, out)
	}
	again.terminate(t)
}

func TestKeyset(t *testing.T) {
	one, _ := run(t, nil, "keyset")
	two, code := run(t, nil, "keyset")
	if code != 0 || one == two || !strings.Contains(one, `"lookup"`) {
		t.Errorf("exit %d: %q %q", code, one, two)
	}
}
