package repo

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/event"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

// heldCollections are read with nearly every message, or by everybody who opens the public pages, and seldom changed: what was
// read of them is kept in the process until somebody writes there: this process, or another one that says so (OnHeldWrite).
var heldCollections = []string{colUnits, colSettings, colCadres, colProgrammes, colCoops, colFunds, colDisclosures, colObjections}

// heldFor is how late the change of another process is seen that could not be said, and heldMost how many answers are kept of a
// collection.
const (
	heldFor  = time.Minute
	heldMost = 1000
)

// held are a collection's answers in the process, by the question.
type held struct {
	mu      sync.Mutex
	answers map[string]heldAnswer
	writes  int
}

type heldAnswer struct {
	docs  []bson.Raw
	until time.Time
}

func newHeld() map[string]*held {
	all := map[string]*held{}
	for _, c := range heldCollections {
		all[c] = &held{}
	}
	return all
}

// forget is told of every write, when it is done.
func (h *held) forget() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.answers = nil
	h.writes++
}

func (h *held) known(question string) (docs []bson.Raw, ok bool, writes int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	a, ok := h.answers[question]
	return a.docs, ok && time.Now().Before(a.until), h.writes
}

func (h *held) keep(question string, docs []bson.Raw, writes int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.writes != writes {
		return // it may have been read before the write
	}
	if h.answers == nil || len(h.answers) >= heldMost {
		h.answers = map[string]heldAnswer{}
	}
	h.answers[question] = heldAnswer{docs, time.Now().Add(heldFor)}
}

// heldFind answers a question about a held collection; every caller gets documents of their own.
func heldFind[T any](ctx context.Context, s *Store, collection, question string, filter bson.D, opts ...options.Lister[options.FindOptions]) ([]T, error) {
	h := s.held[collection]
	docs, ok, writes := h.known(question)
	if !ok {
		var err error
		if docs, err = find[bson.Raw](ctx, s.db.Collection(collection), filter, append(opts, inOrder())...); err != nil {
			return nil, err
		}
		h.keep(question, docs, writes)
	}
	list := make([]T, len(docs))
	for i, d := range docs {
		if err := bson.Unmarshal(d, &list[i]); err != nil {
			return nil, translate(collection+" decode", err)
		}
	}
	return list, nil
}

// heldAll are all documents of a held collection, by id.
func heldAll[T any](ctx context.Context, s *Store, collection string) ([]T, error) {
	return heldFind[T](ctx, s, collection, "all", bson.D{})
}

// heldOne is the document with the id; KindNotFound when there is none.
func heldOne[T any](ctx context.Context, s *Store, collection, id string) (none T, err error) {
	list, err := heldFind[T](ctx, s, collection, "id:"+id, byID(id))
	if err == nil && len(list) == 0 {
		err = translate(collection+" by id", mongo.ErrNoDocuments)
	}
	if err != nil {
		return none, err
	}
	return list[0], nil
}

// OnHeldWrite has tell called with the name of a held collection that this process has written, so that others can ForgetHeld.
// Call it before the store is used; tell must not block.
func (s *Store) OnHeldWrite(tell func(collection string)) { s.tell.Store(&tell) }

// ForgetHeld is told that another process has written the collection.
func (s *Store) ForgetHeld(collection string) {
	if h := s.held[collection]; h != nil {
		h.forget()
	}
}

// heldByIDs are those of the documents that there are, by id: those that are not held are read together.
func heldByIDs[T any](ctx context.Context, s *Store, collection string, ids []string, id func(T) string) (map[string]T, error) {
	h, found := s.held[collection], map[string]T{}
	var missing []string
	_, _, writes := h.known("")
	for _, want := range ids {
		docs, ok, _ := h.known("id:" + want)
		if !ok {
			missing = append(missing, want)
			continue
		}
		for _, d := range docs {
			var v T
			if err := bson.Unmarshal(d, &v); err != nil {
				return nil, translate(collection+" decode", err)
			}
			found[want] = v
		}
	}
	raw, err := findByIDs[bson.Raw](ctx, s.db.Collection(collection), missing)
	for _, d := range raw {
		var v T
		if err := bson.Unmarshal(d, &v); err != nil {
			return nil, translate(collection+" decode", err)
		}
		found[id(v)] = v
		h.keep("id:"+id(v), []bson.Raw{d}, writes)
	}
	return found, err
}

// heldMonitor makes what is held forgotten when this process writes it, whichever way.
func heldMonitor(all map[string]*held, tell *atomic.Pointer[func(string)]) *event.CommandMonitor {
	var under sync.Map // the collection by the request that writes it
	done := func(request int64) {
		collection, writes := under.LoadAndDelete(request)
		if !writes {
			return
		}
		all[collection.(string)].forget()
		if f := tell.Load(); f != nil {
			(*f)(collection.(string))
		}
	}
	return &event.CommandMonitor{
		Started: func(_ context.Context, e *event.CommandStartedEvent) {
			collection, _ := e.Command.Lookup(e.CommandName).StringValueOK()
			if all[collection] != nil && slices.Contains(writing, e.CommandName) {
				under.Store(e.RequestID, collection)
			}
		},
		Succeeded: func(_ context.Context, e *event.CommandSucceededEvent) { done(e.RequestID) },
		Failed:    func(_ context.Context, e *event.CommandFailedEvent) { done(e.RequestID) },
	}
}

// both tells two monitors.
func both(a, b *event.CommandMonitor) *event.CommandMonitor {
	return &event.CommandMonitor{
		Started:   func(ctx context.Context, e *event.CommandStartedEvent) { a.Started(ctx, e); b.Started(ctx, e) },
		Succeeded: func(ctx context.Context, e *event.CommandSucceededEvent) { a.Succeeded(ctx, e); b.Succeeded(ctx, e) },
		Failed:    func(ctx context.Context, e *event.CommandFailedEvent) { a.Failed(ctx, e); b.Failed(ctx, e) },
	}
}
