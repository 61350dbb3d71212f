package repo

import (
	"context"

	"bangfu/service/model"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

var errAccountChanged = model.NewError(model.KindConflict, "account_changed", "账号刚刚有变动,请再试一次")

// Account by id.
func (s *Store) Account(ctx context.Context, id string) (model.Account, error) {
	return get[model.Account](ctx, s.db.Collection(colAccounts), id)
}

// InsertAccount is KindConflict when the id is taken.
func (s *Store) InsertAccount(ctx context.Context, a model.Account) error {
	return insert(ctx, s.db.Collection(colAccounts), a)
}

// ReplaceAccount writes a changed account; KindConflict when somebody changed it since a.Rev was read.
func (s *Store) ReplaceAccount(ctx context.Context, a model.Account) error {
	old := a.Rev
	a.Rev++
	res, err := s.db.Collection(colAccounts).ReplaceOne(ctx, bson.D{{Key: "_id", Value: a.ID}, {Key: "rev", Value: old}}, a)
	if err != nil {
		return translate("replace account", err)
	}
	if res.MatchedCount == 0 {
		return errAccountChanged
	}
	return nil
}

// RetireAccount removes an account in the revision that was read; KindConflict when it changed since.
func (s *Store) RetireAccount(ctx context.Context, a model.Account) error {
	n, err := remove(ctx, s.db.Collection(colAccounts), bson.D{{Key: "_id", Value: a.ID}, {Key: "rev", Value: a.Rev}})
	if err == nil && n == 0 {
		return errAccountChanged
	}
	return err
}

// DeleteAccount forgets an account; forgetting twice is no error.
func (s *Store) DeleteAccount(ctx context.Context, id string) error {
	_, err := remove(ctx, s.db.Collection(colAccounts), byID(id))
	return err
}

// AccountsOf are the accounts that see the household.
func (s *Store) AccountsOf(ctx context.Context, householdID string) ([]model.Account, error) {
	return find[model.Account](ctx, s.db.Collection(colAccounts),
		bson.D{{Key: "bindings.household_id", Value: householdID}}, inOrder())
}

// CadreAccounts are the accounts of cadres.
func (s *Store) CadreAccounts(ctx context.Context) ([]model.Account, error) {
	return find[model.Account](ctx, s.db.Collection(colAccounts),
		bson.D{{Key: "cadre_id", Value: bson.D{{Key: "$gt", Value: ""}}}}, inOrder())
}

// CadreAccount is the account that is bound as the cadre; KindNotFound when there is none.
func (s *Store) CadreAccount(ctx context.Context, cadreID string) (model.Account, error) {
	list, err := find[model.Account](ctx, s.db.Collection(colAccounts), bson.D{{Key: "cadre_id", Value: cadreID}}, inOrder())
	if err == nil && len(list) == 0 {
		err = model.NewError(model.KindNotFound, "not_bound", "这位干部还没有在微信里登记")
	}
	if err != nil {
		return model.Account{}, err
	}
	return list[0], nil
}

// EachAccount calls f with every account.
func (s *Store) EachAccount(ctx context.Context, f func(model.Account) error) error {
	return each(ctx, s.db.Collection(colAccounts), bson.D{}, f, options.Find())
}
