package repo

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"go.mongodb.org/mongo-driver/v2/event"
)

// Commands counts what the driver asks of the database: what an effect costs on any engine. Safe for concurrent use.
type Commands struct {
	Shapes *Shapes // collects what is asked; nil: nothing

	mu     sync.Mutex
	by     map[string]int // "update messages"
	rounds int
	open   int // commands that are not answered yet

	requests bool // only what requests ask
}

type requestKey struct{}

// AsRequest marks what is asked under the context as asked by a request, and not by what runs beside.
func AsRequest(ctx context.Context) context.Context {
	return context.WithValue(ctx, requestKey{}, true)
}

// OnlyRequests begins the count anew, of what requests ask (AsRequest).
func (c *Commands) OnlyRequests() {
	c.Reset()
	c.mu.Lock()
	defer c.mu.Unlock()
	c.requests = true
}

func (c *Commands) monitor() *event.CommandMonitor {
	var under sync.Map // the requests that are counted
	answered := func(request int64) {
		if _, counted := under.LoadAndDelete(request); counted {
			c.answered()
		}
	}
	return &event.CommandMonitor{
		Started: func(ctx context.Context, e *event.CommandStartedEvent) {
			collection, _ := e.Command.Lookup(e.CommandName).StringValueOK()
			c.mu.Lock()
			defer c.mu.Unlock()
			if c.Shapes != nil {
				c.Shapes.note(e.CommandName, e.Command)
			}
			if c.requests && ctx.Value(requestKey{}) == nil {
				return
			}
			under.Store(e.RequestID, true)
			if c.by == nil {
				c.by = map[string]int{}
			}
			c.by[strings.TrimSpace(e.CommandName+" "+collection)]++
			if c.open == 0 {
				c.rounds++
			}
			c.open++
		},
		Succeeded: func(_ context.Context, e *event.CommandSucceededEvent) { answered(e.RequestID) },
		Failed:    func(_ context.Context, e *event.CommandFailedEvent) { answered(e.RequestID) },
	}
}

func (c *Commands) answered() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.open = max(0, c.open-1) // one that began before a Reset ends after it
}

// Reset begins the count anew.
func (c *Commands) Reset() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.by, c.rounds, c.open = nil, 0, 0
}

// Rounds is how many times somebody waited for the database: commands that are under way at once are one round.
func (c *Commands) Rounds() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.rounds
}

// writing are the names of the commands that change something.
var writing = []string{"insert", "update", "delete", "findAndModify"}

// Writes is how many of the commands change something.
func (c *Commands) Writes() (n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for what, times := range c.by {
		name, _, _ := strings.Cut(what, " ")
		if slices.Contains(writing, name) {
			n += times
		}
	}
	return n
}

// About is how many commands there were on the collections, on all of them when none is named.
func (c *Commands) About(collections ...string) (n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for what, times := range c.by {
		_, collection, _ := strings.Cut(what, " ")
		if len(collections) == 0 || slices.Contains(collections, collection) {
			n += times
		}
	}
	return n
}

// String lists them.
func (c *Commands) String() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	var b strings.Builder
	for _, what := range slices.Sorted(maps.Keys(c.by)) {
		fmt.Fprintf(&b, "%s %d\n", what, c.by[what])
	}
	return b.String()
}
