package repo_test

import (
	"bytes"
	"errors"
	"slices"
	"testing"

	"bangfu/repo"
	"bangfu/repo/backup"
	"bangfu/repo/embedded"
	"bangfu/repo/repotest"
	"bangfu/service/model"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

// TestADumpHoldsEveryCollection: whoever adds one gives it its place, or says that it means nothing elsewhere.
func TestADumpHoldsEveryCollection(t *testing.T) {
	db := repotest.OpenDatabase(t)
	s := repotest.Over(t, db, now)
	client, err := mongo.Connect(options.Client().ApplyURI(db.URI()))
	must(t, err)
	defer func() { _ = client.Disconnect(t.Context()) }()
	want, err := client.Database(repotest.Name).ListCollectionNames(t.Context(), bson.D{})
	must(t, err)
	var got []string
	must(t, s.Dump(t.Context(), func(c string) error { got = append(got, c); return nil }, func([]byte) error { return nil }))
	want = slices.DeleteFunc(want, func(c string) bool { return c == "probes" })
	for _, c := range want {
		if !slices.Contains(got, c) {
			t.Errorf("no backup has %s", c)
		}
	}
	if sorted := slices.Sorted(slices.Values(got)); len(slices.Compact(sorted)) != len(got) || len(got) != len(want) {
		t.Errorf("%d collections are dumped, %d are there", len(got), len(want))
	}
	before := [][2]string{ // what is written last, before what is written first
		{"outbox", "messages"}, {"messages", "identities"}, {"identities", "accounts"}, {"sessions", "accounts"}, {"accounts", "bind_codes"},
		{"imports", "import_rows"}, {"import_rows", "households"}, {"ledger_months", "ledger_entries"}, {"statements", "ledger_entries"},
		{"dividend_runs", "ledger_entries"}, {"applications", "ledger_entries"}, {"ledger_entries", "stock_moves"}, {"stock_moves", "donations"},
		{"ledger_entries", "households"}, {"persons", "national_ids"}, {"persons", "households"}, {"pairings", "households"}, {"pairings", "cadres"},
		{"households", "units"}, {"households", "revisions"}, {"persons", "revisions"}, {"papers", "stored_files"}, {"visits", "stored_files"},
		{"broadcasts", "broadcast_waiting"}, {"broadcast_waiting", "broadcast_recipients"}, {"broadcast_recipients", "broadcast_claims"},
		{"notices", "notice_versions"}, {"needs", "client_keys"}, {"needs", "inbox"}, {"households", "audit_log"}, {"audit_heads", "audit_log"},
		{"audit_log", "migrations"},
	}
	for _, b := range before {
		if i, j := slices.Index(got, b[0]), slices.Index(got, b[1]); i < 0 || i >= j {
			t.Errorf("%s is read after %s", b[0], b[1])
		}
	}
}

// TestTheAuditLogIsDumpedToItsEnd leaves a line beyond the end, as another process's does that is being written.
func TestTheAuditLogIsDumpedToItsEnd(t *testing.T) {
	db := repotest.OpenDatabase(t)
	s := repotest.Over(t, db, now)
	for range 3 {
		must(t, s.AppendAudit(t.Context(), model.AuditEntry{At: now, Actor: "staff:a", Action: model.AuditLogin}))
	}
	client, err := mongo.Connect(options.Client().ApplyURI(db.URI()))
	must(t, err)
	defer func() { _ = client.Disconnect(t.Context()) }()
	for _, id := range []string{"000000000004", "000000000005"} {
		_, err = client.Database(repotest.Name).Collection("audit_log").InsertOne(t.Context(), bson.D{{Key: "_id", Value: id}})
		must(t, err)
	}
	lines, at := 0, ""
	must(t, s.Dump(t.Context(), func(c string) error { at = c; return nil }, func([]byte) error {
		if at == "audit_log" {
			lines++
		}
		return nil
	}))
	if lines != 3 {
		t.Errorf("%d lines", lines)
	}
}

// TestARestoreTakesOnlyWhatIsEmpty begins one in every kind of database.
func TestARestoreTakesOnlyWhatIsEmpty(t *testing.T) {
	s := open(t)
	if err := s.BeginRestore(t.Context(), false, now, now); !errors.Is(err, repo.ErrNotEmpty) {
		t.Errorf("a migrated one: %v", err)
	}
	if err := s.BeginRestore(t.Context(), true, now, now); !errors.Is(err, repo.ErrNotEmpty) {
		t.Errorf("a migrated one, again: %v", err)
	}
	fresh := emptyStore(t)
	must(t, fresh.MarkDemo(t.Context(), now))
	if err := fresh.BeginRestore(t.Context(), true, now, now); !errors.Is(err, repo.ErrNotEmpty) {
		t.Errorf("a demo's: %v", err)
	}
	fresh = emptyStore(t)
	must(t, fresh.BeginRestore(t.Context(), false, now, now))
	if err := fresh.BeginRestore(t.Context(), false, now, now); !errors.Is(err, repo.ErrRestoreUnfinished) {
		t.Errorf("a second one: %v", err)
	}
	doc, err := bson.Marshal(bson.D{{Key: "_id", Value: "H-001"}})
	must(t, err)
	if err := fresh.Load(t.Context(), "strangers", [][]byte{doc}); err == nil {
		t.Error("a collection that nobody knows")
	}
	if err := fresh.Load(t.Context(), "households", [][]byte{doc[:10]}); err == nil {
		t.Error("half a document")
	}
	must(t, fresh.Load(t.Context(), "households", [][]byte{doc}))
	held, err := fresh.Held(t.Context(), "households")
	var want backup.Digest
	want.Add(doc)
	if err != nil || held.Documents != 1 || held.Digest != want {
		t.Errorf("%+v %v", held, err)
	}
	must(t, fresh.BeginRestore(t.Context(), true, now, now))
	if held, err = fresh.Held(t.Context(), "households"); err != nil || held.Documents != 0 {
		t.Errorf("begun anew: %+v %v", held, err)
	}
	must(t, fresh.EndRestore(t.Context()))
	if unfinished, err := fresh.RestoreUnfinished(t.Context()); err != nil || unfinished {
		t.Errorf("ended: %v %v", unfinished, err)
	}
	if bytes.Equal(want[:], make([]byte, len(want))) {
		t.Error("the digest of a document is that of none")
	}
}

func emptyStore(t *testing.T) *repo.Store {
	t.Helper()
	db, err := embedded.OpenDatabase(t.TempDir(), true)
	must(t, err)
	t.Cleanup(db.Close)
	keyset, err := repo.NewKeyset()
	must(t, err)
	sealer, err := repo.NewSealer(keyset)
	must(t, err)
	s, err := repo.Open(db.URI(), "fresh", sealer, nil)
	must(t, err)
	return s
}
