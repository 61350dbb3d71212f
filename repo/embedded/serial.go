//go:build !noembed

package embedded

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
)

// serial stands before FerretDB v1 and lets one writing command through at a time. FerretDB reads the
// documents, changes them in memory and writes them back without a transaction: of two updates at once
// one is lost, and of two compare-and-sets both succeed. Everything above rests on an update of one
// document being atomic, as it is on MongoDB, so it is made so here. SQLite writes one at a time anyway.
type serial struct {
	listener net.Listener
	backend  string // FerretDB's own address
	writing  sync.Mutex
	relays   sync.WaitGroup

	mu     sync.Mutex
	conns  map[net.Conn]struct{}
	closed bool
}

func newSerial(backend string) (*serial, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("embedded database: %w", err)
	}
	s := &serial{listener: l, backend: backend, conns: map[net.Conn]struct{}{}}
	s.relays.Go(s.accept)
	return s, nil
}

func (s *serial) addr() string { return s.listener.Addr().String() }

func (s *serial) accept() {
	for {
		client, err := s.listener.Accept()
		if err != nil {
			return // closed
		}
		s.relays.Go(func() { s.relay(client) })
	}
}

// relay carries one connection's requests, each followed by its answer, until either side ends.
func (s *serial) relay(client net.Conn) {
	defer s.forget(client)
	server, err := net.Dial("tcp", s.backend)
	if err != nil {
		return
	}
	defer s.forget(server)
	if !s.keep(client) || !s.keep(server) {
		return
	}
	for {
		request, err := readMessage(client)
		if err != nil {
			return
		}
		answer, err := s.exchange(server, request)
		if err != nil {
			return
		}
		if _, err := client.Write(answer); err != nil {
			return
		}
	}
}

// exchange sends a request and returns its answer, empty when the request wants none.
func (s *serial) exchange(server net.Conn, request []byte) ([]byte, error) {
	if writes(request) {
		s.writing.Lock()
		defer s.writing.Unlock()
	}
	if _, err := server.Write(request); err != nil {
		return nil, err
	}
	if unanswered(request) {
		return nil, nil
	}
	return readMessage(server)
}

// keep remembers an open connection so that close ends it; false when close has been called.
func (s *serial) keep(c net.Conn) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.closed {
		s.conns[c] = struct{}{}
	}
	return !s.closed
}

func (s *serial) forget(c net.Conn) {
	_ = c.Close()
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.conns, c)
}

func (s *serial) close() {
	_ = s.listener.Close()
	s.mu.Lock()
	s.closed = true
	for c := range s.conns {
		_ = c.Close()
	}
	s.mu.Unlock()
	s.relays.Wait()
}

// The wire format: a header of four little-endian int32 (length, id, answered id, opcode), then for
// OP_MSG flags and sections. Source: MongoDB wire protocol, OP_MSG.
const (
	headerLength = 16
	maxMessage   = 48 << 20
	opMsg        = 2013
	moreToCome   = 1 << 1 // the sender expects no answer
)

var errMessage = errors.New("embedded database: not a message")

func readMessage(r io.Reader) ([]byte, error) {
	var head [4]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return nil, err
	}
	length := binary.LittleEndian.Uint32(head[:])
	if length < headerLength || length > maxMessage {
		return nil, errMessage
	}
	message := make([]byte, length)
	copy(message, head[:])
	_, err := io.ReadFull(r, message[len(head):])
	return message, err
}

func isOpMsg(m []byte) bool {
	return len(m) >= headerLength+4 && binary.LittleEndian.Uint32(m[12:]) == opMsg
}

func unanswered(m []byte) bool {
	return isOpMsg(m) && binary.LittleEndian.Uint32(m[headerLength:])&moreToCome != 0
}

// writes reports whether the message is a command that changes documents or collections.
func writes(m []byte) bool {
	switch commandOf(m) {
	case "insert", "update", "delete", "findAndModify", "findandmodify", "create", "createIndexes", "drop", "dropIndexes":
		return true
	}
	return false
}

// commandOf is the first key of the body section's document.
func commandOf(m []byte) string {
	if !isOpMsg(m) {
		return ""
	}
	sections := m[headerLength+4:]
	for len(sections) > 5 {
		kind, length := sections[0], int(binary.LittleEndian.Uint32(sections[1:]))
		if kind == 0 {
			key, _, _ := bytes.Cut(sections[min(6, len(sections)):], []byte{0}) // kind, length, type, key
			return string(key)
		}
		if length < 4 || length >= len(sections) {
			return ""
		}
		sections = sections[1+length:]
	}
	return ""
}
