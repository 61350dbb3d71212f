package notify

import (
	"context"
	"time"

	"bangfu/repo/queue"
)

const (
	// mendAfter is longer than anybody takes between a message and the work for it.
	mendAfter = time.Minute
	mendBatch = 1000
)

// RequeueOrphans asks for the work of messages that wait without any, because whoever wrote them died before they could
// ask. It returns how many they were.
func (s *Service) RequeueOrphans(ctx context.Context) (int, error) {
	waiting, err := s.store.WaitingMessages(ctx, s.now().Add(-mendAfter), mendBatch)
	if err != nil || len(waiting) == 0 {
		return 0, err
	}
	asked, err := s.store.AskedFor(ctx, queue.SendMessage, waiting)
	if err != nil {
		return 0, err
	}
	mended := 0
	for _, id := range waiting {
		if asked[id] {
			continue
		}
		if err := s.queue.Enqueue(ctx, queue.SendMessage, id); err != nil {
			return mended, err
		}
		mended++
	}
	return mended, nil
}
