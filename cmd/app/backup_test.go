package app_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"bangfu/cmd/app"
	"bangfu/cmd/app/apptest"
	"bangfu/config"
	"bangfu/repo"
	"bangfu/repo/backup"
	"bangfu/repo/embedded"
	"bangfu/repo/repotest"
	"bangfu/service/fund"
	"bangfu/service/ledger"
	"bangfu/service/model"
	"bangfu/service/notify"
	"bangfu/service/visit"
)

// restored is a database that a backup was restored into.
type restored struct {
	*repo.Store
	out string
}

// keysOf are the keys of a running Bangfu's fields.
func keysOf(t *testing.T, env map[string]string) string {
	t.Helper()
	if env["FIELD_KEYSET"] != "" {
		return env["FIELD_KEYSET"]
	}
	keys, err := os.ReadFile(filepath.Join(env["DATA_DIR"], "field-keyset.json"))
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(keys))
}

// backUp is bangfu backup with the environment.
func backUp(t *testing.T, env map[string]string, clock *app.Clock) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "farm.backup")
	var out bytes.Buffer
	if err := app.Backup(t.Context(), maintain(t, env), app.Options{Clock: clock}, file, &out); err != nil {
		t.Fatalf("backup: %v\n%s", err, &out)
	}
	return file
}

func maintain(t *testing.T, env map[string]string) config.Config {
	t.Helper()
	only := map[string]string{}
	for _, name := range []string{"DATA_DIR", "MONGO_URI", "MONGO_DATABASE", "FIELD_KEYSET", "BACKUP_KEY", "BACKUP_TO"} {
		only[name] = env[name]
	}
	return load(t, config.Maintain, only)
}

// restoreInto is bangfu restore into a folder, with the keys of those that were backed up.
func restoreInto(t *testing.T, env map[string]string, file string, clock *app.Clock) restored {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "restored")
	env = map[string]string{"FIELD_KEYSET": keysOf(t, env), "BACKUP_KEY": env["BACKUP_KEY"], "BACKUP_TO": env["BACKUP_TO"]}
	var out bytes.Buffer
	err := app.Restore(t.Context(), maintain(t, env), app.Options{Clock: clock}, app.RestoreOptions{File: file, Into: dir}, &out)
	if err != nil {
		t.Fatalf("restore: %v\n%s", err, &out)
	}
	db, err := embedded.OpenDatabase(filepath.Join(dir, "db"), true)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Close)
	return restored{storeAt(t, db.URI(), "bangfu", env["FIELD_KEYSET"]), out.String()}
}

func storeAt(t *testing.T, uri, database, keyset string) *repo.Store {
	t.Helper()
	sealer, err := repo.NewSealer(keyset)
	if err != nil {
		t.Fatal(err)
	}
	store, err := repo.Open(uri, database, sealer, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close(context.Background()) })
	return store
}

// TestABackupUnderLoad restores what was read while the office was writing, once from the embedded database, which is
// copied as of one instant, and once from a server, which is read collection after collection.
func TestABackupUnderLoad(t *testing.T) {
	repotest.Raced(t)
	apptest.OnlyEmbedded(t)
	t.Run("embedded", func(t *testing.T) { underLoad(t, apptest.Boot(t, apptest.With("BACKUP_KEY", backup.NewKey()))) })
	t.Run("server", func(t *testing.T) {
		env := servers(t)
		underLoad(t, apptest.Boot(t, apptest.With("MONGO_URI", env["MONGO_URI"]), apptest.With("FIELD_KEYSET", env["FIELD_KEYSET"]),
			apptest.With("BACKUP_KEY", backup.NewKey())))
	})
}

