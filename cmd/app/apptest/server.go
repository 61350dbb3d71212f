package apptest

import (
	"context"
	"path/filepath"
	"sync"
	"testing"

	"bangfu/repo"
	"bangfu/repo/repotest"
)

// Where TEST_MONGO_URI names a server, each DATA_DIR stands for a database there: what is copied, begun again or thrown away with
// the folder is so there, too. The keys are those of the process.

var keyset = sync.OnceValues(repo.NewKeyset)

var databases sync.Map // by DATA_DIR

func databaseOf(dir string) string {
	name, _ := databases.LoadOrStore(filepath.Clean(dir), repotest.Fresh())
	return name.(string)
}

// OnlyEmbedded leaves a test out, where a server is used, that is about the folder of the embedded database.
func OnlyEmbedded(t testing.TB) {
	t.Helper()
	if repotest.Server() != "" {
		t.Skip("is about the embedded database, and TEST_MONGO_URI names a server")
	}
}

// onServer has it use the server, unless the test says which it uses.
func onServer(s setup) {
	if repotest.Server() == "" || s.env["MONGO_URI"] != "" {
		return
	}
	keys, err := keyset()
	if err != nil {
		panic(err)
	}
	s.env["MONGO_URI"], s.env["MONGO_DATABASE"], s.env["FIELD_KEYSET"] = repotest.Server(), databaseOf(s.dir), keys
}

func copyOnServer(from, to string) error {
	if repotest.Server() == "" {
		return nil
	}
	keys, err := keyset()
	if err != nil {
		return err
	}
	sealer, err := repo.NewSealer(keys)
	if err != nil {
		return err
	}
	ctx := context.Background()
	store, err := repo.Open(repotest.Server(), databaseOf(to), sealer, nil)
	if err != nil {
		return err
	}
	defer func() { _ = store.Close(ctx) }()
	if _, err := store.Migrate(ctx, Start); err != nil {
		return err
	}
	return repotest.Copy(ctx, databaseOf(from), databaseOf(to))
}

// dropOf removes the database that stands for the folder; a folder that another test goes on with is none of this test's.
func dropOf(dir string) {
	if repotest.Server() != "" {
		_ = repotest.Drop(context.Background(), databaseOf(dir))
	}
}
