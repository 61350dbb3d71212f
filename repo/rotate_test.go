package repo_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"bangfu/repo"
	"bangfu/repo/embedded"
	"bangfu/repo/repotest"
	"bangfu/service/model"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

// rotating is a database with persons, cadres and staff sealed under an old key.
type rotating struct {
	db *embedded.Database

	old, added, next, last string // keysets: before, with the new key, sealing with it, without the old key
}

const (
	sealedPersons = 40
	sealedValues  = 3*sealedPersons + 3
)

func newRotating(t *testing.T) rotating {
	t.Helper()
	db, err := embedded.OpenDatabase(t.TempDir(), true)
	must(t, err)
	t.Cleanup(db.Close)
	r := rotating{db: db}
	r.old, err = repo.NewKeyset()
	must(t, err)
	r.added, err = repo.ChangeKeyset(r.old, repo.KeysetAdd)
	must(t, err)
	r.next, err = repo.ChangeKeyset(r.added, repo.KeysetPromote)
	must(t, err)
	r.last, err = repo.ChangeKeyset(r.next, repo.KeysetPrune)
	must(t, err)
	s := r.store(t, r.old)
	_, err = s.Migrate(t.Context(), now)
	must(t, err)
	must(t, db.IndexByID(t.Context(), repotest.Name))
	for i := range sealedPersons {
		id := fmt.Sprintf("P-%02d", i)
		must(t, s.InsertPerson(t.Context(), model.Person{
			ID: id, Record: model.NewRecord(now, "seed"), NationalID: seal(t, s, "national-"+id, "national_id", id),
			Phone: seal(t, s, "phone-0", "phone", id), BankAccount: seal(t, s, "account-"+id, "bank_account", id),
		}))
	}
	must(t, s.InsertCadre(t.Context(), model.Cadre{ID: "C-001", Record: model.NewRecord(now, "seed"), Phone: seal(t, s, "cadre-phone", "phone", "C-001")}))
	must(t, s.InsertStaff(t.Context(), model.Staff{
		ID: "office", Record: model.NewRecord(now, "seed"), TOTP: seal(t, s, "secret", "totp", "office"), TOTPPending: seal(t, s, "pending", "totp_pending", "office"),
	}))
	return r
}

// store opens the database with a keyset.
func (r rotating) store(t *testing.T, keyset string) *repo.Store {
	t.Helper()
	sealer, err := repo.NewSealer(keyset)
	must(t, err)
	s, err := repo.Open(r.db.URI(), "test", sealer, nil)
	must(t, err)
	t.Cleanup(func() { _ = s.Close(context.Background()) })
	return s
}

func seal(t *testing.T, s *repo.Store, text, field, id string) model.Sealed {
	t.Helper()
	sealed, err := s.Sealer().Seal(text, field, id)
	if err != nil {
		t.Error(err)
	}
	return sealed
}

func silent(repo.Rotation) {}

func totals(done []repo.Rotation) (fresh, already int64) {
	for _, r := range done {
		fresh, already = fresh+r.Resealed, already+r.Already
	}
	return fresh, already
}

// wantOpens reads everything with the keyset from which the old key is gone.
func (r rotating) wantOpens(t *testing.T, phone func(id string) string) {
	t.Helper()
	s := r.store(t, r.last)
	persons, err := s.Persons(t.Context())
	must(t, err)
	opens := func(what string, sealed model.Sealed, field, id, want string) {
		t.Helper()
		if got, err := s.Sealer().Open(sealed, field, id); err != nil || got != want {
			t.Errorf("%s of %s: %q %v, want %q", what, id, got, err, want)
		}
	}
	for _, p := range persons {
		opens("id number", p.NationalID, "national_id", p.ID, "national-"+p.ID)
		opens("phone", p.Phone, "phone", p.ID, phone(p.ID))
		opens("bank account", p.BankAccount, "bank_account", p.ID, "account-"+p.ID)
	}
	cadre, err := s.Cadre(t.Context(), "C-001")
	must(t, err)
	opens("phone", cadre.Phone, "phone", "C-001", "cadre-phone")
	staff, err := s.Staff(t.Context(), "office")
	must(t, err)
	opens("totp", staff.TOTP, "totp", "office", "secret")
	opens("pending totp", staff.TOTPPending, "totp_pending", "office", "pending")
	if len(persons) != sealedPersons {
		t.Errorf("%d persons", len(persons))
	}
}

func TestRotation(t *testing.T) {
	r := newRotating(t)
	s := r.store(t, r.next)
	var seen []string
	done, err := s.RotateKeys(t.Context(), func(r repo.Rotation) { seen = append(seen, r.Collection) })
	must(t, err)
	if fresh, already := totals(done); fresh != sealedValues || already != 0 || len(seen) < 3 {
		t.Errorf("%d sealed anew, %d were already, progress %v", fresh, already, seen)
	}
	done, err = s.RotateKeys(t.Context(), silent)
	must(t, err)
	if fresh, already := totals(done); fresh != 0 || already != sealedValues {
		t.Errorf("again: %d sealed anew, %d were already", fresh, already)
	}
	p, err := s.Person(t.Context(), "P-00")
	if err != nil || p.Rev != 1 {
		t.Errorf("a rotation is no change of the record: revision %d %v", p.Rev, err)
	}
	r.wantOpens(t, func(string) string { return "phone-0" })
}

