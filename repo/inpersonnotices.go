package repo

import (
	"context"
	"time"

	"bangfu/service/model"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
)

// PutInPersonNotices notes what is to be told in person.
func (s *Store) PutInPersonNotices(ctx context.Context, list []model.InPersonNotice) error {
	var writes []mongo.WriteModel
	for _, n := range list {
		writes = append(writes, updateByID(n.ID, bson.D{{Key: "$set", Value: bson.D{
			{Key: "household_id", Value: n.HouseholdID}, {Key: "text", Value: n.Text}, {Key: "at", Value: n.At.UTC()}, {Key: "until", Value: n.Until.UTC()},
		}}}).SetUpsert(true))
	}
	_, err := bulk(ctx, s.db.Collection(colInPersonNotices), writes)
	return err
}

// InPersonNotices are all that wait; they are few, because whoever tells one takes it out.
func (s *Store) InPersonNotices(ctx context.Context) ([]model.InPersonNotice, error) {
	return find[model.InPersonNotice](ctx, s.db.Collection(colInPersonNotices), bson.D{}, oldestFirst("at"))
}

// InPersonNotice by the message's id.
func (s *Store) InPersonNotice(ctx context.Context, id string) (model.InPersonNotice, error) {
	return get[model.InPersonNotice](ctx, s.db.Collection(colInPersonNotices), id)
}

// DropInPersonNotice takes it out: it is told, or nobody needs it any more.
func (s *Store) DropInPersonNotice(ctx context.Context, id string) error {
	_, err := remove(ctx, s.db.Collection(colInPersonNotices), byID(id))
	return err
}

// PruneInPersonNotices forgets those that are not worth telling any more.
func (s *Store) PruneInPersonNotices(ctx context.Context, now time.Time) error {
	_, err := remove(ctx, s.db.Collection(colInPersonNotices), bson.D{{Key: "until", Value: bson.D{{Key: "$lt", Value: now.UTC()}}}})
	return err
}
