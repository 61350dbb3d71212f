package repo

import (
	"context"
	"fmt"
	"math/rand/v2"
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

// ClaimMessage takes a queued message for sending one way until the lease ends; KindConflict when it is not
// queued any more.
func (s *Store) ClaimMessage(ctx context.Context, id, way string, until time.Time) error {
	res, err := s.db.Collection(colMessages).UpdateOne(ctx,
		bson.D{{Key: "_id", Value: id}, {Key: "state", Value: model.MessageQueued}},
		bson.D{
			{Key: "$set", Value: bson.D{{Key: "state", Value: model.MessageSending}, {Key: "lease_until", Value: until.UTC()}, {Key: "way", Value: way}}},
			{Key: "$inc", Value: bson.D{{Key: "attempts", Value: 1}}},
		})
	if err != nil {
		return translate("claim message", err)
	}
	if res.MatchedCount == 0 {
		return model.NewError(model.KindConflict, "message_taken", "消息已在发送")
	}
	return nil
}

// Settlement is how an attempt to send a message ended.
type Settlement struct {
	State   model.MessageState
	At      time.Time
	ErrCode int64
	RID     string
	Reason  string
	Way     string
	Spent   bool        // the way is not tried again
	Step    *model.Step // an attempt that failed, to be kept
}

// keptSteps is how many failed attempts a message remembers.
const keptSteps = 30

// SettleMessage records the outcome of an attempt.
func (s *Store) SettleMessage(ctx context.Context, id string, o Settlement) error {
	fields := bson.D{
		{Key: "state", Value: o.State}, {Key: "settled_at", Value: o.At.UTC()}, {Key: "way", Value: o.Way},
		{Key: "errcode", Value: o.ErrCode}, {Key: "rid", Value: o.RID}, {Key: "reason", Value: o.Reason},
	}
	change := bson.D{{Key: "$set", Value: fields}}
	if o.Step != nil {
		last := bson.D{{Key: "$each", Value: bson.A{*o.Step}}, {Key: "$slice", Value: -keptSteps}}
		change = append(change, bson.E{Key: "$push", Value: bson.D{{Key: "steps", Value: last}}})
	}
	if o.Spent {
		change = append(change, bson.E{Key: "$addToSet", Value: bson.D{{Key: "spent", Value: o.Way}}})
	}
	res, err := s.db.Collection(colMessages).UpdateOne(ctx, byID(id), change)
	if err == nil && res.MatchedCount == 0 {
		err = mongo.ErrNoDocuments
	}
	return translate("settle message", err)
}

// DeleteMessagesOf forgets what was told to an identity.
func (s *Store) DeleteMessagesOf(ctx context.Context, identityID string) error {
	_, err := remove(ctx, s.db.Collection(colMessages), bson.D{{Key: "identity_id", Value: identityID}})
	return err
}

// InsertJobs writes outbox rows, each for itself, stamped as rows that the queue is being told of for the first
// time. It reports which wait already, by their place in the list; those stay as they are.
func (s *Store) InsertJobs(ctx context.Context, list []model.Job, at time.Time) (waiting map[int]bool, err error) {
	for i := range list {
		list[i].Asked, list[i].Epoch, list[i].EnqueuedAt = 1, 1, at.UTC()
	}
	return insertEach(ctx, s.db.Collection(colOutbox), list)
}

// AskJob asks once more for work that waits already: whoever does it now must do it again, because they may have
// looked before the latest change. It returns the row, stamped as one that the queue is being told of. The row is
// written anew should the work be done meanwhile.
func (s *Store) AskJob(ctx context.Context, j model.Job, at time.Time) (model.Job, error) {
	change := bson.D{
		{Key: "$inc", Value: bson.D{{Key: "asked", Value: 1}, {Key: "epoch", Value: 1}}},
		{Key: "$set", Value: bson.D{{Key: "enqueued_at", Value: at.UTC()}}},
		{Key: "$setOnInsert", Value: bson.D{
			{Key: "type", Value: j.Type}, {Key: "ref", Value: j.Ref}, {Key: "failures", Value: 0},
			{Key: "created_at", Value: j.CreatedAt}, {Key: "due_at", Value: j.DueAt},
		}},
	}
	err := upsert(func() error {
		return s.db.Collection(colOutbox).FindOneAndUpdate(ctx, byID(j.ID), change,
			options.FindOneAndUpdate().SetUpsert(true).SetReturnDocument(options.After)).Decode(&j)
	})
	return j, translate("ask job", err)
}

// upsert does it again where two at once wanted to make the row: the other one has made it.
func upsert(do func() error) error {
	err := do()
	if mongo.IsDuplicateKeyError(err) {
		err = do()
	}
	return err
}

// AskedFor are those of the records for which work of the type waits.
func (s *Store) AskedFor(ctx context.Context, typ string, refs []string) (map[string]bool, error) {
	ids := make([]string, len(refs))
	for i, ref := range refs {
		ids[i] = model.NewJob(typ, ref, time.Time{}).ID
	}
	rows, err := find[model.Job](ctx, s.db.Collection(colOutbox), bson.D{{Key: "_id", Value: bson.D{{Key: "$in", Value: ids}}}})
	asked := map[string]bool{}
	for _, r := range rows {
		asked[r.Ref] = true
	}
	return asked, err
}

// Job by id.
func (s *Store) Job(ctx context.Context, id string) (model.Job, error) {
	return get[model.Job](ctx, s.db.Collection(colOutbox), id)
}

// DueJobs are rows that are due and of which the queue was last told before the instant
// told, oldest first, at most limit.
func (s *Store) DueJobs(ctx context.Context, now, told time.Time, limit int64) ([]model.Job, error) {
	return find[model.Job](ctx, s.db.Collection(colOutbox), bson.D{
		{Key: "due_at", Value: bson.D{{Key: "$lte", Value: now.UTC()}}},
		{Key: "enqueued_at", Value: bson.D{{Key: "$lt", Value: told.UTC()}}},
	}, oldestFirst("due_at").SetLimit(limit))
}

// StampJob records that the queue is being told of the row for the epoch-th time;
// KindNotFound when the work is done meanwhile.
func (s *Store) StampJob(ctx context.Context, id string, epoch int, at time.Time) error {
	return set(ctx, s.db.Collection(colOutbox), id, bson.D{
		{Key: "epoch", Value: epoch}, {Key: "enqueued_at", Value: at.UTC()},
	})
}

// DeferJob puts the work off to the instant due, after one more failure.
func (s *Store) DeferJob(ctx context.Context, id string, due time.Time) error {
	_, err := s.db.Collection(colOutbox).UpdateOne(ctx, byID(id), bson.D{
		{Key: "$set", Value: bson.D{{Key: "due_at", Value: due.UTC()}, {Key: "enqueued_at", Value: time.Time{}}}},
		{Key: "$inc", Value: bson.D{{Key: "failures", Value: 1}}},
	})
	return translate("defer job", err)
}

// HurryJob makes work that waits due at the instant; nothing when there is none.
func (s *Store) HurryJob(ctx context.Context, id string, now time.Time) error {
	_, err := s.db.Collection(colOutbox).UpdateOne(ctx, byID(id), bson.D{{Key: "$set", Value: bson.D{{Key: "due_at", Value: now.UTC()}}}})
	return translate("hurry job", err)
}

// DoneJob takes the row out and reports true, unless it was asked for again since j was read.
func (s *Store) DoneJob(ctx context.Context, j model.Job) (bool, error) {
	n, err := remove(ctx, s.db.Collection(colOutbox), bson.D{{Key: "_id", Value: j.ID}, {Key: "asked", Value: j.Asked}})
	return n == 1, err
}

// CountJobs is how many rows wait.
func (s *Store) CountJobs(ctx context.Context) (int64, error) {
	n, err := s.db.Collection(colOutbox).CountDocuments(ctx, bson.D{}, options.Count())
	return n, translate("count jobs", err)
}

// sentID is the id of a count of a day.
func sentID(what string, day model.Date) string { return string(day) + "|" + what }

// TakeSent takes a place among the messages that an identity gets on the day without asking, and says the how-manieth
// it is. Taking comes before sending, so that of several who send at once none takes the same place.
func (s *Store) TakeSent(ctx context.Context, identityID string, day model.Date) (int, error) {
	var row struct {
		N int `bson:"n"`
	}
	err := upsert(func() error {
		return s.db.Collection(colSent).FindOneAndUpdate(ctx, byID(sentID(identityID, day)), countUp(1, day),
			options.FindOneAndUpdate().SetUpsert(true).SetReturnDocument(options.After)).Decode(&row)
	})
	return row.N, translate("take sent", err)
}

// GiveSent gives the place back: nothing was sent.
func (s *Store) GiveSent(ctx context.Context, identityID string, day model.Date) error {
	_, err := s.db.Collection(colSent).UpdateOne(ctx, byID(sentID(identityID, day)), countUp(-1, day))
	return translate("give sent", err)
}

func countUp(n int, day model.Date) bson.D {
	return bson.D{{Key: "$inc", Value: bson.D{{Key: "n", Value: n}}}, {Key: "$set", Value: bson.D{{Key: "day", Value: day}}}}
}

// wayParts is over how many documents the count of a way is spread: whoever sends writes it, all at once, and
// writers of one document wait for each other.
const wayParts = 8

func wayPart(way string, day model.Date, part int) string {
	return sentID(fmt.Sprintf("%s#%d", way, part), day)
}

// CountWay counts n more messages that went a way (model.WayID) on the day.
func (s *Store) CountWay(ctx context.Context, way string, n int, day model.Date) error {
	return s.countSent(ctx, wayPart(way, day, rand.IntN(wayParts)), n, day)
}

// SentWay is how many that were.
func (s *Store) SentWay(ctx context.Context, way string, day model.Date) (total int, err error) {
	for part := range wayParts {
		n, err := s.sent(ctx, wayPart(way, day, part))
		if err != nil {
			return 0, err
		}
		total += n
	}
	return total, nil
}

func (s *Store) countSent(ctx context.Context, id string, n int, day model.Date) error {
	return translate("count sent", upsert(func() error {
		_, err := s.db.Collection(colSent).UpdateOne(ctx, byID(id), countUp(n, day), options.UpdateOne().SetUpsert(true))
		return err
	}))
}

func (s *Store) sent(ctx context.Context, id string) (int, error) {
	row, err := get[struct {
		N int `bson:"n"`
	}](ctx, s.db.Collection(colSent), id)
	if model.IsKind(err, model.KindNotFound) {
		return 0, nil
	}
	return row.N, err
}

// PruneSent forgets the counts of the days before.
func (s *Store) PruneSent(ctx context.Context, before model.Date) error {
	_, err := remove(ctx, s.db.Collection(colSent), bson.D{{Key: "day", Value: bson.D{{Key: "$lt", Value: before}}}})
	return err
}
