// Package repotest gives a test a database of its own.
package repotest

import (
	"context"
	"testing"
	"time"

	"bangfu/repo"
	"bangfu/repo/embedded"
)

// Name of the database that Open makes.
const Name = "test"

// Open is a migrated store over an embedded database, both of which end with the test.
func Open(t *testing.T, now time.Time) *repo.Store {
	t.Helper()
	db, err := embedded.OpenDatabase(t.TempDir(), true)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Close)
	return Over(t, db, now)
}

// Over is the same over a database that is open already.
func Over(t *testing.T, db *embedded.Database, now time.Time) *repo.Store {
	t.Helper()
	keyset, err := repo.NewKeyset()
	if err != nil {
		t.Fatal(err)
	}
	sealer, err := repo.NewSealer(keyset)
	if err != nil {
		t.Fatal(err)
	}
	store, err := repo.Open(db.URI(), Name, sealer)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close(context.Background()) })
	if _, err := store.Migrate(t.Context(), now); err != nil {
		t.Fatal(err)
	}
	if err := db.IndexByID(t.Context(), Name); err != nil {
		t.Fatal(err)
	}
	return store
}
