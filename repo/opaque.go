package repo

import (
	"context"

	"bangfu/service/model"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// opaqueAccounts gives accounts whose id is what WeChat gave us one that says nothing, and leads identities, log-ins
// and used codes there. The old ones go last, so that it can be begun again anywhere.
func opaqueAccounts(ctx context.Context, s *Store) error {
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
		if err := s.InsertAccount(ctx, a); err != nil && !model.IsKind(err, model.KindConflict) {
			return err
		}
	}
	for collection, field := range map[string]string{colIdentities: "account_id", colSessions: "account_id", colBindCodes: "used_by"} {
		if err := s.follow(ctx, collection, field, moved); err != nil {
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
func (s *Store) follow(ctx context.Context, collection, field string, moved map[string]string) error {
	if len(moved) == 0 {
		return nil
	}
	docs, err := all[bson.M](ctx, s, collection)
	if err != nil {
		return err
	}
	for _, d := range docs {
		id, _ := d["_id"].(string)
		was, _ := d[field].(string)
		to, ok := moved[was]
		if !ok {
			continue
		}
		err := set(ctx, s.db.Collection(collection), id, bson.D{{Key: field, Value: to}})
		if err != nil && !model.IsKind(err, model.KindNotFound) { // unfollowed, or ended, in the meantime
			return err
		}
	}
	return nil
}
