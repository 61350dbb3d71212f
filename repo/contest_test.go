package repo_test

import (
	"sync"
	"testing"

	"bangfu/repo/repotest"
	"bangfu/service/model"
)

// TestFiftyHandsChangeOneDocument: nobody's change is lost, and nobody is told to look again who named no revision.
func TestFiftyHandsChangeOneDocument(t *testing.T) {
	repotest.Raced(t)
	s, ctx := open(t), t.Context()
	must(t, s.InsertUnit(ctx, model.Unit{ID: "U-1", Record: model.NewRecord(now, "test"), Name: "一队"}))
	const hands, changes = 50, 2
	var all sync.WaitGroup
	for range hands {
		all.Go(func() {
			for range changes {
				_, err := s.ChangeUnit(ctx, "U-1", 0, model.ChangeInfo{Actor: "test", At: now}, func(u *model.Unit) error { u.Path = append(u.Path, "x"); return nil })
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	u, err := s.Unit(ctx, "U-1")
	must(t, err)
	if len(u.Path) != hands*changes || u.Rev != hands*changes+1 {
		t.Errorf("%d changes, revision %d", len(u.Path), u.Rev)
	}
}
