package understand

import (
	"slices"
	"unicode"
)

// The concepts that are built from form, not from words.
const (
	isQuestion  = "question"  // the sentence asks
	isDouble    = "double"    // two negations stand over one another
	isCode      = "code"      // six or ten digits: a binding code
	isPhone     = "phone_no"  // eleven digits
	isHousehold = "household" // the number of a household, or a family by its name
	isDigit     = "digit"     // a single digit or two
	isNumber    = "number"    // any number
)

var built = []string{isQuestion, isDouble, isCode, isPhone, isHousehold, isDigit, isNumber}

// The concepts that the reading itself needs; lexicon.yaml holds their words.
const (
	isNegation  = "negation"
	isDenial    = "denial"    // negates a statement, so that a negation after it is a double one
	isAsking    = "asking"    // words that make a question
	isFinished  = "finished"  // what may stand before a last 没有 that asks: 到了没有
	isNegative  = "negative"  // words that deny by themselves: 没人来
	isTrap      = "trap"      // words in which no other is meant
	isTurn      = "turn"      // words that begin a clause: 但是
	isElsewhere = "elsewhose" // another household
	isPostpone  = "lacking"   // words after which a last 没有 says that there is none: 还没有
)

// literal begins the name of a concept that is a word of a cue.
const literal = '\''

// scope is how many characters a negation reaches ahead.
const scope = 7

// hit is a word of the lexicon in the text.
type hit struct {
	lo, hi  int
	negated bool
}

// sentence is what was said, as it is weighed.
type sentence struct {
	text   []rune // in the usual words
	said   []rune // as it was said, its forms made alike
	core   [2]int // without what says nothing at both ends
	clause []int  // by character
	hits   [][]hit
}

// read makes a sentence of what was said.
func (l *Lexicon) read(said string) *sentence {
	s := &sentence{said: l.normal(said), hits: make([][]hit, len(l.concepts))}
	s.text = l.bySound(l.replace(l.unspell(s.said)))
	s.core = l.trim(s.text)
	if meant, ok := l.alone[string(s.text[s.core[0]:s.core[1]])]; ok {
		s.text = []rune(meant)
		s.core = [2]int{0, len(s.text)}
	}
	l.scan(s)
	l.shapes(s)
	l.divide(s)
	if l.asks(s) {
		s.hits[l.ids[isQuestion]] = []hit{{lo: 0, hi: len(s.text)}}
	}
	l.negate(s)
	return s
}

// trim is the range of the text without the words and marks at its ends that say nothing.
func (l *Lexicon) trim(text []rune) [2]int {
	lo, hi := 0, len(text)
	for again := true; again; {
		again = false
		for lo < hi && (text[lo] == ',' || text[lo] == '?') {
			lo++
		}
		for hi > lo && (text[hi-1] == ',' || text[hi-1] == '?') {
			hi--
		}
		for _, w := range l.leads {
			if n := len([]rune(w)); hi-lo > n && string(text[lo:lo+n]) == w {
				lo, again = lo+n, true
			}
		}
		for _, w := range l.trails {
			if n := len([]rune(w)); hi-lo > n && string(text[hi-n:hi]) == w {
				hi, again = hi-n, true
			}
		}
	}
	return [2]int{lo, hi}
}

// scan finds the words of the lexicon. What lies in a word that hides is not found.
func (l *Lexicon) scan(s *sentence) {
	type found struct{ lo, hi, id int }
	var all []found
	reach := make([]int, len(s.text)) // where the hiding word ends that begins at or before a character
	from := make([]int, len(s.text))
	trapped := make([]int, len(s.text)) // where the trap ends that a character lies in
	for i := range s.text {
		l.words.from(s.text, i, func(end, id int) {
			all = append(all, found{i, end, id})
			if !slices.ContainsFunc(l.means[id], func(c int) bool { return l.hides[c] }) {
				return
			}
			for k := i; k < end; k++ {
				if slices.Contains(l.means[id], l.ids[isTrap]) {
					trapped[k] = max(trapped[k], end)
				}
				if end-i > reach[k]-from[k] {
					from[k], reach[k] = i, end
				}
			}
		})
	}
	for _, f := range all {
		a, b := from[f.lo], reach[f.lo]
		hidden := f.hi <= b && f.hi-f.lo < b-a
		for _, c := range l.means[f.id] {
			// A word that a cue spells out is meant where it stands.
			if hidden && (l.concepts[c][0] != literal || f.hi-f.lo < 2 || trapped[f.lo] >= f.hi) {
				continue
			}
			s.hits[c] = append(s.hits[c], hit{lo: f.lo, hi: f.hi})
		}
	}
}

