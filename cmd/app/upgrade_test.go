package app_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"bangfu/cmd/app"
	"bangfu/cmd/app/apptest"
	"bangfu/config"
	"bangfu/repo/embedded"
	"bangfu/service/ledger"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

// ofOld unpacks the DATA_DIR of a demo that the version of commit f80c3a7 (2026-11-28) made: the reference farm, a
// stranger who was bound to H-001, and a difficulty of that household.
func ofOld(t *testing.T) (dir string) {
	t.Helper()
	dir = filepath.Join(t.TempDir(), "data")
	file, err := os.Open("testdata/f80c3a7.tar.gz")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	unzipped, err := gzip.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	for archive := tar.NewReader(unzipped); ; {
		h, err := archive.Next()
		if errors.Is(err, io.EOF) {
			return dir
		}
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(archive)
		path := filepath.Join(dir, filepath.FromSlash(h.Name))
		if err := errors.Join(err, os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, content, 0o600)); err != nil {
			t.Fatal(err)
		}
	}
}

// inside does something in a database past Bangfu.
func inside(t *testing.T, dir string, do func(*mongo.Database) error) {
	t.Helper()
	db, err := embedded.OpenDatabase(filepath.Join(dir, "db"), true)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	client, err := mongo.Connect(options.Client().ApplyURI(db.URI()))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = client.Disconnect(context.Background()) }()
	if err := do(client.Database("bangfu")); err != nil {
		t.Fatal(err)
	}
}

// stopAfter is a page on which a process dies at a line.
type stopAfter struct {
	bytes.Buffer
	line string
	stop func()
}

func (s *stopAfter) Write(p []byte) (int, error) {
	if strings.Contains(string(p), s.line) {
		s.stop()
	}
	return s.Buffer.Write(p)
}

// TestAnOldDatabaseIsBroughtUpToDate migrates what an older version has stored, is cut off on the way and goes on, and asks
// the application that runs over it then.
func TestAnOldDatabaseIsBroughtUpToDate(t *testing.T) {
	apptest.OnlyEmbedded(t)
	dir := ofOld(t)
	cfg := load(t, config.Maintain, map[string]string{"DATA_DIR": dir})
	wantRefused(t, app.Verify(t.Context(), cfg, app.Options{}, io.Discard), "the database is behind")
	ctx, cancel := context.WithCancel(t.Context())
	cut := &stopAfter{line: "0025-opaque-accounts", stop: cancel}
	if err := app.Migrate(ctx, cfg, app.Options{Version: "0.9.0"}, cut); err == nil || !strings.Contains(cut.String(), "1 of ") {
		t.Fatalf("it was not cut off: %v\n%s", err, cut)
	}
	var out bytes.Buffer
	if err := app.Migrate(t.Context(), cfg, app.Options{Version: "0.9.0"}, &out); err != nil {
		t.Fatal(err)
	}
	first, _, _ := strings.Cut(out.String(), "\n")
	apptest.WantContains(t, first, "1 of ", "0025-opaque-accounts")
	apptest.WantContains(t, out.String(), "0025-opaque-accounts, ", " documents", "migrated: 0025-opaque-accounts")
	out.Reset()
	if err := app.Migrate(t.Context(), cfg, app.Options{}, &out); err != nil || out.String() != "nothing to migrate\n" {
		t.Errorf("once more: %v %s", err, &out)
	}
	out.Reset()
	if err := app.Verify(t.Context(), cfg, app.Options{}, &out); err != nil {
		t.Errorf("%v\n%s", err, &out)
	}
	apptest.WantContains(t, out.String(), "相同 57,不同 0")
	inside(t, dir, func(db *mongo.Database) error { // a demo of that version had no mark yet
		_, err := db.Collection("marks").InsertOne(t.Context(), bson.D{{Key: "_id", Value: "demo"}})
		return err
	})

	clock := app.NewClock(time.Date(2026, 12, 1, 8, 0, 0, 0, time.UTC))
	r := apptest.Boot(t, apptest.InDir(dir), apptest.At(clock))
	apptest.WantContains(t, r.Say("h-001", "我家"), "户号H-001", "2017年帮扶共35,440元", "低保金")
	r.Follow("stranger-1")
	apptest.WantContains(t, r.Say("stranger-1", "我家"), "户号H-001")
	office := r.StaffToken("office")
	var statement struct{ Total apptest.Amount }
	r.Must(http.MethodGet, "/staff/v1/households/H-001/statement?year=2017", office, nil, &statement)
	if want := apptest.PaidTo("H-001").Total; statement.Total.Fen != int64(want) {
		t.Errorf("H-001 got %d fen, not %d", statement.Total.Fen, want)
	}
	apptest.WantContains(t, r.Call(http.MethodGet, "/staff/v1/needs?limit=50", office, nil).Body, "屋顶漏雨了")
	if wrong, err := ledger.New(r.Store(), r.Clock.Now).Recount(t.Context()); err != nil || len(wrong) > 0 {
		t.Errorf("the books: %v %v", wrong, err)
	}
	if report, err := r.Store().VerifyAudit(t.Context()); err != nil || len(report.Broken) > 0 {
		t.Errorf("the audit log: %+v %v", report, err)
	}
}

// TestANewerDatabaseSaysWhichVersion: whoever meets it knows what to start.
func TestANewerDatabaseSaysWhichVersion(t *testing.T) {
	apptest.OnlyEmbedded(t)
	dir := filepath.Join(t.TempDir(), "data")
	cfg := load(t, config.Maintain, map[string]string{"DATA_DIR": dir})
	if err := app.Migrate(t.Context(), cfg, app.Options{}, io.Discard); err != nil {
		t.Fatal(err)
	}
	inside(t, dir, func(db *mongo.Database) error {
		for i, version := range []string{"7.1.0", "7.2.0"} {
			row := bson.D{{Key: "_id", Value: fmt.Sprintf("999%d-next", i)}, {Key: "at", Value: apptest.Start.Add(time.Duration(i) * time.Hour)}, {Key: "version", Value: version}}
			if _, err := db.Collection("migrations").InsertOne(t.Context(), row); err != nil {
				return err
			}
		}
		return nil
	})
	for _, do := range []func(context.Context, config.Config, app.Options, io.Writer) error{app.Migrate, app.Verify, app.VerifyAudit, app.Plan} {
		wantRefused(t, do(t.Context(), cfg, app.Options{Version: "0.1.0"}, io.Discard), "(9990-next, 9991-next), which this one (0.1.0) does not understand; start bangfu 7.2.0 or a newer one")
	}
}
