package main

import (
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"bangfu/cmd/app/apptest"
	"bangfu/repo"
)

// office is a DATA_DIR with the reference farm, and the environment of its commands, with a key for backups.
func office(t *testing.T) (env []string, dir, key string) {
	t.Helper()
	dir = filepath.Join(t.TempDir(), "data")
	key, _ = run(t, nil, "backup-key")
	env = []string{"DATA_DIR=" + dir, "BACKUP_KEY=" + key}
	for _, c := range []string{"migrate", "seed"} {
		if out, code := run(t, env, c); code != 0 {
			t.Fatalf("%s: %s", c, out)
		}
	}
	return env, dir, key
}

// empty is a folder for a restore, with the keys of the one that was backed up.
func empty(t *testing.T, from string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "restored")
	keys, err := os.ReadFile(filepath.Join(from, "field-keyset.json"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "field-keyset.json"), keys, 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

func refused(t *testing.T, why string, env []string, args ...string) {
	t.Helper()
	if out, code := run(t, env, args...); code == 0 || !strings.Contains(out, why) {
		t.Errorf("%v: exit %d, want %q in:\n%s", args, code, why, out)
	}
}

// TestBackupAndRestore goes the whole way by the commands, and meets everything that is refused.
func TestBackupAndRestore(t *testing.T) {
	onlyAtFullLength(t)
	env, dir, key := office(t)
	file := filepath.Join(t.TempDir(), "farm.backup")
	refused(t, "BACKUP_KEY", []string{"DATA_DIR=" + dir}, "backup", file)
	refused(t, "BACKUP_KEY", []string{"DATA_DIR=" + dir, "BACKUP_KEY=short"}, "backup", file)
	out, code := run(t, env, "backup", file)
	if code != 0 || !strings.Contains(out, "备份好了") {
		t.Fatalf("backup: exit %d\n%s", code, out)
	}
	refused(t, "file already exists", env, "backup", file)
	content, err := os.ReadFile(file)
	if err != nil || !bytes.HasPrefix(content, []byte("bangfu-backup 1 key ")) {
		t.Fatalf("%q %v", content[:30], err)
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "snapshot-*")); len(left) > 0 {
		t.Errorf("the copy it was made of is left: %v", left)
	}

	into := empty(t, dir)
	refused(t, "--into", env, "restore", file)
	refused(t, "another key", append(env, "BACKUP_KEY="+mustKey(t)), "restore", file, "--into", into)
	refused(t, "no such file", env, "restore", file+"x", "--into", into)
	refused(t, "FIELD_KEYSET", env, "restore", file, "--into", t.TempDir())
	strangers, _ := repo.NewKeyset()
	refused(t, "not the keys of the database", append(env, "FIELD_KEYSET="+strangers), "restore", file, "--into", t.TempDir())
	damaged := bytes.Clone(content)
	damaged[len(damaged)*2/3] ^= 1
	bad := filepath.Join(t.TempDir(), "bad.backup")
	for name, b := range map[string][]byte{"flipped": damaged, "cut": content[:len(content)-100], "appended": append(bytes.Clone(content), content...)} {
		if err := os.WriteFile(bad, b, 0o600); err != nil {
			t.Fatal(err)
		}
		t.Log(name)
		refused(t, "damaged or cut off in ", env, "restore", bad, "--into", into)
	}
	if _, err := os.Stat(filepath.Join(into, "db")); err == nil {
		t.Error("something was written of a backup that was refused")
	}
	refused(t, "holds something already", env, "restore", file, "--into", dir)

	out, code = run(t, env, "restore", file, "--into", into)
	if code != 0 {
		t.Fatalf("restore: exit %d\n%s", code, out)
	}
	apptest.WantContains(t, out, "备份完好", "恢复好了:36户,61人,110位干部", "相同 57,不同 0", "审计记录 2 行,完好")
	refused(t, "holds something already", env, "restore", file, "--into", into)
	restored := []string{"DATA_DIR=" + into, "BACKUP_KEY=" + key}
	if out, code := run(t, restored, "migrate"); code != 0 || !strings.Contains(out, "nothing to migrate") {
		t.Errorf("migrate: exit %d\n%s", code, out)
	}
	// It is a whole office again: it can be backed up itself.
	if out, code := run(t, restored, "backup", filepath.Join(t.TempDir(), "again.backup")); code != 0 {
		t.Errorf("exit %d\n%s", code, out)
	}
}