// atWork is what the office does meanwhile, once for each number.
func atWork(r *apptest.Running, finance, office string) map[string]func(i int) apptest.Answer {
	steps := func(requests ...func() apptest.Answer) (a apptest.Answer) {
		for _, request := range requests {
			if a = request(); a.Status >= http.StatusMultipleChoices {
				return a
			}
		}
		return a
	}
	post := func(token, path string, body doc) func() apptest.Answer {
		return func() apptest.Answer { return r.Call(http.MethodPost, "/staff/v1"+path, token, body) }
	}
	return map[string]func(i int) apptest.Answer{
		"entries": func(i int) apptest.Answer {
			return post(finance, "/entries", apptest.EntryBody(fmt.Sprintf("under-load-%04d", i), "H-001"))()
		},
		"goods": func(i int) apptest.Answer {
			return steps(
				post(finance, "/stock/moves", doc{"client_key": fmt.Sprintf("goods-in-%04d", i), "item_id": "FLOUR", "quantity": 2, "value_yuan": "90", "on": "2017-12-27", "source": "买进"}),
				post(finance, "/stock/issues", doc{"client_key": fmt.Sprintf("goods-out-%04d", i), "household_no": "H-002", "item_id": "FLOUR", "quantity": 1, "value_yuan": "45", "on": "2017-12-27", "fund": "扶贫救助基金"}))
		},
		"households": func(i int) apptest.Answer {
			no := fmt.Sprintf("H-%d", 1000+i)
			return steps(
				post(office, "/households", doc{"household_no": no, "unit_id": "U-area-1", "identified_on": "2017-11-01", "evidence": "入户核查"}),
				post(office, "/households/"+no+"/members", doc{"name": newcomer, "relation": "head", "national_id": apptest.NationalID(i % 1000), "from": "2017-11-01"}),
				post(office, "/households/"+no+"/pairings", doc{"cadre_id": "C-001", "role": "lead", "from": "2017-11-10"}))
		},
	}
}

// TestABackupBetweenWrites has the office do everything once between any two collections that are read: the worst that can
// happen to a database that shows no single instant.
func TestABackupBetweenWrites(t *testing.T) {
	r := apptest.Boot(t, apptest.With("BACKUP_KEY", backup.NewKey()))
	finance, office := r.StaffToken("finance"), r.StaffToken("office")
	key, err := backup.ReadKey(r.Env["BACKUP_KEY"])
	if err != nil {
		t.Fatal(err)
	}
	head := backup.Head{At: r.Clock.Now()}
	if head.Migrations, err = r.Store().Migrated(t.Context()); err != nil {
		t.Fatal(err)
	}
	if head.Keyset, err = r.Store().KeysetMark(); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "farm.backup")
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	w, err := backup.NewWriter(file, key, head)
	if err != nil {
		t.Fatal(err)
	}
	work, round := atWork(r, finance, office), 0
	between := func(collection string) error {
		round++
		for what, once := range work {
			if a := once(round); a.Status >= http.StatusMultipleChoices {
				t.Fatalf("%s before %s: %d %s", what, collection, a.Status, a.Body)
			}
		}
		return w.Collection(collection)
	}
	if err := r.Store().Dump(t.Context(), between, w.Add); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Close(); err != nil || file.Close() != nil {
		t.Fatal(err)
	}
	wantWhole(t, restoreInto(t, r.Env, path, r.Clock), r.Clock)
}

// newcomer is the name of everybody who is registered meanwhile.
const newcomer = "赵新来"

func underLoad(t *testing.T, r *apptest.Running) {
	finance, office := r.StaffToken("finance"), r.StaffToken("office")
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var writers sync.WaitGroup
	var mu sync.Mutex
	written := map[string]int{}
	write := func(what string, once func(i int) apptest.Answer) {
		writers.Go(func() {
			for i := 0; ctx.Err() == nil; i++ {
				a := once(i)
				if a.Status >= http.StatusMultipleChoices {
					t.Errorf("%s: %d %s", what, a.Status, a.Body)
					return
				}
				mu.Lock()
				written[what]++
				mu.Unlock()
			}
		})
	}
	for what, once := range atWork(r, finance, office) {
		write(what, once)
	}
	enough := func(n int) func() bool {
		return func() bool {
			mu.Lock()
			defer mu.Unlock()
			return written["entries"] > n && written["goods"] > n && written["households"] > n || ctx.Err() != nil
		}
	}
	apptest.Eventually(t, "the office is at work", enough(1))
	before := maps.Clone(written)
	file := backUp(t, r.Env, r.Clock)
	mu.Lock()
	during := written["entries"] - before["entries"]
	mu.Unlock()
	cancel()
	writers.Wait()
	if during < 1 {
		t.Error("nothing was written meanwhile")
	}
	back := restoreInto(t, r.Env, file, r.Clock)
	t.Logf("%d entries meanwhile; %s", during, back.out[:strings.Index(back.out, "\n")])
	wantWhole(t, back, r.Clock)
}

