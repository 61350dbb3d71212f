package repo

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"

	"bangfu/service/model"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/core/cryptofmt"
	"github.com/tink-crypto/tink-go/v2/insecurecleartextkeyset"
	"github.com/tink-crypto/tink-go/v2/keyset"
	"github.com/tink-crypto/tink-go/v2/prf"
	"github.com/tink-crypto/tink-go/v2/tink"
)

// Sealer encrypts single fields and makes keyed hashes of them, so that a value can be found without
// being readable. A plain hash would not do: an 18-digit id number is quickly guessed.
type Sealer struct {
	aead   tink.AEAD
	lookup *prf.Set
	prefix []byte // of every value under the primary key
}

// keysetFile is the form of FIELD_KEYSET: two Tink keysets in JSON.
type keysetFile struct {
	Seal   json.RawMessage `json:"seal"`
	Lookup json.RawMessage `json:"lookup"`
}

// NewKeyset makes fresh keys in the form of FIELD_KEYSET.
func NewKeyset() (string, error) {
	seal, err := keysetJSON(keyset.NewHandle(aead.AES256GCMKeyTemplate()))
	if err != nil {
		return "", err
	}
	lookup, err := keysetJSON(keyset.NewHandle(prf.HMACSHA256PRFKeyTemplate()))
	if err != nil {
		return "", err
	}
	b, err := json.Marshal(keysetFile{Seal: seal, Lookup: lookup})
	return string(b), err
}

func keysetJSON(h *keyset.Handle, err error) (json.RawMessage, error) {
	if err != nil {
		return nil, fmt.Errorf("field keyset: %w", err)
	}
	var b bytes.Buffer
	if err := insecurecleartextkeyset.Write(h, keyset.NewJSONWriter(&b)); err != nil {
		return nil, fmt.Errorf("field keyset: %w", err)
	}
	return b.Bytes(), nil
}

// errKeyset holds no key material.
var errKeyset = errors.New("FIELD_KEYSET: not a keyset; make one with: bangfu keyset")

func readKeyset(text string) (seal, lookup *keyset.Handle, err error) {
	var f keysetFile
	if err := json.Unmarshal([]byte(text), &f); err != nil {
		return nil, nil, errKeyset
	}
	seal, err1 := insecurecleartextkeyset.Read(keyset.NewJSONReader(bytes.NewReader(f.Seal)))
	lookup, err2 := insecurecleartextkeyset.Read(keyset.NewJSONReader(bytes.NewReader(f.Lookup)))
	if err1 != nil || err2 != nil {
		return nil, nil, errKeyset
	}
	return seal, lookup, nil
}

// NewSealer reads FIELD_KEYSET. No error of it holds key material.
func NewSealer(keysetText string) (*Sealer, error) {
	seal, lookup, err := readKeyset(keysetText)
	if err != nil {
		return nil, err
	}
	primary, err := seal.Primary()
	if err != nil {
		return nil, errKeyset
	}
	a, err1 := aead.New(seal)
	l, err2 := prf.NewPRFSet(lookup)
	if err1 != nil || err2 != nil {
		return nil, errKeyset
	}
	return &Sealer{aead: a, lookup: l, prefix: binary.BigEndian.AppendUint32([]byte{cryptofmt.TinkStartByte}, primary.KeyID())}, nil
}

// Seal encrypts text for one field of one record; what is sealed for one opens nowhere else.
// Empty text stays empty.
func (s *Sealer) Seal(text, field, recordID string) (model.Sealed, error) {
	if text == "" {
		return nil, nil
	}
	b, err := s.aead.Encrypt([]byte(text), []byte(field+"|"+recordID))
	if err != nil {
		return nil, fmt.Errorf("seal %s: %w", field, err)
	}
	return b, nil
}

// Open decrypts what Seal made for the same field and record.
func (s *Sealer) Open(sealed model.Sealed, field, recordID string) (string, error) {
	if len(sealed) == 0 {
		return "", nil
	}
	b, err := s.aead.Decrypt(sealed, []byte(field+"|"+recordID))
	if err != nil {
		return "", fmt.Errorf("open %s of %s: %w", field, recordID, err)
	}
	return string(b), nil
}

// Hash is the keyed hash by which a value of this field is found. Empty text hashes to empty.
func (s *Sealer) Hash(text, field string) (string, error) {
	if text == "" {
		return "", nil
	}
	b, err := s.lookup.ComputePrimaryPRF([]byte(field+"|"+text), 16)
	if err != nil {
		return "", fmt.Errorf("hash %s: %w", field, err)
	}
	return base64.RawURLEncoding.EncodeToString(b), nil
}
