package account

import (
	"context"
	"errors"
	"strings"
	"testing"

	"bangfu/service/model"

	"github.com/alexedwards/argon2id"
)

// TestPasswordRules gives the passwords of people who know the farm, and some good ones.
func TestPasswordRules(t *testing.T) {
	own := ownWords([]string{"inspector-1", "张三丰", "红卫农场", "第一管理区", "第二居民组"})
	for _, c := range []struct{ password, code string }{
		{"short-1", "password_short"},
		{"七个汉字不够长", "password_short"},
		{"十个汉字就够长的密码", ""},
		{"a better password", ""},
		{"tK4-9sLq", ""},
		{"green-fields-2026", ""},
		{"bangfu of the green fields", ""}, // an own word does no harm beside a good password
		// what the old rules let pass: long enough, not in a list
		{"administer", "password_common"},
		{"bangfu-demo", "password_is_name"},
		{"Bangfu@2017", "password_is_name"},
		{"帮扶帮扶帮扶帮扶", "password_is_name"},
		{"扶贫办2017扶贫办", "password_is_name"},
		{"fupinban2026", "password_is_name"},
		{"hongweinongchang2017", "password_is_name"},
		{"hongwei123456", "password_is_name"},
		{"红卫农场2017", "password_is_name"},
		{"diyiguanliqu888", "password_is_name"},
		{"zhangsanfeng1980", "password_is_name"},
		{"张三丰张三丰80", "password_is_name"},
		{"Inspector-12017", "password_is_name"},
		{"1-rotcepsni", "password_is_name"}, // backwards
		{"wodemima2017", "password_common"},
		{"Qwertyuiop1", "password_common"},
		{"1qaz2wsx3edc", "password_common"},
		{"13912345678", "password_common"},
		{"20171231", "password_common"},
		{"P@ssw0rd123", "password_common"},
		{"admin@12345", "password_common"},
		{"aaaaaaaaaaaa", "password_common"},
		{strings.Repeat("ab", 100), "password_common"},
	} {
		err := judge(c.password, own)
		var e *model.Error
		if errors.As(err, &e); (e == nil) != (c.code == "") || e != nil && e.Code != c.code {
			t.Errorf("%s: %v, want %q", c.password, err, c.code)
		}
	}
}

// TestJudgingLooksAtTheBeginningOnly, however long a password comes in: what the library does grows with the square.
func TestJudgingLooksAtTheBeginningOnly(t *testing.T) {
	const good = "tK4-9sLq-Wv7xRm2z"
	if err := judge(strings.Repeat("a", looksAt)+good, nil); !errors.Is(err, errCommon) {
		t.Errorf("the end was looked at: %v", err)
	}
	if err := judge(good+strings.Repeat("a", looksAt), nil); err != nil {
		t.Errorf("the beginning was not: %v", err)
	}
}

// TestNobodysHashIsAsDear as one that is made today, so that a name that nobody has takes as long as others.
func TestNobodysHashIsAsDear(t *testing.T) {
	today, err := HashPassword("a better password")
	if err != nil {
		t.Fatal(err)
	}
	made, salt, key, err := argon2id.DecodeHash(today)
	if err != nil {
		t.Fatal(err)
	}
	none, noSalt, noKey, err := argon2id.DecodeHash(nobodysHash)
	if err != nil || *none != *made || len(noSalt) != len(salt) || len(noKey) != len(key) {
		t.Errorf("nobody's %+v, a real one %+v: %v", none, made, err)
	}
}

// TestCommonPasswordsAreListedToMatch keeps the list such that every line of it has an effect.
func TestCommonPasswordsAreListedToMatch(t *testing.T) {
	for _, p := range common() {
		if p != strings.ToLower(p) || p != latin(p) {
			t.Errorf("%q: the library looks for lower case, and pinyin", p)
		}
	}
}

func TestFirstPasswords(t *testing.T) {
	seen := map[string]bool{}
	for range 100 {
		p := newPassword()
		if seen[p] || len(p) != 19 || judge(p, ownWords([]string{"office"})) != nil {
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

// TestStrangersDoNotHoldUpWhoIsKnown fills the strangers' lane.
func TestStrangersDoNotHoldUpWhoIsKnown(t *testing.T) {
	for range cap(hashing.strangers) {
		hashing.strangers <- struct{}{}
		defer func() { <-hashing.strangers }()
	}
	if _, err := samePassword(t.Context(), hashing.known, "x", nobodysHash); err != nil {
		t.Errorf("who is known: %v", err)
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := samePassword(gone, hashing.strangers, "x", nobodysHash); !model.IsKind(err, model.KindUnavailable) {
		t.Errorf("a stranger: %v", err)
	}
}

func TestAnAddressOfIPv6IsItsNetwork(t *testing.T) {
	for address, want := range map[string]string{
		"203.0.113.9": "203.0.113.9", "::ffff:203.0.113.9": "203.0.113.9", "not an address": "not an address",
		"2001:db8:1:2:3:4:5:6": "2001:db8:1:2::/64", "2001:db8:1:2::1": "2001:db8:1:2::/64", "fe80::1%eth0": "fe80::/64",
	} {
		if got := network(address); got != want {
			t.Errorf("%s: %s, want %s", address, got, want)
		}
	}
}
