package repo_test

import (
	"fmt"
	"sync"
	"testing"

	"bangfu/repo/repotest"
	"bangfu/service/model"
)

// TestUnfollowingWhileABroadcastWaits: of those in one batch who unfollow at the same instant none is kept, and
// everybody else is.
func TestUnfollowingWhileABroadcastWaits(t *testing.T) {
	repotest.Raced(t)
	s := open(t)
	batch := model.WaitingBatch{ID: "b/0", BroadcastID: "b"}
	for i := range 40 {
		batch.Waiting = append(batch.Waiting, model.Waiting{Person: fmt.Sprint("p", i), IdentityID: fmt.Sprint("oa:", i), OpenID: fmt.Sprint("o", i)})
	}
	must(t, s.InsertWaiting(t.Context(), batch))
	var all sync.WaitGroup
	for i := range 20 {
		all.Go(func() {
			if err := s.ForgetRecipient(t.Context(), fmt.Sprint("oa:", 2*i), now); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	got, err := s.Waiting(t.Context(), batch.ID)
	must(t, err)
	for i, w := range got.Waiting {
		want := batch.Waiting[i]
		if i%2 == 0 {
			want.OpenID, want.IdentityID = "", ""
		}
		if w.Person != want.Person || w.OpenID != want.OpenID || w.IdentityID != want.IdentityID {
			t.Errorf("%d: %+v", i, w)
		}
	}
	if reports, err := s.Reports(t.Context(), "b"); err != nil || len(reports) != 20 {
		t.Errorf("%d are to be forgotten once they have a row: %v", len(reports), err)
	}
}
