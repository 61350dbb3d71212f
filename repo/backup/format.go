package backup

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"math/bits"
	"time"
)

// A backup is one readable line (magic and the key's number), and after it one stream of Tink's AES-GCM-HKDF: segments of
// 16 KiB, each authenticated with its place and whether it is the last, and the readable line with all of them. So a flipped
// byte, segments that changed places, an end that is missing and one that was added are all refused where they stand.
//
// In the stream lie records, each a letter, its length and its content: the head (JSON), chunks of documents of one
// collection, and at the end the manifest (JSON), which says of every collection how many documents there are and their
// digest. A file without its manifest is none.
const (
	magic       = "bangfu-backup 1 key "
	longestLine = 64

	segmentSize = 16 << 10

	recordHead     = 'H'
	recordChunk    = 'C'
	recordManifest = 'M'

	// chunkSize is how many bytes of documents go together; one document may be larger, as large as a database takes.
	chunkSize    = 64 << 10
	largestDoc   = 17 << 20
	largestChunk = chunkSize + largestDoc
	largestJSON  = 1 << 20
)

// Head says what is in the backup before anything of it is read.
type Head struct {
	At         time.Time `json:"at"`         // when it was begun
	Version    string    `json:"version"`    // of the bangfu that made it
	Database   string    `json:"database"`   // what it was called there
	Migrations []string  `json:"migrations"` // that had run on it
	Keyset     string    `json:"keyset"`     // tells the FIELD_KEYSET apart by which its fields open; the keys are not in here
	Snapshot   bool      `json:"snapshot"`   // all of it is as of one instant
}

// Manifest says what the backup holds.
type Manifest struct {
	Collections []Collection `json:"collections"`
	Chunks      int          `json:"chunks"`
}

// Collection is what the backup holds of a collection.
type Collection struct {
	Name      string `json:"name"`
	Documents int64  `json:"documents"`
	Bytes     int64  `json:"bytes"`
	Digest    Digest `json:"digest"`
}

// Documents are those of all collections.
func (m Manifest) Documents() (n int64) {
	for _, c := range m.Collections {
		n += c.Documents
	}
	return n
}

// Digest is that of a set of documents in any order: a database gives them in an order of its own. It is the sum of their
// SHA-256, so that it can be taken of a stream.
type Digest [sha256.Size]byte

// Add takes one more document in.
func (d *Digest) Add(doc []byte) {
	sum, carry := sha256.Sum256(doc), uint64(0)
	for i := len(d) - 8; i >= 0; i -= 8 {
		var n uint64
		n, carry = bits.Add64(binary.BigEndian.Uint64(d[i:]), binary.BigEndian.Uint64(sum[i:]), carry)
		binary.BigEndian.PutUint64(d[i:], n)
	}
}

// MarshalText writes it in hexadecimal.
func (d Digest) MarshalText() ([]byte, error) { return []byte(hex.EncodeToString(d[:])), nil }

// UnmarshalText reads what MarshalText wrote.
func (d *Digest) UnmarshalText(text []byte) error {
	raw, err := hex.DecodeString(string(text))
	if err != nil || len(raw) != len(d) {
		return errors.New("not a digest")
	}
	copy(d[:], raw)
	return nil
}
