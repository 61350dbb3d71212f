//go:build !noembed

package embedded

import (
	"fmt"
	"net"
	"sync"
)

// proxy stands before FerretDB v1 and makes up for three of its weaknesses.
//
// It lets one writing command through at a time (turns). FerretDB reads the documents, changes them in memory and
// writes them back without a transaction: of two updates at once one is lost, and of two compare-and-sets
// both succeed. Everything above rests on an update of one document being atomic, as it is on MongoDB, so
// it is made so here.
//
// It remembers answers (memory), because FerretDB reads a whole collection for every query that is not by _id.
//
// And over SQLite it makes a write that is by _id and something else one by _id alone (narrow), and looks up one by one
// what is asked for by a list of ids (find), for the same reason.
//
// And it has copies of collections that take long to read (mirrors).
type proxy struct {
	listener net.Listener
	backend  string // FerretDB's own address
	writing  writeLock
	narrows  bool
	scans    scans
	mirrors  mirrors
	relays   sync.WaitGroup
	memory   *queryCache

	mu     sync.Mutex
	conns  map[net.Conn]struct{}
	closed bool
}

func newRelay(backend, listen string, writing writeLock, narrows bool) (*proxy, error) {
	l, err := net.Listen("tcp", listen)
	if err != nil {
		return nil, fmt.Errorf("embedded database: %w", err)
	}
	r := &proxy{listener: l, backend: backend, writing: writing, narrows: narrows, memory: newMemory(), conns: map[net.Conn]struct{}{}}
	r.relays.Go(r.accept)
	return r, nil
}

func (r *proxy) addr() string { return r.listener.Addr().String() }

func (r *proxy) accept() {
	for {
		client, err := r.listener.Accept()
		if err != nil {
			return // closed
		}
		r.relays.Go(func() { r.carry(client) })
	}
}

// carry takes one connection's requests there and their answers back, until either side ends.
func (r *proxy) carry(client net.Conn) {
	defer r.forget(client)
	server, err := net.Dial("tcp", r.backend)
	if err != nil {
		return
	}
	defer r.forget(server)
	if !r.keep(client) || !r.keep(server) {
		return
	}
	for {
		request, err := readMessage(client)
		if err != nil {
			return
		}
		answer, err := r.exchange(server, request)
		if err != nil {
			return
		}
		if _, err := client.Write(answer); err != nil {
			return
		}
	}
}

// exchange sends a request and returns its answer, empty when the request wants none.
func (r *proxy) exchange(server net.Conn, request []byte) ([]byte, error) {
	c := parse(request)
	switch {
	case c.writes():
		defer r.writing.wait(c)()
		defer r.memory.forget(c.collection)
		if r.narrows {
			narrow, err := r.narrow(server, c, request)
			if err != nil {
				return nil, err
			}
			request = narrow
		}
		answer, err := ask(server, request)
		r.follow(server, c, request, err != nil)
		return answer, err
	case c.reads():
		return r.memory.recall(c, request, func() ([]byte, error) { return r.find(server, c, request) })
	}
	return ask(server, request)
}

func ask(server net.Conn, request []byte) ([]byte, error) {
	if _, err := server.Write(request); err != nil {
		return nil, err
	}
	if unanswered(request) {
		return nil, nil
	}
	return readMessage(server)
}

// keep remembers an open connection so that close ends it; false when close has been called.
func (r *proxy) keep(c net.Conn) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.closed {
		r.conns[c] = struct{}{}
	}
	return !r.closed
}

func (r *proxy) forget(c net.Conn) {
	_ = c.Close()
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.conns, c)
}

func (r *proxy) close() {
	_ = r.listener.Close()
	r.mu.Lock()
	r.closed = true
	for c := range r.conns {
		_ = c.Close()
	}
	r.mu.Unlock()
	r.relays.Wait()
}
