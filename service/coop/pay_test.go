package coop_test

import (
	"context"
	"log/slog"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"bangfu/cmd/app/demodata"
	"bangfu/repo"
	"bangfu/repo/embedded"
	"bangfu/repo/queue"
	"bangfu/repo/repotest"
	"bangfu/service/access"
	"bangfu/service/coop"
	"bangfu/service/ledger"
	"bangfu/service/model"

	"github.com/redis/go-redis/v9"
)

var (
	start   = time.Date(2018, 12, 20, 1, 0, 0, 0, time.UTC)
	finance = model.Staff{ID: "finance", Assignments: []model.RoleAssignment{{Role: model.RoleFinance}}}
	office  = model.Staff{ID: "office", Assignments: []model.RoleAssignment{{Role: model.RoleOffice}}}
	first   = coop.Key{CoopID: "K-001", Year: 2018, Kind: model.DividendBase, Version: 1}
)

const firstID = "K-001/2018/base/1"

// farm is a database with the reference farm's registry and cooperative, and nothing in its ledger.
func farm(t *testing.T) *repo.Store {
	t.Helper()
	store := repotest.Open(t, start)
	ref := demodata.Build()
	f := model.Farm{Settings: ref.Settings, Units: ref.Units, Households: ref.Households, Growing: ref.Growing}
	for _, p := range ref.Persons {
		f.Persons = append(f.Persons, p.Person)
	}
	for i := range f.Dividends {
		f.Dividends[i].Record = model.NewRecord(start, "test")
	}
	if err := store.PutFarm(t.Context(), f); err != nil {
		t.Fatal(err)
	}
	return store
}

func must[T any](t *testing.T) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// services makes services whose queue nobody works for: the test posts by itself.
func services(t *testing.T, store *repo.Store) func(model.Clock) *coop.Service {
	t.Helper()
	server := must[*embedded.Redis](t)(embedded.OpenRedis(time.Now))
	t.Cleanup(server.Close)
	rdb := redis.NewClient(&redis.Options{Addr: server.Addr()})
	t.Cleanup(func() { _ = rdb.Close() })
	return func(clock model.Clock) *coop.Service {
		q := queue.New(store, rdb, clock, slog.New(slog.DiscardHandler))
		return coop.New(store, ledger.New(store, clock), q, clock)
	}
}

func still() time.Time { return start }

// reached is the cooperative as a member of staff reaches it.
func reached(t *testing.T, store *repo.Store, staff model.Staff) access.Record[model.Cooperative] {
	t.Helper()
	return must[access.Record[model.Cooperative]](t)(access.New(store, still).Cooperative(t.Context(), staff, model.MayReadCoop, first.CoopID))
}

// paidOnce fails unless the ledger has each of the run's lines exactly once.
func paidOnce(t *testing.T, store *repo.Store, prefix string, lines int) {
	t.Helper()
	entries := must[[]model.Entry](t)(store.EntriesUnder(t.Context(), prefix))
	paid := map[string]model.Fen{}
	for _, e := range entries {
		paid[e.HouseholdID] += e.Amount
		if e.PaidOn != model.DateOf(start) || e.Amount != 225500 {
			t.Errorf("%s: %s on %s", e.ID, e.Amount.Yuan(), e.PaidOn)
		}
	}
	if len(entries) != lines || len(paid) != lines {
		t.Errorf("%d entries for %d households, want %d", len(entries), len(paid), lines)
	}
}

