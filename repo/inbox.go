package repo

import (
	"context"
	"time"

	"bangfu/service/model"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// InsertInbox claims an inbound push; KindConflict when it has been claimed before.
func (s *Store) InsertInbox(ctx context.Context, row model.InboxRow) error {
	return insert(ctx, s.db.Collection(colInbox), row)
}

// Inbox row by key.
func (s *Store) Inbox(ctx context.Context, id string) (model.InboxRow, error) {
	return get[model.InboxRow](ctx, s.db.Collection(colInbox), id)
}

// FinishInbox stores the answer that every repeat gets.
func (s *Store) FinishInbox(ctx context.Context, id string, reply []byte) error {
	return set(ctx, s.db.Collection(colInbox), id, bson.D{{Key: "done", Value: true}, {Key: "reply", Value: reply}})
}

// ReclaimInbox takes over a push whose first handler died; KindConflict when somebody else did.
func (s *Store) ReclaimInbox(ctx context.Context, row model.InboxRow, until time.Time) error {
	res, err := s.db.Collection(colInbox).UpdateOne(ctx, bson.D{
		{Key: "_id", Value: row.ID}, {Key: "done", Value: false}, {Key: "lease_until", Value: row.LeaseUntil},
	}, bson.D{{Key: "$set", Value: bson.D{{Key: "lease_until", Value: until.UTC()}}}})
	if err != nil {
		return translate("reclaim inbox", err)
	}
	if res.MatchedCount == 0 {
		return model.NewError(model.KindConflict, "inbox_taken", "正在处理")
	}
	return nil
}

// PruneInbox removes rows received before the instant.
func (s *Store) PruneInbox(ctx context.Context, before time.Time) error {
	return s.prune(ctx, colInbox, "received_at", before)
}

// DeleteInboxOf removes what a person's pushes left behind.
func (s *Store) DeleteInboxOf(ctx context.Context, openID string) error {
	_, err := remove(ctx, s.db.Collection(colInbox), bson.D{{Key: "openid", Value: openID}})
	return err
}
