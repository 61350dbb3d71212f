package repo

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"bangfu/service/model"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// recorded is a pointer to a document that embeds model.Record.
type recorded[T any] interface {
	*T
	Rec() *model.Record
}

// change makes one change of one document: edit works on a copy of what is stored, and the copy replaces
// it if nobody changed it meanwhile. rev is the revision that the person looked at; 0 is whichever there
// is. What changed, who did it and why is kept in the document; before that, what the change before did is
// moved to the revisions, so that a crash at any point leaves a full history.
//
// KindConflict with the newer revision when rev is not the latest. Nothing is written when edit changes
// nothing.
func change[T any, P recorded[T]](ctx context.Context, s *Store, collection, id string, rev int64, by model.ChangeInfo, edit func(*T) error) (T, error) {
	defer s.queues.enter(ctx, collection, id)()
	for contest := (Contest{}); ; {
		doc, err := get[T](ctx, s.db.Collection(collection), id)
		if err != nil {
			return doc, err
		}
		if now := P(&doc).Rec().Rev; rev != 0 && rev != now {
			return doc, changedMeanwhile(now)
		}
		next, err := s.changeOnce(ctx, collection, id, &doc, P(&doc).Rec(), by, func() error { return edit(&doc) })
		if err == nil && next {
			return doc, nil
		}
		if err != nil {
			return doc, err
		}
		if !contest.Again(ctx) {
			return doc, changedMeanwhile(0)
		}
	}
}

func changedMeanwhile(rev int64) error {
	err := model.NewError(model.KindConflict, "changed_meanwhile", "刚才有人改过这份资料,请看过新的内容再改")
	err.Rev = rev
	return err
}

// changeOnce reports done when the document is written or nothing was to be written; not done when
// somebody else was faster.
func (s *Store) changeOnce(ctx context.Context, collection, id string, doc any, rec *model.Record, by model.ChangeInfo, edit func() error) (done bool, err error) {
	before, old := *rec, rawFields(doc)
	if err := edit(); err != nil {
		return false, err
	}
	fields := diff(old, rawFields(doc))
	if len(fields) == 0 {
		*rec = before
		return true, nil
	}
	if err := s.archive(ctx, collection, id, before); err != nil {
		return false, err
	}
	*rec = revised(before, by, fields)
	filter := append(bson.D{{Key: "_id", Value: id}, {Key: "rev", Value: before.Rev}}, asRead(collection, old)...)
	res, err := s.db.Collection(collection).ReplaceOne(ctx, filter, doc)
	if err != nil {
		return false, translate("change "+collection, err)
	}
	return res.MatchedCount == 1, nil
}

// revised is the record of the revision after that of before.
func revised(before model.Record, by model.ChangeInfo, fields []model.FieldChange) model.Record {
	rec := before
	rec.Rev, rec.UpdatedAt, rec.UpdatedBy = before.Rev+1, by.At.UTC(), by.Actor
	rec.Change = model.Change{Why: by.Why, Fields: fields}
	return rec
}

// asRead matches the document only while the fields that change without a revision are those that were
// read: else the replacement would undo a rotation of the keys, or forget a wrong password.
func asRead(collection string, old map[string]bson.RawValue) bson.D {
	var match bson.D
	for _, field := range slices.Concat(sealedFields[collection], uncounted[collection]) {
		if v, ok := old[field]; ok {
			match = append(match, bson.E{Key: field, Value: v})
		}
	}
	return match
}

// archive keeps what the record's latest revision did. Doing so twice is no error.
func (s *Store) archive(ctx context.Context, collection, id string, rec model.Record) error {
	err := insert(ctx, s.db.Collection(colRevisions), revisionOf(collection, id, rec))
	if model.IsKind(err, model.KindConflict) {
		return nil
	}
	return err
}

func revisionOf(collection, id string, rec model.Record) model.Revision {
	record := collection + "/" + id
	return model.Revision{
		ID: fmt.Sprintf("%s/%d", record, rec.Rev), Record: record, Rev: rec.Rev,
		At: rec.UpdatedAt, Actor: rec.UpdatedBy, Why: rec.Change.Why, Fields: rec.Change.Fields,
	}
}

// rawFields are a document's own fields as they are stored, without those of its Record and derived ones.
func rawFields(doc any) map[string]bson.RawValue {
	raw, err := bson.Marshal(doc)
	if err != nil {
		panic(fmt.Sprintf("repo: a %T cannot be stored: %v", doc, err)) // the same document is stored every day
	}
	elements, _ := bson.Raw(raw).Elements()
	fields := map[string]bson.RawValue{}
	for _, e := range elements {
		if !slices.Contains(recordFields, e.Key()) {
			fields[e.Key()] = e.Value()
		}
	}
	return fields
}

