package sheets

import (
	"regexp"
	"strings"
	"unicode"
)

var plainNumber = regexp.MustCompile(`^[-+]?[0-9]+(\.[0-9]+)?$`)

// formulaSigns begin a formula: as they are, full-width as a Chinese keyboard writes them, and in their small forms.
// Spreadsheets narrow them when they read a file.
const formulaSigns = "=+-@" + "\uff1d\uff0b\uff0d\uff20" + "\ufe66\ufe62\ufe63\ufe6b" + "\u2212"

// guarded reports whether a spreadsheet would take the text for a formula: it passes over what is invisible at the
// beginning, and some take a text after a tab or a line's end for the next cell's.
func guarded(s string) bool {
	if strings.IndexAny(s, "\t\r\n") == 0 {
		return true
	}
	s = strings.TrimLeftFunc(s, invisible)
	return strings.IndexAny(s, formulaSigns) == 0 && !plainNumber.MatchString(s)
}

// invisible are blanks of every width, control characters and those that only format.
func invisible(r rune) bool {
	return unicode.IsSpace(r) || unicode.In(r, unicode.Z, unicode.Cc, unicode.Cf)
}

// Guard keeps a spreadsheet from running what somebody wrote into a field as a formula: such a text gets an
// apostrophe in front. Numbers stay as they are.
func Guard(s string) string {
	if guarded(s) {
		return "'" + s
	}
	return s
}
