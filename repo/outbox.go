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

// InsertJobs writes outbox rows, each for itself, stamped as rows that the queue is being told of for the first
// time. It reports which wait already, by their place in the list; those stay as they are.
func (s *Store) InsertJobs(ctx context.Context, list []model.Job, at time.Time) (waiting map[int]bool, err error) {
	for i := range list {
		list[i].Asked, list[i].Epoch, list[i].EnqueuedAt = 1, 1, at.UTC()
	}
	return insertEach(ctx, s.db.Collection(colOutbox), list)
}

// EnqueueJob asks once more for work that waits already: whoever does it now must do it again, because they may have
// looked before the latest change. It returns the row, stamped as one that the queue is being told of. The row is
// written anew should the work be done meanwhile.
func (s *Store) EnqueueJob(ctx context.Context, j model.Job, at time.Time) (model.Job, error) {
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

// MarkEnqueued records that the queue is being told of the row for the epoch-th time;
// KindNotFound when the work is done meanwhile.
func (s *Store) MarkEnqueued(ctx context.Context, id string, epoch int, at time.Time) error {
	return set(ctx, s.db.Collection(colOutbox), id, bson.D{
		{Key: "epoch", Value: epoch}, {Key: "enqueued_at", Value: at.UTC()},
	})
}

// RescheduleJob puts the work off to the instant due, after one more failure.
func (s *Store) RescheduleJob(ctx context.Context, id string, due time.Time) error {
	_, err := s.db.Collection(colOutbox).UpdateOne(ctx, byID(id), bson.D{
		{Key: "$set", Value: bson.D{{Key: "due_at", Value: due.UTC()}, {Key: "enqueued_at", Value: time.Time{}}}},
		{Key: "$inc", Value: bson.D{{Key: "failures", Value: 1}}},
	})
	return translate("defer job", err)
}

// ExpediteJob makes work that waits due at the instant; nothing when there is none.
func (s *Store) ExpediteJob(ctx context.Context, id string, now time.Time) error {
	_, err := s.db.Collection(colOutbox).UpdateOne(ctx, byID(id), bson.D{{Key: "$set", Value: bson.D{{Key: "due_at", Value: now.UTC()}}}})
	return translate("hurry job", err)
}

// CompleteJob takes the row out and reports true, unless it was asked for again since j was read.
func (s *Store) CompleteJob(ctx context.Context, j model.Job) (bool, error) {
	n, err := remove(ctx, s.db.Collection(colOutbox), bson.D{{Key: "_id", Value: j.ID}, {Key: "asked", Value: j.Asked}})
	return n == 1, err
}

// CountJobs is how many rows wait.
func (s *Store) CountJobs(ctx context.Context) (int64, error) {
	n, err := s.db.Collection(colOutbox).CountDocuments(ctx, bson.D{}, options.Count())
	return n, translate("count jobs", err)
}

// OldestDue is since when the oldest work of each type has been due; a type of which nothing is due is not in it.
func (s *Store) OldestDue(ctx context.Context, types []string, now time.Time) (map[string]time.Time, error) {
	since := map[string]time.Time{}
	for _, typ := range types {
		oldest, err := s.oldestJob(ctx, "due_at", bson.D{{Key: "type", Value: typ}, {Key: "due_at", Value: bson.D{{Key: "$lte", Value: now.UTC()}}}})
		if err != nil {
			return nil, err
		}
		if oldest.ID != "" {
			since[typ] = oldest.DueAt
		}
	}
	return since, nil
}

// OldestJob is when the oldest work was asked for that is not done; the zero instant when none waits. It goes through the
// outbox, which is short where work is done.
func (s *Store) OldestJob(ctx context.Context) (time.Time, error) {
	oldest, err := s.oldestJob(ctx, "created_at", bson.D{})
	return oldest.CreatedAt, err
}

func (s *Store) oldestJob(ctx context.Context, by string, filter bson.D) (model.Job, error) {
	jobs, err := find[model.Job](ctx, s.db.Collection(colOutbox), filter, options.Find().SetSort(bson.D{{Key: by, Value: 1}}).SetLimit(1))
	if err != nil || len(jobs) == 0 {
		return model.Job{}, err
	}
	return jobs[0], nil
}

// ClaimJobs takes at most limit rows of a type that are due, oldest first, and puts them off until the lease ends, so
// that nobody else takes them unless the caller crashes.
func (s *Store) ClaimJobs(ctx context.Context, typ string, now, lease time.Time, limit int64) ([]model.Job, error) {
	c, due := s.db.Collection(colOutbox), bson.E{Key: "due_at", Value: bson.D{{Key: "$lte", Value: now.UTC()}}}
	jobs, err := find[model.Job](ctx, c, bson.D{{Key: "type", Value: typ}, due}, oldestFirst("due_at").SetLimit(limit))
	if err != nil || len(jobs) == 0 {
		return nil, err
	}
	ids := make([]string, len(jobs))
	for i, j := range jobs {
		ids[i] = j.ID
	}
	claim := rand.Text()
	res, err := c.UpdateMany(ctx, append(oneOf("_id", ids), due), bson.D{{Key: "$set", Value: bson.D{
		{Key: "due_at", Value: lease.UTC()}, {Key: "enqueued_at", Value: now.UTC()}, {Key: "claim", Value: claim},
	}}})
	if err != nil || res.MatchedCount == int64(len(jobs)) {
		return jobs, translate("claim jobs", err)
	}
	return find[model.Job](ctx, c, append(oneOf("_id", ids), bson.E{Key: "claim", Value: claim}))
}

// CompleteJobs takes out the rows of work that is done, and puts the others off until their instants. Work that was
// asked for again since it was read is due again at once.
func (s *Store) CompleteJobs(ctx context.Context, done []model.Job, later map[string]time.Time, now time.Time) error {
	var writes []mongo.WriteModel
	ids := make([]string, len(done))
	for i, j := range done {
		ids[i] = j.ID
		writes = append(writes, mongo.NewDeleteManyModel().SetFilter(bson.D{{Key: "_id", Value: j.ID}, {Key: "asked", Value: j.Asked}}))
	}
	for _, id := range sortedKeys(later) {
		writes = append(writes, updateByID(id, bson.D{
			{Key: "$set", Value: bson.D{{Key: "due_at", Value: later[id].UTC()}, {Key: "enqueued_at", Value: time.Time{}}}},
			{Key: "$inc", Value: bson.D{{Key: "failures", Value: 1}}},
		}))
	}
	res, err := bulk(ctx, s.db.Collection(colOutbox), writes)
	if err != nil || res.DeletedCount == int64(len(done)) {
		return err
	}
	_, err = s.db.Collection(colOutbox).UpdateMany(ctx, oneOf("_id", ids), bson.D{{Key: "$set", Value: bson.D{
		{Key: "due_at", Value: now.UTC()}, {Key: "enqueued_at", Value: time.Time{}},
	}}})
	return translate("complete jobs", err)
}

// MarkManyEnqueued records that the queue is being told of rows.
func (s *Store) MarkManyEnqueued(ctx context.Context, ids []string, at time.Time) error {
	_, err := s.db.Collection(colOutbox).UpdateMany(ctx, oneOf("_id", ids), bson.D{{Key: "$set", Value: bson.D{{Key: "enqueued_at", Value: at.UTC()}}}})
	return translate("stamp jobs", err)
}
