package model

import (
	"strings"
	"testing"
	"time"
)

func TestAKeyIsItsSendersOwn(t *testing.T) {
	seen := map[string]string{}
	for what, key := range map[string]string{
		"one": ClientKey("staff:a", "H-001", "k"), "another sender": ClientKey("staff:b", "H-001", "k"), "another household": ClientKey("staff:a", "H-002", "k"),
		"no household": ClientKey("staff:a", "", "k"), "another key": ClientKey("staff:a", "H-001", "l"), "parts moved": ClientKey("staff:aH", "-001", "k"),
		"the household in the key": ClientKey("staff:a", "", "H-001k"),
	} {
		if other, ok := seen[key]; ok {
			t.Errorf("%s is %s", what, other)
		}
		seen[key] = what
		if !opaque.MatchString(key) {
			t.Errorf("%s: %q says something", what, key)
		}
	}
	if first, again := ClientKey("staff:a", "H-001", "k"), ClientKey("staff:a", "H-001", "k"); first != again {
		t.Error("the same key is another")
	}
}

func TestIdsThatLeave(t *testing.T) {
	for _, id := range []string{"bot:oa:oX_1-2:m:5", "H-001/C-001/2018-01-05", "api:finance:abc", Opaque("x"), ""} {
		out := Outward(id)
		if id != "" && (!opaque.MatchString(out) || strings.Contains(out, "H-001")) || Outward(out) != out {
			t.Errorf("%q leaves as %q", id, out)
		}
		if !IsOutward(id, out) || !IsOutward(id, id) || IsOutward(id, "another") {
			t.Errorf("%q is not found again", id)
		}
	}
	for id, want := range map[string]string{
		"H-001/C-001/2018-01-05": "H-001/C-001/2018-01-05", "staff:office": "staff:office", "households/H-001": "households/H-001",
		"account:oa:oX_1-2":       "account:" + AccountID("oa:oX_1-2"),
		"account:u:union-1":       "account:" + UnionAccountID("union-1"),
		"bot:oa:oX:m:5":           "bot:" + AccountID("oa:oX") + ":m:5",
		"visit:H-001/C:mp:oY:u:Z": "visit:H-001/C:" + AccountID("mp:oY") + ":" + AccountID("u:Z"),
	} {
		if got := Unnamed(id); got != want || Unnamed(got) != want {
			t.Errorf("%q is shown as %q", id, got)
		}
	}
}

func TestWhoMayEndABinding(t *testing.T) {
	now := time.Date(2018, 1, 10, 0, 0, 0, 0, time.UTC)
	at := func(days int, view View) Binding { return Binding{View: view, Since: now.AddDate(0, 0, -days)} }
	for what, c := range map[string]struct {
		own, other Binding
		want       bool
	}{
		"an old one a new one": {at(30, ViewFull), at(1, ViewFull), true}, "a new one an old one": {at(1, ViewFull), at(30, ViewFull), false},
		"one of the same moment": {at(1, ViewFull), at(1, ViewFull), true}, "a settled one an old one": {at(7, ViewFull), at(30, ViewFull), true},
		"a new one a proxy": {at(1, ViewFull), at(30, ViewProxy), true}, "a proxy anybody": {at(30, ViewProxy), at(1, ViewFull), false},
		"a proxy a proxy": {at(30, ViewProxy), at(1, ViewProxy), false},
	} {
		if got := c.own.MayEnd(c.other, now); got != c.want {
			t.Errorf("%s: %v", what, got)
		}
	}
}
