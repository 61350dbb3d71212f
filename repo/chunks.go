package repo

import (
	"context"
	"slices"

	"bangfu/service/model"

	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

// What is done in chunks is read and written by one command for all of them.

func findByIDs[T any](ctx context.Context, c *mongo.Collection, ids []string) ([]T, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	return find[T](ctx, c, oneOf("_id", ids))
}

// bulkWrites is how many documents one command changes at most: FerretDB v1 keeps a connection to its database for each
// of them until the command ends. It has 50, and waits for ever when readers have the ones that are missing: some of them are
// left to others.
const bulkWrites = 40

// bulk carries the writes out, each for itself, and counts the documents that they found and took away.
func bulk(ctx context.Context, c *mongo.Collection, writes []mongo.WriteModel) (done mongo.BulkWriteResult, err error) {
	for some := range slices.Chunk(writes, bulkWrites) {
		res, err := c.BulkWrite(ctx, some, options.BulkWrite().SetOrdered(false))
		if err != nil {
			return done, translate(c.Name()+" bulk write", err)
		}
		done.MatchedCount += res.MatchedCount
		done.DeletedCount += res.DeletedCount
	}
	return done, nil
}

// IdentitiesByID are those of the identities that there are, by id.
func (s *Store) IdentitiesByID(ctx context.Context, ids []string) (map[string]model.Identity, error) {
	list, err := findByIDs[model.Identity](ctx, s.db.Collection(colIdentities), ids)
	found := map[string]model.Identity{}
	for _, i := range list {
		found[i.ID] = i
	}
	return found, err
}

// ConsentsByID are those of the consents that there are, by id.
func (s *Store) ConsentsByID(ctx context.Context, ids []string) (map[string]model.Consent, error) {
	list, err := findByIDs[model.Consent](ctx, s.db.Collection(colConsents), ids)
	found := map[string]model.Consent{}
	for _, c := range list {
		found[c.ID] = c
	}
	return found, err
}

// ExpectationsByID are those of the expectations that there are, by id.
func (s *Store) ExpectationsByID(ctx context.Context, ids []string) (map[string]model.Expectation, error) {
	list, err := findByIDs[model.Expectation](ctx, s.db.Collection(colExpectations), ids)
	found := map[string]model.Expectation{}
	for _, e := range list {
		found[e.ID] = e
	}
	return found, err
}

// HouseholdsByID are those of the households that there are, by number.
func (s *Store) HouseholdsByID(ctx context.Context, ids []string) (map[string]model.Household, error) {
	list, err := findByIDs[model.Household](ctx, s.db.Collection(colHouseholds), ids)
	found := map[string]model.Household{}
	for _, h := range list {
		found[h.ID] = h
	}
	return found, err
}
