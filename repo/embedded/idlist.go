//go:build !noembed

package embedded

import (
	"encoding/binary"
	"net"
	"slices"
	"sync"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// A list of ids is no index for FerretDB over SQLite either: it reads the whole collection. Where that takes longer than
// looking each of them up, the relay does the latter. The answer is the same, in another order.

// scans remembers how long reading a collection for a list of ids took. It decides what is quicker and nothing else.
type scans struct {
	mu   sync.Mutex
	took map[string]time.Duration
}

// lookUp is about what looking up one document takes.
const lookUp = 150 * time.Microsecond

func (s *scans) note(collection string, took time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.took == nil {
		s.took = map[string]time.Duration{}
	}
	s.took[collection] = took
}

// longerThan reports whether reading the collection takes longer than looking up so many documents. Of one that was
// not read yet nothing is known.
func (s *scans) longerThan(collection string, documents int) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.took[collection] > time.Duration(documents)*lookUp
}

// find answers a query.
func (r *proxy) find(server net.Conn, c command, request []byte) ([]byte, error) {
	if answer, err := r.mirrored(server, c, request); answer != nil || err != nil {
		return answer, err
	}
	ids := c.ids()
	if r.narrows && len(ids) > 1 && r.scans.longerThan(c.collection, len(ids)) {
		if answer, err := r.each(server, c, request, ids); answer != nil || err != nil {
			return answer, err
		}
	}
	began := time.Now()
	answer, err := ask(server, request)
	if took := time.Since(began); len(ids) > 1 || !c.byID() && !r.scans.longerThan(c.collection, int(took/lookUp)) {
		r.scans.note(c.collection, took)
	}
	return answer, err
}

// byID reports whether the query names the one document that it is about.
func (c command) byID() bool {
	filter, _ := c.body.Lookup("filter").DocumentOK()
	_, named := filter.Lookup("_id").StringValueOK()
	return named || c.name != "find"
}

// largestAnswer is as long as a document may be: what is longer goes out in several answers.
const largestAnswer = 16 << 20

// each looks the documents up one by one; nil when they are too long for one answer.
func (r *proxy) each(server net.Conn, c command, request []byte, ids []string) ([]byte, error) {
	var batch []bson.Raw
	size := 0
	for _, id := range ids {
		document, err := r.document(server, c, request, id)
		if err != nil {
			return nil, err
		}
		if document != nil {
			batch, size = append(batch, document), size+len(document)
		}
		if size > largestAnswer/2 {
			return nil, nil
		}
	}
	return answerWith(c, request, batch), nil
}

// answerWith is the answer to a query that has these documents, all of them in it.
func answerWith(c command, request []byte, batch []bson.Raw) []byte {
	list := bson.A{}
	for _, d := range batch {
		list = append(list, d)
	}
	answer := message(request, marshal(bson.D{
		{Key: "cursor", Value: bson.D{{Key: "firstBatch", Value: list}, {Key: "id", Value: int64(0)}, {Key: "ns", Value: c.namespace()}}},
		{Key: "ok", Value: 1.0},
	}))
	binary.LittleEndian.PutUint32(answer[headerLength:], 0)
	return answerTo(request, answer)
}

// ids are those of a query for the documents of these ids, each once; nil of any other query.
func (c command) ids() (ids []string) {
	elements, err := c.body.Elements()
	if err != nil || c.name != "find" {
		return nil
	}
	for _, e := range elements {
		if !slices.Contains([]string{"find", "filter", "batchSize", "$db", "lsid", "maxTimeMS", "$clusterTime", "$readPreference"}, e.Key()) {
			return nil
		}
	}
	filter, _ := c.body.Lookup("filter").DocumentOK()
	conditions, _ := filter.Elements()
	operators, _ := filter.Lookup("_id").DocumentOK()
	only, _ := operators.Elements()
	list, isList := operators.Lookup("$in").ArrayOK()
	if len(conditions) != 1 || len(only) != 1 || !isList {
		return nil
	}
	values, _ := list.Values()
	for _, v := range values {
		id, isText := v.StringValueOK()
		if !isText {
			return nil
		}
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}
