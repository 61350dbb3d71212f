package repo

import (
	"context"
	"fmt"

	"bangfu/service/model"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// Forms are all versions of a kind's form, by version.
func (s *Store) Forms(ctx context.Context, kind string) ([]model.Form, error) {
	return find[model.Form](ctx, s.db.Collection(colForms), bson.D{{Key: "kind", Value: kind}}, oldestFirst("version"))
}

// Form is one version.
func (s *Store) Form(ctx context.Context, kind string, version int) (model.Form, error) {
	return get[model.Form](ctx, s.db.Collection(colForms), FormID(kind, version))
}

// FormID is the id of one version of a kind's form.
func FormID(kind string, version int) string { return fmt.Sprintf("%s/%d", kind, version) }

// InsertForm is KindConflict when somebody made this version already.
func (s *Store) InsertForm(ctx context.Context, f model.Form) error {
	return insert(ctx, s.db.Collection(colForms), f)
}
