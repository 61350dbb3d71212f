package bot

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"bangfu/repo/wechat"
	"bangfu/service/model"
)

// normalise makes the forms of one wish alike: what looks like a letter or digit is that, what is invisible goes,
// punctuation becomes space, and space at the ends goes.
func normalise(text string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if separates(r) {
			return ' '
		}
		return r
	}, model.Fold(legible(text))))
}

// legible is what somebody wrote, without what nobody sees, and with the dashes of numbers as numbers have them: a dash
// between two letters of ASCII joins, any other separates.
func legible(text string) string {
	runes := []rune(strings.Map(func(r rune) rune {
		if model.Invisible(r) || r == utf8.RuneError {
			return -1
		}
		return r
	}, model.Clean(text)))
	joins := func(i int) bool {
		if i < 0 || i >= len(runes) {
			return false
		}
		r := model.Fold(string(runes[i]))
		return len(r) == 1 && strings.Trim(r, "-/_: ") != ""
	}
	for i, r := range runes {
		if r == '-' || model.Fold(string(r)) != "-" {
			continue
		}
		if runes[i] = ' '; joins(i-1) && joins(i+1) {
			runes[i] = '-'
		}
	}
	return string(runes)
}

// separates reports whether the character stands between words.
func separates(r rune) bool {
	for _, f := range model.Fold(string(r)) {
		r = f
	}
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
