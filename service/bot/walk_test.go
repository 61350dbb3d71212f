package bot_test

import (
	"slices"
	"strings"
	"testing"

	"bangfu/cmd/app/apptest"
	"bangfu/service/bot"
	"bangfu/service/model"
)

// goesOn reports whether an answer says how to go on: by a number, by words, or by naming what to say.
func goesOn(reply string) bool {
	return strings.Contains(reply, "\n1 ") || strings.HasPrefix(reply, "1 ") || strings.Contains(reply, "“")
}

// TestNoDeadEnd walks through every command by its bare name, with whatever it needs missing, in every role, while
// nothing, a list, words, and a list of before stand open; and then takes the first choice. Every answer says how to go
// on, and none is lost.
func TestNoDeadEnd(t *testing.T) {
	r := apptest.Boot(t)
	several := apptest.LeadOf(t, "H-002")
	office := r.Office("office2")
	r.Must("POST", "/staff/v1/households/H-003/pairings", office, map[string]any{"cadre_id": strings.ToUpper(several), "from": "2017-12-20"}, nil)
	r.Follow("stranger-1", "stranger-2", "stranger-3")
	r.Say("stranger-1", r.BindingCode("H-009"))
	r.Say("stranger-1", r.BindingCode("H-010"))
	r.Say("h-011", "代看")
	code := codeIn(t, r.Say("h-011", "1"))
	apptest.WantContains(t, r.Say("stranger-2", code), "代看")

	people := map[string]string{
		"a household": "h-001", "of two households": "stranger-1", "a proxy": "stranger-2", "a cadre": apptest.LeadOf(t, "H-005"),
		"a cadre of two": several, "a stranger": "stranger-3",
	}
	skip := []string{model.CommandUnbind, model.CommandStranger, model.CommandSeers} // a first choice ends the binding itself
	for role, person := range people {
		for open, begin := range map[string][]string{
			"nothing": {"谢谢"}, "a list": {"帮助"}, "words": {"反映"}, "a list of before": {"帮助", "谢谢"}, "a confirmation": {"退订"},
			"a code that is no question's": {"77"},
		} {
			for _, name := range bot.CommandNames() {
				for _, say := range begin {
					r.Say(person, say)
				}
				reply := r.Say(person, name)
				if !goesOn(reply) || strings.Contains(reply, "没听懂") || strings.Contains(reply, "有点忙") {
					t.Errorf("%s, while %s is open: %s: %q", role, open, name, reply)
				}
				if open != "nothing" || slices.Contains(skip, name) {
					continue
				}
				if next := r.Say(person, "1"); !goesOn(next) || strings.Contains(next, "有点忙") {
					t.Errorf("%s: %s, then 1: %q", role, name, next)
				}
			}
		}
	}
}

func codeIn(t *testing.T, reply string) string {
	t.Helper()
	for _, l := range strings.Split(reply, "\n") {
		if code, ok := strings.CutPrefix(l, "代看码:"); ok {
			return code
		}
	}
	t.Fatalf("no code in %q", reply)
	return ""
}
