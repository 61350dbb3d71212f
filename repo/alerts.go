package repo

import (
	"context"
	"time"

	"bangfu/service/model"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

// InsertAlert adds an alert.
func (s *Store) InsertAlert(ctx context.Context, a model.Alert) error {
	return insert(ctx, s.db.Collection(colAlerts), a)
}

// Alert by id.
func (s *Store) Alert(ctx context.Context, id string) (model.Alert, error) {
	return get[model.Alert](ctx, s.db.Collection(colAlerts), id)
}

// Alerts are those in a state (empty: in any), newest first, at most limit.
func (s *Store) Alerts(ctx context.Context, state model.AlertState, limit int64) ([]model.Alert, error) {
	filter := bson.D{}
	if state != "" {
		filter = bson.D{{Key: "state", Value: state}}
	}
	return find[model.Alert](ctx, s.db.Collection(colAlerts), filter,
		options.Find().SetSort(bson.D{{Key: "at", Value: -1}, {Key: "_id", Value: -1}}).SetLimit(limit))
}

// AcknowledgeAlert closes an open alert; KindConflict when somebody else has.
func (s *Store) AcknowledgeAlert(ctx context.Context, id, actor, note string, at time.Time) error {
	res, err := s.db.Collection(colAlerts).UpdateOne(ctx,
		bson.D{{Key: "_id", Value: id}, {Key: "state", Value: model.AlertOpen}},
		bson.D{{Key: "$set", Value: bson.D{
			{Key: "state", Value: model.AlertAcknowledged}, {Key: "acknowledged_by", Value: actor},
			{Key: "acknowledged_at", Value: at.UTC()}, {Key: "note", Value: note},
		}}})
	if err == nil && res.MatchedCount == 0 {
		return model.NewError(model.KindConflict, "already_acknowledged", "这一次已经有人核对过了")
	}
	return translate("acknowledge alert", err)
}
