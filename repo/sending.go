package repo

import (
	"context"
	"time"

	"bangfu/service/model"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

// Hold of a way (model.WayID); KindNotFound when nothing ever stopped it.
func (s *Store) Hold(ctx context.Context, id string) (model.Hold, error) {
	return get[model.Hold](ctx, s.db.Collection(colHolds), id)
}

// Holds are all of them, ended ones too.
func (s *Store) Holds(ctx context.Context) ([]model.Hold, error) {
	return all[model.Hold](ctx, s, colHolds)
}

// PutHold stops a way, or stops it longer.
func (s *Store) PutHold(ctx context.Context, h model.Hold) error {
	return put(ctx, s.db.Collection(colHolds), h.ID, h)
}

// Deliver notes our side or WeChat's of a delivery: the fields of d that are not empty. It answers what both
// sides know by then.
func (s *Store) Deliver(ctx context.Context, d model.Delivery) (model.Delivery, error) {
	fields := bson.D{{Key: "identity_id", Value: d.IdentityID}, {Key: "way", Value: d.Way}, {Key: "at", Value: d.At.UTC()}}
	if d.MessageID != "" {
		fields = append(fields, bson.E{Key: "message_id", Value: d.MessageID})
	}
	if d.Result != "" {
		fields = append(fields, bson.E{Key: "result", Value: d.Result})
	}
	c := s.db.Collection(colDeliveries)
	if _, err := c.UpdateOne(ctx, byID(d.ID), bson.D{{Key: "$set", Value: fields}}, options.UpdateOne().SetUpsert(true)); err != nil {
		return d, translate("deliver", err)
	}
	return get[model.Delivery](ctx, c, d.ID)
}

// DeliveriesTo an identity, oldest first.
func (s *Store) DeliveriesTo(ctx context.Context, identityID string) ([]model.Delivery, error) {
	return find[model.Delivery](ctx, s.db.Collection(colDeliveries), bson.D{{Key: "identity_id", Value: identityID}}, oldestFirst("at"))
}

// DeleteDeliveriesTo forgets what WeChat reported of an identity.
func (s *Store) DeleteDeliveriesTo(ctx context.Context, identityID string) error {
	_, err := remove(ctx, s.db.Collection(colDeliveries), bson.D{{Key: "identity_id", Value: identityID}})
	return err
}

// PruneDeliveries forgets those before the instant.
func (s *Store) PruneDeliveries(ctx context.Context, before time.Time) error {
	_, err := remove(ctx, s.db.Collection(colDeliveries), bson.D{{Key: "at", Value: bson.D{{Key: "$lt", Value: before.UTC()}}}})
	return err
}

// MessagesIn the states, newest first, at most limit.
func (s *Store) MessagesIn(ctx context.Context, limit int64, states ...model.MessageState) ([]model.Message, error) {
	return find[model.Message](ctx, s.db.Collection(colMessages), bson.D{{Key: "state", Value: bson.D{{Key: "$in", Value: states}}}},
		options.Find().SetSort(bson.D{{Key: "created_at", Value: -1}, {Key: "_id", Value: 1}}).SetLimit(limit))
}

// WaitingMessages are the ids of those that were made before the instant and have no outcome yet, oldest first, at
// most limit.
func (s *Store) WaitingMessages(ctx context.Context, before time.Time, limit int64) ([]string, error) {
	filter := bson.D{
		{Key: "state", Value: bson.D{{Key: "$in", Value: []model.MessageState{model.MessageQueued, model.MessageSending}}}},
		{Key: "created_at", Value: bson.D{{Key: "$lt", Value: before.UTC()}}},
	}
	rows, err := find[struct {
		ID string `bson:"_id"`
	}](ctx, s.db.Collection(colMessages), filter, oldestFirst("created_at").SetLimit(limit).SetProjection(onlyID))
	ids := make([]string, len(rows))
	for i, r := range rows {
		ids[i] = r.ID
	}
	return ids, err
}

// onlyID asks for ids only.
var onlyID = bson.D{{Key: "_id", Value: 1}}

// MoveMessage takes a message from one of the states to another, with a new end of its life unless that is
// zero; KindConflict when it is in another state by now.
func (s *Store) MoveMessage(ctx context.Context, id string, from []model.MessageState, to model.MessageState, expires, at time.Time) error {
	fields := bson.D{{Key: "state", Value: to}, {Key: "settled_at", Value: at.UTC()}}
	if !expires.IsZero() {
		fields = append(fields, bson.E{Key: "expires_at", Value: expires.UTC()}, bson.E{Key: "spent", Value: bson.A{}})
	}
	res, err := s.db.Collection(colMessages).UpdateOne(ctx,
		bson.D{{Key: "_id", Value: id}, {Key: "state", Value: bson.D{{Key: "$in", Value: from}}}}, bson.D{{Key: "$set", Value: fields}})
	if err == nil && res.MatchedCount == 0 {
		return model.NewError(model.KindConflict, "message_state", "这条消息的状态刚刚变了,请刷新再看")
	}
	return translate("move message", err)
}

// PutHandNotice notes something that is to be told in person.
func (s *Store) PutHandNotice(ctx context.Context, n model.HandNotice) error {
	return put(ctx, s.db.Collection(colHandNotices), n.ID, n)
}

// HandNotices are all that wait; they are few, because whoever tells one takes it out.
func (s *Store) HandNotices(ctx context.Context) ([]model.HandNotice, error) {
	return find[model.HandNotice](ctx, s.db.Collection(colHandNotices), bson.D{}, oldestFirst("at"))
}

// HandNotice by the message's id.
func (s *Store) HandNotice(ctx context.Context, id string) (model.HandNotice, error) {
	return get[model.HandNotice](ctx, s.db.Collection(colHandNotices), id)
}

// DropHandNotice takes it out: it is told, or nobody needs it any more.
func (s *Store) DropHandNotice(ctx context.Context, id string) error {
	_, err := remove(ctx, s.db.Collection(colHandNotices), byID(id))
	return err
}

// PruneHandNotices forgets those that are not worth telling any more.
func (s *Store) PruneHandNotices(ctx context.Context, now time.Time) error {
	_, err := remove(ctx, s.db.Collection(colHandNotices), bson.D{{Key: "until", Value: bson.D{{Key: "$lt", Value: now.UTC()}}}})
	return err
}
