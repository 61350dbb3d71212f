//go:build !noembed

package embedded

import (
	"encoding/binary"
	"sync"
)

// queryCache keeps answers of queries until their collection is written to. That is exact, not a guess,
// because every command of this database goes through the relay.
type queryCache struct {
	mu      sync.Mutex
	answers map[string]map[string][]byte // by collection, then by key
	version map[string]uint64            // of a collection: how often it was written to
	size    int                          // bytes of all answers
}

// maxMemory bounds the answers that are kept; then it starts anew.
const maxMemory = 32 << 20

func newMemory() *queryCache {
	return &queryCache{answers: map[string]map[string][]byte{}, version: map[string]uint64{}}
}

// recall gives the answer that the same command had, or asks for it.
func (m *queryCache) recall(c command, request []byte, ask func() ([]byte, error)) ([]byte, error) {
	key := c.key()
	m.mu.Lock()
	known, version := m.answers[c.collection][key], m.version[c.collection]
	m.mu.Unlock()
	if known != nil {
		return answerTo(request, known), nil
	}
	answer, err := ask()
	if err == nil && whole(answer) {
		m.keep(c.collection, key, version, answer)
	}
	return answer, err
}

// keep remembers an answer, unless the collection was written to since the question was asked.
func (m *queryCache) keep(collection, key string, version uint64, answer []byte) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.version[collection] != version {
		return
	}
	if m.size+len(answer) > maxMemory {
		m.answers, m.size = map[string]map[string][]byte{}, 0
	}
	if m.answers[collection] == nil {
		m.answers[collection] = map[string][]byte{}
	}
	m.answers[collection][key] = answer
	m.size += len(answer)
}

// forget is called when a write to the collection has ended, before its caller hears of it.
func (m *queryCache) forget(collection string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.version[collection]++
	for _, a := range m.answers[collection] {
		m.size -= len(a)
	}
	delete(m.answers, collection)
}

// answerTo is a copy of the answer that says it answers this request.
func answerTo(request, answer []byte) []byte {
	mine := append([]byte(nil), answer...)
	copy(mine[8:12], request[4:8]) // the header's "answered id" is the request's id
	return mine
}

// whole reports whether the answer is good and complete: no error, no cursor left open on the server.
func whole(answer []byte) bool {
	body := bodyOf(answer)
	if body == nil || binary.LittleEndian.Uint32(answer) > maxMemory/8 {
		return false
	}
	if ok, good := body.Lookup("ok").AsInt64OK(); !good || ok != 1 {
		return false
	}
	cursor, isFind := body.Lookup("cursor").DocumentOK()
	if !isFind {
		return true
	}
	id, good := cursor.Lookup("id").AsInt64OK()
	return good && id == 0
}
