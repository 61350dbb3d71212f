package repo

import (
	"context"
	"fmt"
	"time"

	"bangfu/service/model"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

// InsertWaiting stores a batch of recipients who wait for their first try.
func (s *Store) InsertWaiting(ctx context.Context, b model.WaitingBatch) error {
	return insert(ctx, s.db.Collection(colWaiting), b)
}

// WaitingIDs are the ids of the batches of one lane of a broadcast.
func (s *Store) WaitingIDs(ctx context.Context, broadcastID string, lane int) ([]string, error) {
	rows, err := find[struct {
		ID string `bson:"_id"`
	}](ctx, s.db.Collection(colWaiting), bson.D{{Key: "broadcast_id", Value: broadcastID}, {Key: "lane", Value: lane}},
		options.Find().SetProjection(onlyID))
	ids := make([]string, len(rows))
	for i, r := range rows {
		ids[i] = r.ID
	}
	return ids, err
}

// Waiting is one batch; KindNotFound when all of it is settled.
func (s *Store) Waiting(ctx context.Context, id string) (model.WaitingBatch, error) {
	return get[model.WaitingBatch](ctx, s.db.Collection(colWaiting), id)
}

// EachWaiting calls f with every recipient of a broadcast who waits in a batch and has no row yet, once and in no order.
func (s *Store) EachWaiting(ctx context.Context, broadcastID string, f func(model.Recipient) error) error {
	var seen map[string]bool
	return each(ctx, s.db.Collection(colWaiting), bson.D{{Key: "broadcast_id", Value: broadcastID}}, func(b model.WaitingBatch) (err error) {
		if seen == nil { // only if somebody waits
			if seen, err = s.rowIDs(ctx, broadcastID); err != nil {
				return err
			}
		}
		for _, r := range b.Recipients() {
			if seen[r.ID] {
				continue
			}
			seen[r.ID] = true
			if err := f(r); err != nil {
				return err
			}
		}
		return nil
	}, options.Find().SetBatchSize(10))
}

// rowIDs are the recipients of a broadcast who have a row.
func (s *Store) rowIDs(ctx context.Context, broadcastID string) (map[string]bool, error) {
	ids := map[string]bool{}
	err := each(ctx, s.db.Collection(colRecipients), bson.D{{Key: "broadcast_id", Value: broadcastID}}, func(r struct {
		ID string `bson:"_id"`
	}) error {
		ids[r.ID] = true
		return nil
	}, options.Find().SetProjection(onlyID))
	return ids, err
}

// DropWaiting takes a batch out: every one of its recipients has a row.
func (s *Store) DropWaiting(ctx context.Context, id string) error {
	_, err := remove(ctx, s.db.Collection(colWaiting), byID(id))
	return err
}

// forgetWaiting takes what WeChat gave us about an identity out of the batches. Each place is emptied by itself, so
// that of two who unfollow at once neither comes back with the other's write.
func (s *Store) forgetWaiting(ctx context.Context, identityID string, at time.Time) error {
	c := s.db.Collection(colWaiting)
	return each(ctx, c, bson.D{}, func(b model.WaitingBatch) error {
		for i, w := range b.Waiting {
			if w.IdentityID != identityID {
				continue
			}
			place := fmt.Sprintf("waiting.%d.", i) // nobody moves in a batch
			empty := bson.D{{Key: place + "o", Value: ""}, {Key: place + "i", Value: ""}}
			if _, err := c.UpdateOne(ctx, byID(b.ID), bson.D{{Key: "$set", Value: empty}}); err != nil {
				return translate("forget waiting", err)
			}
			// Whoever is settling the batch just now forgets them, too.
			id := model.RecipientID(b.BroadcastID, w.Person)
			report := model.EarlyReport{ID: id + "#" + model.ReportForget, BroadcastID: b.BroadcastID, Recipient: id, Result: model.ReportForget, At: at.UTC()}
			if err := s.InsertReport(ctx, report); err != nil {
				return err
			}
		}
		return nil
	}, options.Find().SetBatchSize(10))
}

// ForgetRow takes out of one recipient's row what WeChat gave us about the person.
func (s *Store) ForgetRow(ctx context.Context, id string) error {
	return set(ctx, s.db.Collection(colRecipients), id, forgotten)
}

var forgotten = bson.D{{Key: "openid", Value: ""}, {Key: "identity_id", Value: ""}, {Key: "wechat_id", Value: ""}}

// SettleWaiting writes the outcomes of recipients whom the caller has claimed: as new rows, which is one quick
// command on every engine; over the row, by its id alone, where there is one.
func (s *Store) SettleWaiting(ctx context.Context, rows []model.Recipient) error {
	known, err := insertEach(ctx, s.db.Collection(colRecipients), rows)
	if err != nil {
		return err
	}
	var old []model.Recipient
	for i := range rows {
		if known[i] {
			old = append(old, rows[i])
		}
	}
	return s.SettleRecipients(ctx, old)
}

// InsertLost writes rows of recipients of whom nobody knows whether WeChat got them; those with a row keep it.
func (s *Store) InsertLost(ctx context.Context, rows []model.Recipient) error {
	_, err := insertEach(ctx, s.db.Collection(colRecipients), rows)
	return err
}
