package repo

import (
	"context"

	"bangfu/service/model"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

// What a household's merge takes along and no revision keeps.

// RehouseMessage lets a message be about another household; nothing happens where it is about neither.
func (s *Store) RehouseMessage(ctx context.Context, id, from, to string) error {
	return s.rehouse(ctx, colMessages, id, from, to)
}

// RehouseInPersonNotice lets another household's cadre tell it.
func (s *Store) RehouseInPersonNotice(ctx context.Context, id, from, to string) error {
	return s.rehouse(ctx, colInPersonNotices, id, from, to)
}

// RehouseFile gives a file to another household.
func (s *Store) RehouseFile(ctx context.Context, id, from, to string) error {
	return s.rehouse(ctx, colStored, id, from, to)
}

func (s *Store) rehouse(ctx context.Context, collection, id, from, to string) error {
	_, err := s.db.Collection(collection).UpdateOne(ctx, bson.D{{Key: "_id", Value: id}, {Key: "household_id", Value: from}},
		bson.D{{Key: "$set", Value: bson.D{{Key: "household_id", Value: to}}}})
	return translate("rehouse "+collection, err)
}

// UnsettledAbout are the messages about a household that may still come to be told by its cadre. It reads all that
// are unsettled: for a merge, not for an answer.
func (s *Store) UnsettledAbout(ctx context.Context, householdID string) ([]model.Message, error) {
	return find[model.Message](ctx, s.db.Collection(colMessages), bson.D{
		{Key: "household_id", Value: householdID},
		{Key: "state", Value: bson.D{{Key: "$in", Value: []model.MessageState{
			model.MessageQueued, model.MessageSending, model.MessageAccepted, model.MessageUnknown, model.MessageFailed, model.MessageByHand,
		}}}},
	}, inOrder())
}

// DropBindCodes takes away every code for the household: none of them ties anybody again.
func (s *Store) DropBindCodes(ctx context.Context, householdID string) error {
	_, err := remove(ctx, s.db.Collection(colBindCodes), bson.D{{Key: "household_id", Value: householdID}})
	return err
}

// AccountsBarredFrom are those whom a telephone number does not lead to the household any more.
func (s *Store) AccountsBarredFrom(ctx context.Context, householdID string) ([]model.Account, error) {
	return find[model.Account](ctx, s.db.Collection(colAccounts), bson.D{{Key: "barred", Value: householdID}}, inOrder())
}

// MergedHouseholds are the numbers of the households that went into another, each with the other's.
func (s *Store) MergedHouseholds(ctx context.Context) (map[string]string, error) {
	list, err := find[struct {
		ID   string `bson:"_id"`
		Into string `bson:"merged_into"`
	}](ctx, s.db.Collection(colHouseholds), bson.D{{Key: "merged_into", Value: bson.D{{Key: "$gt", Value: ""}}}},
		options.Find().SetProjection(bson.D{{Key: "merged_into", Value: 1}}))
	into := map[string]string{}
	for _, h := range list {
		into[h.ID] = h.Into
	}
	return into, err
}

// StatementsOf a household, of all years.
func (s *Store) StatementsOf(ctx context.Context, householdID string) ([]model.Statement, error) {
	return find[model.Statement](ctx, s.db.Collection(colStatements), bson.D{{Key: "household_id", Value: householdID}}, inOrder())
}

// DropLines takes lines out of a statement, those that are the same in every field. A $pull with a condition would do by
// their entries; FerretDB v1 takes the condition for a value and pulls nothing.
func (s *Store) DropLines(ctx context.Context, statementID string, drop []model.StatementLine) error {
	_, err := s.db.Collection(colStatements).UpdateOne(ctx, byID(statementID), bson.D{{Key: "$pullAll", Value: bson.D{{Key: "lines", Value: drop}}}})
	return translate("drop lines", err)
}
