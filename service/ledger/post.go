package ledger

import (
	"context"

	"bangfu/repo/queue"
	"bangfu/service/model"
)

// Post enters one line into the books. Its ID is the idempotency key: posting the same line again changes
// nothing, another line under the same key is KindConflict "key_used". The statement that the line belongs to
// is rebuilt at once, and by the queue should we die in between.
func (s *Service) Post(ctx context.Context, actor string, e model.Entry) (model.Entry, error) {
	if err := e.Check(); err != nil {
		return e, err
	}
	e.Record = model.NewRecord(s.now(), actor)
	statement := model.StatementID(e.HouseholdID, e.PaidOn.Year())
	if e.HouseholdID != "" {
		if err := s.queue.Ask(ctx, queue.RebuildStatement, statement); err != nil {
			return e, err
		}
	}
	err := s.store.InsertEntry(ctx, e)
	if model.IsKind(err, model.KindConflict) {
		return s.posted(ctx, e)
	}
	if err != nil || e.HouseholdID == "" {
		return e, err
	}
	return e, s.Rebuild(ctx, statement)
}

// posted is the line that is there under the key, if it is the same one.
func (s *Service) posted(ctx context.Context, e model.Entry) (model.Entry, error) {
	there, err := s.store.Entry(ctx, e.ID)
	if err != nil {
		return e, err
	}
	if !there.Same(e) {
		return there, model.NewError(model.KindConflict, "key_used", "这个编号已经记过另一笔账")
	}
	return there, nil
}
