//go:build !noembed

package embedded

import (
	"hash/maphash"
	"sync"
)

// writeLock decides which writing commands may run at once. wait returns when it is the command's turn, and what
// ends that.
type writeLock interface {
	wait(c command) (done func())
}

// oneTurn is one at a time.
type oneTurn struct{ mu sync.Mutex }

func (t *oneTurn) wait(command) func() {
	t.mu.Lock()
	return t.mu.Unlock
}

// writersAtOnce keeps FerretDB from standing still: a write holds one connection to PostgreSQL while it waits for
// a second, and there are 50.
const writersAtOnce = 16

// writeLockByDocument lets commands run at once that change one document each, not the same, or insert documents: what an
// insert does depends on no other document, and of two that insert the same one the index lets one through. Any other
// command runs alone.
type writeLockByDocument struct {
	all  sync.RWMutex
	some [writersAtOnce]sync.Mutex // by hash of the document
}

var seed = maphash.MakeSeed()

func (t *writeLockByDocument) wait(c command) func() {
	id, one := c.document()
	if !one {
		id, one = c.inserted()
	}
	if !one {
		t.all.Lock()
		return t.all.Unlock
	}
	mine := &t.some[maphash.String(seed, c.collection+"/"+id)%writersAtOnce]
	t.all.RLock()
	mine.Lock()
	return func() { mine.Unlock(); t.all.RUnlock() }
}
