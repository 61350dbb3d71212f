package apptest

import (
	"context"
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base32"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"testing"
	"time"

	"bangfu/repo"
	"bangfu/service/model"

	"github.com/alexedwards/argon2id"
)

// demoPassword is of every log-in of the demo.
const demoPassword = "bangfu-demo"

// quickLogIns makes the demo's passwords quick to compare: the work that a real one asks for would be a fifth of
// what all tests do.
func quickLogIns(store *repo.Store) error {
	ctx := context.Background()
	little := argon2id.Params{Memory: 64, Iterations: 1, Parallelism: 4, SaltLength: 16, KeyLength: 32}
	hash, err := argon2id.CreateHash(demoPassword, &little)
	if err != nil {
		return err
	}
	staff, err := store.StaffAfter(ctx, "", 100)
	for _, s := range staff {
		edit := model.Edit{At: Start, Actor: "test", Why: "快些比对"}
		_, changeErr := store.ChangeStaff(ctx, s.ID, 0, edit, func(s *model.Staff) error { s.PasswordHash = hash; return nil })
		err = errors.Join(err, changeErr)
	}
	return err
}

// Code is the code of RFC 6238, made here from its text and not by the code under test.
func Code(t *testing.T, secret string, at time.Time) string {
	t.Helper()
	key, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(secret)
	if err != nil {
		t.Fatal(err)
	}
	mac := hmac.New(sha1.New, key)
	mac.Write(binary.BigEndian.AppendUint64(nil, uint64(at.Unix()/30)))
	sum := mac.Sum(nil)
	from := sum[19] & 15
	return fmt.Sprintf("%06d", (binary.BigEndian.Uint32(sum[from:])&0x7fffffff)%1000000)
}

// Staff logs somebody in who has these posts, and returns the token. The log-in itself has tests of its own.
func (r *Running) Staff(name, cadreID string, posts ...model.Post) string {
	r.t.Helper()
	now := r.Clock.Now()
	store, token := r.App.Store(), "token-of-"+name
	err := store.InsertStaff(r.t.Context(), model.Staff{
		ID: name, Record: model.NewRecord(now, "test"), Name: "同志" + name, Posts: posts, CadreID: cadreID, PasswordHash: "none",
	})
	if err != nil {
		r.t.Fatal(err)
	}
	sum := sha256.Sum256([]byte(token))
	err = store.InsertSession(r.t.Context(), model.Session{
		ID: hex.EncodeToString(sum[:]), StaffID: name, CreatedAt: now, ExpiresAt: now.Add(20000 * time.Hour),
	})
	if err != nil {
		r.t.Fatal(err)
	}
	return token
}

// Office is the token of somebody with the office's duty in the whole farm.
func (r *Running) Office(name string) string {
	return r.Staff(name, "", model.Post{Duty: model.DutyOffice})
}

// Must is a request that has to succeed; the answer is read into v unless it is nil.
func (r *Running) Must(method, path, token string, body, v any) {
	r.t.Helper()
	a := r.Call(method, path, token, body)
	if a.Status >= http.StatusMultipleChoices {
		r.t.Fatalf("%s %s: %d %s", method, path, a.Status, a.Body)
	}
	if v != nil {
		a.JSON(r.t, v)
	}
}

// Refused is a request that has to fail with this status and code.
func (r *Running) Refused(status int, code, method, path, token string, body any) Answer {
	r.t.Helper()
	a := r.Call(method, path, token, body)
	if a.Status != status || a.Code() != code {
		r.t.Errorf("%s %s: %d %s, want %s", method, path, a.Status, a.Body, fmt.Sprint(status, " ", code))
	}
	return a
}
