package repo

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"bangfu/service/model"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

// migration is one change of the stored form. Migrations are only ever appended, each can be
// repeated harmlessly, and each is recorded under its id once it has run.
type migration struct {
	id  string
	run func(ctx context.Context, s *Store, did counted) error
}

// counted is told how many more documents a migration has gone through.
type counted func(documents int)

var migrations = []migration{
	{"0001-collections", createCollections},
	{"0002-indexes", createIndexes},
	{"0003-settings", insertSettings},
	{"0004-registry-collections", createCollections},
	{"0005-registry-indexes", createIndexes},
	{"0006-forms", insertForms},
	{"0007-staff-indexes", createIndexes},
	{"0008-import-files", createCollections},
	{"0009-sending", createCollections},
	{"0009-sending-indexes", createIndexes},
	{"0011-coop", createAll},
	{"0012-aid", addAid},
	{"0010-ledger", func(ctx context.Context, s *Store, did counted) error {
		return errors.Join(createAll(ctx, s, did), flatStatements(ctx, s, did))
	}},
	{"0014-public", createAll},
	{"0013-broadcast", createAll},
	{"0017-settings-revision", countSettings},
	{"0015-inbox-answers", createAll},
	{"0016-broadcast-waiting", createAll},
	{"0025-client-keys", createAll},
	{"0025-opaque-accounts", opaqueAccounts},
	{"0027-log-in", createAll},
	{"0029-looks", createAll},
	{"0031-delivery", createAll},
	{"0036-indexes", createAll},
	{"0037-backups", createAll},
}

// ranMigration is the record of a migration that has run.
type ranMigration struct {
	ID      string    `bson:"_id"`
	At      time.Time `bson:"at"`
	Version string    `bson:"version"` // of the bangfu that ran it; empty where that did not say so yet
}

// Migrated lists the migrations that have run on this database.
func (s *Store) Migrated(ctx context.Context) ([]string, error) {
	rows, err := all[ranMigration](ctx, s, colMigrations)
	done := make([]string, len(rows))
	for i, r := range rows {
		done[i] = r.ID
	}
	return done, err
}

// Unknown lists the migrations that have run on this database and that this version does not know: a newer one was
// here, and what it stores may mean something else. by is the version that ran the last of them; empty when it did not say.
func (s *Store) Unknown(ctx context.Context) (unknown []string, by string, err error) {
	rows, err := all[ranMigration](ctx, s, colMigrations)
	var last time.Time
	for _, r := range rows {
		if len(UnknownOf([]string{r.ID})) == 0 {
			continue
		}
		unknown = append(unknown, r.ID)
		if r.Version != "" && !r.At.Before(last) {
			last, by = r.At, r.Version
		}
	}
	return unknown, by, err
}

// UnknownOf are those of the migrations that this version does not know.
func UnknownOf(done []string) []string {
	return slices.DeleteFunc(slices.Clone(done), func(id string) bool {
		return slices.ContainsFunc(migrations, func(m migration) bool { return m.id == id })
	})
}

// Pending lists the migrations that have not run on this database.
func (s *Store) Pending(ctx context.Context) ([]string, error) {
	done, err := s.Migrated(ctx)
	if err != nil {
		return nil, err
	}
	var pending []string
	for _, m := range migrations {
		if !slices.Contains(done, m.id) {
			pending = append(pending, m.id)
		}
	}
	return pending, nil
}

// Migrate runs what is pending and says what it ran. Two processes may do so at once.
func (s *Store) Migrate(ctx context.Context, now time.Time) ([]string, error) {
	return s.MigrateAs(ctx, now, "", func(Migrating) {})
}

// Migrating is how far migrations have come.
type Migrating struct {
	ID         string
	Number, Of int
	Documents  int // that it has gone through; some go through none
}

// MigrateAs is Migrate by the version of bangfu, which stands with what it ran; report hears when each begins, and of its
// progress. One that is cut off runs again from its beginning and passes over what is done; those before it do not.
func (s *Store) MigrateAs(ctx context.Context, now time.Time, version string, report func(Migrating)) ([]string, error) {
	pending, err := s.Pending(ctx)
	if err != nil {
		return nil, err
	}
	at := Migrating{Of: len(pending)}
	for _, m := range migrations {
		if !slices.Contains(pending, m.id) {
			continue
		}
		at.ID, at.Number, at.Documents = m.id, at.Number+1, 0
		report(at)
		err := m.run(ctx, s, func(n int) { at.Documents += n; report(at) })
		if err == nil {
			err = put(ctx, s.db.Collection(colMigrations), m.id, ranMigration{m.id, now.UTC(), version})
		}
		if err != nil {
			return nil, fmt.Errorf("migration %s: %w", m.id, err)
		}
	}
	return pending, nil
}

// createAll makes the collections and indexes that are new since an earlier migration.
func createAll(ctx context.Context, s *Store, did counted) error {
	if err := createCollections(ctx, s, did); err != nil {
		return err
	}
	return createIndexes(ctx, s, did)
}

func createCollections(ctx context.Context, s *Store, _ counted) error {
	have, err := s.db.ListCollectionNames(ctx, bson.D{})
	if err != nil {
		return translate("list collections", err)
	}
	for _, name := range collections {
		if slices.Contains(have, name) {
			continue
		}
		if err := s.db.CreateCollection(ctx, name); err != nil {
			return translate("create "+name, err)
		}
	}
	return nil
}

func createIndexes(ctx context.Context, s *Store, _ counted) error {
	for _, ix := range indexes {
		keys := bson.D{}
		for _, k := range ix.keys {
			keys = append(keys, bson.E{Key: k, Value: 1})
		}
		m := mongo.IndexModel{Keys: keys, Options: options.Index().SetUnique(ix.unique)}
		if _, err := s.db.Collection(ix.collection).Indexes().CreateOne(ctx, m); err != nil {
			return translate("index for "+ix.serves, err)
		}
	}
	return nil
}

