package repo

import (
	"context"
	"slices"
	"sync"
	"time"

	"bangfu/service/model"

	"go.mongodb.org/mongo-driver/v2/mongo"
)

// insertBatcher inserts documents that come at the same time in one command: while one command is under way, whoever comes
// waits for the next, and somebody alone waits for nobody. It is for the rows of which every message writes one: an
// insert costs the embedded database 0.5 ms alone and a fifth of that in company, and any database a round trip.
type insertBatcher struct {
	collection *mongo.Collection
	mu         sync.Mutex
	waiting    []waiting
	busy       bool // somebody writes, and will look for those who wait
}

type waiting struct {
	ctx  context.Context // of the caller; what ends it does not end the command
	doc  any
	done chan error
}

const (
	// gatherMost is how many documents go in one command.
	gatherMost = 100
	// gatherLimit bounds one command. It has no context of a caller, because it works for several.
	gatherLimit = 5 * time.Second
)

// insert returns when the document is stored; KindConflict when its id was there. When ctx ends first it may be
// stored all the same, as with any write whose answer does not come.
func (g *insertBatcher) insert(ctx context.Context, doc any) error {
	w := waiting{ctx: ctx, doc: doc, done: make(chan error, 1)}
	g.mu.Lock()
	g.waiting = append(g.waiting, w)
	begin := !g.busy
	g.busy = true
	g.mu.Unlock()
	if begin {
		go g.write()
	}
	select {
	case err := <-w.done:
		return err
	case <-ctx.Done():
		g.leave(w)
		return translate(g.collection.Name()+" insert", ctx.Err())
	}
}

// leave takes back a document whose command has not begun: then it is surely not stored.
func (g *insertBatcher) leave(w waiting) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.waiting = slices.DeleteFunc(g.waiting, func(x waiting) bool { return x.done == w.done })
}

// write goes on until nobody waits.
func (g *insertBatcher) write() {
	for {
		g.mu.Lock()
		batch := slices.Clone(g.waiting[:min(len(g.waiting), gatherMost)])
		g.waiting = slices.Delete(g.waiting, 0, len(batch))
		g.busy = len(batch) > 0
		g.mu.Unlock()
		if len(batch) == 0 {
			return
		}
		g.together(batch)
	}
}

func (g *insertBatcher) together(batch []waiting) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(batch[0].ctx), gatherLimit)
	defer cancel()
	docs := make([]any, len(batch))
	for i, w := range batch {
		docs[i] = w.doc
	}
	known, err := insertEach(ctx, g.collection, docs)
	for i, w := range batch {
		switch {
		case known[i]:
			w.done <- model.NewError(model.KindConflict, "exists", "已经存在")
		default:
			w.done <- err
		}
	}
}
