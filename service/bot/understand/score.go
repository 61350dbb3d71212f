package understand

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"reflect"
	"slices"
)

// Sentence is a line of a file of sentences: what was said, and in a file to score by what it means. Means are the
// intents that are right, the best first; Never are those that it must not be taken for.
type Sentence struct {
	Role  Role           `json:"role"`
	Said  string         `json:"said"`
	Asked Asked          `json:"asked,omitempty"`
	Means []Intent       `json:"means,omitempty"`
	Slots map[string]any `json:"slots,omitempty"`
	Never []Intent       `json:"never,omitempty"`
}

// Score is how a lexicon does on a file of sentences.
type Score struct {
	Sentences  int
	Points     float64 // one for a right intent, a half for asking between right ones
	Never      int     // taken for what it must not be taken for
	Slots      int     // slots of sentences that were understood
	SlotsRight int
	intents    map[Intent]*tally
	misses     []string
}

type tally struct {
	sentences int
	points    float64
}

// ReadSentences calls each for every line; an empty line is none.
func ReadSentences(r io.Reader, each func(Sentence) error) error {
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, 1<<20)
	for n := 1; lines.Scan(); n++ {
		if len(lines.Bytes()) == 0 {
			continue
		}
		var s Sentence
		if err := json.Unmarshal(lines.Bytes(), &s); err != nil {
			return fmt.Errorf("line %d: %w", n, err)
		}
		if err := each(s); err != nil {
			return err
		}
	}
	return lines.Err()
}

// ScoreSentences counts how many sentences the lexicon understands.
func (l *Lexicon) ScoreSentences(r io.Reader) (*Score, error) {
	sc := &Score{intents: map[Intent]*tally{}}
	return sc, ReadSentences(r, func(s Sentence) error {
		if len(s.Means) == 0 {
			return fmt.Errorf("%q has no meaning to score by", s.Said)
		}
		sc.add(s, l.Understand(s.Role, s.Said, s.Asked))
		return nil
	})
}

func (sc *Score) add(s Sentence, u Understanding) {
	points := points(s, u)
	t := sc.intents[s.Means[0]]
	if t == nil {
		t = &tally{}
		sc.intents[s.Means[0]] = t
	}
	sc.Sentences++
	t.sentences++
	t.points += points
	sc.Points += points
	if slices.Contains(s.Never, u.Intent) {
		sc.Never++
		sc.misses = append(sc.misses, fmt.Sprintf("NEVER %s %q [%s]: %v, got %v", s.Role, s.Said, s.Asked, s.Means, u))
	} else if points < 1 {
		sc.misses = append(sc.misses, fmt.Sprintf("%.1f %s %q [%s]: %v, got %v %v", points, s.Role, s.Said, s.Asked, s.Means, u, u.Options))
	}
	if u.Intent == s.Means[0] {
		sc.addSlots(s, u)
	}
}

// points are 1 for a right intent or a right question, 0.5 for a question where an answer was to be had.
func points(s Sentence, u Understanding) float64 {
	if !u.Ask {
		if slices.Contains(s.Means, u.Intent) {
			return 1
		}
		return 0
	}
	named := slices.ContainsFunc(u.Options, func(o Intent) bool { return slices.Contains(s.Means, o) })
	switch {
	case slices.Contains(s.Means, Ask) && (named || s.Means[0] == Ask || s.Means[0] == Unknown):
		return 1
	case named:
		return 0.5
	}
	return 0
}

func (sc *Score) addSlots(s Sentence, u Understanding) {
	for name, want := range s.Slots {
		sc.Slots++
		if got, ok := u.Slots[name]; ok && alike(got, want) {
			sc.SlotsRight++
		} else {
			sc.misses = append(sc.misses, fmt.Sprintf("slot %s of %q: %v, got %v", name, s.Said, want, u.Slots[name]))
		}
	}
}

// alike compares a slot with one that was read from JSON.
func alike(got, want any) bool {
	a, _ := json.Marshal(got)
	var back any
	if err := json.Unmarshal(a, &back); err != nil {
		return false
	}
	return reflect.DeepEqual(back, want)
}

// Percent is the share of right sentences.
func (sc *Score) Percent() float64 { return 100 * sc.Points / float64(max(sc.Sentences, 1)) }

// Print writes the counts, per intent, with every miss.
func (sc *Score) Print(w io.Writer) error {
	_, err := fmt.Fprintf(w, "sentences %d\nright %.1f (%.1f %%)\nnever %d\nslots %d of %d\n", sc.Sentences, sc.Points, sc.Percent(), sc.Never, sc.SlotsRight, sc.Slots)
	names := make([]Intent, 0, len(sc.intents))
	for name := range sc.intents {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		if t := sc.intents[name]; err == nil {
			_, err = fmt.Fprintf(w, "%-20s %.1f of %d\n", name, t.points, t.sentences)
		}
	}
	for _, m := range sc.misses {
		if err == nil {
			_, err = fmt.Fprintln(w, "miss", m)
		}
	}
	return err
}
