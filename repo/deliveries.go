package repo

import (
	"context"
	"time"

	"bangfu/service/model"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

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
	var both model.Delivery
	err := s.db.Collection(colDeliveries).FindOneAndUpdate(ctx, byID(d.ID), bson.D{{Key: "$set", Value: fields}},
		options.FindOneAndUpdate().SetUpsert(true).SetReturnDocument(options.After)).Decode(&both)
	return both, translate("deliver", err)
}

// DeliveriesTo an identity, oldest first.
func (s *Store) DeliveriesTo(ctx context.Context, identityID string) ([]model.Delivery, error) {
	return find[model.Delivery](ctx, s.db.Collection(colDeliveries), bson.D{{Key: "identity_id", Value: identityID}}, oldestFirst("at"))
}

// DeleteDeliveriesTo forgets what WeChat reported of an identity, and what no report was joined to.
func (s *Store) DeleteDeliveriesTo(ctx context.Context, identityID string) error {
	_, err := remove(ctx, s.db.Collection(colDeliveries), bson.D{{Key: "identity_id", Value: identityID}})
	if err == nil {
		_, err = remove(ctx, s.db.Collection(colUnmatched), byID(identityID))
	}
	return err
}

// PruneDeliveries forgets those before the instant.
func (s *Store) PruneDeliveries(ctx context.Context, before time.Time) error {
	_, err := remove(ctx, s.db.Collection(colDeliveries), bson.D{{Key: "at", Value: bson.D{{Key: "$lt", Value: before.UTC()}}}})
	return err
}

// DeliverAll notes our side of deliveries.
func (s *Store) DeliverAll(ctx context.Context, list []model.Delivery) error {
	c := s.db.Collection(colDeliveries)
	reported, err := insertEach(ctx, c, list)
	var writes []mongo.WriteModel
	for i := range reported { // WeChat was faster
		d := list[i]
		writes = append(writes, updateByID(d.ID, bson.D{{Key: "$set", Value: bson.D{{Key: "message_id", Value: d.MessageID}, {Key: "way", Value: d.Way}}}}))
	}
	if err == nil {
		_, err = bulk(ctx, c, writes)
	}
	return err
}

// Reported are those of the deliveries of which WeChat has reported.
func (s *Store) Reported(ctx context.Context, ids []string) ([]model.Delivery, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	return find[model.Delivery](ctx, s.db.Collection(colDeliveries), append(oneOf("_id", ids), bson.E{Key: "result", Value: bson.D{{Key: "$ne", Value: ""}}}))
}
