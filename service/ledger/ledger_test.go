package ledger_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"bangfu/repo"
	"bangfu/repo/repotest"
	"bangfu/service/access"
	"bangfu/service/ledger"
	"bangfu/service/model"
)

// books are empty ones over a database of their own; the clock stands at noon of 2018-01-10.
type books struct {
	*ledger.Service
	store *repo.Store
	now   time.Time
	t     *testing.T
}

func open(t *testing.T) *books {
	t.Helper()
	b := &books{now: time.Date(2018, 1, 10, 4, 0, 0, 0, time.UTC), t: t}
	b.store = repotest.Open(t, b.now)
	b.Service = ledger.New(b.store, func() time.Time { return b.now })
	return b
}

func must[T any](v T, err error) func(*testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

var finance = closer("finance", "财务")

// closer may close months of the whole farm.
func closer(id, name string) access.Farm {
	farm, err := access.New(nil, nil).Farm(model.Staff{ID: id, Name: name, Assignments: []model.RoleAssignment{{Role: model.RoleFinance}}}, model.MayCloseMonth)
	if err != nil {
		panic(err)
	}
	return farm
}

// house is a household as whoever looks after it reaches it.
func house(id string) access.Household {
	h, err := access.New(nil, time.Now).Mine(model.Account{Bindings: []model.Binding{{HouseholdID: id, View: model.ViewFull}}}, id)
	if err != nil {
		panic(err)
	}
	return h
}

// farmBooks are the whole farm's.
func farmBooks(t *testing.T) access.Books {
	t.Helper()
	staff := model.Staff{ID: "finance", Assignments: []model.RoleAssignment{{Role: model.RoleFinance}}}
	return must(access.New(nil, nil).Books(t.Context(), staff, model.MayReadMoney, ""))(t)
}

// line is an entry of the books with everything that it needs.
func line(id, household string, on model.Date, amount model.Fen) model.Entry {
	return model.Entry{
		ID: id, HouseholdID: household, NotAllotted: household == "", Title: "补助", Category: model.CategorySubsidy, System: model.SystemRelief,
		Fund: "农场帮扶资金", Amount: amount, PaidOn: on, Method: model.MethodTransfer,
	}
}

func (b *books) post(e model.Entry) model.Entry {
	b.t.Helper()
	return must(b.Post(b.t.Context(), "test", e))(b.t)
}

// refused is an error with this code.
func refused(t *testing.T, err error, code string) *model.Error {
	t.Helper()
	var e *model.Error
	if !errors.As(err, &e) || e.Code != code {
		t.Fatalf("%v, want %s", err, code)
	}
	return e
}

// spent is what the matrix of the two years says, after checking that it agrees with itself.
func (b *books) spent() model.Sum {
	b.t.Helper()
	m := must(b.Matrix(b.t.Context(), "2017-01-01", "2018-12-31"))(b.t)
	if d := m.Differences(); len(d) > 0 {
		b.t.Error(d)
	}
	return m.Total
}

func TestTheSameKeyAtOnce(t *testing.T) {
	repotest.Raced(t)
	b := open(t)
	var all sync.WaitGroup
	var mu sync.Mutex
	outcomes := map[string]int{}
	for i := range 12 {
		all.Go(func() {
			amount := model.Fen(100)
			if i%3 == 0 {
				amount = 200 // somebody else's line under the same key
			}
			_, err := b.Post(t.Context(), fmt.Sprint("hand ", i), line("k", "H-001", "2018-01-05", amount))
			var e *model.Error
			mu.Lock()
			defer mu.Unlock()
			if errors.As(err, &e) {
				outcomes[e.Code]++
			} else {
				outcomes["posted"]++
			}
		})
	}
	all.Wait()
	if outcomes["posted"] != 8 && outcomes["posted"] != 4 || outcomes["posted"]+outcomes["key_used"] != 12 {
		t.Errorf("%v", outcomes)
	}
	st := must(b.Statement(t.Context(), house("H-001"), 2018))(t)
	if s := b.spent(); s.Count != 1 || st.Count != 1 || st.Total != s.Amount {
		t.Errorf("%+v, statement %+v", s, st)
	}
	if m := must(b.store.Month(t.Context(), "2018-01"))(t); len(m.Pending) != 0 {
		t.Errorf("still under way: %q", m.Pending)
	}
}

// TestManyAtOnce posts different lines of one household and month at the same time.
func TestManyAtOnce(t *testing.T) {
	repotest.Raced(t)
	b := open(t)
	var all sync.WaitGroup
	for i := range 12 {
		all.Go(func() {
			if _, err := b.Post(t.Context(), "test", line(fmt.Sprint("k", i), "H-001", "2018-01-05", model.Fen(i+1))); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	st := must(b.Statement(t.Context(), house("H-001"), 2018))(t)
	if want := (model.Sum{Amount: 78, Count: 12}); b.spent() != want || st.Total != 78 || st.Count != 12 {
		t.Errorf("%+v, statement of %d lines, %d fen", b.spent(), st.Count, st.Total)
	}
	if wrong := must(b.Recount(t.Context()))(t); len(wrong) > 0 {
		t.Errorf("wrong: %q", wrong)
	}
}

// TestARandomLedger posts and takes back at random; every total is what a naive sum over all of it says.
func TestARandomLedger(t *testing.T) {
	b := open(t)
	seed := uint64(time.Now().UnixNano())
	random := rand.New(rand.NewPCG(seed, 0))
	var all []model.Entry
	for i := range 60 {
		if len(all) > 3 && random.IntN(5) == 0 {
			of := all[random.IntN(len(all))]
			back, err := b.Reverse(t.Context(), "test", of.ID, model.Date(fmt.Sprintf("2018-01-%02d", 1+random.IntN(28))), "记错了")
			if of.ReversesID != "" {
				refused(t, err, "is_reversal")
				continue
			}
			if err != nil {
				t.Fatal(err)
			}
			if !slices.ContainsFunc(all, func(e model.Entry) bool { return e.ID == back.ID }) {
				all = append(all, back)
			}
			continue
		}
		e := line(fmt.Sprint("k", i), "", model.NewDate(2017, 1+random.IntN(12), 1+random.IntN(28)), model.Fen(1+random.Int64N(1e9)))
		e.Category, e.System = model.Categories[random.IntN(6)], model.Systems[random.IntN(7)]
		e.Fund = []string{"", "甲", "乙"}[random.IntN(3)]
		if n := random.IntN(4); n > 0 {
			e.HouseholdID, e.NotAllotted = fmt.Sprint("H-00", n), false
		}
		all = append(all, b.post(e))
		if random.IntN(20) == 0 {
			b.spent() // sums are made in between, and are behind afterwards
		}
	}
	from := model.NewDate(2017, 1+random.IntN(12), 1+random.IntN(28))
	to := model.NewDate(2018, 1, 1+random.IntN(31))
	for _, span := range [][2]model.Date{{"2017-01-01", "2018-12-31"}, {"2017-03-01", "2017-05-31"}, {from, to}, {from, from}} {
		b.sameAsNaive(all, span[0], span[1], seed)
	}
	for n := 1; n <= 3; n++ {
		id := fmt.Sprint("H-00", n)
		var want model.Fen
		for _, e := range all {
			if e.HouseholdID == id && e.PaidOn.Year() == 2017 {
				want += e.Amount
			}
		}
		if st := must(b.Statement(t.Context(), house(id), 2017))(t); st.Total != want {
			t.Errorf("seed %d: statement of %s %d, want %d", seed, id, st.Total, want)
		}
	}
	if wrong := must(b.Recount(t.Context()))(t); len(wrong) > 0 {
		t.Errorf("seed %d: wrong %q", seed, wrong)
	}
}

func (b *books) sameAsNaive(all []model.Entry, from, to model.Date, seed uint64) {
	b.t.Helper()
	want := map[model.CellKey]model.Sum{}
	var total model.Fen
	for _, e := range all {
		if e.PaidOn < from || e.PaidOn > to {
			continue
		}
		k := model.CellKey{Category: e.Category, System: e.System, Fund: e.Fund}
		s := want[k]
		want[k] = model.Sum{Amount: s.Amount + e.Amount, Count: s.Count + 1}
		total += e.Amount
	}
	m := must(b.Matrix(b.t.Context(), from, to))(b.t)
	if d := m.Differences(); len(d) > 0 || m.Total.Amount != total || len(m.Cells) != len(want) {
		b.t.Errorf("seed %d, %s to %s: %d of %d cells, want %d of %d; %q", seed, from, to, m.Total.Amount, len(m.Cells), total, len(want), d)
	}
	for _, c := range m.Cells {
		if want[c.CellKey] != c.Sum {
			b.t.Errorf("seed %d: %+v, want %+v", seed, c, want[c.CellKey])
		}
		// Each cell opens to its entries.
		list, next, err := b.Page(b.t.Context(), farmBooks(b.t), model.EntryFilter{From: from, To: to, Category: c.Category, System: c.System, Fund: &c.Fund}, "", 200)
		if err != nil || next != "" || len(list) != c.Count {
			b.t.Errorf("seed %d: the cell opens to %d of %d entries, %v", seed, len(list), c.Count, err)
		}
	}
	for _, kind := range []string{ledger.ByCategory, ledger.ByMonth, ledger.ByFund, ledger.ByHousehold} {
		r := must(b.Report(b.t.Context(), kind, from, to))(b.t)
		if len(r.Differences) > 0 || r.Total[len(r.Total)-1] != total {
			b.t.Errorf("seed %d: by %s %d, want %d; %q", seed, kind, r.Total[len(r.Total)-1], total, r.Differences)
		}
	}
}

func TestPages(t *testing.T) {
	b := open(t)
	for i := range 11 {
		b.post(line(fmt.Sprintf("k%02d", i), "H-001", model.NewDate(2017, 1+i%2, 5), 1))
	}
	var seen []string
	after := ""
	for {
		list, next, err := b.Page(t.Context(), farmBooks(t), model.EntryFilter{Households: []string{"H-001"}}, after, 4)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range list {
			seen = append(seen, string(e.PaidOn)+e.ID)
		}
		if after = next; next == "" {
			break
		}
	}
	if len(seen) != 11 || !slices.IsSorted(seen) || len(slices.Compact(seen)) != 11 {
		t.Errorf("%q", seen)
	}
}

func TestReversal(t *testing.T) {
	b := open(t)
	e := b.post(line("k", "H-001", "2017-11-05", 500))
	must(b.Close(t.Context(), finance, "2017-11"))(t)
	back := must(b.Reverse(t.Context(), "test", "k", "", "付错了人"))(t)
	again := must(b.Reverse(t.Context(), "else", "k", "2018-01-09", "别的说法"))(t)
	if back.PaidOn != "2018-01-10" || back.Amount != -500 || back.ReversesID != e.ID || again.Evidence != "付错了人" || again.CreatedBy != "test" {
		t.Errorf("%+v\n%+v", back, again)
	}
	_, err := b.Reverse(t.Context(), "test", back.ID, "", "再冲")
	refused(t, err, "is_reversal")
	_, err = b.Reverse(t.Context(), "test", "unknown", "", "冲")
	refused(t, err, "no_such_entry")
	b.post(line("k2", "H-001", "2018-01-05", 1))
	_, err = b.Reverse(t.Context(), "test", "k2", "2018-02-01", "冲")
	refused(t, err, "reverse_on")
	_, err = b.Reverse(t.Context(), "test", "k2", "2017-11-30", "冲")
	refused(t, err, "reverse_on")
	if s := b.spent(); s.Amount != 1 || s.Count != 3 {
		t.Errorf("%+v", s)
	}
}

// TestAPostingThatDies stops a posting at every step; the same call again, or nobody's, mends it.
func TestAPostingThatDies(t *testing.T) {
	b := open(t)
	for calls := 1; ; calls++ {
		e := line(fmt.Sprint("k", calls), "H-001", "2018-01-05", 10)
		_, err := b.Post(&ending{Context: t.Context(), left: calls, done: make(chan struct{})}, "test", e)
		if calls%2 == 0 {
			b.post(e) // sent again
		}
		if err == nil {
			break
		}
		if calls > 200 {
			t.Fatal("never got through")
		}
	}
	b.now = b.now.Add(2 * time.Minute)
	if err := b.Settle(t.Context()); err != nil {
		t.Fatal(err)
	}
	m := must(b.store.Month(t.Context(), "2018-01"))(t)
	st, s := must(b.Statement(t.Context(), house("H-001"), 2018))(t), b.spent()
	if len(m.Pending) > 0 || st.Total != s.Amount || st.Count != s.Count || s.Count < 2 {
		t.Errorf("%d under way, statement %d of %d, books %+v", len(m.Pending), st.Total, st.Count, s)
	}
	if wrong := must(b.Recount(t.Context()))(t); len(wrong) > 0 {
		t.Errorf("wrong: %q", wrong)
	}
}

// ending is a context that ends when it has been asked so often.
type ending struct {
	context.Context
	mu   sync.Mutex
	left int
	done chan struct{}
}

func (e *ending) Err() error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.left--; e.left > 0 {
		return nil
	}
	if e.left == 0 {
		close(e.done)
	}
	return context.Canceled
}

func (e *ending) Done() <-chan struct{} { return e.done }

// TestRecountMends spoils what is derived in each way and finds it named and mended.
func TestRecountMends(t *testing.T) {
	b := open(t)
	ctx := t.Context()
	b.post(line("k1", "H-001", "2017-12-05", 5))
	b.post(line("k2", "H-002", "2017-12-05", 7))
	b.spent()
	if wrong := must(b.Recount(ctx))(t); len(wrong) > 0 {
		t.Errorf("nothing was wrong: %q", wrong)
	}
	st := must(b.Statement(ctx, house("H-001"), 2017))(t)
	st.Lines[0].Amount = 6
	if err := b.store.PutStatement(ctx, st); err != nil {
		t.Fatal(err)
	}
	month := must(b.store.TotalsBetween(ctx, "2017-12", "2017-12"))(t)[0]
	month.Cells[0].Amount++
	if err := b.store.PutTotals(ctx, month); err != nil {
		t.Fatal(err)
	}
	if wrong := must(b.Recount(ctx))(t); !slices.Equal(wrong, []string{"2017-12", "H-001/2017"}) {
		t.Errorf("wrong: %q", wrong)
	}
	// What is lacking is made and not called wrong; a line without an entry is.
	if err := b.store.InsertEntry(ctx, line("k3", "H-001", "2017-12-06", 8)); err != nil {
		t.Fatal(err)
	}
	if err := b.store.AddLine(ctx, model.NewStatement("H-009", 2017), st.Lines[0]); err != nil {
		t.Fatal(err)
	}
	if wrong := must(b.Recount(ctx))(t); !slices.Equal(wrong, []string{"H-009/2017"}) {
		t.Errorf("wrong: %q", wrong)
	}
	if s := b.spent(); s.Amount != 20 || must(b.Statement(ctx, house("H-001"), 2017))(t).Total != 13 {
		t.Errorf("not mended: %+v", s)
	}
}

func TestAmountsAtTheBound(t *testing.T) {
	b := open(t)
	_, err := b.Post(t.Context(), "test", line("k", "H-001", "2018-01-05", model.MaxAmount+1))
	refused(t, err, "amount_too_large")
	_, err = b.Post(t.Context(), "test", line("k", "H-001", "2018-01-05", -model.MaxAmount-1))
	refused(t, err, "amount_too_large")
	b.post(line("k", "H-001", "2018-01-05", model.MaxAmount))
	b.post(line("k2", "H-001", "2018-01-05", -model.MaxAmount))
	if s := b.spent(); s.Amount != 0 || s.Count != 2 {
		t.Errorf("%+v", s)
	}
}
