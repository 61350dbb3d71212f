//go:build !noembed

package embedded

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"net"
	"strings"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// FerretDB over SQLite finds a document by an index only when its _id is all that a filter says. A compare-and-set
// says more, and would read the whole collection: the relay looks at the document first, in the same turn, so that
// nobody changes it meanwhile, and leaves out of the filter what the document surely meets. Where that is not sure,
// the command goes on as it came.

// narrow is the request with filters of nothing but _id, where the documents meet the rest of them.
func (r *proxy) narrow(server net.Conn, c command, request []byte) ([]byte, error) {
	filters := c.filters()
	narrowed, seen := false, map[string]bool{}
	for i, filter := range filters {
		id, byID := filter.Lookup("_id").StringValueOK()
		rest, _ := filter.Elements()
		changed := seen[id] // by a statement before, in a way that is not known here
		seen[id] = true
		if !byID || len(rest) == 1 || changed {
			continue
		}
		document, known := r.mirrors.at(c.namespace()).document(id)
		if !known {
			var err error
			if document, err = r.document(server, c, request, id); err != nil {
				return nil, err
			}
		}
		if meets(document, filter) {
			filters[i], narrowed = marshal(bson.D{{Key: "_id", Value: id}}), true
		}
	}
	if !narrowed {
		return request, nil
	}
	return message(request, c.with(filters)), nil
}

// filters are those of the documents that the command changes, in its order.
func (c command) filters() (filters []bson.Raw) {
	switch c.name {
	case "findAndModify", "findandmodify":
		query, _ := c.body.Lookup("query").DocumentOK()
		return []bson.Raw{query}
	case "update", "delete":
		for _, d := range c.documents {
			q, _ := d.Lookup("q").DocumentOK()
			filters = append(filters, q)
		}
	}
	return filters
}

// with is the command's body, all documents in it, with these filters in the place of its own.
func (c command) with(filters []bson.Raw) bson.Raw {
	field := map[string]string{"update": "updates", "delete": "deletes"}[c.name]
	if field == "" {
		return replaced(c.body, "query", filters[0])
	}
	documents := bson.A{}
	for i, d := range c.documents {
		documents = append(documents, replaced(d, "q", filters[i]))
	}
	return replaced(c.body, field, documents)
}

// replaced is the document with another value under the key, which is added when it is not there.
func replaced(document bson.Raw, key string, value any) bson.Raw {
	elements, _ := document.Elements()
	var d bson.D
	for _, e := range elements {
		if e.Key() != key {
			d = append(d, bson.E{Key: e.Key(), Value: e.Value()})
		}
	}
	return marshal(append(d, bson.E{Key: key, Value: value}))
}

func marshal(d bson.D) bson.Raw {
	raw, err := bson.Marshal(d)
	if err != nil {
		panic("embedded database: " + err.Error()) // its parts have been read from BSON
	}
	return raw
}

// message is a request like the given one with another body, in one section.
func message(like []byte, body bson.Raw) []byte {
	m := append([]byte(nil), like[:headerLength+4]...)
	m = append(append(m, 0), body...)
	binary.LittleEndian.PutUint32(m, uint32(len(m)))
	return m
}

// document is the command's document of this id; nil when there is none.
func (r *proxy) document(server net.Conn, c command, request []byte, id string) (bson.Raw, error) {
	question := asking(c, request, bson.D{
		{Key: "find", Value: c.collection}, {Key: "filter", Value: bson.D{{Key: "_id", Value: id}}},
		{Key: "limit", Value: 1}, {Key: "singleBatch", Value: true},
	})
	answer, err := ask(server, question)
	if err != nil {
		return nil, err
	}
	found, _ := bodyOf(answer).Lookup("cursor", "firstBatch", "0").DocumentOK()
	return found, nil
}

// meets reports whether the document surely meets the filter. False says nothing.
func meets(document, filter bson.Raw) bool {
	conditions, err := filter.Elements()
	for _, c := range conditions {
		value, missing := document.LookupErr(c.Key())
		if missing != nil || strings.ContainsAny(c.Key(), "$.") || !holds(value, c.Value()) {
			return false
		}
	}
	return err == nil
}

// holds reports whether the value surely meets the condition, which is a value or a document of operators.
func holds(value, condition bson.RawValue) bool {
	operators, ok := condition.DocumentOK()
	if !ok {
		return value.Equal(condition)
	}
	elements, err := operators.Elements()
	if err != nil || len(elements) == 0 || !strings.HasPrefix(elements[0].Key(), "$") {
		return false
	}
	for _, e := range elements {
		if !holdsOne(value, e.Key(), e.Value()) {
			return false
		}
	}
	return true
}

func holdsOne(value bson.RawValue, operator string, operand bson.RawValue) bool {
	if operator == "$in" {
		list, _ := operand.ArrayOK()
		values, _ := list.Values()
		for _, v := range values {
			if value.Equal(v) {
				return true
			}
		}
		return false
	}
	order, ordered := compare(value, operand)
	switch operator {
	case "$eq":
		return value.Equal(operand)
	case "$ne":
		return ordered && order != 0
	case "$lt":
		return ordered && order < 0
	case "$lte":
		return ordered && order <= 0
	case "$gt":
		return ordered && order > 0
	case "$gte":
		return ordered && order >= 0
	}
	return false
}

// compare orders two values of one type; false when they are of two, or of one whose order takes more than this.
func compare(a, b bson.RawValue) (order int, ordered bool) {
	if a.Type != b.Type {
		return 0, false
	}
	switch a.Type {
	case bson.TypeString:
		return strings.Compare(a.StringValue(), b.StringValue()), true
	case bson.TypeBoolean:
		return bytes.Compare(a.Value, b.Value), true
	case bson.TypeInt32, bson.TypeInt64:
		return cmp.Compare(a.AsInt64(), b.AsInt64()), true
	case bson.TypeDateTime:
		return cmp.Compare(a.DateTime(), b.DateTime()), true
	}
	return 0, false
}
