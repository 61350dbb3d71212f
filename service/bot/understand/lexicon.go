package understand

import (
	_ "embed"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/goccy/go-yaml"
)

//go:embed lexicon.yaml
var builtIn []byte

// Default is the built-in lexicon.
var Default = sync.OnceValue(func() *Lexicon {
	l, err := Load()
	if err != nil {
		panic(err) // the embedded file is part of the program; a test loads it
	}
	return l
})

// file is lexicon.yaml. Every list is words between spaces; in a word, (a|b|) stands for each of its parts.
type file struct {
	Variants string            `yaml:"variants"` // pairs: how it is written, how it is meant
	Signs    map[string]string `yaml:"signs"`    // emoji and the like: what they say
	Same     map[string]string `yaml:"same"`     // the usual word: the words that mean the same
	Leads    string            `yaml:"leads"`    // what a sentence may begin with without saying anything
	Trails   string            `yaml:"trails"`   // what it may end with
	Parts    map[string]string `yaml:"parts"`    // alternatives that several words share
	Words    map[string]string `yaml:"words"`    // a concept: its words, and @other for those of another concept
	Hides    string            `yaml:"hides"`    // concepts whose words hide the shorter words in them
	Stands   string            `yaml:"stands"`   // concepts that a cue wants without a negation, unless it says otherwise
	Sounds   string            `yaml:"sounds"`   // concepts that are also found by their sound, where a character is right
	Heard    string            `yaml:"heard"`    // words that are found by their sound alone
	Spelt    string            `yaml:"spelt"`    // characters that a syllable in Latin letters stands for, beside all words
	Unspelt  string            `yaml:"unspelt"`  // concepts that are not looked for in Latin letters
	Alone    map[string]string `yaml:"alone"`    // what a whole sentence means that only sounds like something
	Intents  []struct {
		Name  Intent   `yaml:"name"`
		Roles []Role   `yaml:"roles"`
		Cues  []string `yaml:"cues"`
	} `yaml:"intents"`
	Others   map[Role]map[Intent]Intent `yaml:"others"`   // what an intent is when it is about another household
	Instead  map[Role]map[Intent]Intent `yaml:"instead"`  // what an intent is when a role does not have it
	Asked    map[Asked]expectation      `yaml:"asked"`    // what an open question waits for
	Acts     map[Intent]string          `yaml:"acts"`     // intents with consequences: the concepts that make them doubtful
	Always   string                     `yaml:"always"`   // doubts that no cue is sure enough for
	Opposite map[Intent]Intent          `yaml:"opposite"` // what is offered beside an intent when it is asked back
	Slots    slotWords                  `yaml:"slots"`
}

// expectation is what an open question makes of a sentence.
type expectation struct {
	Keep  []Intent        `yaml:"keep"`  // what may be said instead of an answer
	Least float64         `yaml:"least"` // how strongly it must be said
	Else  map[Role]Intent `yaml:"else"`  // what everything else is
}

// Addition is what an office adds: a cue for an intent, in the form of the lexicon, or a plain sentence.
type Addition struct {
	Intent Intent
	Cue    string
}

// Lexicon is a compiled lexicon. Safe for concurrent use.
type Lexicon struct {
	variants map[rune]rune
	signs    *strings.Replacer
	same     *trie
	usual    []string // by the ids of same
	leads    []string
	trails   []string

	concepts  []string
	ids       map[string]int
	words     *trie
	parts     *strings.Replacer
	alone     map[string]string
	means     [][]int // by the ids of words: concepts
	hides     []bool  // by concept
	stands    []bool  // by concept
	negative  []bool  // by concept
	sounds    *soundTrie
	spelt     *soundTrie
	syllables map[string]bool

	intents  []intent
	others   map[Role]map[Intent]Intent
	insteads map[Role]map[Intent]Intent
	asked    map[Asked]expectation
	acts     map[Intent][]int
	always   []int
	opposite map[Intent]Intent
	slots    []slot
	examples examples
}

type intent struct {
	name  Intent
	roles []Role
	cues  []cue
}

