package repo

import (
	"context"
	"fmt"
	"math/rand/v2"

	"bangfu/service/model"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

// sentID is the id of a count of a day.
func sentID(what string, day model.Date) string { return string(day) + "|" + what }

// ReserveDailySend counts one more of something on the day, and says the how-manieth it is.
func (s *Store) ReserveDailySend(ctx context.Context, what string, day model.Date) (int, error) {
	var row struct {
		N int `bson:"n"`
	}
	err := upsert(func() error {
		return s.db.Collection(colSent).FindOneAndUpdate(ctx, byID(sentID(what, day)), countUp(1, day),
			options.FindOneAndUpdate().SetUpsert(true).SetReturnDocument(options.After)).Decode(&row)
	})
	return row.N, translate("take sent", err)
}

func countUp(n int, day model.Date) bson.D {
	return bson.D{{Key: "$inc", Value: bson.D{{Key: "n", Value: n}}}, {Key: "$set", Value: bson.D{{Key: "day", Value: day}}}}
}

// wayParts is over how many documents the count of a way is spread: whoever sends writes it, all at once, and
// writers of one document wait for each other.
const wayParts = 8

func wayPart(way string, day model.Date, part int) string {
	return sentID(fmt.Sprintf("%s#%d", way, part), day)
}

// IncrChannelCount counts n more messages that went a way (model.WayID) on the day.
func (s *Store) IncrChannelCount(ctx context.Context, way string, n int, day model.Date) error {
	return s.countSent(ctx, wayPart(way, day, rand.IntN(wayParts)), n, day)
}

// ChannelCount is how many that were.
func (s *Store) ChannelCount(ctx context.Context, way string, day model.Date) (total int, err error) {
	ids := make([]string, wayParts)
	for part := range ids {
		ids[part] = wayPart(way, day, part)
	}
	rows, err := findByIDs[sentCount](ctx, s.db.Collection(colSent), ids)
	for _, r := range rows {
		total += r.N
	}
	return total, err
}

func (s *Store) countSent(ctx context.Context, id string, n int, day model.Date) error {
	return translate("count sent", upsert(func() error {
		_, err := s.db.Collection(colSent).UpdateOne(ctx, byID(id), countUp(n, day), options.UpdateOne().SetUpsert(true))
		return err
	}))
}

// PruneSent forgets the counts of the days before.
func (s *Store) PruneSent(ctx context.Context, before model.Date) error {
	_, err := remove(ctx, s.db.Collection(colSent), bson.D{{Key: "day", Value: bson.D{{Key: "$lt", Value: before}}}})
	return err
}

// CountSentBulk counts messages that went to identities on a day (see ReserveSends), n for each. Most are new on a day, and
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
	writes := make([]mongo.WriteModel, len(old))
	for i, row := range old {
		writes[i] = updateByID(row.ID, bson.D{{Key: "$inc", Value: bson.D{{Key: "n", Value: row.N}}}})
	}
	_, err = bulk(ctx, s.db.Collection(colSent), writes)
	return err
}

type sentCount struct {
	ID   string     `bson:"_id"`
	N    int        `bson:"n"`
	Held []string   `bson:"held"` // messages with a place of their own, see ReserveSends
	Day  model.Date `bson:"day"`
}

// SentCounts are all counts of a day, by what was counted.
func (s *Store) SentCounts(ctx context.Context, day model.Date) (map[string]int, error) {
	counts := map[string]int{}
	err := each(ctx, s.db.Collection(colSent), bson.D{{Key: "day", Value: day}}, func(r sentCount) error {
		counts[r.ID[len(sentID("", day)):]] = r.N + len(r.Held)
		return nil
	}, options.Find())
	return counts, err
}

// Place is a message's place among those that an identity gets on a day.
type Place struct {
	Counted int      // sends that were only counted
	Before  []string // messages with a place of their own before it
}

// ReserveSends takes a place of the day for each message, by identity, and answers which it has: its own place stays its
// own, so a process that crashes between this and sending uses up none.
func (s *Store) ReserveSends(ctx context.Context, messages map[string][]string, day model.Date) (places map[string]Place, err error) {
	var writes []mongo.WriteModel
	var rows []string
	for _, identityID := range sortedKeys(messages) {
		id := sentID(identityID, day)
		rows = append(rows, id)
		for _, m := range messages[identityID] {
			writes = append(writes, updateByID(id, bson.D{
				{Key: "$addToSet", Value: bson.D{{Key: "held", Value: m}}}, {Key: "$set", Value: bson.D{{Key: "day", Value: day}}},
			}).SetUpsert(true))
		}
	}
	if _, err := bulk(ctx, s.db.Collection(colSent), writes); err != nil {
		return nil, err
	}
	counts, err := findByIDs[sentCount](ctx, s.db.Collection(colSent), rows)
	places = map[string]Place{}
	for _, c := range counts {
		for i, m := range c.Held {
			places[m] = Place{c.N, c.Held[:i]}
		}
	}
	return places, err
}

// ReleaseSends gives back the places of messages that did not go.
func (s *Store) ReleaseSends(ctx context.Context, messages map[string][]string, day model.Date) error {
	var writes []mongo.WriteModel
	for _, identityID := range sortedKeys(messages) {
		for _, m := range messages[identityID] {
			writes = append(writes, updateByID(sentID(identityID, day), bson.D{{Key: "$pull", Value: bson.D{{Key: "held", Value: m}}}}))
		}
	}
	_, err := bulk(ctx, s.db.Collection(colSent), writes)
	return err
}
