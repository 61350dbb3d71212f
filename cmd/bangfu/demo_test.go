package main

import (
	"path/filepath"
	"strings"
	"testing"

	"bangfu/repo"
	"bangfu/repo/embedded"
)

var freePorts = []string{"HTTP_ADDR=127.0.0.1:0", "METRICS_ADDR=127.0.0.1:0", "WXSIM_ADDR=127.0.0.1:0"}

// TestTheDemoTakesNothingThatIsInUse runs the command over an office's folder, and with production's MONGO_URI.
func TestTheDemoTakesNothingThatIsInUse(t *testing.T) {
	t.Parallel()
	office := append([]string{"DATA_DIR=" + filepath.Join(t.TempDir(), "office")}, freePorts...)
	if out, code := run(t, office, "migrate"); code != 0 {
		t.Fatal(out)
	}
	if out, code := run(t, office, "demo"); code == 0 || !strings.Contains(out, "it is not a demo's") {
		t.Errorf("over an office's folder: exit %d\n%s", code, out)
	}
	db, err := embedded.OpenDatabase(filepath.Join(t.TempDir(), "db"), true)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Close)
	keyset, err := repo.NewKeyset()
	if err != nil {
		t.Fatal(err)
	}
	named := append([]string{"MONGO_URI=" + db.URI(), "FIELD_KEYSET=" + keyset, "DATA_DIR=" + t.TempDir()}, freePorts...)
	for name, env := range map[string][]string{"alone": named, "by a variable": append(named, "INTO_THIS_DATABASE=true")} {
		if out, code := run(t, env, "demo"); code == 0 || !strings.Contains(out, "--into-this-database") {
			t.Errorf("MONGO_URI %s: exit %d\n%s", name, code, out)
		}
	}
	start(t, named, "demo", "--into-this-database").terminate(t)
	if out, code := run(t, append(named, append(accounts, "REDIS_ADDR=127.0.0.1:1")...), "serve"); code == 0 || !strings.Contains(out, "database of a demo") {
		t.Errorf("serve over the demo: exit %d\n%s", code, out)
	}
}

// TestTempIsLookedAtFirst starts where nothing can be put down for a moment: imports would fail one by one.
func TestTempIsLookedAtFirst(t *testing.T) {
	t.Parallel()
	env := append(append([]string{"DATA_DIR=" + filepath.Join(t.TempDir(), "data")}, freePorts...), accounts...)
	for _, temp := range []string{"/proc", filepath.Join(t.TempDir(), "none")} {
		for _, command := range [][]string{{"serve"}, {"demo"}, {"import", "households", "none.xlsx"}} {
			if out, code := run(t, append(env, "TMPDIR="+temp), command...); code == 0 || !strings.Contains(out, "TMPDIR: uploads") {
				t.Errorf("%v with TMPDIR %s: exit %d\n%s", command, temp, code, out)
			}
		}
	}
}

// TestNoClockInProduction sets a clock, as variable and as flag, for everything that is not a demo.
func TestNoClockInProduction(t *testing.T) {
	t.Parallel()
	const at = "2017-12-01T08:00:00+08:00"
	env := append([]string{"DATA_DIR=" + filepath.Join(t.TempDir(), "data")}, accounts...)
	for _, command := range [][]string{{"serve"}, {"work"}, {"migrate"}, {"plan"}, {"staff", "waiting"}, {"rotate-keys"}, {"verify"}} {
		if out, code := run(t, append(env, "CLOCK_START="+at), command...); code == 0 || !strings.Contains(out, "CLOCK_START: only the demo") {
			t.Errorf("%s: exit %d\n%s", command, code, out)
		}
		if out, code := run(t, env, append(command, "--clock-start", at)...); code == 0 || !strings.Contains(out, "CLOCK_START: only the demo") {
			t.Errorf("%s with the flag: exit %d\n%s", command, code, out)
		}
	}
}
