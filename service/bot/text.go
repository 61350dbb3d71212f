package bot

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"bangfu/repo/wechat"
)

// normalise makes the forms of one wish alike: full-width letters and digits become plain ones,
// punctuation becomes space, and space at the ends goes.
func normalise(text string) string {
	var b strings.Builder
	for _, r := range text {
		r = plain(r)
		if separates(r) {
			r = ' '
		}
		b.WriteRune(r)
	}
	return strings.TrimSpace(b.String())
}

// plain is the usual form of a full-width character.
func plain(r rune) rune {
	switch {
	case r >= '!'+0xFEE0 && r <= '~'+0xFEE0:
		return r - 0xFEE0
	case r == '\u3000':
		return ' '
	}
	return r
}

// separates reports whether the character stands between words.
func separates(r rune) bool {
	r = plain(r)
	if r == '-' || r == '/' || r == '_' || r == ':' {
		return false
	}
	return unicode.IsPunct(r) || unicode.IsControl(r) || unicode.IsSpace(r)
}

// after is what was said after the first n words, as it was written.
func after(said string, n int) string {
	said = strings.TrimLeftFunc(said, separates)
	for range n {
		i := strings.IndexFunc(said, separates)
		if i < 0 {
			return ""
		}
		said = strings.TrimLeftFunc(said[i:], separates)
	}
	return strings.TrimSpace(said)
}

// fit cuts an answer to what WeChat takes, at the end of a line if it can.
func fit(text string) string {
	const more = "\n…"
	if len(text) <= wechat.MaxText {
		return text
	}
	cut := text[:wechat.MaxText-len(more)]
	if i := strings.LastIndexByte(cut, '\n'); i > 0 {
		return cut[:i] + more
	}
	for !utf8.ValidString(cut) {
		cut = cut[:len(cut)-1]
	}
	return cut + more
}

// lines joins the lines that are not empty.
func lines(parts ...string) string {
	kept := parts[:0:0]
	for _, p := range parts {
		if p != "" {
			kept = append(kept, p)
		}
	}
	return strings.Join(kept, "\n")
}
