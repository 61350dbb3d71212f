package understand

import (
	"strings"
	"sync"
	"unicode"

	"github.com/mozillazg/go-pinyin"
)

// trie finds words in runes.
type trie struct {
	next map[rune]*trie
	id   int // 1 + the word's id; 0 where no word ends
}

// add keeps the word under the id; false when it is there already.
func (t *trie) add(word string, id int) bool {
	for _, r := range word {
		if t.next == nil {
			t.next = map[rune]*trie{}
		}
		n := t.next[r]
		if n == nil {
			n = &trie{}
			t.next[r] = n
		}
		t = n
	}
	if t.id != 0 {
		return false
	}
	t.id = id + 1
	return true
}

func (t *trie) find(word string) (id int, ok bool) {
	for _, r := range word {
		if t = t.next[r]; t == nil {
			return 0, false
		}
	}
	return t.id - 1, t.id > 0
}

// from calls found for every word that begins at i, the shortest first.
func (t *trie) from(text []rune, i int, found func(end, id int)) {
	for ; i < len(text); i++ {
		if t = t.next[text[i]]; t == nil {
			return
		}
		if t.id > 0 {
			found(i+1, t.id-1)
		}
	}
}

// soundTrie finds words by their sound, for what an input method or a voice made of them, or what was typed in Latin
// letters.
type soundTrie struct {
	next map[string]*soundTrie
	word []rune
	sure bool // by the sound alone
}

func (t *soundTrie) add(word string, sure bool) {
	whole := []rune(word)
	for _, r := range whole {
		if t.next == nil {
			t.next = map[string]*soundTrie{}
		}
		key := soundOf(r)
		n := t.next[key]
		if n == nil {
			n = &soundTrie{}
			t.next[key] = n
		}
		t = n
	}
	if t.word == nil {
		t.word, t.sure = whole, sure
	}
}

// from is the longest word that sounds like what begins at i, and where it ends; end is 0 when there is none.
func (t *soundTrie) from(sounds []string, i int) (word []rune, sure bool, end int) {
	for ; i < len(sounds); i++ {
		if t = t.next[sounds[i]]; t == nil {
			break
		}
		if t.word != nil {
			word, sure, end = t.word, t.sure, i+1
		}
	}
	return word, sure, end
}

// syllables are all that occur.
func (t *soundTrie) syllables() map[string]bool {
	all := map[string]bool{}
	var walk func(*soundTrie)
	walk = func(t *soundTrie) {
		for s, n := range t.next {
			if s[0] >= 'a' && s[0] <= 'z' && len(s) <= 6 {
				all[s] = true
			}
			walk(n)
		}
	}
	walk(t)
	return all
}

var plainSounds = pinyin.NewArgs()

// northern makes alike what is not told apart by ear in the north-east: flat and curled tongue, front and back nasal.
var northern = strings.NewReplacer("zh", "z", "ch", "c", "sh", "s", "eng", "en", "ing", "in")

// known are the sounds that were asked for; there are as many as there are characters.
var known sync.Map

// soundOf is the syllable of a Chinese character, or the character itself.
func soundOf(r rune) string {
	if s, ok := known.Load(r); ok {
		return s.(string)
	}
	sound := string(r)
	if unicode.Is(unicode.Han, r) {
		if s := pinyin.SinglePinyin(r, plainSounds); len(s) > 0 {
			sound = northern.Replace(s[0])
		}
		known.Store(r, sound)
	}
	return sound
}

// bySound puts a word of the lexicon in the place of what only sounds like it. Most words must share a character with
// what was written, so that 赶不(上) is no 干部.
func (l *Lexicon) bySound(text []rune) []rune {
	sounds := make([]string, len(text))
	for i, r := range text {
		sounds[i] = soundOf(r)
	}
	for i := 0; i < len(text); i++ {
		meant, sure, end := l.sounds.from(sounds, i)
		if end < i+2 {
			continue
		}
		same := 0
		for k, r := range meant {
			if text[i+k] == r {
				same++
			}
		}
		if same == len(meant) || same == 0 && !sure || l.knows(text[i:end]) {
			continue
		}
		copy(text[i:end], meant)
		i = end - 1
	}
	return text
}

// knows reports whether the characters are a word of the lexicon as they are written.
func (l *Lexicon) knows(text []rune) bool {
	id, ok := l.words.find(string(text))
	return ok && len(l.means[id]) > 0
}

// unspell writes runs of Latin letters that are syllables, wo jia de qian, in the characters that they most likely stand
// for. What is no such run stays.
func (l *Lexicon) unspell(text []rune) []rune {
	var out []rune
	for i := 0; i < len(text); {
		end := i
		for end < len(text) && (text[end] >= 'a' && text[end] <= 'z' || text[end] == ',' && end > i) {
			end++
		}
		if said := l.syllabify(text[i:end]); len(said) > 1 {
			out = append(out, l.spell(said)...)
			i = end
			continue
		}
		end = max(end, i+1)
		out = append(out, text[i:end]...)
		i = end
	}
	return out
}

// spell is the likeliest text of the syllables.
func (l *Lexicon) spell(sounds []string) (text []rune) {
	for i := 0; i < len(sounds); {
		word, _, end := l.spelt.from(sounds, i)
		if end == 0 {
			word, end = []rune(sounds[i]), i+1
		}
		text = append(text, word...)
		i = end
	}
	return text
}

// syllabify divides letters into syllables, none of them over a comma; nil when that cannot be.
func (l *Lexicon) syllabify(letters []rune) []string {
	var all []string
	for _, word := range strings.FieldsFunc(string(letters), func(r rune) bool { return r == ',' }) {
		said := l.syllablesOf(word)
		if said == nil {
			return nil
		}
		all = append(all, said...)
	}
	return all
}

func (l *Lexicon) syllablesOf(word string) []string {
	for n := min(6, len(word)); n > 0; n-- {
		s := northern.Replace(word[:n])
		if !l.syllables[s] {
			continue
		}
		if n == len(word) {
			return []string{s}
		}
		if rest := l.syllablesOf(word[n:]); rest != nil {
			return append([]string{s}, rest...)
		}
	}
	return nil
}
