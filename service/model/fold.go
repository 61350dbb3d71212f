package model

import (
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

// Clean is a text as it is stored: lines end in \n, and what no XML can hold (control characters, U+FFFE, U+FFFF) is
// left out, as is what is not UTF-8. Every text that comes in goes through here, since any may leave again in a reply, a
// template or a workbook.
func Clean(s string) string {
	if !strings.ContainsFunc(s, unprintable) && utf8.ValidString(s) {
		return s
	}
	s = strings.ToValidUTF8(s, "\uFFFD")
	s = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(s)
	return strings.Map(func(r rune) rune {
		if unprintable(r) {
			return -1
		}
		return r
	}, s)
}

// unprintable reports whether a character stands for nothing that can be read; tabs and ends of lines can.
func unprintable(r rune) bool {
	return r < ' ' && r != '\n' && r != '\t' || r >= 0x7f && r < 0xa0 || r&0xfffe == 0xfffe || r >= 0xfdd0 && r <= 0xfdef
}

// Invisible reports whether a character has no width: marks of direction, joiners, byte order marks, selectors of
// variants, fillers. Keyboards and copied numbers bring them along, and people do not see them.
func Invisible(r rune) bool {
	switch {
	case unicode.Is(unicode.Cf, r), r >= 0xfe00 && r <= 0xfe0f, r >= 0xe0100 && r <= 0xe01ef:
		return true
	case r == '\u034f', r == '\u115f', r == '\u1160', r == '\u3164', r == '\uffa0', r == '\u17b4', r == '\u17b5', r >= 0x180b && r <= 0x180d:
		return true
	}
	return false
}

var ideographs = sync.OnceValue(func() map[rune]rune {
	all := []rune(sameIdeographs)
	m := make(map[rune]rune, len(all)/2)
	for i := 0; i < len(all); i += 2 {
		m[all[i]] = all[i+1]
	}
	return m
})

// Fold makes alike what looks alike: full-width letters, digits and signs become those of ASCII, blanks of any kind a
// space, dashes and minus signs a hyphen, characters of compatibility the usual ones; what is invisible goes.
func Fold(s string) string { return strings.Map(fold, s) }

func fold(r rune) rune {
	switch {
	case r >= ' ' && r < 0x7f, r == '\n':
		return r
	case r >= '!'+0xfee0 && r <= '~'+0xfee0:
		return r - 0xfee0
	case r == '\uffe5':
		return '¥'
	case unicode.IsSpace(r):
		return ' '
	case unprintable(r), Invisible(r):
		return -1
	case dashes[r]:
		return '-'
	}
	if same, ok := ideographs()[r]; ok {
		return same
	}
	return r
}

var dashes = set("\u2010\u2011\u2012\u2013\u2014\u2015\u2043\u2212\u2500\ufe58\ufe63\u2796")

// dots are what people write between the parts of a name: 艾力·买买提.
var dots = set("\u00b7\u2022\u30fb\uff65\u2027\u2219\u22c5\u0387\u2024\u1427\ua78f\u25cf\u25cb\u25e6\u26ab\u26aa\u2981\u318d\u16eb\u2e31\u2e33\ufe52\uff0e\uff61\u3002.")

func set(s string) map[rune]bool {
	m := map[rune]bool{}
	for _, r := range s {
		m[r] = true
	}
	return m
}

// longestID bounds the number of a household, a person or a cadre, at every door.
const longestID = 40

// FoldID is the number of a household, a person or a cadre as it is stored and looked for, however it was written: H-001
// for "h—001 ". Every door (sheets, API, bot, search) calls this, so that one record does not get two numbers.
func FoldID(s string) string {
	return strings.ToUpper(strings.Map(func(r rune) rune {
		if r = fold(r); r == ' ' || r == '\n' {
			return -1
		}
		return r
	}, s))
}

// CheckID says what is wrong with a folded number that somebody gives a new record; empty when nothing is.
func CheckID(id string) string {
	switch {
	case utf8.RuneCountInString(id) > longestID:
		return "太长,最多40个字符"
	case strings.ContainsAny(id, "/\\\"<>|?#%"):
		return "编号里不能有 / \\ \" < > | ? # %"
	case strings.ContainsRune(id, utf8.RuneError):
		return "有认不出的字"
	}
	return ""
}

// CleanName is a name as it is stored: without what is invisible, in the usual characters, its parts separated by ·, and
// without blanks between the characters of a Chinese name.
func CleanName(s string) string {
	s = strings.Join(strings.Fields(Fold(s)), " ")
	runes := []rune(s)
	for i, r := range runes {
		if dots[r] && i > 0 && i < len(runes)-1 && unicode.Is(unicode.Han, runes[i-1]) && unicode.Is(unicode.Han, runes[i+1]) {
			runes[i] = '·'
		}
	}
	if len(runes) <= 4 { // 王 芳, as people space two-character names
		return strings.ReplaceAll(string(runes), " ", "")
	}
	return string(runes)
}

var strokeInName = regexp.MustCompile(`(\p{Han})-(\p{Han})`)

// FoldName is a name, or a text in which names are looked for, as it is compared: with or without the dot or the stroke
// between its parts, with or without blanks, in letters of either case. A number keeps its strokes.
func FoldName(s string) string {
	s = strings.ToLower(strings.Map(func(r rune) rune {
		if dots[r] {
			return -1
		}
		if r = fold(r); r == ' ' || r == '\n' {
			return -1
		}
		return r
	}, s))
	if strings.Contains(s, "-") {
		s = strokeInName.ReplaceAllString(s, "$1$2")
	}
	return s
}

// FoldDigits is a text as it is searched for numbers: every character that stands for a digit (full-width, circled, of
// another script, 一 or 〇) is that digit of ASCII.
func FoldDigits(s string) string {
	return strings.Map(func(r rune) rune {
		if d, ok := digitOf(r); ok {
			return '0' + d
		}
		return fold(r)
	}, s)
}

var digitRows = [][]rune{
	[]rune("〇一二三四五六七八九"), []rune("零壹贰叁肆伍陆柒捌玖"), []rune("零幺两叁肆伍陆柒捌玖"), []rune("⓪①②③④⑤⑥⑦⑧⑨"), []rune("⓿❶❷❸❹❺❻❼❽❾"),
	[]rune("⁰¹²³⁴⁵⁶⁷⁸⁹"), []rune("₀₁₂₃₄₅₆₇₈₉"), []rune("🄀⑴⑵⑶⑷⑸⑹⑺⑻⑼"), []rune("🄀⒈⒉⒊⒋⒌⒍⒎⒏⒐"),
}

func digitOf(r rune) (rune, bool) {
	if unicode.IsDigit(r) { // their tables begin with a zero, and go by tens
		for _, t := range unicode.Nd.R16 {
			if r >= rune(t.Lo) && r <= rune(t.Hi) {
				return (r - rune(t.Lo)) % 10, true
			}
		}
		for _, t := range unicode.Nd.R32 {
			if r >= rune(t.Lo) && r <= rune(t.Hi) {
				return (r - rune(t.Lo)) % 10, true
			}
		}
	}
	for _, row := range digitRows {
		if i := slices.Index(row, r); i >= 0 {
			return rune(i), true
		}
	}
	return 0, false
}