// TestRotationWhileOthersEdit changes phones (sealed) and notes (not sealed) of the same persons from
// several hands while the keys rotate, in processes of which some still seal with the old key at first.
func TestRotationWhileOthersEdit(t *testing.T) {
	repotest.Raced(t)
	r := newRotating(t)
	s, added, old := r.store(t, r.next), r.store(t, r.added), r.store(t, r.old)
	ids := []string{"P-00", "P-01", "P-02", "P-03"}
	var phones, notes [4]atomic.Int64
	var hands sync.WaitGroup
	for i, id := range ids {
		hands.Go(func() {
			for n := range 25 {
				by := s
				if n < 12 {
					by = added
				}
				edit(t, by, id, func(p *model.Person) {
					if was, err := by.Sealer().Open(p.Phone, "phone", id); err != nil || was != fmt.Sprintf("phone-%d", n) {
						t.Errorf("%s after %d edits: %q %v", id, n, was, err)
					}
					p.Phone = seal(t, by, fmt.Sprintf("phone-%d", n+1), "phone", id)
				})
				phones[i].Store(int64(n + 1))
			}
		})
		hands.Go(func() {
			for range 25 {
				// A process that has only the old key reads the whole document and writes it back.
				edit(t, old, id, func(p *model.Person) { p.Chronic = append(p.Chronic, "x") })
				notes[i].Add(1)
			}
		})
	}
	rotations := 0
	edited := make(chan struct{})
	go func() { hands.Wait(); close(edited) }()
	for running := true; running; rotations++ {
		select {
		case <-edited:
			running = false // once more after the last edit
		default:
		}
		_, err := s.RotateKeys(t.Context(), silent)
		must(t, err)
	}
	r.wantOpens(t, func(id string) string {
		for i := range ids {
			if ids[i] == id {
				return fmt.Sprintf("phone-%d", phones[i].Load())
			}
		}
		return "phone-0"
	})
	for i, id := range ids {
		p, err := s.Person(t.Context(), id)
		must(t, err)
		if int64(len(p.Chronic)) != notes[i].Load() || p.Rev != 1+25+notes[i].Load() {
			t.Errorf("%s: %d of %d notes, revision %d", id, len(p.Chronic), notes[i].Load(), p.Rev)
		}
	}
	if rotations < 2 {
		t.Errorf("the keys rotated %d times while others edited", rotations)
	}
}

func edit(t *testing.T, s *repo.Store, id string, do func(*model.Person)) {
	t.Helper()
	for {
		_, err := s.ChangePerson(context.WithoutCancel(t.Context()), id, 0, by("a", now), func(p *model.Person) error { do(p); return nil })
		if err == nil {
			return
		}
		if !model.IsKind(err, model.KindConflict) {
			t.Error(err)
			return
		}
	}
}

// TestAnEditDoesNotUndoARotation rotates between an edit's reading and its writing.
func TestAnEditDoesNotUndoARotation(t *testing.T) {
	r := newRotating(t)
	s := r.store(t, r.next)
	rotated := false
	_, err := s.ChangePerson(t.Context(), "P-00", 1, by("a", now), func(p *model.Person) error {
		p.LabourAbility = "none"
		if !rotated {
			rotated = true
			_, err := s.RotateKeys(t.Context(), silent)
			return err
		}
		return nil
	})
	must(t, err)
	p, err := s.Person(t.Context(), "P-00")
	must(t, err)
	if p.LabourAbility != "none" || p.Rev != 2 || !s.Sealer().Current(p.Phone) || !s.Sealer().Current(p.NationalID) {
		t.Errorf("%q, revision %d, phone under the new key %v", p.LabourAbility, p.Rev, s.Sealer().Current(p.Phone))
	}
	r.wantOpens(t, func(string) string { return "phone-0" })
}

// TestADocumentFromBeforeAFieldWasSealed has no such field at all, and can be changed and rotated.
func TestADocumentFromBeforeAFieldWasSealed(t *testing.T) {
	r := newRotating(t)
	s := r.store(t, r.next)
	client, err := mongo.Connect(options.Client().ApplyURI(r.db.URI()))
	must(t, err)
	t.Cleanup(func() { _ = client.Disconnect(context.Background()) })
	unset := func(collection, id string, fields ...string) {
		gone := bson.D{}
		for _, f := range fields {
			gone = append(gone, bson.E{Key: f, Value: ""})
		}
		_, err := client.Database(repotest.Name).Collection(collection).UpdateOne(t.Context(), bson.D{{Key: "_id", Value: id}}, bson.D{{Key: "$unset", Value: gone}})
		must(t, err)
	}
	unset("persons", "P-00", "phone")
	unset("staff", "office", "totp_pending", "epoch")
	done, err := s.RotateKeys(t.Context(), silent)
	must(t, err)
	if fresh, _ := totals(done); fresh != sealedValues-2 {
		t.Errorf("%d sealed anew", fresh)
	}
	_, err = s.ChangePerson(t.Context(), "P-00", 1, by("a", now), func(p *model.Person) error { p.Status = "moved_out"; return nil })
	must(t, err)
	_, err = s.ChangeStaff(t.Context(), "office", 1, by("a", now), func(st *model.Staff) error { st.Name = "x"; return nil })
	must(t, err)
}

