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
	mu sync.Mutex
	by map[string]int // "update messages"
}

func (c *Commands) monitor() *event.CommandMonitor {
	return &event.CommandMonitor{Started: func(_ context.Context, e *event.CommandStartedEvent) {
		collection, _ := e.Command.Lookup(e.CommandName).StringValueOK()
		c.mu.Lock()
		defer c.mu.Unlock()
		if c.by == nil {
			c.by = map[string]int{}
		}
		c.by[strings.TrimSpace(e.CommandName+" "+collection)]++
	}}
}

// Reset begins the count anew.
func (c *Commands) Reset() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.by = nil
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
