//go:build !noembed

package embedded

import (
	"encoding/binary"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// wired is a message as it goes over the wire.
func wired(t *testing.T, id uint32, doc bson.D) []byte {
	t.Helper()
	body, err := bson.Marshal(doc)
	if err != nil {
		t.Fatal(err)
	}
	m := make([]byte, headerLength+5, headerLength+5+len(body))
	binary.LittleEndian.PutUint32(m[4:], id)
	binary.LittleEndian.PutUint32(m[12:], opMsg)
	m = append(m, body...)
	binary.LittleEndian.PutUint32(m, uint32(len(m)))
	return m
}

func find(session, name string) bson.D {
	return bson.D{{Key: "find", Value: "persons"}, {Key: "filter", Value: bson.D{{Key: "name", Value: name}}}, {Key: "lsid", Value: session}}
}

// TestMemory asks the same and other questions, and counts how often the database is asked.
func TestMemory(t *testing.T) {
	m, asked := newMemory(), 0
	good := bson.D{{Key: "cursor", Value: bson.D{{Key: "id", Value: int64(0)}}}, {Key: "ok", Value: 1.0}}
	more := bson.D{{Key: "cursor", Value: bson.D{{Key: "id", Value: int64(7)}}}, {Key: "ok", Value: 1.0}}
	bad := bson.D{{Key: "ok", Value: 0.0}}
	recall := func(id uint32, question, answer bson.D, during func()) []byte {
		request := wired(t, id, question)
		got, err := m.recall(parse(request), request, func() ([]byte, error) {
			asked++
			during()
			return wired(t, 99, answer), nil
		})
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	for _, step := range []struct {
		what     string
		question bson.D
		answer   bson.D
		during   func()
		asked    int
	}{
		{"the first time", find("a", "x"), good, func() {}, 1},
		{"again in another session", find("b", "x"), good, func() {}, 0},
		{"another question", find("a", "y"), good, func() {}, 1},
		{"an error", find("a", "bad"), bad, func() {}, 1},
		{"after an error", find("a", "bad"), bad, func() {}, 1},
		{"half an answer", find("a", "more"), more, func() {}, 1},
		{"after half an answer", find("a", "more"), more, func() {}, 1},
		{"a write meanwhile", find("a", "z"), good, func() { m.forget("persons") }, 1},
		{"after a write meanwhile", find("a", "z"), good, func() {}, 1},
		{"everything before is forgotten", find("a", "y"), good, func() {}, 1},
	} {
		before := asked
		recall(1, step.question, step.answer, step.during)
		if asked-before != step.asked {
			t.Errorf("%s: asked %d times, want %d", step.what, asked-before, step.asked)
		}
	}
	got := recall(4711, find("c", "y"), good, func() {})
	if id := binary.LittleEndian.Uint32(got[8:]); id != 4711 {
		t.Errorf("answers request %d", id)
	}
}
