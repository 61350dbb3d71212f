//go:build !noembed

package embedded

import (
	"database/sql"
	"path/filepath"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

// TestWhatAKillLeftHalfMade: a process that is killed between making a collection's table and noting it leaves a table in the way
// of the collection. It is taken away, and what was noted stays.
func TestWhatAKillLeftHalfMade(t *testing.T) {
	dir := t.TempDir()
	insert := func(collections ...string) error {
		db, err := OpenDatabase(dir, true)
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		client, err := mongo.Connect(options.Client().ApplyURI(db.URI()))
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = client.Disconnect(t.Context()) }()
		for _, c := range collections {
			if _, err := client.Database("farm").Collection(c).InsertOne(t.Context(), bson.D{{Key: "_id", Value: "one"}}); err != nil {
				return err
			}
		}
		n, err := client.Database("farm").Collection("kept").CountDocuments(t.Context(), bson.D{})
		if err != nil || n != 1 {
			t.Errorf("%d documents are kept, %v", n, err)
		}
		return nil
	}
	if err := insert("kept", "ledger_entries"); err != nil {
		t.Fatal(err)
	}
	file, err := sql.Open("sqlite", "file:"+filepath.Join(dir, "farm.sqlite"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := file.ExecContext(t.Context(), `DELETE FROM _ferretdb_collections WHERE name = 'ledger_entries'`); err != nil {
		t.Fatal(err)
	}
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
	if insert("ledger_entries") == nil {
		t.Fatal("the table is in nobody's way: this test is of nothing")
	}
	if err := DropHalfMade(t.Context(), dir); err != nil {
		t.Fatal(err)
	}
	if err := insert("ledger_entries"); err != nil {
		t.Error(err)
	}
	if err := DropHalfMade(t.Context(), filepath.Join(dir, "nothing")); err != nil {
		t.Errorf("of a folder that is not there: %v", err)
	}
}