// wantWhole looks for everything that a crash could not leave either.
func wantWhole(t *testing.T, s restored, clock *app.Clock) {
	t.Helper()
	farm, err := s.Farm(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	wantBelonging(t, s, farm)
	wantEven(t, s, farm, clock)
	if report, err := s.VerifyAudit(t.Context()); err != nil || len(report.Broken) > 0 || report.Lines < 2 {
		t.Errorf("audit log: %+v %v", report, err)
	}
	if pending, err := s.Pending(t.Context()); err != nil || len(pending) > 0 {
		t.Errorf("%v %v", pending, err)
	}
}

// wantBelonging: whatever names something else is there with it.
func wantBelonging(t *testing.T, s restored, farm model.Farm) {
	t.Helper()
	there := map[string]bool{"": true}
	for _, h := range farm.Households {
		there["household "+h.ID] = true
	}
	for _, c := range farm.Cadres {
		there["cadre "+c.ID] = true
	}
	for _, u := range farm.Units {
		there["unit "+u.ID] = true
	}
	if err := s.EachMove(t.Context(), func(m model.Move) error { there["entry of a move "+m.EntryID()] = true; return nil }); err != nil {
		t.Fatal(err)
	}
	want := func(who, what string) {
		if !there[what] {
			t.Errorf("%s is there without its %s", who, what)
		}
	}
	for _, h := range farm.Households {
		want(h.ID, "unit "+h.UnitID)
	}
	for _, p := range farm.Pairings {
		want("the pairing "+p.ID, "household "+p.HouseholdID)
		want("the pairing "+p.ID, "cadre "+p.CadreID)
	}
	for _, e := range farm.Entries {
		if e.HouseholdID != "" {
			want("the entry "+e.ID, "household "+e.HouseholdID)
		}
		if strings.HasPrefix(e.ID, "stock:") {
			want("the entry "+e.ID, "entry of a move "+e.ID)
		}
	}
	wantPersons(t, s, farm, want)
}

// wantPersons: each belongs to a household that is there, and has their own id number.
func wantPersons(t *testing.T, s restored, farm model.Farm, want func(who, what string)) {
	t.Helper()
	var hashes []string
	for _, p := range farm.Persons {
		for _, m := range p.Memberships {
			want(p.ID, "household "+m.HouseholdID)
		}
		hashes = append(hashes, p.NationalIDHash)
	}
	holders, err := s.NationalIDHolders(t.Context(), hashes)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range farm.Persons {
		if p.Name == newcomer && holders[p.NationalIDHash] != p.ID {
			t.Errorf("the id number of %s is %q's", p.ID, holders[p.NationalIDHash])
		}
	}
}

// wantEven: what follows from other records equals them.
func wantEven(t *testing.T, s restored, farm model.Farm, clock *app.Clock) {
	t.Helper()
	ctx, books := t.Context(), ledger.New(s.Store, clock.Now)
	if wrong, err := books.Recount(ctx); err != nil || len(wrong) > 0 {
		t.Errorf("statements or sums that do not equal the entries: %v %v", wrong, err)
	}
	if wrong, err := visit.Recount(ctx, s.Store); err != nil || len(wrong) > 0 {
		t.Errorf("sums of visits: %v %v", wrong, err)
	}
	if wrong, err := fund.New(s.Store, books, notify.New(s.Store, nil, nil, nil, clock.Now, slog.New(slog.DiscardHandler)), clock.Now).Recount(ctx); err != nil || len(wrong) > 0 {
		t.Errorf("stock that does not equal its moves: %v %v", wrong, err)
	}
	var total model.Fen
	for _, e := range farm.Entries {
		total = sumOf(t, total, e.Amount)
	}
	m, err := books.Matrix(ctx, "2016-01-01", "2017-12-31")
	if err != nil || m.Total.Amount != total {
		t.Errorf("the months come to %v, the entries to %v: %v", m.Total, total, err)
	}
}

func sumOf(t *testing.T, a, b model.Fen) model.Fen {
	t.Helper()
	sum, err := a.Add(b)
	if err != nil {
		t.Fatal(err)
	}
	return sum
}

// TestBackupsByPlan lets days go by: a backup each night, two are kept, and what cannot be made is told.
func TestBackupsByPlan(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "backups")
	r := apptest.Boot(t, apptest.With("BACKUP_KEY", backup.NewKey()), apptest.With("BACKUP_AT", "03:30"),
		apptest.With("BACKUP_TO", folder), apptest.With("BACKUP_KEEP", "2"))
	state := func() (s struct {
		At, State string
		LastGood  time.Time `json:"last_good"`
		Late      bool
	}) {
		r.Must(http.MethodGet, "/staff/v1/backups", r.StaffToken("office"), nil, &s) // a log-in does not last for days
		return s
	}
	made := func(n int) { // as many are in the folder, and the newest is good
		apptest.Eventually(t, fmt.Sprintf("the backup of day %d", n), func() bool {
			list, err := r.Store().Backups(t.Context(), 10)
			return err == nil && len(list) == n && list[0].State == model.BackupGood
		})
	}
	made(1) // the one of this night was missed
	if s := state(); s.Late || s.At != "03:30" || s.State != "good" || r.Clock.Now().Sub(s.LastGood) > time.Hour {
		t.Errorf("%+v", s)
	}
	for n := 2; n <= 4; n++ {
		r.Clock.Advance(24 * time.Hour)
		made(n)
	}
	var names []string
	apptest.Eventually(t, "two are kept", func() bool {
		names, _ = backup.Folder(folder).Names(t.Context())
		return len(names) == 2
	})
	apptest.WantContains(t, apptest.Request(t, http.MethodGet, r.App.MetricsURL(), "", nil).Body, "bangfu_backup_good 1", "bangfu_backup_age_seconds")
	if lines := r.Audited(10); !slices.ContainsFunc(lines, func(e model.AuditEntry) bool { return e.Action == model.AuditBackup && e.Actor == "schedule" }) {
		t.Errorf("audit: %+v", lines)
	}
	kept := filepath.Join(t.TempDir(), "kept")
	if err := os.Rename(folder, kept); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(folder, nil, 0o600); err != nil { // a disk that is not there any more
		t.Fatal(err)
	}
	r.Clock.Advance(48 * time.Hour)
	apptest.Eventually(t, "the failure is known", func() bool { return state().State == "failed" })
	if s := state(); !s.Late {
		t.Errorf("%+v", s)
	}
	apptest.EventuallyAll(t, "the metrics say so; what they read of the database is some seconds old", func() bool {
		return strings.Contains(apptest.Request(t, http.MethodGet, r.App.MetricsURL(), "", nil).Body, "bangfu_backup_good 0")
	})
	apptest.WantContains(t, r.Log.String(), "periodic work failed")
	if err := os.Remove(folder); err != nil {
		t.Fatal(err)
	}
	r.Clock.Advance(model.BackupPause + time.Minute)
	apptest.Eventually(t, "it is made when it can be", func() bool { s := state(); return s.State == "good" && !s.Late })
	if repotest.Server() == "" {
		env := maps.Clone(r.Env)
		env["BACKUP_TO"] = kept
		wantWhole(t, restoreInto(t, env, names[1], r.Clock), r.Clock) // by its name in BACKUP_TO
	}
}
