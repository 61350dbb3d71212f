package understand

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// cue is one line of an intent: a weight, and what must hold for it.
//
//	6 @aid @arrive- .     a word of aid, a word of arrive under a negation, no question
//
// A term is a word or @concept, or several of them with | between. With + behind it, it must not be negated, with - it
// must be, with ~ either; without, what the lexicon says under stands. ! before it: it must be absent. = before it: it must be all that is said. a..b: b follows a in the same clause, a>>b in a later
// one. sure: nothing makes it doubtful.
// ? wants a question, a full stop none; role:cadre and asked:came want what they name.
type cue struct {
	text   string
	weight float64
	terms  []term
	sure   bool // no doubt counts against it
	role   Role
	asked  Asked
}

type term struct {
	steps  []step // one, or several that follow each other
	absent bool
	whole  bool
}

// step is one place of a term: any of the words.
type step struct {
	later bool // in a later clause than the step before
	words []wanted
}

// wanted is a concept that is not negated (1), negated (-1), or either (0).
type wanted struct{ concept, polarity int }

var errNoWeight = errors.New("want a weight from 1 to 10 and what must be said")

// compile reads a cue; the plain words of a deed's cue, too, must not be negated unless it says otherwise.
func (l *Lexicon) compile(text string, deed bool) (cue, error) {
	parts := strings.Fields(text)
	if len(parts) < 2 {
		return cue{}, errNoWeight
	}
	weight, err := strconv.ParseFloat(parts[0], 64)
	if err != nil || weight <= 0 || weight > 10 {
		return cue{}, errNoWeight
	}
	c := cue{text: text, weight: weight}
	for _, p := range parts[1:] {
		key, value, named := strings.Cut(p, ":")
		switch {
		case named && key == "role":
			c.role = Role(value)
		case named && key == "asked":
			c.asked = Asked(value)
		case p == "sure":
			c.sure = true
		case p == "?":
			c.terms = append(c.terms, term{steps: []step{{words: []wanted{{concept: l.ids[isQuestion]}}}}})
		case p == ".":
			c.terms = append(c.terms, term{steps: []step{{words: []wanted{{concept: l.ids[isQuestion]}}}}, absent: true})
		default:
			t, err := l.term(p, deed)
			if err != nil {
				return cue{}, err
			}
			c.terms = append(c.terms, t)
		}
	}
	return c, nil
}

func (l *Lexicon) term(text string, deed bool) (t term, err error) {
	if text, t.absent = strings.CutPrefix(text, "!"); t.absent && text == "" {
		return t, errNoWeight
	}
	text, t.whole = strings.CutPrefix(text, "=")
	for _, place := range strings.Split(strings.ReplaceAll(text, ">>", "..>"), "..") {
		var st step
		place, st.later = strings.CutPrefix(place, ">")
		for _, alt := range strings.Split(place, "|") {
			w, err := l.wanted(alt, deed && !t.absent, t.absent)
			if err != nil {
				return t, err
			}
			st.words = append(st.words, w)
		}
		t.steps = append(t.steps, st)
	}
	return t, nil
}

// wanted reads one word of a term; a plain word becomes a concept of its own.
func (l *Lexicon) wanted(text string, deed, absent bool) (w wanted, err error) {
	either := false
	switch {
	case strings.HasSuffix(text, "~"):
		text, either = text[:len(text)-1], true
	case strings.HasSuffix(text, "+"):
		text, w.polarity = text[:len(text)-1], 1
	case strings.HasSuffix(text, "-"):
		text, w.polarity = text[:len(text)-1], -1
	}
	name, concept := strings.CutPrefix(text, "@")
	if name == "" {
		return w, errNoWeight
	}
	if concept {
		id, known := l.ids[name]
		if !known {
			return w, fmt.Errorf("no words %q", name)
		}
		if w.concept = id; w.polarity == 0 && !either && !absent && l.stands[id] {
			w.polarity = 1
		}
		return w, nil
	}
	if w.concept = l.concept(string(literal) + text); deed && w.polarity == 0 && !either {
		w.polarity = 1
	}
	for _, one := range l.spread(text) {
		l.addWord(one, w.concept)
	}
	for len(l.hides) < len(l.concepts) {
		l.hides, l.stands, l.negative = append(l.hides, false), append(l.stands, false), append(l.negative, false)
	}
	return w, nil
}

func (c *cue) matches(s *sentence, role Role, asked Asked) bool {
	if c.role != "" && c.role != role || c.asked != "" && c.asked != asked {
		return false
	}
	for i := range c.terms {
		if !c.terms[i].matches(s) {
			return false
		}
	}
	return true
}

func (t *term) matches(s *sentence) bool {
	if t.whole {
		return slices.ContainsFunc(t.steps[0].words, func(w wanted) bool { return s.whole(w.concept) }) != t.absent
	}
	return s.follows(t.steps, -1, -1) != t.absent
}

// follows reports whether the steps stand one after the other behind at, in one clause.
func (s *sentence) follows(steps []step, at, clause int) bool {
	if len(steps) == 0 {
		return true
	}
	for _, w := range steps[0].words {
		for _, h := range s.hits[w.concept] {
			if h.lo < at || w.polarity > 0 && h.negated || w.polarity < 0 && !h.negated {
				continue
			}
			here := 0
			if h.lo < len(s.clause) {
				here = s.clause[h.lo]
			}
			if (clause < 0 || steps[0].later && here > clause || !steps[0].later && here == clause) && s.follows(steps[1:], h.hi, here) {
				return true
			}
		}
	}
	return false
}
