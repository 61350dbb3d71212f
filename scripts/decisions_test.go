package scripts

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"
)

// TestDecisionsHaveANumberAStatusAndADate: a number names one record, and a reader sees whether it still holds.
func TestDecisionsHaveANumberAStatusAndADate(t *testing.T) {
	paths, err := filepath.Glob("../docs/decisions/*.md")
	if err != nil || len(paths) < 20 {
		t.Fatalf("%d records, %v", len(paths), err)
	}
	name := regexp.MustCompile(`^(\d{4})-[a-z0-9-]+\.md$`)
	status := regexp.MustCompile(`^# .+\n\n\*(Accepted|Superseded by \d{4}), \d{4}-\d\d-\d\d\.\*\n`)
	seen := map[string]string{}
	for _, p := range paths {
		base := filepath.Base(p)
		m := name.FindStringSubmatch(base)
		if m == nil {
			t.Errorf("%s is not called by a number and a title", base)
			continue
		}
		if other := seen[m[1]]; other != "" {
			t.Errorf("%s and %s have one number", base, other)
		}
		seen[m[1]] = base
		text, err := os.ReadFile(p)
		if err != nil {
			t.Fatal(err)
		}
		if !status.Match(text) {
			t.Errorf("%s does not begin with its title, status and date", base)
		}
	}
}
