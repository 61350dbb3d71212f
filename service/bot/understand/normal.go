package understand

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// longest is how many characters of a sentence are read: a letter of several pages says what it wants at its beginning.
const longest = 300

// normal makes the forms of one sentence alike: width, invisible characters, variants, signs, punctuation, spaces,
// and digits in words.
func (l *Lexicon) normal(said string) []rune {
	said = l.signs.Replace(visible(said))
	said = strings.ToLower(norm.NFKC.String(said))
	text := make([]rune, 0, len(said))
	for _, r := range said {
		if to, ok := l.variants[r]; ok {
			r = to
		}
		if r = mark(r); r >= 0 {
			text = append(text, r)
		}
		if len(text) == longest {
			break
		}
	}
	return digits(close(unbracket(text)))
}

// visible drops what nobody sees: control and format characters, marks, private use.
func visible(said string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case unicode.In(r, unicode.Cc, unicode.Cf, unicode.M, unicode.Co, unicode.Cs) || r == unicode.ReplacementChar ||
			r == '\u115f' || r == '\u1160' || r == '\u3164' || r == '\uffa0' || r == '\u2800':
			return -1
		}
		return r
	}, said)
}

// mark is a rune as it is matched: punctuation that ends a clause is a comma, a question mark stays, what else stands
// between words is a space, what says nothing is -1.
func mark(r rune) rune {
	switch {
	case r == '?' || r == '-' || r == '[' || r == ']' || r == '/' || r == ':' || r == '.':
		return r
	case strings.ContainsRune(",;!。、~…", r) || r == '\u2014':
		return ','
	case unicode.IsSpace(r):
		return ' '
	case unicode.IsLetter(r) || unicode.IsDigit(r):
		return r
	}
	return -1
}

// unbracket drops WeChat's signs that the lexicon does not know, such as [微笑].
func unbracket(text []rune) []rune {
	for {
		open := slices.Index(text, '[')
		if open < 0 {
			return slices.DeleteFunc(text, func(r rune) bool { return r == ']' })
		}
		shut := slices.Index(text[open:], ']')
		if shut < 0 || shut > 6 {
			text = slices.Delete(text, open, open+1)
			continue
		}
		text = slices.Delete(text, open, open+shut+1)
	}
}

// close takes spaces out of words and numbers: between Chinese characters a space separates clauses only where both
// sides are words, between digits never. A point, colon or stroke stays within numbers only.
func close(text []rune) []rune {
	out := make([]rune, 0, len(text))
	for i, r := range text {
		switch {
		case r == ' ':
			if i == 0 || i == len(text)-1 || !apart(text, i) {
				continue
			}
			r = ','
		case r == '.' || r == ':' || r == '/':
			if i > 0 && i+1 < len(text) && unicode.IsDigit(text[i-1]) && unicode.IsDigit(text[i+1]) {
				break
			}
			r = ','
		}
		if r == ',' && (len(out) == 0 || out[len(out)-1] == ',') {
			continue
		}
		out = append(out, r)
	}
	return out
}

// apart reports whether the space at i separates words.
func apart(text []rune, i int) bool {
	before, after := 0, 0
	for k := i - 1; k >= 0 && text[k] != ' '; k-- {
		before++
	}
	for k := i + 1; k < len(text) && text[k] != ' '; k++ {
		after++
	}
	if unicode.IsDigit(text[i-1]) && i+1 < len(text) && unicode.IsDigit(text[i+1]) {
		return false
	}
	return before > 1 && after > 1
}

// usualRunes is a word with its variants in their usual form.
func (l *Lexicon) usualRunes(word string) []rune {
	text := []rune(word)
	for i, r := range text {
		if to, ok := l.variants[r]; ok {
			text[i] = to
		}
	}
	return text
}

const numerals = "零一二三四五六七八九"

// digits writes four and more numerals in a row, or one that follows a letter, as digits: 八六五八四九, h零零二.
func digits(text []rune) []rune {
	for i := 0; i < len(text); {
		n := 0
		for i+n < len(text) && numeral(text[i+n]) >= 0 {
			n++
		}
		named := i > 0 && n > 1 && (text[i-1] == '-' || text[i-1] >= 'a' && text[i-1] <= 'z')
		if n >= 4 || named {
			for k := i; k < i+n; k++ {
				text[k] = '0' + numeral(text[k])
			}
		}
		i += max(n, 1)
	}
	return text
}

// numeral is the digit that a character says, or -1.
func numeral(r rune) rune {
	switch {
	case r >= '0' && r <= '9':
		return r - '0'
	case r == '〇':
		return 0
	case r == '幺':
		return 1
	case r == '两':
		return 2
	}
	return rune(slices.Index([]rune(numerals), r))
}

// replace puts the usual word in the place of a dialect's, the longest first.
func (l *Lexicon) replace(text []rune) []rune {
	out := make([]rune, 0, len(text))
	for i := 0; i < len(text); {
		end, usual := 0, -1
		l.same.from(text, i, func(e, id int) { end, usual = e, id })
		if end == 0 {
			out = append(out, text[i])
			i++
			continue
		}
		out = append(out, []rune(l.usual[usual])...)
		i = end
	}
	return out
}
