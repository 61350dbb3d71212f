package model

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"regexp"
	"time"
)

// Opaque is an id that says nothing of what it is made of; the same parts make the same id.
func Opaque(parts ...string) string {
	h := sha256.New()
	for _, p := range parts {
		var n [8]byte
		binary.BigEndian.PutUint64(n[:], uint64(len(p))) // so that "a","bc" is not "ab","c"
		h.Write(n[:])
		h.Write([]byte(p))
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// ClientKey is what a key that a client chose becomes before anything is stored under it: it belongs to who sent it,
// for one household (empty: for none). So nobody meets another's record by choosing their key, and nobody can read
// from a record's id who made it. Every key that a client chooses goes through here.
func ClientKey(actor, householdID, key string) string {
	return Opaque("client key", actor, householdID, key)
}

// ErrKeyUsed is KindConflict: the sender has done something else under the same key.
var ErrKeyUsed = NewError(KindConflict, "key_used", "这个编号已经用过,内容不一样;要再记一次,请换一个编号")

// KeyUse is what a sender asked for under a key. ID is the ClientKey.
type KeyUse struct {
	ID  string    `bson:"_id"`
	Sum string    `bson:"sum"` // a digest of the content
	At  time.Time `bson:"at"`
}

// KeyUseLife is how long it is remembered what was asked for under a key: longer than any phone sends again.
const KeyUseLife = 400 * 24 * time.Hour

// NewKeyUse is the use of a key for the content, which is data that JSON can write down.
func NewKeyUse(key string, content any, at time.Time) KeyUse {
	raw, err := json.Marshal(content)
	if err != nil {
		panic("model: what was asked for cannot be written down: " + err.Error()) // it has strings, numbers and lists only
	}
	return KeyUse{ID: key, Sum: Opaque(string(raw)), At: at.UTC()}
}

var opaque = regexp.MustCompile(`^[0-9a-f]{32}$`)

// Outward is a record's id as people outside the office get it: it says nothing. Whoever gets it back looks for it
// among the records that are the caller's, so that an id opens nothing by itself.
func Outward(id string) string {
	if id == "" || opaque.MatchString(id) {
		return id
	}
	return Opaque("outward", id)
}

// IsOutward reports whether a caller who names given means the record of this id. A phone may still hold the id as it
// was before ids said nothing.
func IsOutward(id, given string) bool { return given == id || given == Outward(id) }

// fromWeChat is what WeChat gave us about a person, where it stands in an id: an openid or a unionid.
var fromWeChat = regexp.MustCompile(`\b(oa|mp|u):[0-9A-Za-z_-]+`)

// Unnamed is an id, an actor or the name of a record as the office gets it, without what WeChat gave us about a
// person. Ids that are made now hold no such part; those that were stored before may.
func Unnamed(id string) string {
	return fromWeChat.ReplaceAllStringFunc(id, func(part string) string { return Opaque("account", part) })
}