var recordFields = []string{"_id", "schema_v", "rev", "created_at", "created_by", "updated_at", "updated_by", "change", "search", "search_masked"}

// diff lists the fields that differ, by name.
func diff(old, next map[string]bson.RawValue) []model.FieldChange {
	var changes []model.FieldChange
	for _, name := range fieldNames(old, next) {
		a, b := old[name], next[name]
		if sameValue(a, b) {
			continue
		}
		c := model.FieldChange{Field: name, Sealed: sensitive(name, a, b)}
		if !c.Sealed {
			c.Before, c.After = plainValue(a), plainValue(b)
		}
		changes = append(changes, c)
	}
	return changes
}

// sameValue compares two values as they are stored. Flexible fields are maps, which are stored in any order.
func sameValue(a, b bson.RawValue) bool {
	if a.Type != b.Type || len(a.Value) != len(b.Value) {
		return false
	}
	if a.Type != bson.TypeEmbeddedDocument || bytes.Equal(a.Value, b.Value) {
		return bytes.Equal(a.Value, b.Value)
	}
	elements, err := a.Document().Elements()
	if err != nil {
		return false
	}
	for _, e := range elements {
		other, err := b.Document().LookupErr(e.Key())
		if err != nil || !sameValue(e.Value(), other) {
			return false
		}
	}
	return true
}

func fieldNames(a, b map[string]bson.RawValue) []string {
	var names []string
	for n := range a {
		names = append(names, n)
	}
	for n := range b {
		if _, both := a[n]; !both {
			names = append(names, n)
		}
	}
	slices.Sort(names)
	return names
}

// sensitive fields keep no values in the revisions: what is sealed, and the hashes that find it.
func sensitive(name string, a, b bson.RawValue) bool {
	return strings.HasSuffix(name, "_hash") || a.Type == bson.TypeBinary || b.Type == bson.TypeBinary
}

func plainValue(v bson.RawValue) any {
	if v.Type == 0 {
		return nil // the field was not there
	}
	var plain any
	if v.Unmarshal(&plain) != nil {
		return nil
	}
	return plain
}

// history are all revisions of a record, oldest first.
func history[T any, P recorded[T]](ctx context.Context, s *Store, collection, id string) ([]model.Revision, error) {
	doc, err := get[T](ctx, s.db.Collection(collection), id)
	if err != nil {
		return nil, err
	}
	list, err := find[model.Revision](ctx, s.db.Collection(colRevisions), bson.D{{Key: "record", Value: collection + "/" + id}})
	if err != nil {
		return nil, err
	}
	rec := *P(&doc).Rec()
	// A row of the latest or a later revision is left by a change that then did not happen, or not yet.
	list = slices.DeleteFunc(list, func(r model.Revision) bool { return r.Rev >= rec.Rev })
	list = append(list, revisionOf(collection, id, rec))
	slices.SortFunc(list, func(a, b model.Revision) int { return int(a.Rev - b.Rev) })
	return list, nil
}

// errNotYet is KindNotFound: the record was made later.
var errNotYet = model.NewError(model.KindNotFound, "not_yet", "那一天还没有这份资料")

// asOf is the document as it stood at an instant, by taking back every later change. Sealed fields are
// those of today.
func asOf[T any, P recorded[T]](ctx context.Context, s *Store, collection, id string, at time.Time) (T, error) {
	var then T
	doc, err := get[T](ctx, s.db.Collection(collection), id)
	if err != nil {
		return then, err
	}
	if P(&doc).Rec().CreatedAt.After(at) {
		return then, errNotYet
	}
	revisions, err := history[T, P](ctx, s, collection, id)
	if err != nil {
		return then, err
	}
	fields, err := fieldsOf(doc)
	if err != nil {
		return then, err
	}
	for _, r := range slices.Backward(revisions) {
		if !r.At.After(at) {
			fields["rev"] = r.Rev
			break
		}
		takeBack(fields, r.Fields)
	}
	raw, err := bson.Marshal(fields)
	if err != nil {
		return then, fmt.Errorf("%s %s as of %s: %w", collection, id, at.Format(time.RFC3339), err)
	}
	return then, errors.Join(bson.Unmarshal(raw, &then))
}

func fieldsOf(doc any) (bson.M, error) {
	raw, err := bson.Marshal(doc)
	if err != nil {
		return nil, fmt.Errorf("fields of %T: %w", doc, err)
	}
	fields := bson.M{}
	return fields, bson.Unmarshal(raw, &fields)
}

func takeBack(fields bson.M, changes []model.FieldChange) {
	for _, c := range changes {
		switch {
		case c.Sealed:
		case c.Before == nil:
			delete(fields, c.Field)
		default:
			fields[c.Field] = c.Before
		}
	}
}
