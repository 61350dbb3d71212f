package repo_test

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"bangfu/repo"
	"bangfu/repo/repotest"
	"bangfu/service/model"
)

func by(actor string, at time.Time) model.ChangeInfo {
	return model.ChangeInfo{Actor: actor, Why: "why " + actor, At: at}
}

func household(t *testing.T, s *repo.Store) {
	t.Helper()
	must(t, s.InsertHousehold(t.Context(), model.Household{
		ID: "H-001", Record: model.NewRecord(now, "seed"), Address: "zero", Attrs: map[string]any{"count": int64(0)},
	}))
}

// TestFiftyEditsOfOneHousehold counts with every edit: none may be lost.
func TestFiftyEditsOfOneHousehold(t *testing.T) {
	repotest.Raced(t)
	s := open(t)
	household(t, s)
	const hands = 50
	var all sync.WaitGroup
	var done atomic.Int64
	for i := range hands {
		all.Go(func() {
			_, err := s.ChangeHousehold(t.Context(), "H-001", 0, by(fmt.Sprint(i), now), func(h *model.Household) error {
				h.Attrs["count"] = h.Attrs["count"].(int64) + 1
				return nil
			})
			switch {
			case err == nil:
				done.Add(1)
			case !model.IsKind(err, model.KindConflict):
				t.Error(err)
			}
		})
	}
	all.Wait()
	h, err := s.Household(t.Context(), "H-001")
	must(t, err)
	if h.Attrs["count"] != done.Load() || h.Rev != 1+done.Load() {
		t.Errorf("%d edits done, counted %v, revision %d", done.Load(), h.Attrs["count"], h.Rev)
	}
	list, err := s.HouseholdHistory(t.Context(), "H-001")
	must(t, err)
	if int64(len(list)) != h.Rev {
		t.Errorf("%d revisions kept of %d", len(list), h.Rev)
	}
}

func TestAnEditOfAnOldRevisionIsRefused(t *testing.T) {
	s := open(t)
	household(t, s)
	move := func(rev int64, to string) error {
		_, err := s.ChangeHousehold(t.Context(), "H-001", rev, by("a", now), func(h *model.Household) error { h.Address = to; return nil })
		return err
	}
	must(t, move(1, "one"))
	err := move(1, "two")
	wantKind(t, "an edit of revision 1", err, model.KindConflict)
	var e *model.Error
	if !asError(err, &e) || e.Rev != 2 {
		t.Errorf("the conflict names revision %d", e.Rev)
	}
	must(t, move(2, "one")) // changes nothing
	h, err := s.Household(t.Context(), "H-001")
	must(t, err)
	if h.Rev != 2 || h.Address != "one" {
		t.Errorf("%d %s", h.Rev, h.Address)
	}
}

func TestAsItStood(t *testing.T) {
	s := open(t)
	household(t, s)
	for i, address := range []string{"one", "two", "three"} {
		_, err := s.ChangeHousehold(t.Context(), "H-001", 0, by("a", now.Add(time.Duration(i+1)*time.Hour)), func(h *model.Household) error {
			h.Address = address
			h.Attrs[address] = true
			return nil
		})
		must(t, err)
	}
	for after, want := range map[time.Duration]string{0: "zero", time.Hour: "one", 90 * time.Minute: "one", 2 * time.Hour: "two", 9 * time.Hour: "three"} {
		h, err := s.HouseholdAsOf(t.Context(), "H-001", now.Add(after))
		must(t, err)
		if h.Address != want || (h.Attrs["two"] == true) != (want == "two" || want == "three") {
			t.Errorf("after %s: %s %v, want %s", after, h.Address, h.Attrs, want)
		}
	}
	_, err := s.HouseholdAsOf(t.Context(), "H-001", now.Add(-time.Second))
	wantKind(t, "before it was made", err, model.KindNotFound)
}

func TestSealedFieldsLeaveNoValueInRevisions(t *testing.T) {
	s := open(t)
	must(t, s.InsertPerson(t.Context(), model.Person{ID: "P-1", Record: model.NewRecord(now, "seed"), Phone: []byte("old"), PhoneHash: "oldhash"}))
	_, err := s.ChangePerson(t.Context(), "P-1", 0, by("a", now), func(p *model.Person) error {
		p.Phone, p.PhoneHash = []byte("new"), "newhash"
		return nil
	})
	must(t, err)
	list, err := s.PersonHistory(t.Context(), "P-1")
	must(t, err)
	fields := list[len(list)-1].Fields
	if len(fields) != 2 {
		t.Fatalf("%+v", fields)
	}
	for _, f := range fields {
		if !f.Sealed || f.Before != nil || f.After != nil {
			t.Errorf("%+v", f)
		}
	}
}

// TestTheOrderOfFlexibleFields: maps are stored in any order, and that alone is no change.
func TestTheOrderOfFlexibleFields(t *testing.T) {
	s := open(t)
	fields := func() map[string]any {
		return map[string]any{"housing_type": "自有楼房", "housing_area": 56.0, "arable": 3.5, "note": "无", "housing_grade": "B"}
	}
	must(t, s.InsertHousehold(t.Context(), model.Household{ID: "H-001", Record: model.NewRecord(now, "seed"), Attrs: fields()}))
	edit := func(change func(map[string]any)) model.Household {
		h, err := s.ChangeHousehold(t.Context(), "H-001", 0, by("a", now), func(h *model.Household) error {
			h.Attrs = fields()
			change(h.Attrs)
			return nil
		})
		must(t, err)
		return h
	}
	for range 30 {
		if h := edit(func(map[string]any) {}); h.Rev != 1 {
			t.Fatalf("the same fields made revision %d: %+v", h.Rev, h.Change)
		}
	}
	if h := edit(func(f map[string]any) { f["housing_grade"] = "C" }); h.Rev != 2 || h.Attrs["housing_grade"] != "C" {
		t.Errorf("another value: %+v", h)
	}
	if h := edit(func(f map[string]any) { delete(f, "note"); f["nose"] = "无" }); h.Rev != 3 {
		t.Errorf("another name: %+v", h)
	}
}
