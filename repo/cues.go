package repo

import (
	"context"
	"time"

	"bangfu/service/model"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

// NoteUnheard counts a sentence that was not understood.
func (s *Store) NoteUnheard(ctx context.Context, u model.Unheard) error {
	_, err := s.db.Collection(colUnheard).UpdateOne(ctx, byID(u.ID), bson.D{
		{Key: "$setOnInsert", Value: bson.D{
			{Key: "role", Value: u.Role}, {Key: "text", Value: u.Text}, {Key: "first_at", Value: u.LastAt.UTC()}, {Key: "done", Value: false},
		}},
		{Key: "$set", Value: bson.D{{Key: "last_at", Value: u.LastAt.UTC()}}},
		{Key: "$inc", Value: bson.D{{Key: "times", Value: 1}}},
	}, options.UpdateOne().SetUpsert(true))
	return translate("note unheard", err)
}

// Unheard are the sentences that nobody has dealt with, the most frequent first, at most limit.
func (s *Store) Unheard(ctx context.Context, limit int64) ([]model.Unheard, error) {
	return find[model.Unheard](ctx, s.db.Collection(colUnheard), bson.D{{Key: "done", Value: false}},
		options.Find().SetSort(bson.D{{Key: "times", Value: -1}, {Key: "_id", Value: 1}}).SetLimit(limit))
}

// OneUnheard by id.
func (s *Store) OneUnheard(ctx context.Context, id string) (model.Unheard, error) {
	return get[model.Unheard](ctx, s.db.Collection(colUnheard), id)
}

// SettleUnheard takes a sentence off the list.
func (s *Store) SettleUnheard(ctx context.Context, id string) error {
	return set(ctx, s.db.Collection(colUnheard), id, bson.D{{Key: "done", Value: true}})
}

// PruneUnheard forgets sentences that nobody has said since the instant.
func (s *Store) PruneUnheard(ctx context.Context, before time.Time) error {
	_, err := remove(ctx, s.db.Collection(colUnheard), bson.D{{Key: "last_at", Value: bson.D{{Key: "$lt", Value: before.UTC()}}}})
	return err
}

// InsertCue is KindConflict when it is there already.
func (s *Store) InsertCue(ctx context.Context, c model.Cue) error {
	return insert(ctx, s.db.Collection(colCues), c)
}

// Cues are all that the office has added, by id.
func (s *Store) Cues(ctx context.Context) ([]model.Cue, error) {
	return all[model.Cue](ctx, s, colCues)
}

// DeleteCue takes one away; taking it away twice is no error.
func (s *Store) DeleteCue(ctx context.Context, id string) error {
	_, err := remove(ctx, s.db.Collection(colCues), byID(id))
	return err
}
