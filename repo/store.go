// Package repo keeps the case model in MongoDB: one file per feature, and one exported method is
// one atomic operation on one document, because there are no transactions on every engine we serve.
// It uses only what MongoDB 6+, FerretDB v1 and v2 have in common (docs/architecture.md).
//
// Errors are *model.Error: a missing document is KindNotFound, a duplicate or a lost race is
// KindConflict, a database that is away is KindUnavailable.
package repo

import (
	"context"
	"errors"
	"fmt"
	"time"

	"bangfu/service/model"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

// Store is the database with the keys that seal its sensitive fields. Safe for concurrent use.
type Store struct {
	client *mongo.Client
	db     *mongo.Database
	sealer *Sealer

	inbox, answers *gather
}

// serverWait bounds how long a call waits for a database that is away.
const serverWait = 5 * time.Second

// Open connects to the named database. It does not wait for the server; Ping does.
func Open(uri, database string, sealer *Sealer) (*Store, error) {
	opts := options.Client().ApplyURI(uri).
		SetServerSelectionTimeout(serverWait).
		SetBSONOptions(&options.BSONOptions{NilSliceAsEmpty: true})
	client, err := mongo.Connect(opts)
	if err != nil {
		// The driver's text may hold the address with its password.
		return nil, errors.New("MONGO_URI: the driver refuses it")
	}
	db := client.Database(database)
	return &Store{
		client: client, db: db, sealer: sealer,
		inbox: &gather{collection: db.Collection(colInbox)}, answers: &gather{collection: db.Collection(colAnswers)},
	}, nil
}

// Close disconnects.
func (s *Store) Close(ctx context.Context) error { return s.client.Disconnect(ctx) }

// Ping reports whether the database answers.
func (s *Store) Ping(ctx context.Context) error { return translate("ping", s.client.Ping(ctx, nil)) }

// Sealer gives the keys of the sealed fields.
func (s *Store) Sealer() *Sealer { return s.sealer }

// translate turns the driver's errors into the kinds of model.Error, once for all callers.
func translate(what string, err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, mongo.ErrNoDocuments):
		return model.NewError(model.KindNotFound, "not_found", "没有找到").Wrap(fmt.Errorf("%s", what))
	case mongo.IsDuplicateKeyError(err):
		return model.NewError(model.KindConflict, "exists", "已经存在").Wrap(fmt.Errorf("%s", what))
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded),
		mongo.IsTimeout(err), mongo.IsNetworkError(err), errors.Is(err, mongo.ErrClientDisconnected):
		return model.NewError(model.KindUnavailable, "database_away", "系统忙,请稍后再试").Wrap(fmt.Errorf("%s: %w", what, err))
	}
	return fmt.Errorf("%s: %w", what, err)
}

// findBatch is how many documents come in one answer.
const findBatch = 2000

func get[T any](ctx context.Context, c *mongo.Collection, id string) (T, error) {
	var v T
	err := c.FindOne(ctx, byID(id)).Decode(&v)
	return v, translate(c.Name()+" by id", err)
}

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

// oldestFirst orders by a field, then by id so that the order is total.
func oldestFirst(field string) *options.FindOptionsBuilder {
	return options.Find().SetSort(bson.D{{Key: field, Value: 1}, {Key: "_id", Value: 1}})
}

// inOrder orders by id.
func inOrder() *options.FindOptionsBuilder {
	return options.Find().SetSort(bson.D{{Key: "_id", Value: 1}})
}
