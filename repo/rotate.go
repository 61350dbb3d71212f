package repo

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"slices"

	"bangfu/service/model"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

// sealedFields is the one list of what is sealed, by collection. Each is sealed under its own name and the
// document's id. RotateKeys seals these anew; a field that is missing here is lost with the old key, so
// TestEverySealedFieldIsListed compares the list with the case model.
var sealedFields = map[string][]string{
	colPersons: {"national_id", "phone", "bank_account"},
	colCadres:  {"phone"},
	colStaff:   {"totp", "totp_pending"},

	colImportRows: {"content"},
	colFiles:      {"piece"},
	colStored:     {"content"},

	colDonations:  {"donor_name"},
	colObjections: {"contact"},
}

// Rotation is how far RotateKeys has come with one collection.
type Rotation struct {
	Collection string
	Documents  int64 // looked at
	Resealed   int64 // values sealed anew
	Already    int64 // values that were under the primary key
}

// rotateBatch is how many documents are read at a time, of those that hold files fewer.
func rotateBatch(collection string) int {
	if collection == colFiles || collection == colStored {
		return 10
	}
	return 200
}

// RotateKeys seals every sealed value anew that is not under the primary key, while others go on reading
// and writing. It can be stopped and repeated: what is done is passed over. report hears of every batch.
//
// A value is replaced only if it is still the one that was read, and changes of whole documents look at
// their sealed fields (asRead), so neither undoes the other. A process that still seals with the old
// primary key can leave values behind; repeating finds them.
func (s *Store) RotateKeys(ctx context.Context, report func(Rotation)) ([]Rotation, error) {
	var done []Rotation
	for _, collection := range slices.Sorted(maps.Keys(sealedFields)) {
		r := Rotation{Collection: collection}
		for after, more := "", true; more; {
			docs, err := s.sealedAfter(ctx, collection, after)
			if err != nil {
				return done, err
			}
			for _, doc := range docs {
				if after, err = s.rotateDocument(ctx, doc, &r); err != nil {
					return done, err
				}
			}
			more = len(docs) == rotateBatch(collection)
			report(r)
		}
		done = append(done, r)
	}
	return done, nil
}

// sealedAfter are the next documents of a collection with nothing but their sealed fields.
func (s *Store) sealedAfter(ctx context.Context, collection, after string) ([]bson.Raw, error) {
	fields := bson.D{}
	for _, f := range sealedFields[collection] {
		fields = append(fields, bson.E{Key: f, Value: 1})
	}
	opts := options.Find().SetSort(bson.D{{Key: "_id", Value: 1}}).SetLimit(int64(rotateBatch(collection))).SetProjection(fields)
	return find[bson.Raw](ctx, s.db.Collection(collection), bson.D{{Key: "_id", Value: bson.D{{Key: "$gt", Value: after}}}}, opts)
}

func (s *Store) rotateDocument(ctx context.Context, doc bson.Raw, r *Rotation) (id string, err error) {
	id = doc.Lookup("_id").StringValue()
	r.Documents++
	for _, field := range sealedFields[r.Collection] {
		if err := s.rotateField(ctx, id, field, sealedIn(doc, field), r); err != nil {
			return id, fmt.Errorf("rotate %s/%s: %w", r.Collection, id, err)
		}
	}
	return id, nil
}

func sealedIn(doc bson.Raw, field string) model.Sealed {
	_, value, _ := doc.Lookup(field).BinaryOK()
	return value
}

// rotateField seals one value anew; when somebody else was faster it looks at what they wrote.
func (s *Store) rotateField(ctx context.Context, id, field string, value model.Sealed, r *Rotation) error {
	for contest := (Contest{}); ; {
		switch {
		case len(value) == 0:
			return nil
		case s.sealer.Current(value):
			r.Already++
			return nil
		}
		text, err := s.sealer.Open(value, field, id)
		if err != nil {
			return err
		}
		fresh, err := s.sealer.Seal(text, field, id)
		if err != nil {
			return err
		}
		res, err := s.db.Collection(r.Collection).UpdateOne(ctx, bson.D{{Key: "_id", Value: id}, {Key: field, Value: value}},
			bson.D{{Key: "$set", Value: bson.D{{Key: field, Value: fresh}}}})
		if err != nil {
			return translate("rotate", err)
		}
		if res.MatchedCount == 1 {
			r.Resealed++
			return nil
		}
		doc, err := get[bson.Raw](ctx, s.db.Collection(r.Collection), id)
		if model.IsKind(err, model.KindNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		value = sealedIn(doc, field)
		if !contest.Again(ctx) {
			break
		}
	}
	return model.NewError(model.KindUnavailable, "rotate_busy", "这份资料一直有人在改,请再运行一次")
}

// Current reports whether a sealed value is under the primary key: Tink puts the key's number before it.
func (s *Sealer) Current(sealed model.Sealed) bool { return bytes.HasPrefix(sealed, s.prefix) }
