package bot

import (
	"slices"
	"strings"
	"unicode"

	"bangfu/service/access"
	"bangfu/service/account"
	"bangfu/service/model"
)

// request is one command from one person.
type request struct {
	caller account.Caller
	cadre  access.Cadre // whom the caller is as a cadre; zero for everybody else
	of     command
	args   []string          // what follows the command
	slots  map[string]string // what the sentence or the line names: category=heating
	line   string            // the command and what follows it, as it was written
	typed  bool              // a person wrote the line, so that punctuation parts it too
}

// slotNames are what may stand as name=value in a line, before any words.
var slotNames = []string{"category", "when", "asks", "kind", "urgent", "event", "about", "stars", "household", "items", "media", "sure"}

// order reads a command line of our own making: of a choice, a menu, a scene.
func order(caller account.Caller, line string) (request, bool) {
	name, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
	c, ok := called(name)
	r := request{caller: caller, of: c, line: strings.TrimSpace(line), slots: map[string]string{}}
	for _, arg := range strings.Fields(rest) {
		if key, value, named := strings.Cut(arg, "="); named && slices.Contains(slotNames, key) && len(r.args) < 2 {
			r.slots[key] = value
			r.line = strings.Replace(r.line, " "+arg, "", 1)
			continue
		}
		r.args = append(r.args, arg)
	}
	return r, ok
}

// again is the line of the same command with what is known of it: for a household or whatever else was missing, then
// words.
func (r request) again(what string, words ...string) string {
	parts := []string{r.of.name}
	if what != "" {
		parts = append(parts, what)
	}
	for _, key := range slotNames {
		if v := r.slots[key]; v != "" {
			parts = append(parts, key+"="+v)
		}
	}
	return strings.Join(append(parts, words...), " ")
}

// words are what was said after the command and its first n words, as it was written.
func (r request) words(n int) string {
	if len(r.args) <= n {
		return ""
	}
	if r.typed {
		return after(r.line, n+1)
	}
	rest := r.line
	for range n + 1 {
		i := strings.IndexFunc(rest, unicode.IsSpace)
		if i < 0 {
			return ""
		}
		rest = strings.TrimLeftFunc(rest[i:], unicode.IsSpace)
	}
	return rest
}

// arg is the i-th word after the command, or empty.
func (r request) arg(i int) string {
	if i < len(r.args) {
		return r.args[i]
	}
	return ""
}

// machine reports whether a word is one that a person takes over from us rather than speech: a number, a date, a kind.
func machine(word string) bool {
	return strings.IndexFunc(word, func(r rune) bool { return r > unicode.MaxASCII }) < 0
}

// typedLine reads what a person wrote as a command line, if it is one: the name of a command alone, with numbers and
// the like behind it, or with words where the command takes words. A question is never one.
func typedLine(caller account.Caller, said, text string) (request, bool) {
	first, rest, _ := strings.Cut(text, " ")
	c, ok := called(first)
	if !ok || c.acts && asks(said) {
		return request{}, false
	}
	args := strings.Fields(rest)
	if slices.ContainsFunc(args, func(a string) bool { return !machine(a) }) && !c.takes(words) && c.name != model.CommandNotice {
		return request{}, false
	}
	return request{caller: caller, of: c, args: args, line: said, typed: true, slots: map[string]string{}}, true
}

// asks reports whether the words end as a question does.
func asks(said string) bool {
	said = strings.TrimRightFunc(said, func(r rune) bool { return separates(r) && r != '?' && r != '\uff1f' })
	for _, end := range []string{"?", "\uff1f", "吗", "么", "没有", "没"} {
		if strings.HasSuffix(said, end) && said != end {
			return true
		}
	}
	return false
}
