package repo

import (
	"context"
	"errors"
	"time"

	"bangfu/service/model"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// InsertInbox claims an inbound push; KindConflict when it has been claimed before.
func (s *Store) InsertInbox(ctx context.Context, row model.InboxRow) error {
	return s.inbox.insert(ctx, row)
}

// Inbox row by key.
func (s *Store) Inbox(ctx context.Context, id string) (model.InboxRow, error) {
	return get[model.InboxRow](ctx, s.db.Collection(colInbox), id)
}

// InsertAnswer keeps the answer that every repeat of a push gets; KindConflict when it has one.
func (s *Store) InsertAnswer(ctx context.Context, a model.InboxAnswer) error {
	return s.answers.insert(ctx, a)
}

// Answer to a push by its key.
func (s *Store) Answer(ctx context.Context, id string) (model.InboxAnswer, error) {
	return get[model.InboxAnswer](ctx, s.db.Collection(colAnswers), id)
}

// ReclaimInbox takes over a push whose first handler died; KindConflict when somebody else did.
func (s *Store) ReclaimInbox(ctx context.Context, row model.InboxRow, until time.Time) error {
	res, err := s.db.Collection(colInbox).UpdateOne(ctx, bson.D{
		{Key: "_id", Value: row.ID}, {Key: "lease_until", Value: row.LeaseUntil},
	}, bson.D{{Key: "$set", Value: bson.D{{Key: "lease_until", Value: until.UTC()}}}})
	if err != nil {
		return translate("reclaim inbox", err)
	}
	if res.MatchedCount == 0 {
		return model.NewError(model.KindConflict, "inbox_taken", "正在处理")
	}
	return nil
}

// PruneInbox removes what was received before the instant, with its answers.
func (s *Store) PruneInbox(ctx context.Context, before time.Time) error {
	return errors.Join(s.prune(ctx, colInbox, "received_at", before), s.prune(ctx, colAnswers, "received_at", before))
}

// DeleteInboxOf removes what a person's pushes left behind.
func (s *Store) DeleteInboxOf(ctx context.Context, openID string) error {
	of := bson.D{{Key: "openid", Value: openID}}
	_, rows := remove(ctx, s.db.Collection(colInbox), of)
	_, answers := remove(ctx, s.db.Collection(colAnswers), of)
	return errors.Join(rows, answers)
}
