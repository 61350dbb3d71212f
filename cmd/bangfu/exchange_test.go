package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"bangfu/cmd/app/demodata"
	"bangfu/service/model"
)

// TestTheFarmThroughItsSheets brings the reference farm in through the office's own sheets, killing one
// import in its middle, and recomputes the published figures.
func TestTheFarmThroughItsSheets(t *testing.T) {
	onlyAtFullLength(t)
	dir := t.TempDir()
	sheets := filepath.Join(dir, "sheets")
	env := []string{"DATA_DIR=" + filepath.Join(dir, "data")}
	for _, args := range [][]string{{"migrate"}, {"reference", "--units", sheets}} {
		if out, code := run(t, env, args...); code != 0 {
			t.Fatalf("%v: exit %d:\n%s", args, code, out)
		}
	}
	for _, kind := range model.SheetKinds {
		file := filepath.Join(sheets, string(kind)+".xlsx")
		if out, code := run(t, env, "import", "--dry-run", string(kind), file); code != 0 || !strings.Contains(out, "检查完") {
			t.Errorf("dry run of %s: exit %d:\n%s", kind, code, out)
		}
		if kind == model.SheetPairings {
			kill(t, env, "import", string(kind), file)
		}
		out, code := run(t, env, "import", string(kind), file)
		if code != 0 || !strings.Contains(out, "修改0 + 没有变化0 + 退回0") {
			t.Errorf("%s: exit %d:\n%s", kind, code, out)
		}
	}
	if out, code := run(t, env, "verify"); code != 0 || !strings.Contains(out, "相同 57,不同 0") {
		t.Errorf("verify: exit %d:\n%s", code, out)
	}
	file := filepath.Join(dir, "persons.csv")
	if out, code := run(t, env, "export", "--reason", "核对名册", "persons", file); code != 0 || !strings.Contains(out, "导出61行") {
		t.Errorf("export: exit %d:\n%s", code, out)
	}
	text, err := os.ReadFile(file)
	if err != nil || !strings.Contains(string(text), demodata.Build().Persons[0].IDNumber) {
		t.Errorf("the export lacks an id number: %v", err)
	}
	if out, code := run(t, env, "import", "persons", file); code != 0 || !strings.Contains(out, "没有变化61") {
		t.Errorf("the export comes back: exit %d:\n%s", code, out)
	}
}

// kill starts the command and kills it as soon as it shows that rows are being written.
func kill(t *testing.T, env []string, args ...string) {
	t.Helper()
	cmd := command(t.Context(), env, args...)
	stderr, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var seen strings.Builder
	b := make([]byte, 256)
	for !strings.Contains(seen.String(), "导入") {
		n, err := stderr.Read(b)
		seen.Write(b[:n])
		if err != nil {
			break
		}
	}
	_ = cmd.Process.Kill()
	_ = cmd.Wait()
}

func TestRedCells(t *testing.T) {
	dir := t.TempDir()
	env := []string{"DATA_DIR=" + filepath.Join(dir, "data")}
	if out, code := run(t, env, "migrate"); code != 0 {
		t.Fatalf("migrate: %s", out)
	}
	file, red := filepath.Join(dir, "h.csv"), filepath.Join(dir, "red.xlsx")
	if err := os.WriteFile(file, []byte("户号,单位,建档日期\nH-1,没有的单位,2016-03-01\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	out, code := run(t, env, "import", "--out", red, "households", file)
	if code == 0 || !strings.Contains(out, "退回1") {
		t.Errorf("exit %d:\n%s", code, out)
	}
	if b, err := os.ReadFile(red); err != nil || !strings.HasPrefix(string(b), "PK") {
		t.Errorf("no marked workbook: %v", err)
	}
	if out, code := run(t, env, "import", "cows", file); code == 0 || !strings.Contains(out, "没有这种表") {
		t.Errorf("an unknown kind: exit %d:\n%s", code, out)
	}
	if out, code := run(t, env, "template", "persons", filepath.Join(dir, "t.xlsx")); code != 0 {
		t.Errorf("template: exit %d:\n%s", code, out)
	}
}

// onlyAtFullLength leaves out, under the race detector's -short, what is long and done by one hand.
func onlyAtFullLength(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("needs a run without -short: it is long, and nothing in it runs at once")
	}
}
