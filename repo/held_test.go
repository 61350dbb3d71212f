package repo_test

import (
	"fmt"
	"sync"
	"testing"

	"bangfu/repo"
	"bangfu/repo/repotest"
	"bangfu/service/model"
)

// TestWhatIsHeldIsForgottenWhenItIsWritten reads a unit, renames it in each way that there is, and reads it again: by id, among
// all, and among those that are named.
func TestWhatIsHeldIsForgottenWhenItIsWritten(t *testing.T) {
	s, ctx := open(t), t.Context()
	must(t, s.InsertUnit(ctx, model.Unit{ID: "U-1", Record: model.NewRecord(now, "test"), Name: "一队"}))
	must(t, s.InsertCadre(ctx, model.Cadre{ID: "C-1", Record: model.NewRecord(now, "test"), Name: "甲"}))
	for i := range 5 {
		want := fmt.Sprint("改", i)
		_, err := s.ChangeUnit(ctx, "U-1", 0, model.ChangeInfo{Actor: "test", At: now}, func(u *model.Unit) error { u.Name = want; return nil })
		must(t, err)
		_, err = s.ChangeCadre(ctx, "C-1", 0, model.ChangeInfo{Actor: "test", At: now}, func(c *model.Cadre) error { c.Name = want; return nil })
		must(t, err)
		u, err := s.Unit(ctx, "U-1")
		must(t, err)
		all, err := s.Units(ctx)
		must(t, err)
		cadres, err := s.CadresByID(ctx, []string{"C-1", "C-2"})
		must(t, err)
		if u.Name != want || len(all) != 1 || all[0].Name != want || len(cadres) != 1 || cadres["C-1"].Name != want {
			t.Errorf("after %s: %s, %v, %v", want, u.Name, all, cadres)
		}
	}
	_, err := s.Unit(ctx, "U-2")
	wantKind(t, "a unit that there is not", err, model.KindNotFound)
	must(t, s.InsertUnit(ctx, model.Unit{ID: "U-2", Record: model.NewRecord(now, "test"), Name: "二队"}))
	if _, err := s.Unit(ctx, "U-2"); err != nil {
		t.Errorf("a unit that there was not when somebody asked: %v", err)
	}
}

// TestCallersCannotChangeWhatIsHeld: a map in what was read is the caller's own.
func TestCallersCannotChangeWhatIsHeld(t *testing.T) {
	s, ctx := open(t), t.Context()
	one, err := s.Settings(ctx)
	must(t, err)
	one.KindDays[model.NeedOther] = 99
	two, err := s.Settings(ctx)
	must(t, err)
	if two.KindDays[model.NeedOther] == 99 {
		t.Error("what one caller did, another reads")
	}
}

// TestAnotherProcessIsToldOfAWrite: it reads the new name as soon as it was told, and held the old one until then.
func TestAnotherProcessIsToldOfAWrite(t *testing.T) {
	db, ctx := repotest.OpenDatabase(t), t.Context()
	here, there := repotest.Over(t, db, now), repotest.Over(t, db, now)
	here.OnHeldWrite(there.ForgetHeld)
	must(t, here.InsertUnit(ctx, model.Unit{ID: "U-1", Record: model.NewRecord(now, "test"), Name: "一队"}))
	name := func(s *repo.Store) string {
		u, err := s.Unit(ctx, "U-1")
		must(t, err)
		return u.Name
	}
	rename := func(s *repo.Store, to string) {
		_, err := s.ChangeUnit(ctx, "U-1", 0, model.ChangeInfo{Actor: "test", At: now}, func(u *model.Unit) error { u.Name = to; return nil })
		must(t, err)
	}
	name(there)
	rename(here, "二队")
	if got := name(there); got != "二队" {
		t.Errorf("told, and reads %s", got)
	}
	name(here)
	rename(there, "三队") // which tells nobody
	if got := name(here); got != "二队" {
		t.Errorf("not told, and reads %s: nothing was held", got)
	}
}

// TestNobodyHoldsWhatWasReadBeforeAWrite has many read while one writes: whoever reads after the write finds it.
func TestNobodyHoldsWhatWasReadBeforeAWrite(t *testing.T) {
	repotest.Raced(t)
	s, ctx := open(t), t.Context()
	must(t, s.InsertUnit(ctx, model.Unit{ID: "U-1", Record: model.NewRecord(now, "test"), Name: "0"}))
	stop := make(chan struct{})
	var readers sync.WaitGroup
	for range 4 {
		readers.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
					_, _ = s.Units(ctx)
				}
			}
		})
	}
	for i := range 50 {
		want := fmt.Sprint(i + 1)
		_, err := s.ChangeUnit(ctx, "U-1", 0, model.ChangeInfo{Actor: "test", At: now}, func(u *model.Unit) error { u.Name = want; return nil })
		must(t, err)
		all, err := s.Units(ctx)
		must(t, err)
		if all[0].Name != want {
			t.Errorf("wrote %s, read %s", want, all[0].Name)
		}
	}
	close(stop)
	readers.Wait()
}
