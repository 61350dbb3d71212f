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

// InsertBroadcast is KindConflict when the id is taken.
func (s *Store) InsertBroadcast(ctx context.Context, b model.Broadcast) error {
	return insert(ctx, s.db.Collection(colBroadcasts), b)
}

// Broadcast by id.
func (s *Store) Broadcast(ctx context.Context, id string) (model.Broadcast, error) {
	return get[model.Broadcast](ctx, s.db.Collection(colBroadcasts), id)
}

// ChangeBroadcast changes one broadcast; see change for rev and the errors.
func (s *Store) ChangeBroadcast(ctx context.Context, id string, rev int64, by model.Edit, edit func(*model.Broadcast) error) (model.Broadcast, error) {
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

// ClaimRecipients takes recipients for sending: it reports which of the rows are the caller's. Inserting the claim
// decides, because an _id is taken once on every engine, however it carries out a compare-and-set.
func (s *Store) ClaimRecipients(ctx context.Context, rows []model.Recipient, owner string, at time.Time) (mine []model.Recipient, err error) {
	if len(rows) == 0 {
		return nil, nil
	}
	claims := make([]model.Claim, len(rows))
	for i, r := range rows {
		claims[i] = model.Claim{ID: r.ClaimID(), BroadcastID: r.BroadcastID, Owner: owner, At: at.UTC()}
	}
	_, err = s.db.Collection(colClaims).InsertMany(ctx, claims, options.InsertMany().SetOrdered(false))
	taken := map[int]bool{}
	var bulk mongo.BulkWriteException
	if errors.As(err, &bulk) && bulk.WriteConcernError == nil {
		for _, e := range bulk.WriteErrors {
			if !mongo.IsDuplicateKeyError(e) {
				return nil, translate("claim recipients", err)
			}
			taken[e.Index] = true
		}
	} else if err != nil {
		return nil, translate("claim recipients", err)
	}
	for i, r := range rows {
		if !taken[i] {
			mine = append(mine, r)
		}
	}
	return mine, nil
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
	if len(rows) == 0 {
		return nil
	}
	writes := make([]mongo.WriteModel, len(rows))
	for i, r := range rows {
		writes[i] = updateByID(r.ID, bson.D{{Key: "$set", Value: outcomeFields(r)}})
	}
	_, err := s.db.Collection(colRecipients).BulkWrite(ctx, writes, options.BulkWrite().SetOrdered(false))
	return translate("settle recipients", err)
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
	if err := set(ctx, s.db.Collection(colRecipients), id, fields); err != nil {
		return model.Recipient{}, err
	}
	return s.Recipient(ctx, id)
}

// ReportedRecipients are those whom WeChat took and then reported not to have reached.
func (s *Store) ReportedRecipients(ctx context.Context, broadcastID string) ([]model.Recipient, error) {
	return find[model.Recipient](ctx, s.db.Collection(colRecipients), bson.D{
		{Key: "broadcast_id", Value: broadcastID}, {Key: "state", Value: model.RecipientAccepted},
		{Key: "report", Value: bson.D{{Key: "$nin", Value: bson.A{"", model.ReportArrived}}}},
	})
}

// ForgetRecipient takes out of every broadcast what WeChat gave us about an identity that has gone at the instant.
func (s *Store) ForgetRecipient(ctx context.Context, identityID string, at time.Time) error {
	_, err := s.db.Collection(colRecipients).UpdateMany(ctx, bson.D{{Key: "identity_id", Value: identityID}},
		bson.D{{Key: "$set", Value: forgotten}})
	return errors.Join(translate("forget recipient", err), s.forgetWaiting(ctx, identityID, at))
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

// CountSentBulk counts messages that went to identities on a day (see TakeSent), n for each. Most are new on a day, and
// to insert them all is one quick command; known are those of which the caller knows that they are not.
func (s *Store) CountSentBulk(ctx context.Context, counts, known map[string]int, day model.Date) error {
	var fresh, old []sentCount
	for _, what := range sortedKeys(counts) {
		row := sentCount{ID: sentID(what, day), N: counts[what], Day: day}
		if known[what] > 0 {
			old = append(old, row)
		} else {
			fresh = append(fresh, row)
		}
	}
	there, err := insertEach(ctx, s.db.Collection(colSent), fresh)
	if err != nil {
		return err
	}
	for i := range there {
		old = append(old, fresh[i])
	}
	if len(old) == 0 {
		return nil
	}
	writes := make([]mongo.WriteModel, len(old))
	for i, row := range old {
		writes[i] = updateByID(row.ID, bson.D{{Key: "$inc", Value: bson.D{{Key: "n", Value: row.N}}}})
	}
	_, err = s.db.Collection(colSent).BulkWrite(ctx, writes, options.BulkWrite().SetOrdered(false))
	return translate("count sent", err)
}

type sentCount struct {
	ID  string     `bson:"_id"`
	N   int        `bson:"n"`
	Day model.Date `bson:"day"`
}

// SentCounts are all counts of a day, by what was counted.
func (s *Store) SentCounts(ctx context.Context, day model.Date) (map[string]int, error) {
	counts := map[string]int{}
	err := each(ctx, s.db.Collection(colSent), bson.D{{Key: "day", Value: day}}, func(r sentCount) error {
		counts[r.ID[len(sentID("", day)):]] = r.N
		return nil
	}, options.Find())
	return counts, err
}

// EachAccount calls f with every account.
func (s *Store) EachAccount(ctx context.Context, f func(model.Account) error) error {
	return each(ctx, s.db.Collection(colAccounts), bson.D{}, f, options.Find())
}

// EachIdentity calls f with every identity of the channel.
func (s *Store) EachIdentity(ctx context.Context, channel model.Channel, f func(model.Identity) error) error {
	return each(ctx, s.db.Collection(colIdentities), bson.D{{Key: "channel", Value: channel}}, f, options.Find())
}

// EachConsentTo calls f with every consent to the template that allows a message.
func (s *Store) EachConsentTo(ctx context.Context, templateID string, f func(model.Consent) error) error {
	return each(ctx, s.db.Collection(colConsents), bson.D{
		{Key: "template_id", Value: templateID}, {Key: "credit", Value: bson.D{{Key: "$gt", Value: 0}}},
	}, f, options.Find())
}

// StatementsIn a year, by household.
func (s *Store) StatementsIn(ctx context.Context, year int) ([]model.Statement, error) {
	return find[model.Statement](ctx, s.db.Collection(colStatements), bson.D{{Key: "year", Value: year}}, inOrder())
}
