// Package repotest gives a test a database of its own.
package repotest

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"bangfu/repo"
	"bangfu/repo/embedded"
)

// Name of the database that Open makes.
const Name = "test"

// Open is a migrated store over a database of its own, both of which end with the test: embedded, or on Server.
func Open(t *testing.T, now time.Time) *repo.Store {
	t.Helper()
	if Server() == "" {
		return Over(t, OpenDatabase(t), now)
	}
	OnlyRaced(t)
	return At(t, Server(), own(t), now)
}

// OpenDatabase is an embedded database that is migrated already. It is a copy, because making so many collections
// and indexes takes longer than most tests.
func OpenDatabase(t *testing.T) *embedded.Database {
	t.Helper()
	OnlyRaced(t)
	files, err := migrated()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.CopyFS(dir, files); err != nil {
		t.Fatal(err)
	}
	db, err := embedded.OpenDatabase(dir, true)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Close)
	return db
}

// Over is a migrated store over an embedded database that is open.
func Over(t *testing.T, db *embedded.Database, now time.Time) *repo.Store {
	t.Helper()
	store := At(t, db.URI(), Name, now)
	if err := db.IndexByID(t.Context(), Name); err != nil {
		t.Fatal(err)
	}
	return store
}

// At is a migrated store, with keys of its own, over the named database of a server.
func At(t *testing.T, uri, database string, now time.Time) *repo.Store {
	t.Helper()
	store, err := open(t.Context(), uri, database, now)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close(context.Background()) })
	return store
}

func open(ctx context.Context, uri, database string, now time.Time) (*repo.Store, error) {
	keyset, err := repo.NewKeyset()
	if err != nil {
		return nil, err
	}
	sealer, err := repo.NewSealer(keyset)
	if err != nil {
		return nil, err
	}
	store, err := repo.Open(uri, database, sealer, nil)
	if err != nil {
		return nil, err
	}
	_, err = store.Migrate(ctx, now)
	return store, err
}

// migrated are the files of an empty database, made once for all tests of the process and kept in memory.
var migrated = sync.OnceValues(func() (files fstest.MapFS, err error) {
	dir, err := os.MkdirTemp("", "bangfu-empty-")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	if err := migrate(dir); err != nil {
		return nil, err
	}
	files = fstest.MapFS{}
	root := os.DirFS(dir)
	return files, fs.WalkDir(root, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := fs.ReadFile(root, path)
		files[path] = &fstest.MapFile{Data: data, Mode: 0o600}
		return err
	})
})

func migrate(dir string) error {
	db, err := embedded.OpenDatabase(dir, true)
	if err != nil {
		return err
	}
	defer db.Close()
	ctx := context.Background()
	store, err := open(ctx, db.URI(), Name, time.Unix(0, 0))
	if err != nil {
		return err
	}
	return errors.Join(db.IndexByID(ctx, Name), store.Close(ctx))
}
