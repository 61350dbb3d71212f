//go:build !noembed

package embedded

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"slices"

	"go.mongodb.org/mongo-driver/v2/bson"
)

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

// command is what the relay needs to know of a request; the zero command is one it does not understand.
type command struct {
	name, collection string
	body             bson.Raw
	documents        []bson.Raw // of an insert, update or delete
}

// parse finds the command in the body section, and the documents that came beside it or in it. A request in another
// form is passed on as it is.
func parse(m []byte) command {
	var c command
	sections(m, func(kind byte, section []byte) {
		if kind == 0 {
			c.body = bson.Raw(section)
		} else if _, list, found := bytes.Cut(section[4:], []byte{0}); found {
			c.documents = documentsIn(list)
		}
	})
	elements, err := c.body.Elements()
	if err != nil || len(elements) == 0 {
		return command{}
	}
	c.name = elements[0].Key()
	c.collection, _ = elements[0].Value().StringValueOK()
	if list, ok := c.body.Lookup(map[string]string{"insert": "documents", "update": "updates", "delete": "deletes"}[c.name]).ArrayOK(); ok {
		values, _ := list.Values()
		for _, v := range values {
			d, _ := v.DocumentOK()
			c.documents = append(c.documents, d)
		}
	}
	return c
}

// sections calls f with the kind and the bytes of each section: a document (kind 0), or a sequence of them with its
// length and name before it (kind 1).
func sections(m []byte, f func(kind byte, section []byte)) {
	if !isOpMsg(m) {
		return
	}
	for rest := m[headerLength+4:]; len(rest) > 5; {
		kind, length := rest[0], int(binary.LittleEndian.Uint32(rest[1:]))
		if length < 4 || length >= len(rest) {
			return
		}
		f(kind, rest[1:1+length])
		rest = rest[1+length:]
	}
}

func documentsIn(list []byte) (documents []bson.Raw) {
	for len(list) >= 4 {
		length := int(binary.LittleEndian.Uint32(list))
		if length < 5 || length > len(list) {
			return nil
		}
		documents, list = append(documents, bson.Raw(list[:length])), list[length:]
	}
	return documents
}

// bodyOf is the document of the body section; nil when there is none.
func bodyOf(m []byte) (body bson.Raw) {
	sections(m, func(kind byte, section []byte) {
		if kind == 0 {
			body = bson.Raw(section)
		}
	})
	return body
}

// document is the _id of the one document that the command can change; false when there may be others.
func (c command) document() (id string, one bool) {
	var filter bson.Raw
	switch c.name {
	case "findAndModify", "findandmodify":
		filter, _ = c.body.Lookup("query").DocumentOK()
	case "insert", "update", "delete":
		if len(c.documents) != 1 {
			return "", false
		}
		if filter = c.documents[0]; c.name != "insert" {
			filter, _ = filter.Lookup("q").DocumentOK()
		}
	}
	return filter.Lookup("_id").StringValueOK()
}

// inserted is the _id of the first of the documents that the command inserts; false when it inserts none.
func (c command) inserted() (id string, inserts bool) {
	if c.name != "insert" || len(c.documents) == 0 {
		return "", false
	}
	return c.documents[0].Lookup("_id").StringValueOK()
}

// writes reports whether the command changes documents or collections.
func (c command) writes() bool {
	return slices.Contains([]string{
		"insert", "update", "delete", "findAndModify", "findandmodify", "create", "createIndexes", "drop", "dropIndexes",
	}, c.name)
}

// reads reports whether the command's answer depends on nothing but the documents of its collection.
func (c command) reads() bool { return (c.name == "find" || c.name == "count") && c.collection != "" }

// key tells commands apart that may have different answers: everything but the session and the time left.
func (c command) key() string {
	elements, _ := c.body.Elements()
	var key []byte
	for _, e := range elements {
		if !slices.Contains([]string{"lsid", "maxTimeMS", "$clusterTime", "$readPreference"}, e.Key()) {
			key = append(key, e...)
		}
	}
	return string(key)
}