func mustKey(t *testing.T) string {
	t.Helper()
	key, _ := run(t, nil, "backup-key")
	return key
}

// TestAKilledBackupIsNone kills it while it writes: what it writes into is a pipe that is read slowly.
func TestAKilledBackupIsNone(t *testing.T) {
	onlyAtFullLength(t)
	env, dir, _ := office(t)
	file := filepath.Join(t.TempDir(), "farm.backup")
	if err := syscall.Mkfifo(file+".part", 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := command(context.WithoutCancel(t.Context()), env, "backup", file)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	pipe, err := os.Open(file + ".part")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadFull(pipe, make([]byte, 1000)); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait()
	_ = pipe.Close()
	if _, err := os.Stat(file); err == nil {
		t.Error("there is a file under the name")
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "snapshot-*")); len(left) != 1 {
		t.Errorf("it was killed before or after: %v", left)
	}
	if err := os.Remove(file + ".part"); err != nil { // a pipe is no file that could be written over
		t.Fatal(err)
	}
	if out, code := run(t, env, "backup", file); code != 0 {
		t.Errorf("the next one: exit %d\n%s", code, out)
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "snapshot-*")); len(left) != 0 {
		t.Errorf("the killed one's copy is left: %v", left)
	}
	if out, code := run(t, env, "verify-audit"); code != 0 {
		t.Errorf("verify-audit: exit %d\n%s", code, out)
	}
}

// TestAKilledRestoreIsKnown kills it while it reads: the backup comes through a pipe, first whole, for the look before
// anything is written, then all but its end.
func TestAKilledRestoreIsKnown(t *testing.T) {
	onlyAtFullLength(t)
	env, dir, key := office(t)
	file := filepath.Join(t.TempDir(), "farm.backup")
	if out, code := run(t, env, "backup", file); code != 0 {
		t.Fatal(out)
	}
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	into, pipe := empty(t, dir), filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := command(context.WithoutCancel(t.Context()), env, "restore", pipe, "--into", into)
	out := &apptest.Log{}
	cmd.Stdout, cmd.Stderr = out, out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	first, err := os.OpenFile(pipe, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := first.Write(content); err != nil {
		t.Fatal(err)
	}
	_ = first.Close()
	apptest.Eventually(t, "the look is over", func() bool { return strings.Contains(out.String(), "备份完好") })
	second, err := os.OpenFile(pipe, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	// All but the end: its last segment cannot be opened, so it waits there.
	if _, err := second.Write(content[:len(content)-100]); err != nil {
		t.Fatal(err)
	}
	apptest.Eventually(t, "some of it is written", func() bool { return strings.Count(out.String(), "%  ") > 2 })
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait()
	_ = second.Close()

	half := []string{"DATA_DIR=" + into, "BACKUP_KEY=" + key}
	const cut = "was cut off"
	refused(t, cut, append(append(half, accounts...), "HTTP_ADDR=127.0.0.1:0", "METRICS_ADDR=127.0.0.1:0"), "serve")
	for _, c := range [][]string{{"migrate"}, {"verify"}, {"plan"}, {"backup", file + "2"}} {
		refused(t, cut, half, c...)
	}
	refused(t, "--again", env, "restore", file, "--into", into)
	refused(t, "holds something already", env, "restore", file, "--into", dir, "--again")
	if got, code := run(t, env, "restore", file, "--into", into, "--again"); code != 0 || !strings.Contains(got, "恢复好了:36户") {
		t.Fatalf("begun anew: exit %d\n%s", code, got)
	}
	if got, code := run(t, half, "verify"); code != 0 {
		t.Errorf("verify: exit %d\n%s", code, got)
	}
}

// TestBackupBesideServe is taken while another process serves from the same folder.
func TestBackupBesideServe(t *testing.T) {
	onlyAtFullLength(t)
	env, dir, _ := office(t)
	p := start(t, append(append([]string{}, env...), append(accounts, "HTTP_ADDR=127.0.0.1:0", "METRICS_ADDR=127.0.0.1:0")...), "serve")
	file := filepath.Join(t.TempDir(), "farm.backup")
	out, code := run(t, env, "backup", file)
	if code != 0 || !strings.Contains(out, "帮扶正在运行") {
		t.Fatalf("exit %d\n%s", code, out)
	}
	p.terminate(t)
	if out, code := run(t, env, "restore", file, "--into", empty(t, dir)); code != 0 {
		t.Errorf("exit %d\n%s", code, out)
	}
}
