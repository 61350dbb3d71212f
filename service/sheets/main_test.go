package sheets_test

import (
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"bangfu/cmd/app/demodata"
	"bangfu/config"
	"bangfu/repo"
	"bangfu/repo/embedded"
	"bangfu/repo/queue"
	"bangfu/repo/repotest"
	"bangfu/repo/wechat"
	"bangfu/service/ledger"
	"bangfu/service/model"
	"bangfu/service/notify"
	"bangfu/service/people"
	"bangfu/service/sheets"

	"github.com/redis/go-redis/v9"
)

var start = time.Date(2017, 12, 28, 1, 0, 0, 0, time.UTC)

func clock() time.Time { return start }

// empty is a service over a migrated database that has the reference farm's units and funds only.
func empty(t *testing.T) (*sheets.Service, *repo.Store) {
	t.Helper()
	store := repotest.Open(t, start)
	ref := demodata.Build()
	farm := model.Farm{Settings: ref.Settings, Units: ref.Units, Funds: ref.Funds}
	if err := store.PutFarm(t.Context(), farm); err != nil {
		t.Fatal(err)
	}
	return over(t, store)(), store
}

// over makes instances of the service over the store, each as another process has it.
func over(t *testing.T, store *repo.Store) func() *sheets.Service {
	t.Helper()
	r := must[*embedded.Redis](t)(embedded.OpenRedis(clock))
	rdb, log := redis.NewClient(&redis.Options{Addr: r.Addr()}), slog.New(slog.DiscardHandler)
	oa := wechat.New(model.ChannelOA, config.Account{}, "http://127.0.0.1:1", rdb, clock, log)
	mini := wechat.New(model.ChannelMini, config.Account{}, "http://127.0.0.1:1", rdb, clock, log)
	t.Cleanup(func() { oa.Close(); mini.Close(); _ = rdb.Close(); r.Close() })
	return func() *sheets.Service {
		q := queue.New(store, rdb, clock, log)
		n := notify.New(store, q, oa, mini, clock, log)
		return sheets.New(store, q, people.New(store, n, clock), ledger.New(store, clock), clock)
	}
}

func check(t *testing.T, s *sheets.Service, kind model.SheetKind, path string) model.Import {
	t.Helper()
	return must[model.Import](t)(s.Check(t.Context(), sheets.Upload{Kind: kind, Name: filepath.Base(path), Path: path, Actor: "test"}))
}

func commit(t *testing.T, s *sheets.Service, id string) model.Import {
	t.Helper()
	return must[model.Import](t)(s.Commit(t.Context(), id, "test", nil))
}

// complaints are the reasons of refused rows, by row.
func complaints(t *testing.T, s *sheets.Service, id string) map[int]string {
	t.Helper()
	said := map[int]string{}
	for _, c := range must[[]sheets.RowError](t)(s.Refused(t.Context(), id, 1000)) {
		said[c.Row] = c.Reason
	}
	return said
}

// households brings households into an empty registry, by their numbers.
func households(t *testing.T, s *sheets.Service, ids ...string) {
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
