package repo

import (
	"context"
	"time"

	"bangfu/service/model"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// InsertMassJob is KindConflict when the job is there already.
func (s *Store) InsertMassJob(ctx context.Context, j model.MassJob) error {
	return insert(ctx, s.db.Collection(colMassJobs), j)
}

// MassJob by id.
func (s *Store) MassJob(ctx context.Context, id string) (model.MassJob, error) {
	return get[model.MassJob](ctx, s.db.Collection(colMassJobs), id)
}

// MassJobs of a broadcast, in their order.
func (s *Store) MassJobs(ctx context.Context, broadcastID string) ([]model.MassJob, error) {
	return find[model.MassJob](ctx, s.db.Collection(colMassJobs), bson.D{{Key: "broadcast_id", Value: broadcastID}}, inOrder())
}

// MassJobByMsg is the job that WeChat knows by its own id.
func (s *Store) MassJobByMsg(ctx context.Context, msgID string) (model.MassJob, error) {
	list, err := find[model.MassJob](ctx, s.db.Collection(colMassJobs), bson.D{{Key: "msg_id", Value: msgID}}, inOrder().SetLimit(1))
	if err == nil && len(list) == 0 {
		err = model.NewError(model.KindNotFound, "not_found", "没有找到")
	}
	if err != nil {
		return model.MassJob{}, err
	}
	return list[0], nil
}

// MoveMassJob writes the job if it is still in one of the states; KindConflict when it is not.
func (s *Store) MoveMassJob(ctx context.Context, j model.MassJob, from ...model.MassState) error {
	res, err := s.db.Collection(colMassJobs).ReplaceOne(ctx,
		bson.D{{Key: "_id", Value: j.ID}, {Key: "state", Value: bson.D{{Key: "$in", Value: from}}}}, j)
	if err == nil && res.MatchedCount == 0 {
		return model.NewError(model.KindConflict, "mass_state", "这批群发的状态刚刚变了")
	}
	return translate("move mass job", err)
}

// SettleMass writes the outcome of all pending recipients of a mass job.
func (s *Store) SettleMass(ctx context.Context, jobID string, state model.RecipientState, reason string, errcode int64, at time.Time, from ...model.RecipientState) error {
	_, err := s.db.Collection(colRecipients).UpdateMany(ctx,
		bson.D{{Key: "mass_job", Value: jobID}, {Key: "state", Value: bson.D{{Key: "$in", Value: from}}}},
		bson.D{{Key: "$set", Value: bson.D{{Key: "state", Value: state}, {Key: "way", Value: "mass"},
			{Key: "reason", Value: reason}, {Key: "errcode", Value: errcode}, {Key: "at", Value: at.UTC()}}}})
	return translate("settle mass", err)
}

// SetMassJob puts a recipient into another mass job.
func (s *Store) SetMassJob(ctx context.Context, recipientID, jobID string) error {
	return set(ctx, s.db.Collection(colRecipients), recipientID, bson.D{{Key: "mass_job", Value: jobID}})
}
