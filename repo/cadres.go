package repo

import (
	"context"

	"bangfu/service/model"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

// Cadre by number.
func (s *Store) Cadre(ctx context.Context, id string) (model.Cadre, error) {
	return get[model.Cadre](ctx, s.db.Collection(colCadres), id)
}

// CadresByID are those of the cadres that there are, by number, to be named: what decides reads Cadre.
func (s *Store) CadresByID(ctx context.Context, ids []string) (map[string]model.Cadre, error) {
	return heldByIDs(ctx, s, colCadres, ids, func(c model.Cadre) string { return c.ID })
}

// CadresByPhone are those registered with the phone, by its keyed hash.
func (s *Store) CadresByPhone(ctx context.Context, hash string) ([]model.Cadre, error) {
	return find[model.Cadre](ctx, s.db.Collection(colCadres), bson.D{{Key: "phone_hash", Value: hash}}, inOrder())
}

// InsertCadre is KindConflict when the number is taken.
func (s *Store) InsertCadre(ctx context.Context, c model.Cadre) error {
	return insert(ctx, s.db.Collection(colCadres), c)
}

// ChangeCadre changes one cadre; see change for rev and the errors.
func (s *Store) ChangeCadre(ctx context.Context, id string, rev int64, by model.ChangeInfo, edit func(*model.Cadre) error) (model.Cadre, error) {
	return change(ctx, s, colCadres, id, rev, by, edit)
}

// Cadres are all of them, by number.
func (s *Store) Cadres(ctx context.Context) ([]model.Cadre, error) {
	return all[model.Cadre](ctx, s, colCadres)
}

// EachCadre calls f with every cadre.
func (s *Store) EachCadre(ctx context.Context, f func(model.Cadre) error) error {
	return each(ctx, s.db.Collection(colCadres), bson.D{}, f, options.Find())
}
