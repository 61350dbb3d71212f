// Package understand says what a sentence means to the bot: a pure function over a lexicon, without database, network
// or clock. What it knows lies in lexicon.yaml; the code only reads that: it makes the forms of a sentence alike, finds
// the lexicon's words in it, reads what denies, asks, reports or supposes, and weighs the cues of each intent.
package understand

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Role says who speaks.
type Role string

// The roles. A person who is a household and a cadre is asked for as each.
const (
	Household Role = "household"
	Cadre     Role = "cadre"
	Stranger  Role = "stranger"
)

// Asked is the question that waits for an answer.
type Asked string

// What the bot may have asked.
const (
	AskedNothing Asked = ""
	AskedCame    Asked = "came"   // whether a cadre came
	AskedWords   Asked = "words"  // for the words of a difficulty
	AskedReason  Asked = "reason" // why
	AskedChoice  Asked = "choice" // a numbered list
)

// Intent is what a sentence wants; the names are those of the lexicon.
type Intent string

// Ask is no intent: the sentence is not certain enough, and Options are what to ask between.
const (
	Ask     Intent = "ask"
	Unknown Intent = "unknown"
	Bind    Intent = "bind"
)

// Understanding is what a sentence means. Where Ask is set nothing may be done before the person has chosen among
// Options, the likeliest first.
type Understanding struct {
	Intent    Intent         `json:"intent"`
	Slots     map[string]any `json:"slots"`
	Ask       bool           `json:"ask"`
	Options   []Intent       `json:"options"`
	Certainty float64        `json:"-"` // 0 to 1
	Why       []string       `json:"-"` // the cues that spoke for the intent, and what made it doubtful
}

// The least that a cue must weigh to be an answer, and to be an act; what two intents must lie apart for an act.
const (
	leastAnswer = 3.0
	leastAct    = 5.0
	leastApart  = 1.0
)

// Understand says what the sentence means when the role says it while asked waits for an answer.
func (l *Lexicon) Understand(role Role, said string, asked Asked) Understanding {
	s := l.read(said)
	ranked := l.rank(s, role, asked)
	ranked = l.expect(ranked, s, role, asked)
	if len(ranked) == 0 || ranked[0].score < leastAnswer {
		return Understanding{Intent: Unknown, Slots: map[string]any{}, Options: []Intent{}}
	}
	best := ranked[0]
	u := Understanding{Intent: best.intent, Options: []Intent{}, Certainty: min(best.score/10, 1), Why: best.why}
	if doubt := l.doubt(s, ranked); doubt != "" {
		u.Why = append(u.Why, doubt)
		u.Ask, u.Options, u.Intent, u.Certainty = true, l.options(s, ranked), Ask, min(u.Certainty, 0.4)
	}
	u.Slots = l.fill(s, best.intent, role, asked)
	return u
}

// candidate is an intent with what spoke for it.
type candidate struct {
	intent Intent
	score  float64
	sure   bool
	like   bool // by an example, not by cues alone
	why    []string
}

// rank weighs the cues of every intent. The strongest cue counts in full, the others a little; an intent that the role
// does not have counts for the one that takes its place.
func (l *Lexicon) rank(s *sentence, role Role, asked Asked) []candidate {
	var found []candidate
	for _, in := range l.intents {
		c := candidate{intent: in.name}
		best, rest := 0.0, 0.0
		for _, q := range in.cues {
			if !q.matches(s, role, asked) {
				continue
			}
			c.why = append(c.why, string(in.name)+": "+q.text)
			rest += max(min(q.weight, best), 0)
			best, c.sure = max(best, q.weight), c.sure || q.sure
		}
		if c.score = best + min(rest/10, 1.5); best <= 0 {
			continue
		}
		if to, ok := l.others[role][in.name]; ok && l.elsewhere(s) {
			if c.intent = to; to == "" {
				continue
			}
		} else if !in.has(role) {
			if c.intent = l.instead(role, in.name); c.intent == "" {
				continue
			}
		}
		found = add(found, c)
	}
	return l.compare(found, s, role, asked)
}

// What being like an example adds at most, and how likely an intent must be for that.
const (
	likeness  = 12.0
	leastLike = 0.2
)