func (in intent) has(r Role) bool { return len(in.roles) == 0 || slices.Contains(in.roles, r) }

func (l *Lexicon) instead(r Role, in Intent) Intent {
	if to, ok := l.insteads[r][in]; ok {
		return to
	}
	return l.insteads[r]["else"]
}

// Load compiles the built-in lexicon with what an office has added. An addition that is no cue, or for an intent that
// there is not, is an error that names it.
func Load(added ...Addition) (*Lexicon, error) {
	var f file
	if err := yaml.UnmarshalWithOptions(builtIn, &f, yaml.Strict()); err != nil {
		return nil, fmt.Errorf("lexicon: %w", err)
	}
	l := &Lexicon{
		variants: map[rune]rune{}, same: &trie{}, words: &trie{}, sounds: &soundTrie{}, spelt: &soundTrie{}, alone: map[string]string{}, ids: map[string]int{},
		leads: strings.Fields(f.Leads), trails: strings.Fields(f.Trails),
		others: f.Others, insteads: f.Instead, asked: f.Asked, opposite: f.Opposite, acts: map[Intent][]int{},
	}
	l.parts = partsOf(f.Parts)
	l.loadForms(f)
	if err := l.loadWords(f); err != nil {
		return nil, err
	}
	if err := l.loadActs(f); err != nil {
		return nil, err
	}
	for _, in := range f.Intents {
		l.intents = append(l.intents, intent{name: in.Name, roles: in.Roles})
		for _, text := range in.Cues {
			if err := l.addCue(in.Name, text); err != nil {
				return nil, err
			}
		}
	}
	for _, a := range added {
		if err := l.addCue(a.Intent, a.cue()); err != nil {
			return nil, err
		}
	}
	if err := l.loadSlots(f.Slots); err != nil {
		return nil, fmt.Errorf("lexicon: slots: %w", err)
	}
	list, err := l.readExamples(builtInExamples)
	if err != nil {
		return nil, err
	}
	l.learn(list)
	return l, nil
}

// partsOf writes out the shared alternatives, {name}.
func partsOf(parts map[string]string) *strings.Replacer {
	var old []string
	for name, list := range parts {
		old = append(old, "({"+name+"})", "("+list+")", "{"+name+"}", "("+list+")")
	}
	return strings.NewReplacer(old...)
}

// cue is the addition in the form of the lexicon: a plain sentence is a cue that must be said as it is.
func (a Addition) cue() string {
	first, _, _ := strings.Cut(a.Cue, " ")
	if _, err := strconv.ParseFloat(first, 64); err == nil {
		return a.Cue
	}
	return "9 =" + strings.Join(strings.Fields(a.Cue), "")
}

func (l *Lexicon) addCue(name Intent, text string) error {
	i := slices.IndexFunc(l.intents, func(in intent) bool { return in.name == name })
	if i < 0 {
		return fmt.Errorf("lexicon: cue %q: no intent %q", text, name)
	}
	_, deed := l.acts[name]
	c, err := l.compile(text, deed)
	if err != nil {
		return fmt.Errorf("lexicon: %s: cue %q: %w", name, text, err)
	}
	l.intents[i].cues = append(l.intents[i].cues, c)
	return nil
}

func (l *Lexicon) loadForms(f file) {
	pair := []rune(strings.Join(strings.Fields(f.Variants), ""))
	for i := 0; i+1 < len(pair); i += 2 {
		l.variants[pair[i]] = pair[i+1]
	}
	var signs []string
	for sign, says := range f.Signs {
		for _, one := range strings.Fields(sign) {
			signs = append(signs, one, says)
		}
	}
	l.signs = strings.NewReplacer(signs...)
	for usual, others := range f.Same {
		for _, w := range append(l.spread(others), usual) {
			if l.same.add(w, len(l.usual)) {
				l.usual = append(l.usual, usual)
			}
		}
	}
}

