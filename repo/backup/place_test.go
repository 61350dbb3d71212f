package backup

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"
)

// bucket is one of an S3 server in this process.
func bucket(t *testing.T) *Bucket {
	t.Helper()
	backend := s3mem.New()
	if err := backend.CreateBucket("farm"); err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(gofakes3.New(backend).Server())
	t.Cleanup(server.Close)
	b, err := OpenBucket(server.URL+"/farm/bangfu/daily", "key", "secret")
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestPlaces keeps, lists, reads and removes in a folder and in a store.
func TestPlaces(t *testing.T) {
	folder := Folder(filepath.Join(t.TempDir(), "backups"))
	for name, place := range map[string]Place{"folder": folder, "store": bucket(t)} {
		t.Run(name, func(t *testing.T) { tryPlace(t, place) })
	}
	if info, err := os.Stat(string(folder)); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("the folder's rights: %v %v", info.Mode(), err)
	}
}

func tryPlace(t *testing.T, place Place) {
	ctx := t.Context()
	if names, err := place.Names(ctx); err != nil || len(names) > 0 {
		t.Errorf("at first: %v %v", names, err)
	}
	content := noise(1, 20<<20) // more than a part of an upload
	write := func(b []byte) func(io.Writer) error {
		return func(w io.Writer) error {
			for len(b) > 0 {
				n, err := w.Write(b[:min(len(b), 1<<20)])
				if err != nil {
					return err
				}
				b = b[n:]
			}
			return nil
		}
	}
	for _, name := range []string{"b" + Ending, "a" + Ending} {
		if err := place.Put(ctx, name, write(content)); err != nil {
			t.Fatal(err)
		}
	}
	if names, err := place.Names(ctx); err != nil || fmt.Sprint(names) != "[a.backup b.backup]" {
		t.Errorf("%v %v", names, err)
	}
	r, err := place.Open(ctx, "a"+Ending)
	if err != nil {
		t.Fatal(err)
	}
	got, err := io.ReadAll(r)
	if err != nil || string(got) != string(content) || r.Close() != nil {
		t.Errorf("%d bytes of %d: %v", len(got), len(content), err)
	}
	if err := place.Put(ctx, "a"+Ending, write(nil)); !errors.Is(err, fs.ErrExist) {
		t.Errorf("over what is there: %v", err)
	}
	broken := errors.New("the database is away")
	err = place.Put(ctx, "c"+Ending, func(w io.Writer) error { return errors.Join(write(content)(w), broken) })
	if !errors.Is(err, broken) {
		t.Errorf("a writer that fails: %v", err)
	}
	if _, err := place.Open(ctx, "c"+Ending); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("it left something under the name: %v", err)
	}
	if err := errors.Join(place.Remove(ctx, "a"+Ending), place.Remove(ctx, "a"+Ending)); err != nil {
		t.Error(err)
	}
	if names, err := place.Names(ctx); err != nil || fmt.Sprint(names) != "[b.backup]" {
		t.Errorf("%v %v", names, err)
	}
	if err := place.Tidy(ctx, time.Now()); err != nil {
		t.Error(err)
	}
}

// TestTidyTakesWhatWasKilled leaves what a kill leaves, and what is still being written.
func TestTidyTakesWhatWasKilled(t *testing.T) {
	dir := t.TempDir()
	now := time.Now()
	for name, age := range map[string]time.Duration{"old" + Ending + unfinished: 25 * time.Hour, "new" + Ending + unfinished: 0, "note.part": 25 * time.Hour} {
		path := filepath.Join(dir, name)
		if err := errors.Join(os.WriteFile(path, nil, 0o600), os.Chtimes(path, now.Add(-age), now.Add(-age))); err != nil {
			t.Fatal(err)
		}
	}
	if err := Folder(dir).Tidy(t.Context(), now.Add(-24*time.Hour)); err != nil {
		t.Fatal(err)
	}
	left, _ := filepath.Glob(filepath.Join(dir, "*"))
	if got := fmt.Sprint(left); len(left) != 2 || strings.Contains(got, "old") {
		t.Error(got)
	}
}

// TestAStoreThatIsAway: whoever writes is not kept waiting.
func TestAStoreThatIsAway(t *testing.T) {
	b, err := OpenBucket("http://127.0.0.1:1/farm", "key", "secret")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := b.Put(ctx, "a"+Ending, func(io.Writer) error { return nil }); err == nil {
		t.Error("it was kept")
	}
}
