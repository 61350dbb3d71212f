//go:build !noembed

package embedded

import (
	"bytes"
	"encoding/binary"
	"net"
	"slices"
	"sync"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// FerretDB decodes a whole collection for nearly every query, 0.1 ms a document, and what was remembered of it is forgotten at
// the next write to any of them. So the relay has a copy of the documents of a collection that takes long to
// read, brings the copy in step with each write before its caller hears of it, and answers from the copy what it understands.
// That is exact for the same reason as memory is: every command of this database goes through the relay. A write that does
// not say by their _id which documents it changes ends the copy, and the next query that takes long makes another; and so do
// as many writes as it has documents with no query between them.

// What is copied: collections of at least so many documents that take longer to read than looking so many up, up to so many
// bytes each and all together.
const (
	worthACopy  = 300
	maxMirror   = largestAnswer
	maxMirrored = 4 * maxMirror
)

// mirrors are the copies that there are, by namespace.
type mirrors struct {
	mu    sync.Mutex
	of    map[string]*mirror
	unfit map[string]bool // collections that are too large, or whose ids are no texts
}

// mirror is the copy of one collection.
type mirror struct {
	read chan struct{} // closed when the collection has been read

	mu      sync.RWMutex
	docs    map[string]bson.Raw // nil while the collection is being read, and when the copy has ended
	ids     []string            // of docs, in order; nil after one came or went
	size    int
	unasked int             // documents that were read again since the last query
	touched map[string]bool // what was written while the collection was being read
	ended   bool
}

func (c command) namespace() string {
	db, _ := c.body.Lookup("$db").StringValueOK()
	return db + "." + c.collection
}

// at is the copy of the namespace; nil when there is none.
func (all *mirrors) at(namespace string) *mirror {
	all.mu.Lock()
	defer all.mu.Unlock()
	return all.of[namespace]
}

// begin is the copy of the namespace, and whether it is the caller's to read; nil of a collection that is not fit for one.
func (all *mirrors) begin(namespace string) (m *mirror, mine bool) {
	all.mu.Lock()
	defer all.mu.Unlock()
	if m = all.of[namespace]; m != nil || all.unfit[namespace] {
		return m, false
	}
	if all.of == nil {
		all.of, all.unfit = map[string]*mirror{}, map[string]bool{}
	}
	m = &mirror{read: make(chan struct{}), touched: map[string]bool{}}
	all.of[namespace] = m
	return m, true
}

// end forgets the copy.
func (all *mirrors) end(namespace string, m *mirror, unfit bool) {
	all.mu.Lock()
	if all.of[namespace] == m {
		delete(all.of, namespace)
	}
	if unfit {
		all.unfit[namespace] = true
	}
	all.mu.Unlock()
	m.mu.Lock()
	defer m.mu.Unlock()
	m.docs, m.ids, m.ended = nil, nil, true
}

// makeRoom ends the other copies when there would be too much of them all.
func (all *mirrors) makeRoom(m *mirror, size int) {
	all.mu.Lock()
	others := map[string]*mirror{}
	for namespace, other := range all.of {
		if other != m {
			others[namespace] = other
		}
	}
	all.mu.Unlock()
	for _, other := range others {
		other.mu.RLock()
		size += other.size
		other.mu.RUnlock()
	}
	if size <= maxMirrored {
		return
	}
	for namespace, other := range others {
		all.end(namespace, other, false)
	}
}

// mirrored answers a query from the copy of its collection; nil when there is none, or the query is not understood.
func (r *proxy) mirrored(server net.Conn, c command, request []byte) ([]byte, error) {
	m := r.mirrors.at(c.namespace())
	if m == nil && !r.scans.longerThan(c.collection, worthACopy) {
		return nil, nil
	}
	q, understood := questionOf(c)
	if !understood {
		return nil, nil
	}
	if m == nil && q.ids != nil {
		return nil, nil // it is looked up
	}
	if m == nil {
		var mine bool
		if m, mine = r.mirrors.begin(c.namespace()); m == nil {
			return nil, nil
		} else if mine {
			if err := r.copyAll(server, c, request, m); err != nil {
				return nil, err
			}
		}
	}
	<-m.read
	if batch, good := m.answer(q); good {
		return answerWith(c, request, batch), nil
	}
	return nil, nil
}

// copyAll reads the collection, and once more what was written meanwhile.
func (r *proxy) copyAll(server net.Conn, c command, request []byte, m *mirror) error {
	defer close(m.read)
	docs, size, unfit, err := r.readAll(server, c, request)
	if err != nil || docs == nil {
		r.mirrors.end(c.namespace(), m, unfit)
		return err
	}
	r.mirrors.makeRoom(m, size)
	if err := r.install(server, c, request, m, docs, size); err != nil {
		r.mirrors.end(c.namespace(), m, false)
		return err
	}
	return nil
}

// readAll are all documents of the collection, by id; nil of one that is not worth a copy, or not fit for one.
func (r *proxy) readAll(server net.Conn, c command, request []byte) (docs map[string]bson.Raw, size int, unfit bool, err error) {
	answer, err := ask(server, asking(c, request, bson.D{
		{Key: "find", Value: c.collection}, {Key: "filter", Value: bson.D{}}, {Key: "batchSize", Value: int32(1 << 20)},
	}))
	if err != nil {
		return nil, 0, false, err
	}
	cursor, _ := bodyOf(answer).Lookup("cursor").DocumentOK()
	if id, good := cursor.Lookup("id").AsInt64OK(); !good || id != 0 { // more than one answer holds
		if good {
			_, err = ask(server, asking(c, request, bson.D{{Key: "killCursors", Value: c.collection}, {Key: "cursors", Value: bson.A{id}}}))
		}
		return nil, 0, good, err
	}
	list, _ := cursor.Lookup("firstBatch").ArrayOK()
	values, _ := list.Values()
	if len(values) < worthACopy {
		r.scans.note(c.collection, 0) // it was slow for another reason
		return nil, 0, false, nil
	}
	docs = map[string]bson.Raw{}
	for _, v := range values {
		d, _ := v.DocumentOK()
		id, isText := d.Lookup("_id").StringValueOK()
		if size += len(d); !isText || size > maxMirror {
			return nil, 0, true, nil
		}
		docs[id] = bytes.Clone(d)
	}
	return docs, size, false, nil
}

// install makes the documents the copy, unless a write has ended it meanwhile.
func (r *proxy) install(server net.Conn, c command, request []byte, m *mirror, docs map[string]bson.Raw, size int) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.ended {
		return nil
	}
	m.docs, m.size = docs, size
	for id := range m.touched {
		if err := r.renew(server, c, request, m, id); err != nil {
			return err
		}
	}
	m.touched = nil
	return nil
}

