package account

import (
	"context"
	"crypto/rand"
	"fmt"
	"math/big"
	"runtime"
	"strings"

	"bangfu/service/model"

	"github.com/alexedwards/argon2id"
)

// passwordParams are those of argon2id's RFC for a server: 64 MiB, one pass. How many threads share the
// work is fixed, so that a hash does not depend on the machine that made it.
var passwordParams = &argon2id.Params{Memory: 64 << 10, Iterations: 1, Parallelism: 4, SaltLength: 16, KeyLength: 32}

// hashing bounds how many passwords are looked at at once: each takes 64 MiB. Who is known, by their device or their
// session, has a lane of their own, so that strangers who try many names cannot make them wait.
var hashing = struct{ strangers, known chan struct{} }{make(chan struct{}, max(2, runtime.NumCPU())), make(chan struct{}, 2)}

// nobodysHash is compared for log-in names that do not exist, so that they take as long as others. It has
// the form of passwordParams and is of no password: salt and key are all zero.
const nobodysHash = "$argon2id$v=19$m=65536,t=1,p=4$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

// HashPassword is the form in which a staff password is stored.
func HashPassword(password string) (string, error) {
	return argon2id.CreateHash(password, passwordParams)
}

// samePassword waits for its turn in the lane and compares.
func samePassword(ctx context.Context, lane chan struct{}, password, hash string) (bool, error) {
	select {
	case lane <- struct{}{}:
	case <-ctx.Done():
		return false, model.NewError(model.KindUnavailable, "busy", "登录的人多,请稍后再试").Wrap(ctx.Err())
	}
	defer func() { <-lane }()
	match, err := argon2id.ComparePasswordAndHash(password, hash)
	if err != nil {
		return false, fmt.Errorf("compare password: %w", err)
	}
	return match, nil
}

// Without letters and digits that are taken for each other when somebody copies them from paper.
const passwordLetters = "abcdefghjkmnpqrstuvwxyz23456789"

// newPassword is a first password to hand over: four groups of four, some 79 bits.
func newPassword() string {
	var b strings.Builder
	for i := range 16 {
		if i > 0 && i%4 == 0 {
			b.WriteByte('-')
		}
		n, err := rand.Int(rand.Reader, big.NewInt(int64(len(passwordLetters))))
		if err != nil {
			panic(err) // never: crypto/rand ends the process first
		}
		b.WriteByte(passwordLetters[n.Int64()])
	}
	return b.String()
}
