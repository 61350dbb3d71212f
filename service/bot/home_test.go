package bot_test

import (
	"strings"
	"testing"

	"bangfu/cmd/app/apptest"
)

// BenchmarkHome answers 我家 to a household of the reference farm, from the simulated push to its reply: what a household
// waits for. `make bench` measures it beside an empty handler.
func BenchmarkHome(b *testing.B) {
	r := apptest.Boot(b)
	if says := r.Say("h-001", "我家"); !strings.Contains(says, "H-001") {
		b.Fatalf("it says %q", says)
	}
	b.ReportAllocs()
	for b.Loop() {
		r.Say("h-001", "我家")
	}
}