// TestKilledWhilePaying cuts the posting off again and again, after a few steps each time, on other days.
func TestKilledWhilePaying(t *testing.T) {
	store := farm(t)
	service := services(t, store)
	run := must[model.DividendRun](t)(service(still).Pay(t.Context(), reached(t, store, finance), first, 0, coop.Paying{}))
	kills := 0
	for ; run.State == model.RunPaying; kills++ {
		if kills > 200 {
			t.Fatal("it never ends")
		}
		ctx, cancel := context.WithCancel(t.Context())
		left := 3 + 5*(kills%3)
		dying := func() time.Time {
			if left--; left < 0 {
				cancel()
			}
			return start.AddDate(0, 0, kills)
		}
		err := service(dying).Post(ctx, run.ID)
		cancel()
		run = must[model.DividendRun](t)(store.DividendRun(t.Context(), run.ID))
		if (err == nil) != (run.State == model.RunSettled) {
			t.Fatalf("%v, and the run is %s", err, run.State)
		}
	}
	if kills < 6 {
		t.Errorf("only %d attempts, so this says little", kills)
	}
	paidOnce(t, store, "div:"+run.ID+"/", 34)
	// Whatever the queue still knows of it changes nothing.
	if err := service(still).Post(t.Context(), run.ID); err != nil {
		t.Error(err)
	}
	paidOnce(t, store, "div:"+run.ID+"/", 34)
}

