package repo_test

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"bangfu/repo/repotest"
	"bangfu/service/model"
)

// TestRowsThatComeTogether claims many pushes at the same instant, each by several hands: everybody hears of their
// own row, and of each push exactly one hand has it.
func TestRowsThatComeTogether(t *testing.T) {
	repotest.Raced(t)
	s := open(t)
	const pushes, hands = 300, 3
	var won [pushes]atomic.Int32
	var all sync.WaitGroup
	for i := range pushes * hands {
		all.Go(func() {
			row := model.InboxRow{ID: fmt.Sprint("k", i%pushes), OpenID: fmt.Sprint("o", i), ReceivedAt: now, LeaseUntil: now.Add(time.Second)}
			err := s.InsertInbox(t.Context(), row)
			if err == nil {
				won[i%pushes].Add(1)
				if got, err := s.Inbox(t.Context(), row.ID); err != nil || got.OpenID != row.OpenID {
					t.Errorf("%s: %+v %v", row.ID, got, err)
				}
			} else if !model.IsKind(err, model.KindConflict) {
				t.Error(err)
			}
		})
	}
	all.Wait()
	for i := range won {
		if n := won[i].Load(); n != 1 {
			t.Errorf("push %d is in %d hands", i, n)
		}
	}
}
