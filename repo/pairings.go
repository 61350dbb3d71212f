package repo

import (
	"context"

	"bangfu/service/model"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

// Pairing by id (model.PairingID).
func (s *Store) Pairing(ctx context.Context, id string) (model.Pairing, error) {
	return get[model.Pairing](ctx, s.db.Collection(colPairings), id)
}

// PairingsOfHouseholds are all pairings that these households ever had.
func (s *Store) PairingsOfHouseholds(ctx context.Context, ids []string) ([]model.Pairing, error) {
	return find[model.Pairing](ctx, s.db.Collection(colPairings), bson.D{{Key: "household_id", Value: bson.D{{Key: "$in", Value: ids}}}}, inOrder())
}

// PairingsOfHousehold are all pairings the household ever had, by id; ask OpenOn for those of a day.
func (s *Store) PairingsOfHousehold(ctx context.Context, householdID string) ([]model.Pairing, error) {
	return find[model.Pairing](ctx, s.db.Collection(colPairings),
		bson.D{{Key: "household_id", Value: householdID}}, inOrder())
}

// PairingsOfCadre are all pairings the cadre ever had, by id; ask OpenOn for those of a day.
func (s *Store) PairingsOfCadre(ctx context.Context, cadreID string) ([]model.Pairing, error) {
	return find[model.Pairing](ctx, s.db.Collection(colPairings),
		bson.D{{Key: "cadre_id", Value: cadreID}}, inOrder())
}

// InsertPairing is KindConflict when the pairing began on that day already.
func (s *Store) InsertPairing(ctx context.Context, p model.Pairing) error {
	return insert(ctx, s.db.Collection(colPairings), p)
}

// ChangePairing changes one pairing; see change for rev and the errors.
func (s *Store) ChangePairing(ctx context.Context, id string, rev int64, by model.ChangeInfo, edit func(*model.Pairing) error) (model.Pairing, error) {
	return change(ctx, s, colPairings, id, rev, by, edit)
}

// Pairings are all of them, by id.
func (s *Store) Pairings(ctx context.Context) ([]model.Pairing, error) {
	return all[model.Pairing](ctx, s, colPairings)
}

// EachPairing calls f with every pairing.
func (s *Store) EachPairing(ctx context.Context, f func(model.Pairing) error) error {
	return each(ctx, s.db.Collection(colPairings), bson.D{}, f, options.Find())
}
