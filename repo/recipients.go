package repo

import (
	"context"
	"errors"
	"time"

	"bangfu/service/model"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

// InsertRecipients freezes recipients, each for itself; those that are there already stay as they are.
func (s *Store) InsertRecipients(ctx context.Context, rows []model.Recipient) error {
	if len(rows) == 0 {
		return nil
	}
	_, err := s.db.Collection(colRecipients).InsertMany(ctx, rows, options.InsertMany().SetOrdered(false))
	if mongo.IsDuplicateKeyError(err) {
		return nil
	}
	return translate("recipients", err)
}

// Recipient by id (model.RecipientID).
func (s *Store) Recipient(ctx context.Context, id string) (model.Recipient, error) {
	return get[model.Recipient](ctx, s.db.Collection(colRecipients), id)
}

// PendingRecipients of one lane that are due, at most limit, in no order: to sort them the embedded database would
// read all of them.
func (s *Store) PendingRecipients(ctx context.Context, broadcastID string, lane int, now time.Time, limit int64) ([]model.Recipient, error) {
	return find[model.Recipient](ctx, s.db.Collection(colRecipients), bson.D{
		{Key: "broadcast_id", Value: broadcastID}, {Key: "lane", Value: lane}, {Key: "state", Value: model.RecipientPending},
		{Key: "due_at", Value: bson.D{{Key: "$lte", Value: now.UTC()}}},
	}, options.Find().SetLimit(limit))
}

// NextRecipient is when the first of the lane's pending recipients is due; zero when none is left.
func (s *Store) NextRecipient(ctx context.Context, broadcastID string, lane int) (time.Time, error) {
	list, err := find[model.Recipient](ctx, s.db.Collection(colRecipients), bson.D{
		{Key: "broadcast_id", Value: broadcastID}, {Key: "lane", Value: lane}, {Key: "state", Value: model.RecipientPending},
	}, oldestFirst("due_at").SetLimit(1))
	if err != nil || len(list) == 0 {
		return time.Time{}, err
	}
	return list[0].DueAt, nil
}

// Recipients are a page of a broadcast's recipients by id, of one state unless that is empty; after is the last
// id of the page before.
func (s *Store) Recipients(ctx context.Context, broadcastID string, state model.RecipientState, after string, limit int64) ([]model.Recipient, error) {
	filter := bson.D{{Key: "broadcast_id", Value: broadcastID}}
	if state != "" {
		filter = append(filter, bson.E{Key: "state", Value: state})
	}
	if after != "" {
		filter = append(filter, bson.E{Key: "_id", Value: bson.D{{Key: "$gt", Value: after}}})
	}
	return find[model.Recipient](ctx, s.db.Collection(colRecipients), filter, inOrder().SetLimit(limit))
}

// EachRecipient calls f with every recipient of a broadcast, in no order.
func (s *Store) EachRecipient(ctx context.Context, broadcastID string, f func(model.Recipient) error) error {
	return each(ctx, s.db.Collection(colRecipients), bson.D{{Key: "broadcast_id", Value: broadcastID}}, f, options.Find())
}

// CountRecipients counts the recipients of a broadcast by state: the rows, and those who wait in batches.
func (s *Store) CountRecipients(ctx context.Context, broadcastID string) (map[string]int, error) {
	cur, err := s.db.Collection(colRecipients).Aggregate(ctx, bson.A{
		bson.D{{Key: "$match", Value: bson.D{{Key: "broadcast_id", Value: broadcastID}}}},
		bson.D{{Key: "$group", Value: bson.D{{Key: "_id", Value: "$state"}, {Key: "n", Value: bson.D{{Key: "$sum", Value: 1}}}}}},
	})
	if err != nil {
		return nil, translate("count recipients", err)
	}
	var rows []struct {
		ID string `bson:"_id"`
		N  int    `bson:"n"`
	}
	if err := cur.All(ctx, &rows); err != nil {
		return nil, translate("count recipients", err)
	}
	counts := map[string]int{}
	for _, r := range rows {
		counts[r.ID] = r.N
	}
	waiting := 0
	err = s.EachWaiting(ctx, broadcastID, func(model.Recipient) error { waiting++; return nil })
	if waiting > 0 {
		counts[string(model.RecipientPending)] += waiting
	}
	return counts, err
}

// ClaimRecipients takes recipients for sending: it reports which of the rows are the caller's, by their place. Inserting
// the claim decides, because an _id is taken once on every engine, however it carries out a compare-and-set.
func (s *Store) ClaimRecipients(ctx context.Context, rows []*model.Recipient, owner string, at time.Time) (mine map[int]bool, err error) {
	claims := make([]model.Claim, len(rows))
	for i, r := range rows {
		claims[i] = model.Claim{ID: r.ClaimID(), BroadcastID: r.BroadcastID, Owner: owner, At: at.UTC()}
	}
	taken, err := insertEach(ctx, s.db.Collection(colClaims), claims)
	if err != nil {
		return nil, err
	}
	mine = map[int]bool{}
	for i := range rows {
		if !taken[i] {
			mine[i] = true
		}
	}
	return mine, nil
}

// WithRow are those of the recipients who have a row, by id.
func (s *Store) WithRow(ctx context.Context, list []model.Recipient) (map[string]bool, error) {
	ids := make([]string, len(list))
	for i, r := range list {
		ids[i] = r.ID
	}
	rows, err := find[struct {
		ID string `bson:"_id"`
	}](ctx, s.db.Collection(colRecipients), oneOf("_id", ids), options.Find().SetProjection(onlyID))
	have := map[string]bool{}
	for _, r := range rows {
		have[r.ID] = true
	}
	return have, err
}

// Claim by id (model.Recipient.ClaimID).
func (s *Store) Claim(ctx context.Context, id string) (model.Claim, error) {
	return get[model.Claim](ctx, s.db.Collection(colClaims), id)
}

// PruneClaims forgets claims made before the instant. They outlive their broadcast by days: a worker that slept in
// between must still find that its recipients are taken.
func (s *Store) PruneClaims(ctx context.Context, before time.Time) error {
	return s.prune(ctx, colClaims, "at", before)
}

// SettleRecipients writes the outcomes of recipients whom the caller has claimed, by their ids alone: the claim
// keeps everybody else away.
func (s *Store) SettleRecipients(ctx context.Context, rows []model.Recipient) error {
	writes := make([]mongo.WriteModel, len(rows))
	for i, r := range rows {
		writes[i] = updateByID(r.ID, bson.D{{Key: "$set", Value: outcomeFields(r)}})
	}
	_, err := bulk(ctx, s.db.Collection(colRecipients), writes)
	return err
}

func outcomeFields(r model.Recipient) bson.D {
	fields := bson.D{
		{Key: "state", Value: r.State}, {Key: "reason", Value: r.Reason}, {Key: "way", Value: r.Way}, {Key: "try", Value: r.Try},
		{Key: "due_at", Value: r.DueAt.UTC()}, {Key: "errcode", Value: r.ErrCode}, {Key: "rid", Value: r.RID}, {Key: "at", Value: r.At.UTC()},
	}
	if r.WechatID != "" { // else WeChat's report may have brought it already
		fields = append(fields, bson.E{Key: "wechat_id", Value: r.WechatID})
	}
	return fields
}

// MoveRecipient writes the outcome of one recipient who is still in one of the states and at the same try;
// KindConflict when somebody was faster.
func (s *Store) MoveRecipient(ctx context.Context, r model.Recipient, try int, from ...model.RecipientState) error {
	res, err := s.db.Collection(colRecipients).UpdateOne(ctx,
		bson.D{{Key: "_id", Value: r.ID}, {Key: "state", Value: bson.D{{Key: "$in", Value: from}}}, {Key: "try", Value: try}},
		bson.D{{Key: "$set", Value: outcomeFields(r)}})
	if err == nil && res.MatchedCount == 0 {
		return model.NewError(model.KindConflict, "recipient_state", "这个人的状态刚刚变了,请刷新再看")
	}
	return translate("move recipient", err)
}

// ReportRecipient notes what WeChat reports of a recipient, beside whatever their outcome is, and answers the row.
func (s *Store) ReportRecipient(ctx context.Context, id, wechatID, report string, at time.Time) (model.Recipient, error) {
	fields := bson.D{{Key: "wechat_id", Value: wechatID}, {Key: "report", Value: report}}
	if report == model.ReportArrived {
		fields = append(fields, bson.E{Key: "arrived_at", Value: at.UTC()})
	}
	var r model.Recipient
	err := s.db.Collection(colRecipients).FindOneAndUpdate(ctx, byID(id), bson.D{{Key: "$set", Value: fields}},
		options.FindOneAndUpdate().SetReturnDocument(options.After)).Decode(&r)
	return r, translate("report recipient", err)
}

// ForgetRecipient takes out of every broadcast what WeChat gave us about an identity that has gone at the instant.
func (s *Store) ForgetRecipient(ctx context.Context, identityID string, at time.Time) error {
	_, err := s.db.Collection(colRecipients).UpdateMany(ctx, bson.D{{Key: "identity_id", Value: identityID}},
		bson.D{{Key: "$set", Value: forgotten}})
	return errors.Join(translate("forget recipient", err), s.forgetWaiting(ctx, identityID, at))
}

// MassRecipients are the recipients of a mass job.
func (s *Store) MassRecipients(ctx context.Context, jobID string) ([]model.Recipient, error) {
	return find[model.Recipient](ctx, s.db.Collection(colRecipients), bson.D{{Key: "mass_job", Value: jobID}})
}

// RetryFailed makes the failed recipients of a broadcast pending again, each as a new try, and says how many.
func (s *Store) RetryFailed(ctx context.Context, broadcastID string, now time.Time) (int, error) {
	res, err := s.db.Collection(colRecipients).UpdateMany(ctx,
		bson.D{{Key: "broadcast_id", Value: broadcastID}, {Key: "state", Value: model.RecipientFailed}},
		bson.D{
			{Key: "$set", Value: bson.D{{Key: "state", Value: model.RecipientPending}, {Key: "due_at", Value: now.UTC()}}},
			{Key: "$inc", Value: bson.D{{Key: "try", Value: 1}}},
		})
	if err != nil {
		return 0, translate("retry failed", err)
	}
	return int(res.ModifiedCount), nil
}
