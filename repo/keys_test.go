package repo_test

import (
	"testing"
	"time"

	"bangfu/repo/repotest"
	"bangfu/service/model"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

func TestAKeyIsUsedForOneThing(t *testing.T) {
	s := open(t)
	use := func(key string, content any) error { return s.UseKey(t.Context(), model.NewKeyUse(key, content, now)) }
	must(t, s.CheckKey(t.Context(), model.NewKeyUse("k", "a", now)))
	must(t, use("k", []any{"a", 1}))
	must(t, use("k", []any{"a", 1}))
	wantKind(t, "something else", use("k", []any{"a", 2}), model.KindConflict)
	wantKind(t, "looked at only", s.CheckKey(t.Context(), model.NewKeyUse("k", "b", now)), model.KindConflict)
	must(t, use("another", "b"))
	must(t, s.PruneKeys(t.Context(), now.Add(time.Second)))
	must(t, use("k", "b"))
}

func TestTriesBeginAnewWithTheirWindow(t *testing.T) {
	s := open(t)
	count := func(at time.Time) int {
		t.Helper()
		tries, err := s.CountTry(t.Context(), "who", 10*time.Minute, at)
		must(t, err)
		return tries.Count
	}
	for i := range 3 {
		if n := count(now.Add(time.Duration(i) * 4 * time.Minute)); n != i+1 {
			t.Errorf("try %d counts %d", i+1, n)
		}
	}
	if n := count(now.Add(10 * time.Minute)); n != 1 {
		t.Errorf("a new window begins with %d", n)
	}
	must(t, s.TakeBackTry(t.Context(), "who"))
	if n := count(now.Add(11 * time.Minute)); n != 1 {
		t.Errorf("after one was taken back: %d", n)
	}
	must(t, s.EndTries(t.Context(), "who"))
	if tries, err := s.BindTries(t.Context(), "who"); err != nil || tries.Count != 0 {
		t.Errorf("%+v %v", tries, err)
	}
}

// TestAccountsOfOldGetIdsThatSayNothing runs the migration over accounts as they were stored, twice, and once more
// where it was cut off.
func TestAccountsOfOldGetIdsThatSayNothing(t *testing.T) {
	db := repotest.OpenDatabase(t)
	s := repotest.Over(t, db, now)
	client, err := mongo.Connect(options.Client().ApplyURI(db.URI()))
	must(t, err)
	t.Cleanup(func() { _ = client.Disconnect(t.Context()) })
	again := func() {
		t.Helper()
		_, err := client.Database(repotest.Name).Collection("migrations").DeleteOne(t.Context(), bson.D{{Key: "_id", Value: "0025-opaque-accounts"}})
		must(t, err)
		ran, err := s.Migrate(t.Context(), now)
		if err != nil || len(ran) != 1 {
			t.Fatalf("%v %v", ran, err)
		}
	}
	binding := []model.Binding{{HouseholdID: "H-001", View: model.ViewFull, Since: now}}
	must(t, s.InsertAccount(t.Context(), model.Account{ID: "u:union-1", Rev: 3, CadreID: "C-001"}))
	must(t, s.InsertAccount(t.Context(), model.Account{ID: "oa:open-2", Rev: 1, Bindings: binding}))
	fresh := model.UnionAccountID("union-3")
	must(t, s.InsertAccount(t.Context(), model.Account{ID: fresh, Rev: 1}))
	must(t, s.InsertIdentity(t.Context(), model.Identity{ID: "oa:open-1", UnionID: "union-1", AccountID: "u:union-1"}))
	must(t, s.InsertIdentity(t.Context(), model.Identity{ID: "mp:open-1", UnionID: "union-1", AccountID: "u:union-1"}))
	must(t, s.InsertIdentity(t.Context(), model.Identity{ID: "oa:open-2", AccountID: "oa:open-2"}))
	must(t, s.InsertSession(t.Context(), model.Session{ID: "session", AccountID: "oa:open-2", IdentityID: "oa:open-2"}))
	must(t, s.InsertBindCode(t.Context(), model.BindCode{ID: "code", UsedBy: "oa:open-2"}))
	for range 2 {
		again()
	}
	// As a crash leaves it: the new account is there, nobody has been led to it.
	must(t, s.InsertAccount(t.Context(), model.Account{ID: "u:union-4", Rev: 1, CadreID: "C-004"}))
	must(t, s.InsertAccount(t.Context(), model.Account{ID: model.UnionAccountID("union-4"), Rev: 1, CadreID: "C-004"}))
	must(t, s.InsertIdentity(t.Context(), model.Identity{ID: "oa:open-4", UnionID: "union-4", AccountID: "u:union-4"}))
	again()

	for identity, want := range map[string]string{
		"oa:open-1": model.UnionAccountID("union-1"), "mp:open-1": model.UnionAccountID("union-1"), "oa:open-2": model.AccountID("oa:open-2"),
		"oa:open-4": model.UnionAccountID("union-4"),
	} {
		i, err := s.Identity(t.Context(), identity)
		must(t, err)
		if _, err := s.Account(t.Context(), i.AccountID); err != nil || i.AccountID != want {
			t.Errorf("%s leads to %s, %v", identity, i.AccountID, err)
		}
	}
	for _, old := range []string{"u:union-1", "oa:open-2", "u:union-4"} {
		_, err := s.Account(t.Context(), old)
		wantKind(t, old, err, model.KindNotFound)
	}
	kept, err := s.Account(t.Context(), model.AccountID("oa:open-2"))
	if err != nil || kept.Sees("H-001", now) != model.ViewFull {
		t.Errorf("%+v %v", kept, err)
	}
	session, err := s.Session(t.Context(), "session")
	code, codeErr := s.BindCode(t.Context(), "code")
	if err != nil || codeErr != nil || session.AccountID != kept.ID || code.UsedBy != kept.ID {
		t.Errorf("%+v %v, %+v %v", session, err, code, codeErr)
	}
	if _, err := s.Account(t.Context(), fresh); err != nil {
		t.Error(err)
	}
}
