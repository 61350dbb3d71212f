package repo

import (
	"context"
	"time"

	"bangfu/service/model"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

// InsertBroadcast is KindConflict when the id is taken.
func (s *Store) InsertBroadcast(ctx context.Context, b model.Broadcast) error {
	return insert(ctx, s.db.Collection(colBroadcasts), b)
}

// Broadcast by id.
func (s *Store) Broadcast(ctx context.Context, id string) (model.Broadcast, error) {
	return get[model.Broadcast](ctx, s.db.Collection(colBroadcasts), id)
}

// ChangeBroadcast changes one broadcast; see change for rev and the errors.
func (s *Store) ChangeBroadcast(ctx context.Context, id string, rev int64, by model.ChangeInfo, edit func(*model.Broadcast) error) (model.Broadcast, error) {
	return change(ctx, s, colBroadcasts, id, rev, by, edit)
}

// BroadcastHistory are all its revisions, oldest first.
func (s *Store) BroadcastHistory(ctx context.Context, id string) ([]model.Revision, error) {
	return history[model.Broadcast](ctx, s, colBroadcasts, id)
}

// BroadcastsBefore are broadcasts whose id comes before the given one (empty: from the latest on), latest first,
// at most limit.
func (s *Store) BroadcastsBefore(ctx context.Context, before string, limit int64) ([]model.Broadcast, error) {
	filter := bson.D{}
	if before != "" {
		filter = bson.D{{Key: "_id", Value: bson.D{{Key: "$lt", Value: before}}}}
	}
	return find[model.Broadcast](ctx, s.db.Collection(colBroadcasts), filter,
		options.Find().SetSort(bson.D{{Key: "_id", Value: -1}}).SetLimit(limit))
}

// BroadcastsIn the states, by id.
func (s *Store) BroadcastsIn(ctx context.Context, states ...model.BroadcastState) ([]model.Broadcast, error) {
	return find[model.Broadcast](ctx, s.db.Collection(colBroadcasts),
		bson.D{{Key: "state", Value: bson.D{{Key: "$in", Value: states}}}}, inOrder())
}

// AddProgress adds what a piece did to the progress of a broadcast and answers how it stands then.
func (s *Store) AddProgress(ctx context.Context, id string, add model.Progress, at time.Time) (model.Progress, error) {
	inc := bson.D{
		{Key: "tried", Value: add.Tried}, {Key: "refused", Value: add.Refused}, {Key: "later", Value: add.Later}, {Key: "reports", Value: add.Reports},
	}
	for _, key := range sortedKeys(add.Done) {
		inc = append(inc, bson.E{Key: "done." + key, Value: add.Done[key]})
	}
	var p model.Progress
	err := s.db.Collection(colProgress).FindOneAndUpdate(ctx, byID(id),
		bson.D{{Key: "$inc", Value: inc}, {Key: "$set", Value: bson.D{{Key: "latest_at", Value: at.UTC()}}}},
		options.FindOneAndUpdate().SetUpsert(true).SetReturnDocument(options.After)).Decode(&p)
	return p, translate("add progress", err)
}

// PutProgress begins the count of a broadcast anew.
func (s *Store) PutProgress(ctx context.Context, p model.Progress) error {
	return put(ctx, s.db.Collection(colProgress), p.ID, p)
}

// Progress of a broadcast; KindNotFound before it runs.
func (s *Store) Progress(ctx context.Context, id string) (model.Progress, error) {
	return get[model.Progress](ctx, s.db.Collection(colProgress), id)
}