// shapes finds numbers, codes and the numbers of households.
func (l *Lexicon) shapes(s *sentence) {
	put := func(name string, lo, hi int) { s.hits[l.ids[name]] = append(s.hits[l.ids[name]], hit{lo: lo, hi: hi}) }
	for i := 0; i < len(s.text); i++ {
		if !unicode.IsDigit(s.text[i]) {
			continue
		}
		end := i
		for end < len(s.text) && unicode.IsDigit(s.text[end]) {
			end++
		}
		lo := i
		if lo > 0 && s.text[lo-1] == '-' {
			lo--
		}
		switch n := end - i; {
		case lo > 0 && s.text[lo-1] == 'h':
			put(isHousehold, lo-1, end)
		case n == 6 || n == 10:
			put(isCode, i, end)
		case n == 11 && s.text[i] == '1':
			put(isPhone, i, end)
		case n <= 2:
			put(isDigit, i, end)
		}
		put(isNumber, i, end)
		i = end
	}
}

// divide numbers the clauses: at marks, and before words that turn.
func (l *Lexicon) divide(s *sentence) {
	s.clause = make([]int, len(s.text))
	n := 0
	for i, r := range s.text {
		if r == ',' || r == '?' || slices.ContainsFunc(s.hits[l.ids[isTurn]], func(h hit) bool { return h.lo == i }) {
			n++
		}
		s.clause[i] = n
	}
}

// asks reports whether the sentence is a question: a mark, a word that asks, a verb with its negation (来没来), a
// negation at the end of what is finished (到了没有).
func (l *Lexicon) asks(s *sentence) bool {
	if slices.Contains(s.text, '?') || len(s.hits[l.ids[isAsking]]) > 0 {
		return true
	}
	kept := s.hits[l.ids[isNegation]][:0:0]
	question := false
	for _, n := range s.hits[l.ids[isNegation]] {
		if s.twice(n) || l.tail(s, n) {
			question = true
			continue
		}
		kept = append(kept, n)
	}
	s.hits[l.ids[isNegation]] = kept
	return question
}

// twice reports whether the same word stands on both sides of the negation.
func (s *sentence) twice(n hit) bool {
	for k := 1; k <= 3 && n.lo-k >= 0 && n.hi+k <= len(s.text); k++ {
		if slices.Equal(s.text[n.lo-k:n.lo], s.text[n.hi:n.hi+k]) {
			return true
		}
	}
	// 到账没到, 来过没来: the verb again without what follows it.
	return n.lo >= 2 && n.hi < len(s.text) && s.text[n.lo-2] == s.text[n.hi]
}

// tail reports whether the negation ends its clause and asks for what was finished before it.
func (l *Lexicon) tail(s *sentence, n hit) bool {
	end := n.hi
	for end < len(s.text) && slices.Contains(l.trails, string(s.text[end])) {
		end++
	}
	if end < len(s.text) && s.text[end] != ',' {
		return false
	}
	before := func(concept string) bool {
		return slices.ContainsFunc(s.hits[l.ids[concept]], func(h hit) bool { return h.hi == n.lo })
	}
	return n.lo > 0 && (before(isFinished) || s.text[n.lo] == '不') && !before(isPostpone)
}

// negate marks the words that a negation reaches. A word that denies by itself (没人来) is negated only by a denial right
// before it (不是没人来). Of two negations over one another neither counts, and the sentence is marked as doubtful.
func (l *Lexicon) negate(s *sentence) {
	denies := func(h hit) bool {
		return slices.ContainsFunc(s.hits[l.ids[isDenial]], func(d hit) bool {
			return d.hi <= h.lo && h.lo-d.hi <= 3 && s.clause[d.lo] == s.clause[h.lo]
		})
	}
	double := l.ids[isDouble]
	for _, n := range slices.Concat(s.hits[l.ids[isNegation]], s.hits[l.ids[isNegative]]) {
		if denies(n) {
			s.hits[double] = append(s.hits[double], n)
		}
	}
	var single []hit
	for _, n := range s.hits[l.ids[isNegation]] {
		if !slices.ContainsFunc(s.hits[double], func(d hit) bool { return d.lo == n.lo || n.hi <= d.lo && d.lo-n.hi <= 3 }) {
			single = append(single, n)
		}
	}
	for c := range s.hits {
		for i, h := range s.hits[c] {
			if l.negative[c] {
				s.hits[c][i].negated = denies(h)
				continue
			}
			s.hits[c][i].negated = slices.ContainsFunc(single, func(n hit) bool {
				return n.hi <= h.lo && h.lo-n.hi <= scope && s.clause[n.lo] == s.clause[h.lo]
			})
		}
	}
}

// whole reports whether words of the concept cover the sentence, marks aside.
func (s *sentence) whole(concept int) bool {
	at := s.core[0]
	for at < s.core[1] {
		next := at
		for _, h := range s.hits[concept] {
			if h.lo <= at && h.hi > next {
				next = h.hi
			}
		}
		if next == at {
			if s.text[at] != ',' {
				return false
			}
			next++
		}
		at = next
	}
	return len(s.hits[concept]) > 0 && s.core[1] > s.core[0]
}