// TestARotationGoesOn stops one in the middle and starts it again.
func TestARotationGoesOn(t *testing.T) {
	r := newRotating(t)
	s := r.store(t, r.next)
	ctx, cancel := context.WithCancel(t.Context())
	_, err := s.RotateKeys(ctx, func(repo.Rotation) { cancel() })
	if err == nil {
		t.Fatal("it was not stopped")
	}
	done, err := s.RotateKeys(t.Context(), silent)
	must(t, err)
	if fresh, already := totals(done); already == 0 || fresh+already != sealedValues {
		t.Errorf("%d sealed anew, %d were already", fresh, already)
	}
	r.wantOpens(t, func(string) string { return "phone-0" })
}

func TestStepsOfAKeyset(t *testing.T) {
	old, err := repo.NewKeyset()
	must(t, err)
	sealers := map[string]*repo.Sealer{}
	var step = func(name, text string, change repo.KeysetChange) string {
		next, err := repo.ChangeKeyset(text, change)
		must(t, err)
		sealers[name], err = repo.NewSealer(next)
		must(t, err)
		return next
	}
	sealers["old"], err = repo.NewSealer(old)
	must(t, err)
	added := step("added", old, repo.KeysetAdd)
	promoted := step("promoted", added, repo.KeysetPromote)
	step("pruned", promoted, repo.KeysetPrune)
	for _, c := range []struct {
		by, to string
		opens  bool
	}{
		{"old", "added", true},
		{"added", "old", true}, // one has the new key, the other not yet
		{"added", "promoted", true},
		{"promoted", "added", true}, // one seals with the new key, the other not yet
		{"promoted", "old", false},
		{"promoted", "pruned", true},
		{"old", "pruned", false},
	} {
		sealed, err := sealers[c.by].Seal("text", "f", "r")
		must(t, err)
		if _, err := sealers[c.to].Open(sealed, "f", "r"); (err == nil) != c.opens {
			t.Errorf("sealed by %s, opened by %s: %v", c.by, c.to, err)
		}
	}
	want, err := sealers["old"].Hash("text", "f")
	must(t, err)
	for name, s := range sealers {
		if got, err := s.Hash("text", "f"); err != nil || got != want {
			t.Errorf("%s: the look-up hash changes", name)
		}
	}
	if _, err := repo.ChangeKeyset(promoted, repo.KeysetPromote); err == nil {
		t.Error("there was nothing to promote")
	}
	if _, err := repo.ChangeKeyset("{secret}", repo.KeysetRotate); err == nil || strings.Contains(err.Error(), "{secret}") {
		t.Errorf("%v", err)
	}
}

func TestTakingTries(t *testing.T) {
	repotest.Raced(t)
	s := open(t)
	const most = model.StaffTries
	var all sync.WaitGroup
	var taken, refused atomic.Int64
	for range 30 {
		all.Go(func() {
			_, err := s.TakeTry(t.Context(), "a", most, now)
			switch {
			case err == nil:
				taken.Add(1)
			case model.IsKind(err, model.KindTooMany):
				refused.Add(1)
			default:
				t.Error(errors.Unwrap(err))
			}
		})
	}
	all.Wait()
	if taken.Load() != most || refused.Load() != 30-most {
		t.Errorf("%d taken, %d refused", taken.Load(), refused.Load())
	}
	if _, err := s.TakeTry(t.Context(), "b", most, now); err != nil {
		t.Errorf("another place: %v", err)
	}
	must(t, s.LockTries(t.Context(), "b", most, now)) // it has tries left: nothing happens
	must(t, s.LockTries(t.Context(), "a", most, now))
	must(t, s.LockTries(t.Context(), "a", most, now.Add(time.Minute))) // locked already: not for longer
	row, err := s.Tries(t.Context(), "a")
	must(t, err)
	if !row.LockedTill.Equal(now.Add(model.StaffLock)) || row.Failures != 0 {
		t.Errorf("%+v", row)
	}
	for at, kind := range map[time.Time]model.Kind{now.Add(model.StaffLock - time.Second): model.KindTooMany, now.Add(model.StaffLock): ""} {
		if _, err := s.TakeTry(t.Context(), "a", most, at); (err == nil) != (kind == "") || err != nil && !model.IsKind(err, kind) {
			t.Errorf("at %s: %v", at, err)
		}
	}
	must(t, s.PruneTries(t.Context(), now.Add(time.Minute)))
	if _, err := s.Tries(t.Context(), "b"); !model.IsKind(err, model.KindNotFound) {
		t.Errorf("an old count is kept: %v", err)
	}
}
