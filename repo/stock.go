package repo

import (
	"context"
	"time"

	"bangfu/service/model"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

// InsertItem is KindConflict when there is an item under the code.
func (s *Store) InsertItem(ctx context.Context, i model.Item) error {
	return insert(ctx, s.db.Collection(colItems), i)
}

// Item by its code.
func (s *Store) Item(ctx context.Context, id string) (model.Item, error) {
	return get[model.Item](ctx, s.db.Collection(colItems), id)
}

// ChangeItem changes how an item is called; see change for rev and the errors.
func (s *Store) ChangeItem(ctx context.Context, id string, rev int64, by model.ChangeInfo, edit func(*model.Item) error) (model.Item, error) {
	return change(ctx, s, colItems, id, rev, by, edit)
}

// Items are all of them, by code.
func (s *Store) Items(ctx context.Context) ([]model.Item, error) {
	return all[model.Item](ctx, s, colItems)
}

// keptMoves is how many of its latest moves an item remembers. A move that is asked for again only then,
// after so many others, would count twice; it is asked for again within seconds or stands as done.
const keptMoves = 100

// ApplyMove brings the quantity of the item in step with the move, once. It is not applied when there is not
// enough, or when the move counts already: ask the item which.
func (s *Store) ApplyMove(ctx context.Context, m model.Move) (applied bool, err error) {
	filter := bson.D{{Key: "_id", Value: m.ItemID}, {Key: "applied", Value: bson.D{{Key: "$ne", Value: m.ID}}}}
	if m.Change() < 0 {
		filter = append(filter, bson.E{Key: "quantity", Value: bson.D{{Key: "$gte", Value: m.Quantity}}})
	}
	res, err := s.db.Collection(colItems).UpdateOne(ctx, filter, bson.D{
		{Key: "$inc", Value: bson.D{{Key: "quantity", Value: m.Change()}}},
		{Key: "$push", Value: bson.D{{Key: "applied", Value: bson.D{{Key: "$each", Value: bson.A{m.ID}}, {Key: "$slice", Value: -keptMoves}}}}},
	})
	if err != nil {
		return false, translate("apply move", err)
	}
	return res.MatchedCount == 1, nil
}

// InsertMove is KindConflict when there is a move under the key.
func (s *Store) InsertMove(ctx context.Context, m model.Move) error {
	return insert(ctx, s.db.Collection(colMoves), m)
}

// Move by its key.
func (s *Store) Move(ctx context.Context, id string) (model.Move, error) {
	return get[model.Move](ctx, s.db.Collection(colMoves), id)
}

// SettleMove notes the move's state. A move that is done stays so.
func (s *Store) SettleMove(ctx context.Context, m model.Move, at time.Time) error {
	filter := byID(m.ID)
	if m.State != model.MoveDone {
		filter = append(filter, bson.E{Key: "state", Value: model.MovePlanned})
	}
	_, err := s.db.Collection(colMoves).UpdateOne(ctx, filter, bson.D{{Key: "$set", Value: bson.D{
		{Key: "state", Value: m.State}, {Key: "updated_at", Value: at.UTC()},
	}}})
	return translate("settle move", err)
}

// PlannedMoves are those that are not done, in the stock or in the books.
func (s *Store) PlannedMoves(ctx context.Context) ([]model.Move, error) {
	return find[model.Move](ctx, s.db.Collection(colMoves), bson.D{{Key: "state", Value: model.MovePlanned}}, inOrder())
}

// MovesOf an item, oldest first, at most limit of them and only those after the cursor (as DonationPage).
func (s *Store) MovesOf(ctx context.Context, itemID, after string, limit int64) ([]model.Move, error) {
	query := append(dated("0000-01-01", "9999-12-31", after), bson.E{Key: "item_id", Value: itemID})
	return find[model.Move](ctx, s.db.Collection(colMoves), query, oldestFirst("on").SetLimit(limit))
}

// EachMove calls f with every move, in no order.
func (s *Store) EachMove(ctx context.Context, f func(model.Move) error) error {
	return each(ctx, s.db.Collection(colMoves), bson.D{}, f, options.Find())
}

// ResumeMove has a move that is done stand as planned: something that belongs to it is missing.
func (s *Store) ResumeMove(ctx context.Context, id string) error {
	_, err := s.db.Collection(colMoves).UpdateOne(ctx, bson.D{{Key: "_id", Value: id}, {Key: "state", Value: model.MoveDone}},
		bson.D{{Key: "$set", Value: bson.D{{Key: "state", Value: model.MovePlanned}}}})
	return translate("resume move", err)
}

// PutStock sets what follows from the moves of an item.
func (s *Store) PutStock(ctx context.Context, i model.Item) error {
	return set(ctx, s.db.Collection(colItems), i.ID, bson.D{{Key: "quantity", Value: i.Quantity}, {Key: "applied", Value: i.Applied}})
}
