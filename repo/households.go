package repo

import (
	"context"

	"bangfu/service/model"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// Settings of the farm.
func (s *Store) Settings(ctx context.Context) (model.Settings, error) {
	return get[model.Settings](ctx, s.db.Collection(colSettings), model.SettingsID)
}

// Unit by id.
func (s *Store) Unit(ctx context.Context, id string) (model.Unit, error) {
	return get[model.Unit](ctx, s.db.Collection(colUnits), id)
}

// Household by number.
func (s *Store) Household(ctx context.Context, id string) (model.Household, error) {
	return get[model.Household](ctx, s.db.Collection(colHouseholds), id)
}

// Cadre by number.
func (s *Store) Cadre(ctx context.Context, id string) (model.Cadre, error) {
	return get[model.Cadre](ctx, s.db.Collection(colCadres), id)
}

// PersonsOf are all who ever belonged to the household, by id; ask Member for who does on a day.
func (s *Store) PersonsOf(ctx context.Context, householdID string) ([]model.Person, error) {
	return find[model.Person](ctx, s.db.Collection(colPersons),
		bson.D{{Key: "memberships.household_id", Value: householdID}}, inOrder())
}

// PersonsByPhone are those registered with the phone, by its keyed hash.
func (s *Store) PersonsByPhone(ctx context.Context, hash string) ([]model.Person, error) {
	return find[model.Person](ctx, s.db.Collection(colPersons), bson.D{{Key: "phone_hash", Value: hash}}, inOrder())
}

// CadresByPhone are those registered with the phone, by its keyed hash.
func (s *Store) CadresByPhone(ctx context.Context, hash string) ([]model.Cadre, error) {
	return find[model.Cadre](ctx, s.db.Collection(colCadres), bson.D{{Key: "phone_hash", Value: hash}}, inOrder())
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

// ChangeSettings changes the farm's settings; see change for rev and the errors.
func (s *Store) ChangeSettings(ctx context.Context, rev int64, by model.Edit, edit func(*model.Settings) error) (model.Settings, error) {
	return change(ctx, s, colSettings, model.SettingsID, rev, by, edit)
}
