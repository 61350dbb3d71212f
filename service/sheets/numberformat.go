package sheets

import (
	"regexp"
	"slices"
	"strings"
)

// numberFormat is how a workbook shows a number, as far as we know to do the same: digits with zeros in front,
// thousands, decimals and texts around them. Whatever else there is – parts of a hundred or of a thousand, fractions,
// exponents, conditions, Chinese digits – shows another number than is stored.
type numberFormat struct {
	sections []section
	plain    bool // digits without anything around them
	day      bool
	wholeDay bool // year, month and day are seen
}

// section is the format of positive, of negative numbers, or of zero.
type section struct {
	parts    []figurePart
	places   int // decimals
	grouped  bool
	general  bool // as it is
	odd      bool // not understood
	letters  string
	whole    int // places for digits before the point
	dotted   bool
	scalable bool // the last thing was a digit: a comma now divides by a thousand
}

// figurePart is a text, or the place of a digit: 0 is always shown, # and ? only where there is one.
type figurePart struct {
	text  string
	digit byte
}

func newNumberFormat(code string) *numberFormat {
	f := &numberFormat{}
	for _, s := range sectionsOf(code) {
		f.sections = append(f.sections, newSection(s))
	}
	first := f.sections[0]
	if first.letters != "" && !first.general {
		f.day = true
		has := func(c string) bool { return strings.Contains(first.letters, c) }
		f.wholeDay = has("y") && has("d") && strings.Contains(strings.SplitN(first.letters, "h", 2)[0], "m") || has("e") && has("m") && has("d")
	}
	f.plain = len(f.sections) == 1 && !first.odd && (first.general || !first.grouped && !slices.ContainsFunc(first.parts, func(p figurePart) bool { return p.text != "" }))
	return f
}

// sectionsOf cuts a format at the semicolons that are no texts.
func sectionsOf(code string) []string {
	var list []string
	begin, quoted, escaped := 0, false, false
	for i := 0; i < len(code); i++ {
		switch c := code[i]; {
		case escaped:
			escaped = false
		case c == '"':
			quoted = !quoted
		case !quoted && (c == '\\' || c == '!'):
			escaped = true
		case !quoted && c == ';':
			list, begin = append(list, code[begin:i]), i+1
		}
	}
	return append(list, code[begin:])
}

var (
	generalWords = regexp.MustCompile(`^(?i:General|G/通用格式|Standard)`)
	halves       = regexp.MustCompile(`^(?i:AM/PM|A/P|上午/下午)`)
	colours      = regexp.MustCompile(`^(?i:Black|Blue|Cyan|Green|Magenta|Red|White|Yellow|Color ?[0-9]+|黑色|蓝色|青色|绿色|洋红色?|红色|白色|黄色|颜色 ?[0-9]+)$`)
)

func newSection(code string) section {
	var s section
	for code != "" {
		if m := generalWords.FindString(code); m != "" {
			s.general, code = true, code[len(m):]
			continue
		}
		if m := halves.FindString(code); m != "" {
			s.letters, code = s.letters+"h", code[len(m):]
			continue
		}
		code = s.take([]rune(code))
	}
	if s.letters == "" && s.whole+s.places > 0 && s.general {
		s.odd = true
	}
	return s
}

// take reads one sign, and returns the rest.
func (s *section) take(code []rune) string {
	c, rest := code[0], code[1:]
	switch {
	case c == '"':
		end := slices.Index(rest, '"')
		if end < 0 {
			s.odd = true
			return ""
		}
		s.literal(string(rest[:end]))
		rest = rest[end+1:]
	case c == '\\' || c == '!':
		if len(rest) > 0 {
			s.literal(string(rest[0]))
			rest = rest[1:]
		}
	case c == '_' || c == '*': // a blank as wide as the next sign; the next sign again and again
		rest = rest[min(1, len(rest)):]
	case c == '[':
		end := slices.Index(rest, ']')
		if end < 0 {
			s.odd = true
			return ""
		}
		s.bracket(string(rest[:end]))
		rest = rest[end+1:]
	default:
		s.sign(c, rest)
	}
	return string(rest)
}

func (s *section) literal(text string) {
	s.parts = append(s.parts, figurePart{text: text})
	s.scalable = false
}

