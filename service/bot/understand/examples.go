package understand

import (
	_ "embed"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
)

//go:embed examples.txt
var builtInExamples string

// examples weigh, by sentences whose meaning is known, what the cues leave open: how likely an intent is for the
// characters and the concepts that a sentence holds (naive Bayes). A rare feature counts more than a common one.
type examples struct {
	classes []class
	index   map[string][]posting // by feature
}

// class is an intent as one role says it, while one question waits.
type class struct {
	role   Role
	intent Intent
	prior  float64
	absent float64 // what a feature counts that the class has not shown
}

type posting struct {
	class  int
	weight float64 // what the feature adds to absent
}

// example is a sentence whose meaning is known.
type example struct {
	role     Role
	intent   Intent
	features []string
}

const smoothing = 0.1

// readExamples reads sentences, a line each, below lines of "@ role asked intent", with - where nothing is asked.
func (l *Lexicon) readExamples(text string) (list []example, err error) {
	var role, asked, intent string
	for n, line := range strings.Split(text, "\n") {
		switch {
		case line == "" || line[0] == '#':
		case line[0] == '@':
			if _, err := fmt.Sscanf(line, "@ %s %s %s", &role, &asked, &intent); err != nil {
				return nil, fmt.Errorf("examples: line %d: want @, role, asked and intent: %w", n+1, err)
			}
		default:
			list = append(list, example{Role(role), Intent(intent), l.features(l.read(line), Asked(strings.Trim(asked, "-")))})
		}
	}
	return list, nil
}

func (l *Lexicon) learn(list []example) {
	seen, vocabulary := map[string]float64{}, 0.0
	for _, e := range list {
		for _, f := range e.features {
			if seen[f]++; seen[f] == 1 {
				vocabulary++
			}
		}
	}
	type counts struct {
		class
		features map[string]float64
		total    float64
	}
	by := map[string]*counts{}
	for _, e := range list {
		key := string(e.role) + " " + string(e.intent)
		c := by[key]
		if c == nil {
			c = &counts{class: class{role: e.role, intent: e.intent}, features: map[string]float64{}}
			by[key] = c
		}
		c.prior++
		for _, f := range e.features {
			rare := math.Log(1 + float64(len(list))/seen[f])
			c.features[f] += rare
			c.total += rare
		}
	}
	l.examples = examples{index: map[string][]posting{}}
	for _, key := range slices.Sorted(maps.Keys(by)) {
		c := by[key]
		c.absent = math.Log(smoothing / (c.total + smoothing*vocabulary))
		c.prior = math.Log(c.prior) / 2
		for f, n := range c.features {
			l.examples.index[f] = append(l.examples.index[f], posting{len(l.examples.classes), math.Log((n + smoothing) / smoothing)})
		}
		l.examples.classes = append(l.examples.classes, c.class)
	}
}

// features are what two sentences may have in common: characters, pairs of them, concepts, and what was asked.
func (l *Lexicon) features(s *sentence, asked Asked) []string {
	var all []string
	if asked != AskedNothing {
		all = append(all, "asked "+string(asked))
	}
	for i, r := range s.text {
		if r == ',' || r == '?' {
			continue
		}
		all = append(all, string(r))
		if i+1 < len(s.text) && s.text[i+1] != ',' && s.text[i+1] != '?' {
			all = append(all, string(s.text[i:i+2]))
		}
	}
	for c, hits := range s.hits {
		for _, h := range hits {
			switch {
			case l.concepts[c][0] == literal:
			case h.negated:
				all = append(all, "-"+l.concepts[c])
			default:
				all = append(all, "+"+l.concepts[c])
			}
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// sureness is how much evidence makes an intent e times likelier: features are not independent of each other.
const sureness = 6

// likely is how likely each intent is by the examples, from 0 to 1.
func (l *Lexicon) likely(s *sentence, role Role, asked Asked) map[Intent]float64 {
	features := l.features(s, asked)
	scores := make([]float64, len(l.examples.classes))
	known := 0
	for _, f := range features {
		list := l.examples.index[f]
		if len(list) > 0 {
			known++
		}
		for _, p := range list {
			scores[p.class] += p.weight
		}
	}
	best := math.Inf(-1)
	for i, c := range l.examples.classes {
		scores[i] += c.prior + c.absent*float64(known)
		if c.role == role {
			best = max(best, scores[i])
		}
	}
	found, sum := map[Intent]float64{}, 0.0
	for i, c := range l.examples.classes {
		if c.role == role {
			found[c.intent] = math.Exp((scores[i] - best) / sureness)
			sum += found[c.intent]
		}
	}
	// Where most of a sentence was never seen, the examples know little about it.
	covered := min(1, 1.6*float64(known)/float64(max(len(features), 1)))
	for in := range found {
		found[in] *= covered / sum
	}
	return found
}
