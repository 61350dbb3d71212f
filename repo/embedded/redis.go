//go:build !noembed

package embedded

import (
	"fmt"
	"sync"
	"time"

	"github.com/alicebob/miniredis/v2"
)

// Redis is a miniredis on a loopback port whose keys age with the given clock.
// It keeps nothing over a restart, which is enough: the database is the truth, the queue a hint.
type Redis struct {
	server *miniredis.Miniredis
	now    func() time.Time
	stop   chan struct{}
	done   sync.WaitGroup

	aging sync.Mutex
	aged  time.Time // the clock's, when keys aged last
}

// ageEvery is how often keys age; locks and tokens live for seconds or more.
const ageEvery = 100 * time.Millisecond

// OpenRedis starts the server. Without the ticker inside, miniredis never expires a key,
// so a lock or a token would live for ever.
func OpenRedis(now func() time.Time) (*Redis, error) {
	server := miniredis.NewMiniRedis()
	if err := server.StartAddr("127.0.0.1:0"); err != nil {
		return nil, fmt.Errorf("embedded redis: %w", err)
	}
	r := &Redis{server: server, now: now, stop: make(chan struct{}), aged: now()}
	r.done.Add(1)
	go r.age()
	return r, nil
}

func (r *Redis) age() {
	defer r.done.Done()
	tick := time.NewTicker(ageEvery)
	defer tick.Stop()
	for {
		select {
		case <-r.stop:
			return
		case <-tick.C:
			r.Age()
		}
	}
}

// Age ends at once what has outlived its time by the clock, for a test that has just turned it.
func (r *Redis) Age() {
	r.aging.Lock()
	defer r.aging.Unlock()
	now := r.now()
	if d := now.Sub(r.aged); d > 0 {
		r.server.FastForward(d)
	}
	r.aged = now
}

// Addr is host:port.
func (r *Redis) Addr() string { return r.server.Addr() }

// Flush empties the server, as an operator's FLUSHALL would.
func (r *Redis) Flush() { r.server.FlushAll() }

// Close stops the server and its ticker.
func (r *Redis) Close() {
	close(r.stop)
	r.done.Wait()
	r.server.Close()
}
