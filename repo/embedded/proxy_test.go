package embedded_test

import (
	"fmt"
	"os"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"bangfu/repo"
	"bangfu/repo/embedded"
	"bangfu/repo/repotest"
	"bangfu/service/model"
)

// eachDatabase runs the test on an embedded database and, where TEST_MONGO_URI names one, on that, too.
func eachDatabase(t *testing.T, test func(t *testing.T, store *repo.Store)) {
	t.Run("embedded", func(t *testing.T) {
		db, err := embedded.OpenDatabase(t.TempDir(), true)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(db.Close)
		test(t, newStore(t, db.URI()))
	})
	t.Run("server", func(t *testing.T) {
		uri := os.Getenv("TEST_MONGO_URI")
		if uri == "" {
			t.Skip("needs a MongoDB in TEST_MONGO_URI")
		}
		test(t, newStore(t, uri))
	})
}

// newStore is a store over a database of its own.
func newStore(t *testing.T, uri string) *repo.Store {
	t.Helper()
	return repotest.At(t, uri, fmt.Sprintf("relay_%d", time.Now().UnixNano()), time.Now())
}

// TestUpdatesAtOnceAreAtomic lets several hands change one document at the same instant, in the three
// ways that everything above relies on. Straight at FerretDB v1 nine of ten rounds go wrong.
func TestUpdatesAtOnceAreAtomic(t *testing.T) {
	eachDatabase(t, func(t *testing.T, store *repo.Store) {
		for round := range 20 {
			atOnce(t, store, fmt.Sprintf("oa:%d", round))
		}
	})
}

func atOnce(t *testing.T, store *repo.Store, id string) {
	t.Helper()
	ctx, now := t.Context(), time.Now()
	if err := store.InsertIdentity(ctx, model.Identity{ID: id, AccountID: "old"}); err != nil {
		t.Fatal(err)
	}
	if err := store.InsertBindCode(ctx, model.BindCode{ID: id, ExpiresAt: now.Add(time.Hour)}); err != nil {
		t.Fatal(err)
	}
	const hands = 25
	var all sync.WaitGroup
	var won atomic.Int64
	for i := range hands {
		all.Go(func() {
			if store.TakeBindCode(ctx, id, fmt.Sprint(i), now) == nil {
				won.Add(1)
			}
		})
		all.Go(func() { _, _ = store.CountTry(ctx, id, time.Hour, now) })
	}
	all.Go(func() { _ = store.JoinIdentity(ctx, id, "union", "new") })
	all.Go(func() { _ = store.TouchIdentity(ctx, id, now, nil, nil, now) })
	all.Wait()
	got, err := store.Identity(ctx, id)
	if err != nil {
		t.Fatal(err)
	}
	if won.Load() != 1 {
		t.Errorf("%d compare-and-sets won", won.Load())
	}
	if tries, err := store.BindTries(ctx, id); err != nil || tries.Count != hands {
		t.Errorf("counted to %d of %d, %v", tries.Count, hands, err)
	}
	if got.AccountID != "new" || got.WindowUntil.IsZero() {
		t.Errorf("an update of other fields was lost: %+v", got)
	}
}

// TestAReadSeesEveryWriteBeforeIt reads while others write: whoever has heard that a write is done reads it.
func TestAReadSeesEveryWriteBeforeIt(t *testing.T) {
	eachDatabase(t, readsWhatWasWritten)
}

func readsWhatWasWritten(t *testing.T, store *repo.Store) {
	ctx := t.Context()
	const writes = 200
	now := time.Now()
	var written atomic.Int64
	var all sync.WaitGroup
	all.Go(func() {
		for range writes {
			tries, err := store.CountTry(ctx, "one", time.Hour, now)
			if err != nil {
				t.Error(err)
			}
			written.Store(int64(tries.Count))
		}
	})
	for range 4 {
		all.Go(func() {
			for last := int64(0); last < writes; {
				last = written.Load()
				got, err := store.BindTries(ctx, "one")
				if err != nil || int64(got.Count) < last {
					t.Errorf("read %d after %d was written, %v", got.Count, last, err)
					return
				}
			}
		})
	}
	all.Wait()
}
