package account

import (
	"errors"
	"strings"
	"testing"

	"bangfu/service/model"

	"github.com/alexedwards/argon2id"
)

func TestPasswordRules(t *testing.T) {
	for _, c := range []struct{ password, code string }{
		{"short-one", "password_short"},
		{"九个汉字不够长的密", "password_short"},
		{"十个汉字就够长的密码", ""},
		{"administer", ""},
		{"Inspector-1", "password_is_name"},
		{"inspector-1", "password_is_name"},
		{"inspector-12017", "password_is_name"},
		{"QWERTYUIOP", "password_common"},
		{"1234567890", "password_common"},
		{"aaaaaaaaaaaa", "password_common"},
		{"121212121212", "password_common"},
		{"bangfu-demo", ""},
	} {
		err := checkPassword(c.password, "inspector-1")
		var e *model.Error
		if errors.As(err, &e); (e == nil) != (c.code == "") || e != nil && e.Code != c.code {
			t.Errorf("%s: %v, want %q", c.password, err, c.code)
		}
	}
}

// TestCommonPasswordsAreListedToMatch keeps the list such that every line of it can have an effect.
func TestCommonPasswordsAreListedToMatch(t *testing.T) {
	for p := range common() {
		if p != strings.ToLower(p) || len(p) < minPassword {
			t.Errorf("%q in the list refuses nothing", p)
		}
	}
}

func TestFirstPasswords(t *testing.T) {
	seen := map[string]bool{}
	for range 100 {
		p := newPassword()
		if seen[p] || len(p) != 19 || checkPassword(p, "office") != nil {
			t.Fatalf("%q", p)
		}
		seen[p] = true
	}
}

// TestNobodysHashCostsAsMuch keeps it in step with the parameters of real ones.
func TestNobodysHashCostsAsMuch(t *testing.T) {
	params, salt, key, err := argon2id.DecodeHash(nobodysHash)
	if err != nil || *params != *passwordParams || len(salt) != int(params.SaltLength) || len(key) != int(params.KeyLength) {
		t.Errorf("%+v %v", params, err)
	}
}