// MissingIndexes are the declared indexes that the database has not, as "collection (fields)".
func (s *Store) MissingIndexes(ctx context.Context) (missing []string, err error) {
	have := map[string][]string{}
	for _, ix := range indexes {
		if have[ix.collection] == nil {
			if have[ix.collection], err = s.indexesOf(ctx, ix.collection); err != nil {
				return nil, err
			}
		}
		if fields := strings.Join(ix.keys, ", "); !slices.Contains(have[ix.collection], fields) {
			missing = append(missing, ix.collection+" ("+fields+")")
		}
	}
	return missing, nil
}

// indexesOf are the fields of a collection's indexes, in their order.
func (s *Store) indexesOf(ctx context.Context, collection string) ([]string, error) {
	list, err := s.db.Collection(collection).Indexes().ListSpecifications(ctx)
	if err != nil {
		return nil, translate("indexes of "+collection, err)
	}
	of := make([]string, len(list))
	for i, ix := range list {
		elements, _ := ix.KeysDocument.Elements()
		fields := make([]string, len(elements))
		for j, e := range elements {
			fields[j] = e.Key()
		}
		of[i] = strings.Join(fields, ", ")
	}
	return of, nil
}

// countSettings gives settings that nobody has changed their first revision: an edit names the one it looked at.
func countSettings(ctx context.Context, s *Store, _ counted) error {
	_, err := s.db.Collection(colSettings).UpdateOne(ctx,
		bson.D{{Key: "_id", Value: model.SettingsID}, {Key: "rev", Value: int64(0)}},
		bson.D{{Key: "$set", Value: bson.D{{Key: "rev", Value: int64(1)}, {Key: "schema_v", Value: 1}}}})
	return translate("settings", err)
}

// insertForms makes the first version of the flexible fields; the office adds its own.
func insertForms(ctx context.Context, s *Store, _ counted) error {
	for _, f := range model.FirstForms() {
		f.ID = FormID(f.Kind, f.Version)
		if err := s.InsertForm(ctx, f); err != nil && !model.IsKind(err, model.KindConflict) {
			return err
		}
	}
	return nil
}

// flatStatements brings statements of the older form, in which lines lay within their categories, in step.
func flatStatements(ctx context.Context, s *Store, did counted) error {
	type older struct {
		model.Statement `bson:",inline"`
		Categories      []struct {
			Category model.Category        `bson:"category"`
			Lines    []model.StatementLine `bson:"lines"`
		} `bson:"categories"`
	}
	return eachPage(ctx, s, colStatements, did, func(old older) (id string, err error) {
		st := old.Statement
		if len(old.Categories) == 0 {
			return st.ID, nil // in the newer form already
		}
		for _, part := range old.Categories {
			for _, l := range part.Lines {
				l.Category = part.Category
				st.Lines = append(st.Lines, l)
			}
		}
		return st.ID, s.PutStatement(ctx, st)
	})
}

// migratedAtOnce is how many documents a migration holds at a time.
const migratedAtOnce = 500

// eachPage goes through a collection by id, some at a time, and tells did of them; f returns the document's id.
func eachPage[T any](ctx context.Context, s *Store, collection string, did counted, f func(T) (id string, err error)) error {
	for after := ""; ; {
		docs, err := page[T](ctx, s, collection, Page{After: after, Limit: migratedAtOnce})
		if err != nil {
			return err
		}
		for _, d := range docs {
			if after, err = f(d); err != nil {
				return err
			}
		}
		did(len(docs))
		if len(docs) < migratedAtOnce {
			return nil
		}
	}
}

func insertSettings(ctx context.Context, s *Store, _ counted) error {
	err := insert(ctx, s.db.Collection(colSettings), model.DefaultSettings())
	if model.IsKind(err, model.KindConflict) {
		return nil
	}
	return err
}

// addAid makes what programmes and applications need. The flexible fields that rules ask for, and that a form of
// an older database lacks, come with its next version.
func addAid(ctx context.Context, s *Store, did counted) error {
	for _, step := range []func(context.Context, *Store, counted) error{createCollections, createIndexes, insertForms} {
		if err := step(ctx, s, did); err != nil {
			return err
		}
	}
	for _, first := range model.FirstForms() {
		forms, err := s.Forms(ctx, first.Kind)
		if err != nil {
			return err
		}
		if next, more := withFields(forms[len(forms)-1], first); more {
			if err := s.InsertForm(ctx, next); err != nil && !model.IsKind(err, model.KindConflict) {
				return err
			}
		}
	}
	return nil
}

// aidFields are the flexible fields that came with programmes.
var aidFields = []string{"medical_self_paid", "sudden_hardship", model.FieldCollegeEntered}

// withFields is the next version of a form with the fields of first that it lacks, if it lacks any.
func withFields(latest, first model.Form) (next model.Form, more bool) {
	have, _ := latest.Schema["properties"].(bson.D)
	have = slices.Clone(have)
	for name, field := range first.Schema["properties"].(map[string]any) {
		known := slices.ContainsFunc(have, func(e bson.E) bool { return e.Key == name })
		if known || !slices.Contains(aidFields, name) {
			continue
		}
		have, more = append(have, bson.E{Key: name, Value: field}), true
	}
	next = latest
	next.Version++
	next.ID, next.Record = FormID(next.Kind, next.Version), model.Record{SchemaV: 1, Rev: 1, CreatedBy: "migration", UpdatedBy: "migration"}
	next.Schema = map[string]any{"type": "object", "additionalProperties": false, "properties": have}
	return next, more
}
