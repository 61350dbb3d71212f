// Package repo keeps the case model in MongoDB: one file per feature, and one exported method is
// one atomic operation on one document, because there are no transactions on every engine we serve.
// It uses only what MongoDB 6+ and FerretDB v1 have in common (docs/architecture.md); for FerretDB v2 see CheckServer.
//
// Errors are *model.Error: a missing document is KindNotFound, a duplicate or a lost race is
// KindConflict, a database that is away is KindUnavailable.
package repo

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
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

	inbox, answers *insertBatcher
	queues         *queues
	held           map[string]*held
	tell           *atomic.Pointer[func(string)]
	timing         *timing
}

// serverWait bounds how long a call waits for a database that is away.
const serverWait = 5 * time.Second

// Open connects to the named database. It does not wait for the server; Ping does. Commands are counted in count, unless
// that is nil.
func Open(uri, database string, sealer *Sealer, count *Commands) (*Store, error) {
	opts := options.Client().ApplyURI(uri).
		SetServerSelectionTimeout(serverWait).
		SetBSONOptions(&options.BSONOptions{NilSliceAsEmpty: true})
	holding, tell, timing := newHeld(), &atomic.Pointer[func(string)]{}, newTiming()
	monitor := both(heldMonitor(holding, tell), timing.monitor())
	if count != nil {
		monitor = both(monitor, count.monitor())
	}
	opts.SetMonitor(monitor)
	client, err := mongo.Connect(opts)
	if err != nil {
		// The driver's text may hold the address with its password.
		return nil, errors.New("MONGO_URI: the driver refuses it")
	}
	db := client.Database(database)
	return &Store{
		client: client, db: db, sealer: sealer, queues: newQueues(), held: holding, tell: tell, timing: timing,
		inbox: &insertBatcher{collection: db.Collection(colInbox)}, answers: &insertBatcher{collection: db.Collection(colAnswers)},
	}, nil
}

// Close disconnects.
func (s *Store) Close(ctx context.Context) error { return s.client.Disconnect(ctx) }

// Ping reports whether the database answers.
func (s *Store) Ping(ctx context.Context) error { return translate("ping", s.client.Ping(ctx, nil)) }

// ProveWrite writes a document of no other meaning: a replica, or a server whose disk is full, answers and keeps nothing.
func (s *Store) ProveWrite(ctx context.Context, now time.Time) error {
	return put(ctx, s.db.Collection(colProbes), "ready", bson.D{{Key: "_id", Value: "ready"}, {Key: "at", Value: now.UTC()}})
}

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
