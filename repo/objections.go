package repo

import (
	"context"

	"bangfu/service/model"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

// InsertObjection is KindConflict when the same was said already.
func (s *Store) InsertObjection(ctx context.Context, o model.Objection) error {
	return insert(ctx, s.db.Collection(colObjections), o)
}

// Objection by id.
func (s *Store) Objection(ctx context.Context, id string) (model.Objection, error) {
	return get[model.Objection](ctx, s.db.Collection(colObjections), id)
}

// ChangeObjection changes one objection; see change for rev and the errors.
func (s *Store) ChangeObjection(
	ctx context.Context, id string, rev int64, by model.ChangeInfo, edit func(*model.Objection) error,
) (model.Objection, error) {
	return change(ctx, s, colObjections, id, rev, by, edit)
}

// ObjectionsIn the states, the one that is due first at the top.
func (s *Store) ObjectionsIn(ctx context.Context, states ...model.ObjectionState) ([]model.Objection, error) {
	in := bson.D{{Key: "state", Value: bson.D{{Key: "$in", Value: states}}}}
	return find[model.Objection](ctx, s.db.Collection(colObjections), in, oldestFirst("due_on"))
}

// OpenObjections is how many wait, by disclosure. Nothing but the disclosure's id is read: this is asked by everybody who
// opens the public pages.
func (s *Store) OpenObjections(ctx context.Context) (map[string]int, error) {
	list, err := heldFind[struct {
		DisclosureID string `bson:"disclosure_id"`
	}](ctx, s, colObjections, "open", bson.D{{Key: "state", Value: bson.D{{Key: "$in", Value: model.OpenObjections}}}},
		options.Find().SetProjection(bson.D{{Key: "disclosure_id", Value: 1}}))
	n := map[string]int{}
	for _, o := range list {
		n[o.DisclosureID]++
	}
	return n, err
}