// compare adds to the intents what the examples say, unless a cue is sure.
func (l *Lexicon) compare(found []candidate, s *sentence, role Role, asked Asked) []candidate {
	if !slices.ContainsFunc(found, func(c candidate) bool { return c.sure }) {
		for in, alike := range l.ofWhom(l.likely(s, role, asked), s, role) {
			if alike < leastLike || in == Ask {
				continue
			}
			i := slices.IndexFunc(found, func(c candidate) bool { return c.intent == in })
			if i < 0 {
				found, i = append(found, candidate{intent: in}), len(found)
			}
			found[i].like = found[i].score < leastAct
			found[i].score += likeness * alike
			found[i].why = append(found[i].why, fmt.Sprintf("like %s: %.2f", in, alike))
		}
	}
	slices.SortStableFunc(found, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(b.score, a.score), strings.Compare(string(a.intent), string(b.intent)))
	})
	return found
}

// ofWhom is what examples say of a sentence that is about another household: there is no answer of one's own to it.
func (l *Lexicon) ofWhom(alike map[Intent]float64, s *sentence, role Role) map[Intent]float64 {
	if len(l.others[role]) == 0 || !l.elsewhere(s) {
		return alike
	}
	theirs := map[Intent]float64{}
	for in, a := range alike {
		if to, ok := l.others[role][in]; ok {
			in = to
		}
		if in != "" {
			theirs[in] = max(theirs[in], a)
		}
	}
	return theirs
}

// elsewhere reports whether the sentence is about another household and not about the speaker's own.
func (l *Lexicon) elsewhere(s *sentence) bool {
	others := s.hits[l.ids[isElsewhere]]
	for i, r := range s.text {
		within := func(h hit) bool { return h.lo <= i && i < h.hi || h.lo == i+1 }
		if r == '我' && !slices.ContainsFunc(others, within) {
			return false
		}
	}
	return len(others) > 0
}

// add keeps one candidate for an intent, the stronger.
func add(found []candidate, c candidate) []candidate {
	for i, f := range found {
		if f.intent == c.intent {
			sure := c.sure || f.sure
			if c.score > f.score {
				found[i] = c
			}
			found[i].sure = sure
			return found
		}
	}
	return append(found, c)
}

// expect reads the sentence as the answer to what was asked: an intent that may not interrupt gives way to the one that
// the question waits for.
func (l *Lexicon) expect(ranked []candidate, s *sentence, role Role, asked Asked) []candidate {
	e, ok := l.asked[asked]
	if !ok || len(s.text) == 0 {
		return ranked
	}
	to, waits := e.Else[role]
	if !waits {
		return ranked
	}
	for _, c := range ranked {
		if c.score >= e.Least && slices.Contains(e.Keep, c.intent) {
			return append([]candidate{c}, ranked...)
		}
	}
	return []candidate{{intent: to, score: leastAct + leastApart, why: []string{"answers " + string(asked)}}}
}

// doubt says why the best intent, if it has consequences, may not be acted on; empty when it may.
func (l *Lexicon) doubt(s *sentence, ranked []candidate) string {
	best := ranked[0]
	doubts, acts := l.acts[best.intent]
	if !acts {
		return ""
	}
	if best.sure {
		doubts = slices.DeleteFunc(slices.Clone(doubts), func(d int) bool { return !slices.Contains(l.always, d) })
	}
	switch {
	case best.sure:
	case best.like:
		return "by example"
	case best.score < leastAct:
		return "weak"
	}
	for _, d := range doubts {
		if len(s.hits[d]) > 0 {
			return "doubtful: " + l.concepts[d]
		}
	}
	for _, other := range ranked[1:] {
		if !best.sure && other.intent != best.intent && best.score-other.score < leastApart {
			return "near " + string(other.intent)
		}
	}
	return ""
}

// options are the intents to ask between: the best, its opposite, and whatever is near.
func (l *Lexicon) options(s *sentence, ranked []candidate) []Intent {
	best := ranked[0]
	list := []Intent{best.intent}
	for _, other := range ranked[1:] {
		if len(list) < 3 && best.score-other.score < 3 && !slices.Contains(list, other.intent) {
			list = append(list, other.intent)
		}
	}
	if o := l.opposite[best.intent]; o != "" && !slices.Contains(list, o) {
		list = append(list, o)
	}
	return list
}

// Acts reports whether the intent has consequences, so that it needs certainty or a confirmation.
func (l *Lexicon) Acts(in Intent) bool { _, ok := l.acts[in]; return ok }

// Intents are the names of all intents, in the order of the lexicon.
func (l *Lexicon) Intents() []Intent {
	names := make([]Intent, len(l.intents))
	for i, in := range l.intents {
		names[i] = in.name
	}
	return names
}

// String is the understanding in a line for a log without what was said.
func (u Understanding) String() string {
	return string(u.Intent) + " (" + strings.Join(u.Why, "; ") + ")"
}
