package exchange_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"bangfu/repo"
	"bangfu/repo/repotest"
	"bangfu/scripts/reference"
	"bangfu/service/exchange"
	"bangfu/service/ledger"
	"bangfu/service/model"
	"bangfu/service/people"
)

var start = time.Date(2017, 12, 28, 1, 0, 0, 0, time.UTC)

func clock() time.Time { return start }

// empty is a service over a migrated database that has the reference farm's units and funds only.
func empty(t *testing.T) (*exchange.Service, *repo.Store) {
	t.Helper()
	store := repotest.Open(t, start)
	ref := reference.Build()
	farm := repo.Farm{Settings: ref.Settings, Units: ref.Units, Funds: ref.Funds}
	if err := store.PutFarm(t.Context(), farm); err != nil {
		t.Fatal(err)
	}
	return exchange.New(store, nil, people.New(store, nil, clock), ledger.New(store, clock), clock), store
}

func check(t *testing.T, s *exchange.Service, kind model.SheetKind, path string) model.Import {
	t.Helper()
	return must[model.Import](t)(s.Check(t.Context(), exchange.Upload{Kind: kind, Name: filepath.Base(path), Path: path, Actor: "test"}))
}

func commit(t *testing.T, s *exchange.Service, id string) model.Import {
	t.Helper()
	return must[model.Import](t)(s.Commit(t.Context(), id, "test", nil))
}

// complaints are the reasons of refused rows, by row.
func complaints(t *testing.T, s *exchange.Service, id string) map[int]string {
	t.Helper()
	said := map[int]string{}
	for _, c := range must[[]exchange.Complaint](t)(s.Refused(t.Context(), id, 1000)) {
		said[c.Row] = c.Reason
	}
	return said
}

// households brings households into an empty registry, by their numbers.
func households(t *testing.T, s *exchange.Service, ids ...string) {
	t.Helper()
	text := "户号,单位,建档日期\n"
	for _, id := range ids {
		text += id + ",第一管理区,2016-03-01\n"
	}
	path := filepath.Join(t.TempDir(), "h.csv")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if imp := commit(t, s, check(t, s, model.SheetHouseholds, path).ID); imp.Done.Created != len(ids) {
		t.Fatalf("%+v", imp.Done)
	}
}

// onlyAtFullLength leaves out, under the race detector's -short, what is long and done by one hand.
func onlyAtFullLength(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("needs a run without -short: it is long, and nothing in it runs at once")
	}
}
