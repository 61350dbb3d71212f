// Package backup is the form of a backup: one file, compressed and encrypted with a key of its own, in which every chunk
// and every collection can be checked, and the places where such files are kept.
package backup

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"encoding/hex"
	"errors"
	"strings"
)

// Key encrypts backups and nothing else. Whoever has it and a backup has the whole registry; whoever has lost it has no
// backup.
type Key [32]byte

// NewKey makes a key in the form of BACKUP_KEY: thirteen groups of four letters and digits, which can be written on paper.
func NewKey() string {
	raw := make([]byte, len(Key{}))
	_, _ = rand.Read(raw) // never fails: crypto/rand ends the process first
	return Key(raw).text()
}

func (k Key) text() string {
	return grouped(letters.EncodeToString(k[:]))
}

// letters have no 0, 1, 8 and 9, which are mistaken for others on paper.
var letters = base32.StdEncoding.WithPadding(base32.NoPadding)

var errKey = errors.New("BACKUP_KEY: not a key; make one with: bangfu backup-key")

// ReadKey reads BACKUP_KEY. Small letters, spaces and line breaks do no harm. No error of it holds key material.
func ReadKey(text string) (Key, error) {
	text = strings.ToUpper(strings.NewReplacer("-", "", " ", "", "\n", "", "\r", "", "\t", "").Replace(text))
	raw, err := letters.DecodeString(text)
	// Compared as text, too: the last letter has bits that no key uses, and a slip there must show.
	if err != nil || len(raw) != len(Key{}) || Key(raw).text() != grouped(text) {
		return Key{}, errKey
	}
	return Key(raw), nil
}

func grouped(text string) string {
	var groups []string
	for i := 0; i < len(text); i += 4 {
		groups = append(groups, text[i:min(i+4, len(text))])
	}
	return strings.Join(groups, "-")
}

// Number tells keys apart and says nothing of them; it stands readable at the head of a backup.
func (k Key) Number() string {
	sum := sha256.Sum256(append([]byte("bangfu backup key "), k[:]...))
	return hex.EncodeToString(sum[:4])
}
