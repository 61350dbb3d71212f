package repo

import (
	"context"
	"time"

	"bangfu/service/model"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// Identity by id (model.IdentityID).
func (s *Store) Identity(ctx context.Context, id string) (model.Identity, error) {
	return get[model.Identity](ctx, s.db.Collection(colIdentities), id)
}

// InsertIdentity is KindConflict when the identity is known already.
func (s *Store) InsertIdentity(ctx context.Context, i model.Identity) error {
	return insert(ctx, s.db.Collection(colIdentities), i)
}

// IdentitiesOf an account, by id.
func (s *Store) IdentitiesOf(ctx context.Context, accountID string) ([]model.Identity, error) {
	return find[model.Identity](ctx, s.db.Collection(colIdentities),
		bson.D{{Key: "account_id", Value: accountID}}, inOrder())
}

// IdentitiesOfAll are the identities of several accounts, by id, in one look through them.
func (s *Store) IdentitiesOfAll(ctx context.Context, accountIDs []string) ([]model.Identity, error) {
	return find[model.Identity](ctx, s.db.Collection(colIdentities),
		bson.D{{Key: "account_id", Value: bson.D{{Key: "$in", Value: accountIDs}}}}, inOrder())
}

// TouchIdentity records what follows from a message: until when we may write to the person, and the
// numbered choices on offer since at.
func (s *Store) TouchIdentity(ctx context.Context, id string, window time.Time, choices []model.Choice, at time.Time) error {
	return set(ctx, s.db.Collection(colIdentities), id, bson.D{
		{Key: "window_until", Value: window.UTC()},
		{Key: "choices", Value: choices}, {Key: "choices_at", Value: at.UTC()}, {Key: "choices_until", Value: at.Add(model.ChoicesLive).UTC()},
	})
}

// OfferChoices are those of a message that went at an instant, unless the person has been offered others since idle:
// a conversation is not interrupted.
func (s *Store) OfferChoices(ctx context.Context, id string, choices []model.Choice, at, idle, until time.Time) error {
	_, err := s.db.Collection(colIdentities).UpdateOne(ctx,
		bson.D{{Key: "_id", Value: id}, {Key: "choices_at", Value: bson.D{{Key: "$lt", Value: idle.UTC()}}}},
		bson.D{{Key: "$set", Value: bson.D{
			{Key: "choices", Value: choices}, {Key: "choices_at", Value: at.UTC()}, {Key: "choices_until", Value: until.UTC()},
		}}})
	return translate("offer choices", err)
}

// JoinIdentity leads the identity to an account, with the unionid that says so.
func (s *Store) JoinIdentity(ctx context.Context, id, unionID, accountID string) error {
	return set(ctx, s.db.Collection(colIdentities), id, bson.D{
		{Key: "unionid", Value: unionID}, {Key: "account_id", Value: accountID},
	})
}

// DeleteIdentity forgets an identity; forgetting twice is no error.
func (s *Store) DeleteIdentity(ctx context.Context, id string) error {
	_, err := remove(ctx, s.db.Collection(colIdentities), byID(id))
	return err
}

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

// InsertBindCode is KindConflict when the same code is out already.
func (s *Store) InsertBindCode(ctx context.Context, c model.BindCode) error {
	return insert(ctx, s.db.Collection(colBindCodes), c)
}

// BindCode by the keyed hash of the code.
func (s *Store) BindCode(ctx context.Context, id string) (model.BindCode, error) {
	return get[model.BindCode](ctx, s.db.Collection(colBindCodes), id)
}

// TakeBindCode marks the code used by the account; KindNotFound unless it is unused and in time.
func (s *Store) TakeBindCode(ctx context.Context, id, accountID string, now time.Time) error {
	res, err := s.db.Collection(colBindCodes).UpdateOne(ctx, bson.D{
		{Key: "_id", Value: id}, {Key: "used_by", Value: ""},
		{Key: "expires_at", Value: bson.D{{Key: "$gt", Value: now.UTC()}}},
	}, bson.D{{Key: "$set", Value: bson.D{{Key: "used_by", Value: accountID}}}})
	if err != nil {
		return translate("take bind code", err)
	}
	if res.MatchedCount == 0 {
		return model.NewError(model.KindNotFound, "bind_code_gone", "绑定码不对或已过期")
	}
	return nil
}

// VoidBindCodes takes away the codes for the household, or the cadre, that one of the accounts has used or issued: none
// of them ties anybody again.
func (s *Store) VoidBindCodes(ctx context.Context, accounts []string, householdID, cadreID string) error {
	var issuers []string
	for _, id := range accounts {
		issuers = append(issuers, "account:"+id)
	}
	_, err := remove(ctx, s.db.Collection(colBindCodes), bson.D{
		{Key: "household_id", Value: householdID}, {Key: "cadre_id", Value: cadreID},
		{Key: "$or", Value: bson.A{
			bson.D{{Key: "used_by", Value: bson.D{{Key: "$in", Value: accounts}}}},
			bson.D{{Key: "issued_by", Value: bson.D{{Key: "$in", Value: issuers}}}},
		}},
	})
	return err
}

// PruneBindCodes removes the codes that ended before the instant.
func (s *Store) PruneBindCodes(ctx context.Context, before time.Time) error {
	return s.prune(ctx, colBindCodes, "expires_at", before)
}

// InsertSession stores a log-in.
func (s *Store) InsertSession(ctx context.Context, se model.Session) error {
	return insert(ctx, s.db.Collection(colSessions), se)
}

// Session by the hash of its token.
func (s *Store) Session(ctx context.Context, id string) (model.Session, error) {
	return get[model.Session](ctx, s.db.Collection(colSessions), id)
}

// DeleteSession ends a log-in; ending it twice is no error.
func (s *Store) DeleteSession(ctx context.Context, id string) error {
	_, err := remove(ctx, s.db.Collection(colSessions), byID(id))
	return err
}

// MoveSessions leads the sessions of one account to another that took its place.
func (s *Store) MoveSessions(ctx context.Context, fromAccount, toAccount string) error {
	_, err := s.db.Collection(colSessions).UpdateMany(ctx, bson.D{{Key: "account_id", Value: fromAccount}},
		bson.D{{Key: "$set", Value: bson.D{{Key: "account_id", Value: toAccount}}}})
	return translate("move sessions", err)
}

// DeleteSessionsOf ends all log-ins of an account.
func (s *Store) DeleteSessionsOf(ctx context.Context, accountID string) error {
	_, err := remove(ctx, s.db.Collection(colSessions), bson.D{{Key: "account_id", Value: accountID}})
	return err
}

// PruneSessions removes the log-ins that ended before the instant.
func (s *Store) PruneSessions(ctx context.Context, before time.Time) error {
	return s.prune(ctx, colSessions, "expires_at", before)
}

func (s *Store) prune(ctx context.Context, collection, field string, before time.Time) error {
	_, err := remove(ctx, s.db.Collection(collection),
		bson.D{{Key: field, Value: bson.D{{Key: "$lt", Value: before.UTC()}}}})
	return err
}