func (l *Lexicon) loadWords(f file) error {
	for _, name := range built {
		l.concept(name)
	}
	names := slices.Sorted(maps.Keys(f.Words))
	for _, name := range names {
		for _, w := range l.resolve(f.Words, name, nil) {
			l.addWord(w, l.concept(name))
		}
	}
	l.hides, l.stands, l.negative = make([]bool, len(l.concepts)), make([]bool, len(l.concepts)), make([]bool, len(l.concepts))
	for marks, list := range map[*[]bool]string{
		&l.hides: f.Hides, &l.stands: f.Stands, &l.negative: isNegative + " " + strings.ReplaceAll(f.Words[isNegative], "@", ""),
	} {
		for _, name := range strings.Fields(list) {
			id, ok := l.ids[name]
			if !ok {
				return fmt.Errorf("lexicon: no words %q", name)
			}
			(*marks)[id] = true
		}
	}
	l.loadSounds(f, names)
	return nil
}

func (l *Lexicon) loadSounds(f file, names []string) {
	for _, w := range l.spread(f.Heard) {
		l.sounds.add(w, true)
	}
	for _, name := range strings.Fields(f.Sounds) {
		for _, w := range l.resolve(f.Words, name, nil) {
			l.sounds.add(w, false)
		}
	}
	for _, w := range l.spread(f.Spelt) {
		l.spelt.add(w, true)
	}
	unspelt := strings.Fields(f.Unspelt)
	for _, name := range names {
		if slices.Contains(unspelt, name) {
			continue
		}
		for _, w := range l.resolve(f.Words, name, nil) {
			l.spelt.add(w, true)
		}
	}
	l.syllables = l.spelt.syllables()
	for meant, others := range f.Alone {
		for _, w := range l.spread(others) {
			l.alone[w] = meant
		}
	}
}

// resolve are the words of a concept, with those of the concepts that it names.
func (l *Lexicon) resolve(words map[string]string, name string, within []string) (list []string) {
	for _, w := range l.spread(words[name]) {
		if other, ok := strings.CutPrefix(w, "@"); ok {
			if !slices.Contains(within, other) {
				list = append(list, l.resolve(words, other, append(within, name))...)
			}
			continue
		}
		list = append(list, w)
	}
	return list
}

func (l *Lexicon) loadActs(f file) error {
	for _, name := range strings.Fields(f.Always) {
		l.always = append(l.always, l.ids[name])
	}
	for in, doubts := range f.Acts {
		l.acts[in] = []int{}
		for _, name := range strings.Fields(doubts) {
			id, ok := l.ids[name]
			if !ok {
				return fmt.Errorf("lexicon: acts: %s: no words %q", in, name)
			}
			l.acts[in] = append(l.acts[in], id)
		}
	}
	return nil
}

func (l *Lexicon) concept(name string) int {
	id, ok := l.ids[name]
	if !ok {
		id = len(l.concepts)
		l.ids[name] = id
		l.concepts = append(l.concepts, name)
	}
	return id
}

// addWord keeps a word of a concept, in the form in which sentences are matched.
func (l *Lexicon) addWord(w string, concept int) {
	w = string(l.replace(l.usualRunes(w)))
	id, ok := l.words.find(w)
	if !ok {
		id = len(l.means)
		l.words.add(w, id)
		l.means = append(l.means, nil)
	}
	if !slices.Contains(l.means[id], concept) {
		l.means[id] = append(l.means[id], concept)
	}
}

// spread is the words of a list, each (a|b) written out.
func (l *Lexicon) spread(list string) (words []string) {
	for _, w := range strings.Fields(l.parts.Replace(list)) {
		words = append(words, expand(w)...)
	}
	return words
}

func expand(w string) []string {
	open := strings.IndexByte(w, '(')
	if open < 0 {
		return []string{w}
	}
	shut := strings.IndexByte(w[open:], ')')
	if shut < 0 {
		return []string{w}
	}
	var words []string
	for _, part := range strings.Split(w[open+1:open+shut], "|") {
		words = append(words, expand(w[:open]+part+w[open+shut+1:])...)
	}
	return words
}
