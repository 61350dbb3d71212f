package repo

import (
	"context"
	"errors"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

func get[T any](ctx context.Context, c *mongo.Collection, id string) (T, error) {
	var v T
	err := c.FindOne(ctx, byID(id)).Decode(&v)
	return v, translate(c.Name()+" by id", err)
}

// findBatch is how many documents come in one answer.
const findBatch = 2000

// briefBatch is how many come in one answer of which little is read. The embedded database's relay remembers an answer that
// comes whole, so that a farm's list is decoded once after a write to it.
const briefBatch = 20_000

func find[T any](ctx context.Context, c *mongo.Collection, filter bson.D, opts ...options.Lister[options.FindOptions]) ([]T, error) {
	// One large batch: no second round trip for a farm's lists.
	opts = append([]options.Lister[options.FindOptions]{options.Find().SetBatchSize(findBatch)}, opts...)
	cur, err := c.Find(ctx, filter, opts...)
	if err != nil {
		return nil, translate(c.Name()+" find", err)
	}
	all := []T{}
	return all, translate(c.Name()+" read", cur.All(ctx, &all))
}

func insert[T any](ctx context.Context, c *mongo.Collection, doc T) error {
	_, err := c.InsertOne(ctx, doc)
	return translate(c.Name()+" insert", err)
}

// insertEach inserts documents, each for itself, and reports which were there already, by their place in docs.
func insertEach[T any](ctx context.Context, c *mongo.Collection, docs []T) (known map[int]bool, err error) {
	known = map[int]bool{}
	if len(docs) == 0 {
		return known, nil
	}
	_, err = c.InsertMany(ctx, docs, options.InsertMany().SetOrdered(false))
	var failed mongo.BulkWriteException
	if !errors.As(err, &failed) || failed.WriteConcernError != nil {
		return known, translate(c.Name()+" insert", err)
	}
	for _, e := range failed.WriteErrors {
		if !mongo.IsDuplicateKeyError(e.WriteError) {
			return known, translate(c.Name()+" insert", err)
		}
		known[e.Index] = true
	}
	return known, nil
}

// put writes the document under its id, whether or not it was there.
func put[T any](ctx context.Context, c *mongo.Collection, id string, doc T) error {
	_, err := c.ReplaceOne(ctx, byID(id), doc, options.Replace().SetUpsert(true))
	return translate(c.Name()+" put", err)
}

// set changes fields of the one document, which must exist.
func set(ctx context.Context, c *mongo.Collection, id string, fields bson.D) error {
	res, err := c.UpdateOne(ctx, byID(id), bson.D{{Key: "$set", Value: fields}})
	if err == nil && res.MatchedCount == 0 {
		err = mongo.ErrNoDocuments
	}
	return translate(c.Name()+" set", err)
}

func remove(ctx context.Context, c *mongo.Collection, filter bson.D) (int64, error) {
	res, err := c.DeleteMany(ctx, filter)
	if err != nil {
		return 0, translate(c.Name()+" remove", err)
	}
	return res.DeletedCount, nil
}

func byID(id string) bson.D { return bson.D{{Key: "_id", Value: id}} }

// updateByID changes the one document with the id, as part of a bulk write. It is written as an update of many:
// FerretDB v1 keeps a connection for each update of one until the whole command ends, and stands still at fifty.
func updateByID(id string, change bson.D) *mongo.UpdateManyModel {
	return mongo.NewUpdateManyModel().SetFilter(byID(id)).SetUpdate(change)
}

// upsert does it again where two at once wanted to make the row: the other one has made it.
func upsert(do func() error) error {
	err := do()
	if mongo.IsDuplicateKeyError(err) {
		err = do()
	}
	return err
}

func (s *Store) prune(ctx context.Context, collection, field string, before time.Time) error {
	_, err := remove(ctx, s.db.Collection(collection),
		bson.D{{Key: field, Value: bson.D{{Key: "$lt", Value: before.UTC()}}}})
	return err
}

// oneOf chooses the documents whose field is one of the values. One value is asked for as such, which every engine finds
// by the index.
func oneOf(field string, values []string) bson.D {
	if len(values) == 1 {
		return bson.D{{Key: field, Value: values[0]}}
	}
	return bson.D{{Key: field, Value: bson.D{{Key: "$in", Value: values}}}}
}

// oldestFirst orders by a field, then by id so that the order is total.
func oldestFirst(field string) *options.FindOptionsBuilder {
	return options.Find().SetSort(bson.D{{Key: field, Value: 1}, {Key: "_id", Value: 1}})
}

// inOrder orders by id.
func inOrder() *options.FindOptionsBuilder {
	return options.Find().SetSort(bson.D{{Key: "_id", Value: 1}})
}

// each reads one document at a time, in no order, for lists that are too long to hold: to sort them the embedded database
// would hold them all.
func each[T any](ctx context.Context, c *mongo.Collection, filter bson.D, f func(T) error, opts options.Lister[options.FindOptions]) error {
	cur, err := c.Find(ctx, filter, opts)
	if err != nil {
		return translate(c.Name()+" find", err)
	}
	defer cur.Close(context.WithoutCancel(ctx))
	for cur.Next(ctx) {
		var v T
		if err := cur.Decode(&v); err != nil {
			return translate(c.Name()+" read", err)
		}
		if err := f(v); err != nil {
			return err
		}
	}
	return translate(c.Name()+" read", cur.Err())
}

func all[T any](ctx context.Context, s *Store, collection string) ([]T, error) {
	return find[T](ctx, s.db.Collection(collection), bson.D{}, inOrder())
}

// Page is a piece of a long list, by id: at most Limit documents whose ids begin with Prefix and come after After.
type Page struct {
	Prefix, After string
	Limit         int64
}

func page[T any](ctx context.Context, s *Store, collection string, p Page) ([]T, error) {
	within := under(p.Prefix)
	if p.After != "" {
		within = append(within, bson.E{Key: "$gt", Value: p.After})
	}
	return find[T](ctx, s.db.Collection(collection), bson.D{{Key: "_id", Value: within}}, inOrder().SetLimit(p.Limit))
}

// under matches the texts that begin with the prefix.
func under(prefix string) bson.D {
	return bson.D{{Key: "$gte", Value: prefix}, {Key: "$lt", Value: prefix + "\uffff"}}
}

// latest are documents with the field, those with the highest ids first: their ids begin with a year.
func latest[T any](ctx context.Context, s *Store, collection, field string, value any, limit int64) ([]T, error) {
	highestFirst := options.Find().SetSort(bson.D{{Key: "_id", Value: -1}}).SetLimit(limit)
	return find[T](ctx, s.db.Collection(collection), bson.D{{Key: field, Value: value}}, highestFirst)
}
