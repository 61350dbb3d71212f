package repo

import (
	"context"
	"crypto/rand"
	"time"

	"bangfu/service/model"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

// InsertMessages stores messages, each for itself, and returns the ids of those that were not to be told already.
func (s *Store) InsertMessages(ctx context.Context, list ...model.Message) (fresh []string, err error) {
	known, err := insertEach(ctx, s.db.Collection(colMessages), list)
	for i, m := range list {
		if !known[i] {
			fresh = append(fresh, m.ID)
		}
	}
	return fresh, err
}

// Message by id.
func (s *Store) Message(ctx context.Context, id string) (model.Message, error) {
	return get[model.Message](ctx, s.db.Collection(colMessages), id)
}

// Settlement is how an attempt to send a message ended.
type Settlement struct {
	State   model.MessageState
	At      time.Time
	ErrCode int64
	RID     string
	Reason  string
	Way     string
	Spent   []string     // the ways that are not tried again, those of before too
	Steps   []model.Step // attempts that failed, to be kept
}

// keptSteps is how many failed attempts a message remembers.
const keptSteps = 30

// change writes the outcome down.
func (o Settlement) change() bson.D {
	fields := bson.D{
		{Key: "state", Value: o.State}, {Key: "settled_at", Value: o.At.UTC()}, {Key: "way", Value: o.Way},
		{Key: "errcode", Value: o.ErrCode}, {Key: "rid", Value: o.RID}, {Key: "reason", Value: o.Reason},
	}
	change := bson.D{}
	if len(o.Steps) > 0 {
		last := bson.D{{Key: "$each", Value: o.Steps}, {Key: "$slice", Value: -keptSteps}}
		change = append(change, bson.E{Key: "$push", Value: bson.D{{Key: "steps", Value: last}}})
	}
	if len(o.Spent) > 0 {
		fields = append(fields, bson.E{Key: "spent", Value: o.Spent})
	}
	return append(change, bson.E{Key: "$set", Value: fields})
}

// Settled is a message with the outcome of its attempt.
type Settled struct {
	MessageID string
	Settlement
}

// WriteMessages writes outcomes, and marks the messages next, which are queued, as being sent until the lease ends. It
// answers the ids of those of next that are the caller's to send: whoever is not among them was taken by somebody else.
// A message is marked right before its call to WeChat and not when it is claimed: should the process crash, what is
// marked may have gone, and what is not has surely not.
func (s *Store) WriteMessages(ctx context.Context, settled []Settled, next []string, lease time.Time) (mine map[string]bool, err error) {
	var writes []mongo.WriteModel
	for _, o := range settled {
		writes = append(writes, updateByID(o.MessageID, o.change()))
	}
	claim := rand.Text()
	if len(next) > 0 {
		writes = append(writes, mongo.NewUpdateManyModel().SetFilter(append(oneOf("_id", next), bson.E{Key: "state", Value: model.MessageQueued})).SetUpdate(bson.D{
			{Key: "$set", Value: bson.D{{Key: "state", Value: model.MessageSending}, {Key: "lease_until", Value: lease.UTC()}, {Key: "claim", Value: claim}}},
			{Key: "$inc", Value: bson.D{{Key: "attempts", Value: 1}}},
		}))
	}
	c := s.db.Collection(colMessages)
	res, err := bulk(ctx, c, writes)
	if err != nil {
		return nil, err
	}
	mine = map[string]bool{}
	if res.MatchedCount == int64(len(settled)+len(next)) {
		for _, id := range next {
			mine[id] = true
		}
		return mine, nil
	}
	rows, err := find[struct {
		ID string `bson:"_id"`
	}](ctx, c, append(oneOf("_id", next), bson.E{Key: "claim", Value: claim}), options.Find().SetProjection(onlyID))
	for _, r := range rows {
		mine[r.ID] = true
	}
	return mine, err
}

// MessagesByID are those of the messages that there are, in no order.
func (s *Store) MessagesByID(ctx context.Context, ids []string) ([]model.Message, error) {
	return findByIDs[model.Message](ctx, s.db.Collection(colMessages), ids)
}

// DeleteMessagesOf forgets what was told to an identity.
func (s *Store) DeleteMessagesOf(ctx context.Context, identityID string) error {
	_, err := remove(ctx, s.db.Collection(colMessages), bson.D{{Key: "identity_id", Value: identityID}})
	return err
}

// MessagesFor an identity, oldest first.
func (s *Store) MessagesFor(ctx context.Context, identityID string) ([]model.Message, error) {
	return find[model.Message](ctx, s.db.Collection(colMessages), bson.D{{Key: "identity_id", Value: identityID}}, oldestFirst("created_at"))
}

// MessagesUnder are the messages whose ids begin with prefix, by id.
func (s *Store) MessagesUnder(ctx context.Context, prefix string) ([]model.Message, error) {
	within := bson.D{{Key: "$gte", Value: prefix}, {Key: "$lt", Value: prefix + "\uffff"}}
	return find[model.Message](ctx, s.db.Collection(colMessages), bson.D{{Key: "_id", Value: within}}, inOrder())
}

// MessagesIn the states, newest first, at most limit.
func (s *Store) MessagesIn(ctx context.Context, limit int64, states ...model.MessageState) ([]model.Message, error) {
	return find[model.Message](ctx, s.db.Collection(colMessages), bson.D{{Key: "state", Value: bson.D{{Key: "$in", Value: states}}}},
		options.Find().SetSort(bson.D{{Key: "created_at", Value: -1}, {Key: "_id", Value: 1}}).SetLimit(limit))
}

// CountMessages is how many messages are in the state.
func (s *Store) CountMessages(ctx context.Context, state model.MessageState) (int64, error) {
	n, err := s.db.Collection(colMessages).CountDocuments(ctx, bson.D{{Key: "state", Value: state}})
	return n, translate("count messages", err)
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
