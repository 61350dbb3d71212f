//go:build !noembed

package embedded

import (
	"encoding/binary"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// beside adds documents to a message as the driver does, in a section of their own.
func beside(t *testing.T, m []byte, name string, docs ...bson.D) []byte {
	t.Helper()
	section := append([]byte(name), 0)
	for _, d := range docs {
		raw, err := bson.Marshal(d)
		if err != nil {
			t.Fatal(err)
		}
		section = append(section, raw...)
	}
	m = append(m, 1)
	m = binary.LittleEndian.AppendUint32(m, uint32(len(section)+4))
	m = append(m, section...)
	binary.LittleEndian.PutUint32(m, uint32(len(m)))
	return m
}

// TestWhichDocumentACommandChanges: commands of the same document must never be let through at once.
func TestWhichDocumentACommandChanges(t *testing.T) {
	d := func(pairs ...any) (doc bson.D) {
		for i := 0; i < len(pairs); i += 2 {
			doc = append(doc, bson.E{Key: pairs[i].(string), Value: pairs[i+1]})
		}
		return doc
	}
	on := func(name string) bson.D { return d(name, "c") }
	inBody := wired(t, 1, d("update", "c", "updates", bson.A{d("q", d("_id", "x"), "u", d())}))
	for _, c := range []struct {
		what    string
		request []byte
		id      string // empty: any documents
	}{
		{"an insert", beside(t, wired(t, 1, on("insert")), "documents", d("_id", "x", "n", 1)), "x"},
		{"inserts", beside(t, wired(t, 1, on("insert")), "documents", d("_id", "x"), d("_id", "y")), ""},
		{"an insert by number", beside(t, wired(t, 1, on("insert")), "documents", d("_id", 7)), ""},
		{"a compare-and-set", beside(t, wired(t, 1, on("update")), "updates", d("q", d("_id", "x", "rev", 1), "u", d())), "x"},
		{"an update in the body", inBody, "x"},
		{"an update by another field", beside(t, wired(t, 1, on("update")), "updates", d("q", d("n", "x"), "u", d("_id", "x"))), ""},
		{"an update of several", beside(t, wired(t, 1, on("update")), "updates", d("q", d("_id", d("$in", bson.A{"x", "y"})))), ""},
		{"updates", beside(t, inBody, "updates", d("q", d("_id", "y"), "u", d())), ""},
		{"a delete", beside(t, wired(t, 1, on("delete")), "deletes", d("q", d("_id", "x", "asked", 1), "limit", 0)), "x"},
		{"a delete of all", beside(t, wired(t, 1, on("delete")), "deletes", d("q", d(), "limit", 0)), ""},
		{"a findAndModify", wired(t, 1, d("findAndModify", "c", "query", d("_id", "x"), "update", d())), "x"},
		{"a findAndModify by another field", wired(t, 1, d("findAndModify", "c", "query", d("n", 1))), ""},
		{"a new collection", wired(t, 1, on("create")), ""},
		{"a broken section", append(wired(t, 1, on("insert")), 1, 255, 0, 0, 0, 'x'), ""},
	} {
		id, one := parse(c.request).document()
		if id != c.id || one != (c.id != "") {
			t.Errorf("%s: %q %v, want %q", c.what, id, one, c.id)
		}
	}
}

// TestWhatIsInserted: commands that insert and nothing else may run beside others.
func TestWhatIsInserted(t *testing.T) {
	two := beside(t, wired(t, 1, bson.D{{Key: "insert", Value: "c"}}), "documents", bson.D{{Key: "_id", Value: "x"}}, bson.D{{Key: "_id", Value: "y"}})
	updates := beside(t, wired(t, 1, bson.D{{Key: "update", Value: "c"}}), "updates", bson.D{{Key: "_id", Value: "x"}})
	if id, inserts := parse(two).inserted(); !inserts || id != "x" {
		t.Errorf("%q %v", id, inserts)
	}
	if id, inserts := parse(updates).inserted(); inserts {
		t.Errorf("an update is an insert of %q", id)
	}
}
