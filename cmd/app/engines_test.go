package app_test

import (
	"bytes"
	"context"
	"maps"
	"path/filepath"
	"testing"

	"bangfu/cmd/app"
	"bangfu/cmd/app/apptest"
	"bangfu/repo/backup"
	"bangfu/repo/repotest"
)

// TestAcrossEngines moves an office from its one machine to a server, and back.
func TestAcrossEngines(t *testing.T) {
	server := repotest.Server()
	if server == "" {
		server = servers(t)["MONGO_URI"]
	}
	clock := app.NewClock(apptest.Start)
	one := map[string]string{"DATA_DIR": filepath.Join(t.TempDir(), "data"), "BACKUP_KEY": backup.NewKey()}
	var out bytes.Buffer
	options := app.Options{Clock: clock}
	if err := app.Migrate(t.Context(), maintain(t, one), options, &out); err != nil {
		t.Fatal(err)
	}
	if err := app.Seed(t.Context(), maintain(t, one), options, &out); err != nil {
		t.Fatal(err)
	}
	two := maps.Clone(one)
	two["MONGO_URI"], two["FIELD_KEYSET"] = server, keysOf(t, one)
	file := backUp(t, one, clock)
	for range 2 { // to the server, and from there into another of its databases
		two["MONGO_DATABASE"] = repotest.Fresh()
		if repotest.Server() != "" {
			name := two["MONGO_DATABASE"]
			t.Cleanup(func() { _ = repotest.Drop(context.Background(), name) })
		}
		into := app.RestoreOptions{File: file, Into: two["MONGO_DATABASE"]}
		if err := app.Restore(t.Context(), maintain(t, two), options, into, &out); err != nil {
			t.Fatalf("%v\n%s", err, &out)
		}
		wantRefused(t, app.Restore(t.Context(), maintain(t, two), options, into, &out), "holds something already")
		if err := app.Verify(t.Context(), maintain(t, two), options, &out); err != nil {
			t.Error(err)
		}
		wantWhole(t, restored{Store: storeAt(t, server, two["MONGO_DATABASE"], two["FIELD_KEYSET"])}, clock)
		file = backUp(t, two, clock)
	}
	home := restoreInto(t, two, file, clock)
	wantWhole(t, home, clock)
	apptest.WantContains(t, home.out, "36户,61人,110位干部", "相同 57,不同 0")
}
