package bot

import (
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"bangfu/service/account"
	"bangfu/service/bot/understand"
	"bangfu/service/model"
)

var noon = time.Date(2017, 12, 28, 4, 0, 0, 0, time.UTC)

func clockOf(at time.Time) model.Clock { return func() time.Time { return at } }

var (
	stranger = account.Caller{}
	villager = account.Caller{Account: model.Account{Bindings: []model.Binding{{HouseholdID: "H-001", View: model.ViewFull}}}}
	helper   = account.Caller{Account: model.Account{CadreID: "C-001"}}
)

// TestEveryMeaningHasAName: the office chooses among them by their names.
func TestEveryMeaningHasAName(t *testing.T) {
	for _, in := range understand.Default().Intents() {
		named := func(m Meaning) bool { return m.Intent == string(in) && m.Says != "" }
		if in != understand.Unknown && !slices.ContainsFunc(meanings, named) {
			t.Errorf("%s has no name", in)
		}
	}
}

func TestHowALineIsRead(t *testing.T) {
	cases := []struct {
		said, want string
		args       []string
	}{
		{"我家", model.CommandHome, nil},
		{"补贴 H-001 2017", model.CommandAid, []string{"H-001", "2017"}},
		{"反映 屋顶漏雨", model.CommandRaise, []string{"屋顶漏雨"}},
		{"政策 低保", model.CommandNotice, []string{"低保"}},
		{"来过", model.CommandCame, nil},
		{"来过?", "", nil},
		{"来过吗", "", nil},
		{"来过 吗", "", nil},
		{"补贴 怎么还没到", "", nil},
		{"下雨了", "", nil},
		{"", "", nil},
	}
	for _, c := range cases {
		r, ok := typedLine(villager, c.said, normalise(c.said))
		if ok != (c.want != "") || ok && (r.of.name != c.want || !slices.Equal(r.args, c.args)) {
			t.Errorf("%q: %s %q %v, want %s %q", c.said, r.of.name, r.args, ok, c.want, c.args)
		}
	}
}

func TestNumbersAndCodes(t *testing.T) {
	for said, want := range map[string]int{"1": 1, "一。": 1, "第二个": 2, "选3": 3, "回2": 2, "4": 4, "72": 72, "\u200b1": 1, "0": 0, "十个": -1, "一个人": -1, "123": -1, "": -1} {
		if n, ok := picked(normalise(said)); ok != (want >= 0) || ok && n != want {
			t.Errorf("%q: %d %v", said, n, ok)
		}
	}
	for said, want := range map[string]string{
		"865849": "865849", "865 849": "865849", "八六五八四九": "865849", "绑定码是865849": "865849", "绑定 865-849": "865849",
		"我的绑定码:865849。": "865849", "我家865849": "", "86584": "", "八六五": "",
	} {
		if code, ok := codeIn(normalise(said)); ok != (want != "") || ok && code != want {
			t.Errorf("%q: %q %v", said, code, ok)
		}
	}
}

func TestDays(t *testing.T) {
	s := New(Services{Now: clockOf(noon)}) // Thursday, 2017-12-28
	for said, want := range map[string]model.Date{
		"today": "2017-12-28", "yesterday": "2017-12-27", "前天": "2017-12-26", "上礼拜三": "2017-12-20", "周三": "2017-12-27", "周五": "2017-12-22",
		"12月5日": "2017-12-05", "3号": "2017-12-03", "上个月20号": "2017-11-20", "二十三号": "2017-12-23", "1月3日": "2017-01-03", "十二月五号": "2017-12-05",
		"腊月二十三": "", "过年": "", "": "",
	} {
		if day, ok := s.dayOf(said); ok != (want != "") || ok && day != want {
			t.Errorf("%q: %s %v, want %s", said, day, ok, want)
		}
	}
}

// TestWhatHasConsequencesIsSaidToAct: the table agrees with the lexicon on what needs certainty or a confirmation.
func TestWhatHasConsequencesIsSaidToAct(t *testing.T) {
	s := New(Services{Now: clockOf(noon)})
	for _, in := range understand.Default().Intents() {
		for _, caller := range []account.Caller{villager, helper, stranger} {
			if c, ok := s.meant(caller, in); ok && understand.Default().Acts(in) && (!c.acts || c.says == "") {
				t.Errorf("%s leads to %s, which does not say that it acts", in, c.name)
			}
		}
	}
	for _, c := range table {
		if c.acts && c.says == "" {
			t.Errorf("%s acts and has no words to be asked back in", c.name)
		}
		if c.takes(words) && c.waits == understand.AskedNothing {
			t.Errorf("%s waits for words without saying so", c.name)
		}
	}
}

// TestEveryIntentHasACommand in every role that has the intent, so that nothing that is understood leads nowhere.
func TestEveryIntentHasACommand(t *testing.T) {
	s := New(Services{Now: clockOf(noon)})
	for _, in := range understand.Default().Intents() {
		if in == understand.Unknown {
			continue
		}
		found := false
		for _, caller := range []account.Caller{villager, helper, stranger} {
			_, ok := s.meant(caller, in)
			found = found || ok
		}
		if !found {
			t.Errorf("%s is no command's", in)
		}
	}
}

// TestEveryButtonIsACommand so that no tap leads to 没有看懂.
func TestEveryButtonIsACommand(t *testing.T) {
	for _, top := range append(Menu(), CadreMenu()...) {
		for _, b := range append(top.Sub, top) {
			if b.Key != "" && named(b.Key).name == "" {
				t.Errorf("the button %s has the key %s", b.Name, b.Key)
			}
		}
	}
}

// TestNoWordHasTwoMeanings so that an exact word never depends on the order of the table.
func TestNoWordHasTwoMeanings(t *testing.T) {
	seen := map[string]string{}
	for _, c := range table {
		for _, w := range append([]string{c.name}, c.words...) {
			if other, taken := seen[w]; taken {
				t.Errorf("%s is both %s and %s", w, other, c.name)
			}
			seen[w] = c.name
		}
	}
}

// TestEveryNamedCommandIsInTheTable: messages offer choices by these names, and a digit whose command is in no row of the
// table would do nothing.
func TestEveryNamedCommandIsInTheTable(t *testing.T) {
	file, err := parser.ParseFile(token.NewFileSet(), "../model/command.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	names := 0
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok {
			return true
		}
		name, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
		if err != nil || !strings.HasPrefix(spec.Names[0].Name, "Command") {
			t.Fatalf("%s: %v", spec.Names[0], err)
		}
		names++
		if named(name).run == nil {
			t.Errorf("%s is no command of the bot", name)
		}
		return false
	})
	if names != len(table) {
		t.Errorf("%d names, %d rows", names, len(table))
	}
}
