package scope_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"bangfu/cmd/app/apptest"
	"bangfu/service/model"
)

const (
	privacy    = "../../docs/privacy.md"
	tableBegin = "<!-- who reaches what: written by UPDATE=1 go test ./handler/scope -run TestThePrivacyTable -->\n"
	tableEnd   = "<!-- end of who reaches what -->\n"
)

// TestThePrivacyTable holds docs/privacy.md against the routes: whoever reads the one reads the other.
func TestThePrivacyTable(t *testing.T) {
	r := apptest.Boot(t)
	operations, _ := documented(t, r)
	raw, err := os.ReadFile(privacy)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, found := strings.Cut(string(raw), tableBegin)
	stands, after, ended := strings.Cut(rest, tableEnd)
	if !found || !ended {
		t.Fatalf("%s has no place for the table", privacy)
	}
	want := privacyTable(operations)
	if stands == want {
		return
	}
	if os.Getenv("UPDATE") == "" {
		t.Fatalf("the table in %s is not what the routes say; see the line above it", privacy)
	}
	if err := os.WriteFile(privacy, []byte(before+tableBegin+want+tableEnd+after), 0o644); err != nil {
		t.Fatal(err)
	}
}

func privacyTable(operations []operation) string {
	var b strings.Builder
	b.WriteString("| what | route | reaches | roles |\n|---|---|---|---|\n")
	for _, o := range operations {
		reaches, roles := "anybody", "–"
		if o.Scope != nil {
			reaches = o.Scope.Kind
			if len(o.Scope.Params) > 0 {
				reaches += "(" + strings.Join(o.Scope.Params, ", ") + ")"
			}
		}
		if o.Permission != "" {
			roles = dutiesWith(o.Permission)
		}
		fmt.Fprintf(&b, "| %s | `%s %s` | %s | %s |\n", o.Summary, o.method, o.path, reaches, roles)
	}
	return b.String()
}

func dutiesWith(may model.Permission) string {
	var names []string
	for _, d := range model.Roles {
		if (model.Staff{Assignments: []model.RoleAssignment{{Role: d}}}).May(may) {
			names = append(names, string(d))
		}
	}
	if len(names) == len(model.Roles) {
		return "all"
	}
	slices.Sort(names)
	return strings.Join(names, ", ")
}
