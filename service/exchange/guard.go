package exchange

import (
	"regexp"
	"strings"
)

var plainNumber = regexp.MustCompile(`^[-+]?[0-9]+(\.[0-9]+)?$`)

// guarded reports whether a spreadsheet would take the text for a formula.
func guarded(s string) bool {
	return s != "" && strings.ContainsRune("=+-@\t\r", rune(s[0])) && !plainNumber.MatchString(s)
}

// Guard keeps a spreadsheet from running what somebody wrote into a field as a formula: such a text gets an
// apostrophe in front. Numbers stay as they are.
func Guard(s string) string {
	if guarded(s) {
		return "'" + s
	}
	return s
}