// TestManyPressPay at once, on several machines, while several workers post.
func TestManyPressPay(t *testing.T) {
	repotest.Raced(t)
	store := farm(t)
	service := services(t, store)
	s := service(still)
	var all sync.WaitGroup
	var pressed, posted atomic.Int64
	for range 6 {
		all.Go(func() {
			switch _, err := s.Pay(t.Context(), reached(t, store, finance), first, 0, coop.Paying{}); {
			case err == nil:
				pressed.Add(1)
			case !model.IsKind(err, model.KindConflict):
				t.Error(err)
			}
			if err := s.Post(t.Context(), firstID); err == nil {
				posted.Add(1)
			} else if !model.IsKind(err, model.KindConflict) {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if pressed.Load() == 0 || posted.Load() == 0 {
		t.Errorf("%d pressed, %d posted", pressed.Load(), posted.Load())
	}
	if r := must[model.DividendRun](t)(store.DividendRun(t.Context(), firstID)); r.State != model.RunSettled || r.Pending {
		t.Errorf("the run is %s, pending %v", r.State, r.Pending)
	}
	paidOnce(t, store, "div:"+firstID+"/", 34)
	aReversalDuringAnother(t, store, s, service)
}

// aReversalDuringAnother is asked for while another is being posted: neither is forgotten.
func aReversalDuringAnother(t *testing.T, store *repo.Store, s *coop.Service, service func(model.Clock) *coop.Service) {
	t.Helper()
	reverse := func(id string) {
		must[model.DividendRun](t)(s.Reverse(t.Context(), reached(t, store, finance), first, 0, []string{id}, "试"))
	}
	reverse("H-001")
	var once sync.Once
	busy := service(func() time.Time { once.Do(func() { reverse("H-002") }); return start })
	if err := busy.Post(t.Context(), firstID); !model.IsKind(err, model.KindConflict) {
		t.Errorf("the run changed meanwhile: %v", err)
	}
	if err := s.Post(t.Context(), firstID); err != nil {
		t.Error(err)
	}
	for _, id := range []string{"H-001", "H-002"} {
		if e, err := store.Entry(t.Context(), "rev:div:"+firstID+"/"+id); err != nil || e.Amount != -225500 {
			t.Errorf("%s: %+v %v", id, e, err)
		}
	}
}

// TestReopenedWhileAReversalWaits: what is taken back is paid again by the next version, what stands is not, and
// neither depends on whether the reversal was posted before.
func TestReopenedWhileAReversalWaits(t *testing.T) {
	store := farm(t)
	s := services(t, store)(still)
	ctx := t.Context()
	must[model.DividendRun](t)(s.Pay(ctx, reached(t, store, finance), first, 0, coop.Paying{}))
	if _, err := s.Reverse(ctx, reached(t, store, finance), first, 0, []string{"H-001"}, "试"); !model.IsKind(err, model.KindConflict) {
		t.Errorf("reversed while it pays: %v", err)
	}
	if _, err := s.Reopen(ctx, reached(t, store, finance), first, 0, "试"); !model.IsKind(err, model.KindConflict) {
		t.Errorf("reopened while it pays: %v", err)
	}
	post := func(id string) {
		t.Helper()
		if err := s.Post(ctx, id); err != nil {
			t.Fatal(err)
		}
	}
	post(firstID)
	r := must[model.DividendRun](t)(s.Reverse(ctx, reached(t, store, finance), first, 0, []string{"H-001", "H-002"}, "账号写错"))
	if _, err := s.Reverse(ctx, reached(t, store, finance), first, 0, []string{"H-002"}, "再来"); !model.IsKind(err, model.KindConflict) {
		t.Errorf("taken back twice: %v", err)
	}
	inTheLedger(t, store, "H-004")
	next := must[model.DividendRun](t)(s.Reopen(ctx, reached(t, store, finance), first, r.Rev, "重发两户"))
	again := must[model.DividendRun](t)(s.Reopen(ctx, reached(t, store, finance), first, r.Rev, "重发两户"))
	if next.ID != again.ID || len(next.Carried) != 31 || next.State != model.RunDraft {
		t.Fatalf("%s and %s, %d carried", next.ID, again.ID, len(next.Carried))
	}
	// A crash that kept the queue from being asked is mended by the next look.
	job := model.NewJob(queue.PostDividend, firstID, start).ID
	must[bool](t)(store.CompleteJob(ctx, must[model.Job](t)(store.Job(ctx, job))))
	if err := s.Resume(ctx); err != nil {
		t.Error(err)
	}
	must[model.Job](t)(store.Job(ctx, job))
	second := first
	second.Version = 2
	must[model.DividendRun](t)(s.Compute(ctx, reached(t, store, office), second, 0))
	must[model.DividendRun](t)(s.Check(ctx, reached(t, store, office), second, 0))
	if _, err := s.Approve(ctx, reached(t, store, office), second, 0); !model.IsKind(err, model.KindForbidden) {
		t.Errorf("who computed approves: %v", err)
	}
	must[model.DividendRun](t)(s.Approve(ctx, reached(t, store, finance), second, 0))
	// H-003's money comes back from the bank before the second payment: it is owed too then.
	must[model.DividendRun](t)(s.Reverse(ctx, reached(t, store, finance), second, 0, []string{"H-003"}, "退票"))
	must[model.DividendRun](t)(s.Publicise(ctx, reached(t, store, office), second, 0))
	inTheLedger(t, store, "H-005")
	must[model.DividendRun](t)(s.Pay(ctx, reached(t, store, finance), second, 0, coop.Paying{}))
	post(next.ID)
	post(firstID)
	net, movements := map[string]model.Fen{}, map[string]int{}
	for _, e := range must[[]model.Entry](t)(store.EntriesUnder(ctx, "div:K-001/2018/base/", "rev:div:K-001/2018/base/")) {
		net[e.HouseholdID] += e.Amount
		movements[e.HouseholdID]++
	}
	for i := range 34 {
		id := demodata.Build().Dividends[0].Result.Lines[i].HouseholdID
		want := 1
		if i < 5 {
			want = 3
		}
		if net[id] != 225500 || movements[id] != want {
			t.Errorf("%s: %s yuan in %d movements", id, net[id].Yuan(), movements[id])
		}
	}
	lines := must[[]coop.LineState](t)(s.Lines(ctx, must[model.DividendRun](t)(store.DividendRun(ctx, next.ID))))
	if lines[0].EntryID != "div:K-001/2018/base/2/H-001" || lines[5].EntryID != "div:K-001/2018/base/1/H-006" || lines[5].ReversedOn != "" {
		t.Errorf("%+v", lines[:6])
	}
}

// inTheLedger takes the first payment back there, without a word to the run.
func inTheLedger(t *testing.T, store *repo.Store, householdID string) {
	t.Helper()
	e := must[model.Entry](t)(store.Entry(t.Context(), "div:"+firstID+"/"+householdID))
	e.ID, e.ReversesID, e.Amount = "rev:"+e.ID, e.ID, -e.Amount
	if err := store.InsertEntry(t.Context(), e); err != nil {
		t.Fatal(err)
	}
}