// asking is a request of our own, like the client's.
func asking(c command, request []byte, body bson.D) []byte {
	q := message(request, marshal(append(body, bson.E{Key: "$db", Value: c.body.Lookup("$db")})))
	binary.LittleEndian.PutUint32(q[headerLength:], 0) // it wants an answer
	return q
}

// renew reads one document again. The caller holds m.mu over reading and keeping: of two who do so, the later one reads what
// both have written.
func (r *proxy) renew(server net.Conn, c command, request []byte, m *mirror, id string) error {
	d, err := r.document(server, c, request, id)
	if err != nil {
		return err
	}
	m.unasked++
	old, was := m.docs[id]
	m.size += len(d) - len(old)
	if was != (d != nil) {
		m.ids = nil
	}
	if d == nil {
		delete(m.docs, id)
	} else {
		m.docs[id] = bytes.Clone(d)
	}
	return nil
}

// follow brings the copy in step with a write that has ended, before its caller hears of it. Failed is a write of which nobody
// knows what it did.
func (r *proxy) follow(server net.Conn, c command, request []byte, failed bool) {
	m := r.mirrors.at(c.namespace())
	if m == nil {
		return
	}
	ids, told := c.changed()
	if failed || !told {
		r.mirrors.end(c.namespace(), m, false)
		return
	}
	if good, unfit := r.keepUp(server, c, request, m, ids); !good {
		r.mirrors.end(c.namespace(), m, unfit)
	}
}

// keepUp reads the documents again; not good when the copy cannot go on.
func (r *proxy) keepUp(server net.Conn, c command, request []byte, m *mirror, ids []string) (good, unfit bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, id := range ids {
		switch {
		case m.ended:
			return true, false
		case m.docs == nil:
			m.touched[id] = true
		case r.renew(server, c, request, m, id) != nil:
			return false, false
		}
	}
	return m.size <= maxMirror && m.unasked <= len(m.docs), m.size > maxMirror
}

// changed are the ids of all documents that the writing command may have changed; false where it does not say so.
func (c command) changed() (ids []string, told bool) {
	switch c.name {
	case "create", "createIndexes", "dropIndexes":
		return nil, true
	case "insert":
		for _, d := range c.documents {
			id, isText := d.Lookup("_id").StringValueOK()
			if !isText {
				return nil, false
			}
			ids = append(ids, id)
		}
		return ids, len(ids) > 0
	}
	for _, filter := range c.filters() {
		named, good := namedIn(filter)
		if !good {
			return nil, false
		}
		ids = append(ids, named...)
	}
	return ids, len(ids) > 0
}

// namedIn are the ids that a filter names, as one or as a list.
func namedIn(filter bson.Raw) (ids []string, good bool) {
	if id, isText := filter.Lookup("_id").StringValueOK(); isText {
		return []string{id}, true
	}
	operators, _ := filter.Lookup("_id").DocumentOK()
	list, good := operators.Lookup("$in").ArrayOK()
	values, _ := list.Values()
	for _, v := range values {
		id, isText := v.StringValueOK()
		good = good && isText
		ids = append(ids, id)
	}
	return ids, good
}

// answer are the documents that the question asks for; false when the copy has ended, or cannot tell.
func (m *mirror) answer(q question) (batch []bson.Raw, good bool) {
	ids := m.asked()
	m.mu.RLock()
	defer m.mu.RUnlock()
	if m.docs == nil {
		return nil, false
	}
	if q.ids != nil {
		ids = q.ids
	}
	return q.among(func(yield func(bson.Raw) bool) {
		for _, id := range ids {
			if d := m.docs[id]; d != nil && !yield(d) {
				return
			}
		}
	})
}

// asked notes that there was a query, and gives the ids in order.
func (m *mirror) asked() []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.unasked = 0; m.ids == nil {
		m.ids = make([]string, 0, len(m.docs))
		for id := range m.docs {
			m.ids = append(m.ids, id)
		}
		slices.Sort(m.ids)
	}
	return m.ids
}

// document is one document of the copy; false when it cannot tell.
func (m *mirror) document(id string) (d bson.Raw, told bool) {
	if m == nil {
		return nil, false
	}
	m.mu.RLock()
	defer m.mu.RUnlock()
	return m.docs[id], m.docs != nil
}
