package repo

import (
	"context"

	"bangfu/service/model"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

// InsertDisclosure is KindConflict when there is that version of the item already.
func (s *Store) InsertDisclosure(ctx context.Context, d model.Disclosure) error {
	return insert(ctx, s.db.Collection(colDisclosures), d)
}

// Disclosure by id (model.DisclosureID).
func (s *Store) Disclosure(ctx context.Context, id string) (model.Disclosure, error) {
	return heldOne[model.Disclosure](ctx, s, colDisclosures, id)
}

// ChangeDisclosure changes one disclosure; see change for rev and the errors.
func (s *Store) ChangeDisclosure(
	ctx context.Context, id string, rev int64, by model.ChangeInfo, edit func(*model.Disclosure) error,
) (model.Disclosure, error) {
	return change(ctx, s, colDisclosures, id, rev, by, edit)
}

// DisclosuresOf a year, by id.
func (s *Store) DisclosuresOf(ctx context.Context, year int) ([]model.Disclosure, error) {
	return find[model.Disclosure](ctx, s.db.Collection(colDisclosures), bson.D{{Key: "year", Value: year}}, inOrder())
}

// DisclosureHeads are all disclosures, by id, without what they say.
func (s *Store) DisclosureHeads(ctx context.Context) ([]model.Disclosure, error) {
	return heldFind[model.Disclosure](ctx, s, colDisclosures, "heads", bson.D{},
		options.Find().SetProjection(bson.D{{Key: "tables", Value: 0}, {Key: "text", Value: 0}, {Key: "cells", Value: 0}, {Key: "change", Value: 0}}))
}

// NoticesNaming the household, withdrawn ones among them, without what they say.
func (s *Store) NoticesNaming(ctx context.Context, householdID string) ([]model.Disclosure, error) {
	return find[model.Disclosure](ctx, s.db.Collection(colDisclosures), bson.D{{Key: "household_ids", Value: householdID}},
		inOrder().SetProjection(bson.D{{Key: "tables", Value: 0}, {Key: "text", Value: 0}, {Key: "cells", Value: 0}, {Key: "change", Value: 0}}))
}
