package repo

import (
	"context"

	"bangfu/service/model"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// opaqueAccounts gives accounts whose id is what WeChat gave us one that says nothing, and leads identities, log-ins
// and used codes there. The old ones go last, so that it can be begun again anywhere.
func opaqueAccounts(ctx context.Context, s *Store, did counted) error {
	accounts, err := all[model.Account](ctx, s, colAccounts)
	if err != nil {
		return err
	}
	moved, old := map[string]string{}, []string(nil)
	for _, a := range accounts {
		if model.Outward(a.ID) == a.ID {
			continue
		}
		id := model.AccountID(a.ID) // of "u:" and a unionid it is UnionAccountID's
		moved[a.ID], old = id, append(old, a.ID)
		a.ID = id
		did(1)
		if err := s.InsertAccount(ctx, a); err != nil && !model.IsKind(err, model.KindConflict) {
			return err
		}
	}
	for collection, field := range map[string]string{colIdentities: "account_id", colSessions: "account_id", colBindCodes: "used_by"} {
		if err := s.follow(ctx, collection, field, moved, did); err != nil {
			return err
		}
	}
	for _, id := range old {
		if err := s.DeleteAccount(ctx, id); err != nil {
			return err
		}
	}
	return nil
}

// follow puts new ids in the place of old ones in a field of a collection, document by document: a filter would look
// through all of them each time.
func (s *Store) follow(ctx context.Context, collection, field string, moved map[string]string, did counted) error {
	if len(moved) == 0 {
		return nil
	}
	return eachPage(ctx, s, collection, did, func(d bson.M) (id string, err error) {
		id, _ = d["_id"].(string)
		was, _ := d[field].(string)
		to, ok := moved[was]
		if !ok {
			return id, nil
		}
		// Unfollowed, or ended, in the meantime: there is nothing to lead anywhere.
		return id, model.IgnoreKind(set(ctx, s.db.Collection(collection), id, bson.D{{Key: field, Value: to}}), model.KindNotFound)
	})
}
