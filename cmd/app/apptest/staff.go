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

// DemoPassword is of every log-in of the demo.
const DemoPassword = "bangfu-demo"

// quickLogIns makes the demo's passwords quick to compare: the work that a real one asks for would be a fifth of
// what all tests do.
func quickLogIns(store *repo.Store) error {
	ctx := context.Background()
	little := argon2id.Params{Memory: 64, Iterations: 1, Parallelism: 4, SaltLength: 16, KeyLength: 32}
	hash, err := argon2id.CreateHash(DemoPassword, &little)
	if err != nil {
		return err
	}
	staff, err := store.StaffAfter(ctx, "", 100)
	for _, s := range staff {
		edit := model.ChangeInfo{At: Start, Actor: "test", Why: "快些比对"}
		_, changeErr := store.ChangeStaff(ctx, s.ID, 0, edit, func(s *model.Staff) error { s.PasswordHash = hash; return nil })
		err = errors.Join(err, changeErr)
	}
	return err
}

// Code is the code of RFC 6238, made here from its text and not by the code under test.
func Code(t testing.TB, secret string, at time.Time) string {
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
func (r *Running) Staff(name, cadreID string, posts ...model.RoleAssignment) string {
	r.t.Helper()
	now := r.Clock.Now()
	store, token := r.App.Store(), "token-of-"+name
	err := store.InsertStaff(r.t.Context(), model.Staff{
		ID: name, Record: model.NewRecord(now, "test"), Name: "同志" + name, Assignments: posts, CadreID: cadreID, PasswordHash: "none",
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

// Office is the token of somebody with the office's role in the whole farm.
func (r *Running) Office(name string) string {
	return r.Staff(name, "", model.RoleAssignment{Role: model.RoleOffice})
}

// StaffLogIn tries to log a member of staff in; code may be empty.
func (r *Running) StaffLogIn(name, password, code string) Answer {
	r.t.Helper()
	body := map[string]string{"name": name, "password": password}
	if code != "" {
		body["code"] = code
	}
	return r.Call(http.MethodPost, "/staff/v1/login", "", body)
}

// Token is the token of a log-in that must work.
func Token(t testing.TB, a Answer) string {
	t.Helper()
	var out struct{ Token string }
	a.JSON(t, &out)
	if a.Status != http.StatusOK || out.Token == "" {
		t.Fatalf("cannot log in: %d %s", a.Status, a.Body)
	}
	return out.Token
}

// StaffToken logs one of the demo's staff in.
func (r *Running) StaffToken(name string) string {
	r.t.Helper()
	return Token(r.t, r.StaffLogIn(name, DemoPassword, ""))
}

// Audited are the latest n lines of the audit log, newest first.
func (r *Running) Audited(n int64) []model.AuditEntry {
	r.t.Helper()
	list, err := r.Store().AuditLines(r.t.Context(), repo.AuditPage{Limit: n})
	if err != nil {
		r.t.Fatal(err)
	}
	return list
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
