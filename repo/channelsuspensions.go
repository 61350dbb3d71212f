package repo

import (
	"context"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"bangfu/service/model"
)

// ChannelSuspension of a way (model.WayID); KindNotFound when nothing ever stopped it.
func (s *Store) ChannelSuspension(ctx context.Context, id string) (model.ChannelSuspension, error) {
	return get[model.ChannelSuspension](ctx, s.db.Collection(colSuspensions), id)
}

// ChannelSuspensions are all of them, ended ones too.
func (s *Store) ChannelSuspensions(ctx context.Context) ([]model.ChannelSuspension, error) {
	return all[model.ChannelSuspension](ctx, s, colSuspensions)
}

// PutChannelSuspension stops a way, or stops it longer.
func (s *Store) PutChannelSuspension(ctx context.Context, h model.ChannelSuspension) error {
	return put(ctx, s.db.Collection(colSuspensions), h.ID, h)
}

// RenewChannelSuspension moves the end of a hold if it is still the one that the caller saw: of several at once one does.
func (s *Store) RenewChannelSuspension(ctx context.Context, h model.ChannelSuspension, until time.Time) (bool, error) {
	res, err := s.db.Collection(colSuspensions).UpdateOne(ctx, bson.D{{Key: "_id", Value: h.ID}, {Key: "until", Value: h.Until.UTC()}},
		bson.D{{Key: "$set", Value: bson.D{{Key: "until", Value: until.UTC()}}}})
	if err != nil {
		return false, translate("renew hold", err)
	}
	return res.MatchedCount == 1, nil
}

// DropChannelSuspension lets a way go on.
func (s *Store) DropChannelSuspension(ctx context.Context, id string) error {
	_, err := remove(ctx, s.db.Collection(colSuspensions), byID(id))
	return err
}
