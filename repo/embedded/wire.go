//go:build !noembed

package embedded

import (
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
}

// parse finds the command in the body section. A request in another form is passed on as it is.
func parse(m []byte) command {
	body := bodyOf(m)
	elements, err := body.Elements()
	if err != nil || len(elements) == 0 {
		return command{}
	}
	c := command{name: elements[0].Key(), body: body}
	c.collection, _ = elements[0].Value().StringValueOK()
	return c
}

// bodyOf is the document of the body section (kind 0); nil when there is none.
func bodyOf(m []byte) bson.Raw {
	if !isOpMsg(m) {
		return nil
	}
	sections := m[headerLength+4:]
	for len(sections) > 5 {
		kind, length := sections[0], int(binary.LittleEndian.Uint32(sections[1:]))
		if length < 4 || length >= len(sections) {
			return nil
		}
		if kind == 0 {
			return bson.Raw(sections[1 : 1+length])
		}
		sections = sections[1+length:]
	}
	return nil
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
