package repotest

import (
	"strings"
	"sync"
	"testing"
)

// raced holds the names of the tests that are run under the race detector.
var raced sync.Map

// Raced says that the race detector goes through this test too: several hands or processes do things in it at the same
// time, or it goes everywhere. Under the detector's -short no other test opens a database. Call it before.
func Raced(t testing.TB) { raced.Store(wholeName(t), true) }

// OnlyRaced leaves a test out, under -short, that is not Raced.
func OnlyRaced(t testing.TB) {
	t.Helper()
	if _, ok := raced.Load(wholeName(t)); testing.Short() && !ok {
		t.Skip("needs a run without -short: nothing in it happens at once")
	}
}

// wholeName is the test's, also within a part of it.
func wholeName(t testing.TB) string {
	name, _, _ := strings.Cut(t.Name(), "/")
	return name
}
