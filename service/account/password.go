package account

import (
	"context"
	"crypto/rand"
	_ "embed"
	"fmt"
	"math/big"
	"runtime"
	"strings"
	"sync"
	"unicode/utf8"

	"bangfu/service/model"

	"github.com/alexedwards/argon2id"
)

// passwordParams are those of argon2id's RFC for a server: 64 MiB, one pass. How many threads share the
// work is fixed, so that a hash does not depend on the machine that made it.
var passwordParams = &argon2id.Params{Memory: 64 << 10, Iterations: 1, Parallelism: 4, SaltLength: 16, KeyLength: 32}

// hashing bounds how many passwords are looked at at once: each takes 64 MiB.
var hashing = make(chan struct{}, max(2, runtime.NumCPU()))

// nobodysHash is compared for log-in names that do not exist, so that they take as long as others. It has
// the form of passwordParams and is of no password: salt and key are all zero.
const nobodysHash = "$argon2id$v=19$m=65536,t=1,p=4$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

// HashPassword is the form in which a staff password is stored.
func HashPassword(password string) (string, error) {
	return argon2id.CreateHash(password, passwordParams)
}

// samePassword waits for its turn and compares.
func samePassword(ctx context.Context, password, hash string) (bool, error) {
	select {
	case hashing <- struct{}{}:
	case <-ctx.Done():
		return false, model.NewError(model.KindUnavailable, "busy", "登录的人多,请稍后再试").Wrap(ctx.Err())
	}
	defer func() { <-hashing }()
	match, err := argon2id.ComparePasswordAndHash(password, hash)
	if err != nil {
		return false, fmt.Errorf("compare password: %w", err)
	}
	return match, nil
}

// minPassword is the length of the shortest password, in characters.
const minPassword = 10

// commonPasswords are in lower case, a line each.
//
//go:embed common-passwords.txt
var commonPasswords string

var common = sync.OnceValue(func() map[string]bool {
	list := map[string]bool{}
	for _, p := range strings.Fields(commonPasswords) {
		list[p] = true
	}
	return list
})

// checkPassword says what is wrong with a new password for the log-in name.
func checkPassword(password, name string) error {
	low := strings.ToLower(password)
	beside, named := strings.CutPrefix(low, strings.ToLower(name))
	switch {
	case utf8.RuneCountInString(password) < minPassword:
		return model.NewError(model.KindInvalid, "password_short", fmt.Sprintf("密码至少要%d个字符", minPassword))
	case named && strings.Trim(beside, "0123456789") == "":
		return model.NewError(model.KindInvalid, "password_is_name", "密码不能是登录名,也不能只是登录名加数字")
	case common()[low] || len(distinct(low)) < 4:
		return model.NewError(model.KindInvalid, "password_common", "这个密码太常见,容易被猜到,请换一个")
	}
	return nil
}

func distinct(text string) map[rune]bool {
	set := map[rune]bool{}
	for _, r := range text {
		set[r] = true
	}
	return set
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
