package repo_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"bangfu/cmd/app/demodata"
	"bangfu/repo"
	"bangfu/repo/embedded"
	"bangfu/repo/repotest"
	"bangfu/service/model"
)

var now = time.Date(2017, 12, 28, 1, 0, 0, 0, time.UTC)

// open gives each test a migrated database of its own.
func open(t *testing.T) *repo.Store {
	t.Helper()
	return repotest.Open(t, now)
}

func sealer(t *testing.T) *repo.Sealer {
	t.Helper()
	keyset, err := repo.NewKeyset()
	if err != nil {
		t.Fatal(err)
	}
	s, err := repo.NewSealer(keyset)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func wantKind(t *testing.T, what string, err error, kind model.Kind) {
	t.Helper()
	if !model.IsKind(err, kind) {
		t.Errorf("%s: %v, want %s", what, err, kind)
	}
}

func asError(err error, e **model.Error) bool { return errors.As(err, e) }

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestMigrateTwice(t *testing.T) {
	s := open(t)
	ran, err := s.Migrate(t.Context(), now)
	if err != nil || len(ran) != 0 {
		t.Errorf("%v %v", ran, err)
	}
	pending, err := s.Pending(t.Context())
	if err != nil || len(pending) != 0 {
		t.Errorf("%v %v", pending, err)
	}
}

func TestSealing(t *testing.T) {
	s, other := sealer(t), sealer(t)
	sealed, err := s.Seal("23990019500101001X", "national_id", "P-1")
	must(t, err)
	if strings.Contains(string(sealed), "2399001950") {
		t.Error("readable")
	}
	if got, err := s.Open(sealed, "national_id", "P-1"); err != nil || got != "23990019500101001X" {
		t.Errorf("%q %v", got, err)
	}
	for what, try := range map[string]func() (string, error){
		"another field":  func() (string, error) { return s.Open(sealed, "phone", "P-1") },
		"another record": func() (string, error) { return s.Open(sealed, "national_id", "P-2") },
		"another key":    func() (string, error) { return other.Open(sealed, "national_id", "P-1") },
	} {
		if _, err := try(); err == nil {
			t.Errorf("opened as %s", what)
		}
	}
	a, _ := s.Hash("19900000001", "phone")
	b, _ := s.Hash("19900000001", "phone")
	c, _ := s.Hash("19900000001", "national_id")
	d, _ := other.Hash("19900000001", "phone")
	if a == "" || a != b || a == c || a == d {
		t.Errorf("hashes %s %s %s %s", a, b, c, d)
	}
	if _, err := repo.NewSealer("nonsense"); err == nil || strings.Contains(err.Error(), "nonsense") {
		t.Errorf("a bad keyset: %v", err)
	}
}

func TestAFarmGoesInAndComesOut(t *testing.T) {
	s := open(t)
	ref := demodata.Build()
	farm := model.Farm{
		Settings: ref.Settings, Units: ref.Units, Households: ref.Households, Pairings: ref.Pairings, Incomes: ref.Incomes, Entries: ref.Entries,
	}
	for _, p := range ref.Persons {
		farm.Persons = append(farm.Persons, p.Person)
	}
	for _, c := range ref.Cadres {
		farm.Cadres = append(farm.Cadres, c.Cadre)
	}
	for range 2 { // loading twice is the same as once
		must(t, s.PutFarm(t.Context(), farm))
	}
	got, err := s.Farm(t.Context())
	must(t, err)
	if len(got.Entries) != len(farm.Entries) || len(got.Persons) != 61 || len(got.Cadres) != 110 || len(got.Households) != 36 {
		t.Errorf("%d entries, %d persons, %d cadres, %d households", len(got.Entries), len(got.Persons), len(got.Cadres), len(got.Households))
	}
	var sum, want model.Fen
	for i := range got.Entries {
		sum, want = sum+got.Entries[i].Amount, want+farm.Entries[i].Amount
	}
	if sum != want {
		t.Errorf("%s yuan went in, %s came out", want.Yuan(), sum.Yuan())
	}
	members, err := s.PersonsOf(t.Context(), "H-001")
	must(t, err)
	if len(members) != 3 {
		t.Errorf("H-001 has %d members", len(members))
	}
	_, err = s.Household(t.Context(), "H-999")
	wantKind(t, "an unknown household", err, model.KindNotFound)
}

func TestBindCodes(t *testing.T) {
	s := open(t)
	must(t, s.InsertBindCode(t.Context(), model.BindCode{ID: "c", HouseholdID: "H-001", ExpiresAt: now.Add(time.Minute)}))
	wantKind(t, "the same code again", s.InsertBindCode(t.Context(), model.BindCode{ID: "c"}), model.KindConflict)
	wantKind(t, "too late", s.TakeBindCode(t.Context(), "c", "a", now.Add(time.Minute)), model.KindNotFound)
	must(t, s.TakeBindCode(t.Context(), "c", "a", now))
	wantKind(t, "taken", s.TakeBindCode(t.Context(), "c", "b", now), model.KindNotFound)
	must(t, s.PruneBindCodes(t.Context(), now.Add(time.Hour)))
	_, err := s.BindCode(t.Context(), "c")
	wantKind(t, "pruned", err, model.KindNotFound)
}

func TestAccountsChangeByRevision(t *testing.T) {
	s := open(t)
	must(t, s.InsertAccount(t.Context(), model.Account{ID: "a", Rev: 1}))
	one, err := s.Account(t.Context(), "a")
	must(t, err)
	two := one
	one.CadreID = "C-001"
	must(t, s.ReplaceAccount(t.Context(), one))
	two.CadreID = "C-002"
	wantKind(t, "a change of an old revision", s.ReplaceAccount(t.Context(), two), model.KindConflict)
	wantKind(t, "retiring an old revision", s.RetireAccount(t.Context(), two), model.KindConflict)
	fresh, err := s.Account(t.Context(), "a")
	must(t, err)
	if fresh.CadreID != "C-001" || fresh.Rev != 2 {
		t.Errorf("%+v", fresh)
	}
	must(t, s.RetireAccount(t.Context(), fresh))
}

// TestAJobAskedForDuringItsWorkStays asks again while the work is under way.
func TestAJobAskedForDuringItsWorkStays(t *testing.T) {
	s := open(t)
	job := model.NewJob("t", "r", now)
	first, err := s.EnqueueJob(t.Context(), job, now)
	must(t, err)
	read, err := s.Job(t.Context(), job.ID)
	must(t, err)
	second, err := s.EnqueueJob(t.Context(), job, now)
	must(t, err)
	if first.Epoch != 1 || second.Epoch != 2 || !second.EnqueuedAt.Equal(now) {
		t.Errorf("told as %+v, then %+v", first, second)
	}
	if gone, err := s.CompleteJob(t.Context(), read); err != nil || gone {
		t.Errorf("the second asking is lost: %v %v", gone, err)
	}
	read, err = s.Job(t.Context(), job.ID)
	must(t, err)
	if gone, err := s.CompleteJob(t.Context(), read); err != nil || !gone {
		t.Errorf("%v %v", gone, err)
	}
}

func TestDueJobs(t *testing.T) {
	s := open(t)
	for i := range 5 {
		_, err := s.EnqueueJob(t.Context(), model.NewJob("t", fmt.Sprint(i), now.Add(time.Duration(5-i)*time.Minute)), time.Time{})
		must(t, err)
	}
	due := func(at time.Time) (refs string) {
		jobs, err := s.DueJobs(t.Context(), at, at.Add(-time.Minute), 10)
		must(t, err)
		for _, j := range jobs {
			refs += j.Ref
		}
		return refs
	}
	if got := due(now.Add(3 * time.Minute)); got != "432" {
		t.Errorf("due %s", got)
	}
	must(t, s.MarkEnqueued(t.Context(), "t|3", 1, now.Add(3*time.Minute)))
	must(t, s.RescheduleJob(t.Context(), "t|2", now.Add(time.Hour)))
	if got := due(now.Add(3 * time.Minute)); got != "4" {
		t.Errorf("due %s after one was told of and one put off", got)
	}
	if got := due(now.Add(2 * time.Hour)); got != "43102" {
		t.Errorf("due %s much later", got)
	}
}

func TestMessagesAreClaimedOnce(t *testing.T) {
	repotest.Raced(t)
	s := open(t)
	tell := func(ids ...string) string {
		var list []model.Message
		for _, id := range ids {
			list = append(list, model.Message{ID: id, State: model.MessageQueued, IdentityID: "oa:x"})
		}
		fresh, err := s.InsertMessages(t.Context(), list...)
		must(t, err)
		return strings.Join(fresh, " ")
	}
	if first, again, some := tell("m"), tell("m"), tell("k", "m", "n", "k"); first != "m" || again != "" || some != "k n" {
		t.Errorf("new: %q, then %q, then %q", first, again, some)
	}
	var won int
	var mu sync.Mutex
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			mine, err := s.WriteMessages(t.Context(), nil, []string{"k", "m"}, now.Add(time.Minute))
			mu.Lock()
			won += len(mine)
			mu.Unlock()
			if err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if won != 2 {
		t.Errorf("two messages were claimed %d times", won)
	}
}

func TestTheInboxIsClaimedOnce(t *testing.T) {
	s := open(t)
	row := model.InboxRow{ID: "k", OpenID: "o", ReceivedAt: now, LeaseUntil: now.Add(time.Second)}
	must(t, s.InsertInbox(t.Context(), row))
	wantKind(t, "again", s.InsertInbox(t.Context(), row), model.KindConflict)
	must(t, s.ReclaimInbox(t.Context(), row, now.Add(time.Minute)))
	wantKind(t, "reclaimed by somebody else", s.ReclaimInbox(t.Context(), row, now.Add(time.Minute)), model.KindConflict)
	answer := model.InboxAnswer{ID: "k", OpenID: "o", ReceivedAt: now, Reply: []byte("<xml/>")}
	must(t, s.InsertAnswer(t.Context(), answer))
	wantKind(t, "answered again", s.InsertAnswer(t.Context(), answer), model.KindConflict)
	got, err := s.Answer(t.Context(), "k")
	if err != nil || string(got.Reply) != "<xml/>" {
		t.Errorf("%+v %v", got, err)
	}
	must(t, s.DeleteInboxOf(t.Context(), "o"))
	_, err = s.Inbox(t.Context(), "k")
	wantKind(t, "erased", err, model.KindNotFound)
	_, err = s.Answer(t.Context(), "k")
	wantKind(t, "erased", err, model.KindNotFound)
}

func TestADatabaseThatIsAway(t *testing.T) {
	db, err := embedded.OpenDatabase(t.TempDir(), true)
	must(t, err)
	store, err := repo.Open(db.URI()+"?serverSelectionTimeoutMS=200", "test", sealer(t), nil)
	must(t, err)
	db.Close()
	_, err = store.Household(t.Context(), "H-001")
	wantKind(t, "the database is away", err, model.KindUnavailable)
	if _, err := repo.Open("mongodb://user:secret@:x", "test", sealer(t), nil); err == nil || strings.Contains(err.Error(), "secret") {
		t.Errorf("a bad address: %v", err)
	}
}
