package repo

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/keyset"
)

// KeysetChange is a step in exchanging the key that seals.
type KeysetChange string

// The steps. With one process KeysetRotate does both of the first two. With several, a value that one
// process seals under a key which another does not have yet cannot be read there, so every process gets
// the new key first, and only then does any seal with it.
const (
	KeysetAdd     KeysetChange = "add"     // a new key that opens, but does not seal yet
	KeysetPromote KeysetChange = "promote" // the newest key seals from now on
	KeysetRotate  KeysetChange = "rotate"  // a new key that seals at once
	KeysetPrune   KeysetChange = "prune"   // only the key that seals is left; for after RotateKeys
)

// ChangeKeyset makes the next FIELD_KEYSET from the one in use. The key of the look-up hashes stays: the
// hashes that it made stand in the database and in every line of the audit log, and a hash cannot be
// opened to be made anew.
func ChangeKeyset(text string, step KeysetChange) (string, error) {
	seal, _, err := readKeyset(text)
	if err != nil {
		return "", err
	}
	var f keysetFile
	if err := json.Unmarshal([]byte(text), &f); err != nil {
		return "", errKeyset
	}
	if seal, err = changeKeys(seal, step); err != nil {
		return "", err
	}
	if f.Seal, err = keysetJSON(seal, nil); err != nil {
		return "", err
	}
	b, err := json.Marshal(f)
	return string(b), err
}

func changeKeys(h *keyset.Handle, step KeysetChange) (*keyset.Handle, error) {
	manager := keyset.NewManagerFromHandle(h)
	last, err := h.Entry(h.Len() - 1)
	if err != nil {
		return nil, errKeyset
	}
	switch step {
	case KeysetAdd, KeysetRotate:
		id, err := manager.Add(aead.AES256GCMKeyTemplate())
		if err != nil {
			return nil, fmt.Errorf("field keyset: %w", err)
		}
		if step == KeysetRotate {
			err = manager.SetPrimary(id)
		}
		return handleOf(manager, err)
	case KeysetPromote:
		if last.IsPrimary() {
			return nil, errors.New("FIELD_KEYSET: its newest key seals already; add one with: bangfu keyset --add")
		}
		return handleOf(manager, manager.SetPrimary(last.KeyID()))
	case KeysetPrune:
		return prune(h, manager)
	}
	return nil, fmt.Errorf("field keyset: no such step %q", step)
}

func prune(h *keyset.Handle, manager *keyset.Manager) (*keyset.Handle, error) {
	var errs []error
	for i := range h.Len() {
		entry, err := h.Entry(i)
		if err == nil && !entry.IsPrimary() {
			err = manager.Delete(entry.KeyID())
		}
		errs = append(errs, err)
	}
	return handleOf(manager, errors.Join(errs...))
}

func handleOf(manager *keyset.Manager, err error) (*keyset.Handle, error) {
	if err != nil {
		return nil, fmt.Errorf("field keyset: %w", err)
	}
	return manager.Handle()
}