// bracket is a colour, a currency with its place, or something that we do not do.
func (s *section) bracket(inner string) {
	switch {
	case strings.HasPrefix(inner, "$"):
		currency, _, _ := strings.Cut(inner[1:], "-")
		s.literal(currency)
	case strings.Trim(strings.ToLower(inner), "hms") == "" && inner != "":
		s.letters += "h" // hours that are counted on: no day
	case !colours.MatchString(inner):
		s.odd = true
	}
}

func (s *section) sign(c rune, rest []rune) {
	digits := func(r rune) bool { return strings.ContainsRune("0#?", r) }
	switch {
	case digits(c):
		s.digit(c)
	case c == '.' && !s.dotted:
		s.dotted = true
		s.parts, s.scalable = append(s.parts, figurePart{digit: '.'}), false
	case c == ',' && s.scalable:
		if s.grouped = len(rest) > 0 && digits(rest[0]); !s.grouped {
			s.odd = true
		}
	case c == '%' || c == '‰' || c == '/' && s.whole+s.places > 0 && s.letters == "":
		s.odd = true
	case (c == 'E' || c == 'e') && len(rest) > 0 && (rest[0] == '+' || rest[0] == '-'):
		s.odd = true
	case c == '@':
		s.general = true
	case strings.ContainsRune("ymdhsYMDHSagebAGEB", c):
		s.letters += strings.ToLower(string(c))
	default:
		s.literal(string(c))
	}
}

// digit is a place for a digit, before the point or behind it.
func (s *section) digit(c rune) {
	if s.dotted {
		s.places++
	} else {
		s.whole++
	}
	s.parts, s.scalable = append(s.parts, figurePart{digit: byte(c)}), true
}

// show is what a person sees of a number; not ok when that is something else than the number.
func (f *numberFormat) show(plain string) (string, bool) {
	positive, negative := strings.CutPrefix(plain, "-")
	s, sign := f.sections[0], ""
	switch {
	case negative && len(f.sections) > 1:
		s = f.sections[1]
	case negative:
		sign = "-"
	case plain == "0" && len(f.sections) > 2:
		s = f.sections[2]
	}
	if s.odd || s.letters != "" {
		return "", false
	}
	if s.general {
		text, ok := s.around(positive)
		return sign + text, ok
	}
	if s.whole+s.places == 0 && plain != "0" {
		return "", false // a text in place of the number
	}
	text, ok := s.show(positive)
	return sign + text, ok && strings.TrimSpace(text) != ""
}

// around is the number as it is, with the texts beside it.
func (s section) around(number string) (string, bool) {
	for _, p := range s.parts {
		if p.digit != 0 || strings.TrimSpace(p.text) != "" {
			return "", false
		}
	}
	return number, true
}

// show puts the digits of a number into their places, from the right.
func (s section) show(number string) (string, bool) {
	whole, decimals, _ := strings.Cut(number, ".")
	if len(decimals) > s.places {
		return "", false // rounded
	}
	if whole == "0" {
		whole = ""
	}
	shown := make([]string, len(s.parts))
	left := s.whole // places before the point that are yet to be filled
	digit := len(whole)
	after := s.places
	for i := len(s.parts) - 1; i >= 0; i-- {
		p := s.parts[i]
		switch {
		case p.digit == 0:
			shown[i] = p.text
		case p.digit == '.':
			if decimals != "" || strings.Contains(s.zeros(), "0") {
				shown[i] = "."
			}
		case after > 0:
			after--
			if after < len(decimals) {
				shown[i] = decimals[after : after+1]
			} else if p.digit == '0' {
				shown[i] = "0"
			}
		default:
			left--
			from := max(digit-1, 0)
			if left == 0 {
				from = 0 // all that has no place of its own
			}
			if shown[i] = whole[from:digit]; shown[i] == "" && p.digit == '0' {
				shown[i] = "0"
			}
			digit = from
		}
	}
	if s.whole == 0 && whole != "" {
		return "", false
	}
	return strings.Join(shown, ""), true
}

// zeros are the places behind the point.
func (s section) zeros() string {
	var b strings.Builder
	dotted := false
	for _, p := range s.parts {
		if dotted && p.digit != 0 {
			b.WriteByte(p.digit)
		}
		dotted = dotted || p.digit == '.'
	}
	return b.String()
}
