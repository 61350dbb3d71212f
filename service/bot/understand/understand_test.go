package understand

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// sentences are those of the files in testdata. Each was written before it was first tried.
func sentences(t testing.TB) (all []Sentence) {
	t.Helper()
	files, err := filepath.Glob("testdata/*.jsonl")
	if err != nil || len(files) == 0 {
		t.Fatal("no sentences", err)
	}
	for _, name := range files {
		f, err := os.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		if err := ReadSentences(f, func(s Sentence) error { all = append(all, s); return nil }); err != nil {
			t.Fatal(name, err)
		}
	}
	return all
}

func TestSentencesAreUnderstood(t *testing.T) {
	t.Parallel()
	sc := &Score{intents: map[Intent]*tally{}}
	for _, s := range sentences(t) {
		sc.add(s, Default().Understand(s.Role, s.Said, s.Asked))
	}
	if sc.Percent() < 97 || sc.Never > 0 || sc.Sentences < 1100 {
		_ = sc.Print(os.Stderr)
		t.Errorf("%d sentences, %.1f %% right, %d taken for what they must not be taken for", sc.Sentences, sc.Percent(), sc.Never)
	}
}

// deeds are phrases that act when they are said plainly.
var deeds = map[Intent][]string{
	"came":     {"来过", "来了", "干部来过了", "上门来了"},
	"withdraw": {"撤回", "取消申请", "撤回刚才反映的"},
	"unbind":   {"解绑", "解除绑定", "注销", "取消登记"},
	"record":   {"去过老王家了", "走访了H-002", "记走访"},
	"told":     {"告诉老王了", "通知到了", "当面说了"},
	"stop":     {"退订", "停止推送"},
	"rate":     {"满意", "打五星"},
}

// speaker is who says the deed.
func speaker(in Intent) Role {
	if in == "record" || in == "told" {
		return Cadre
	}
	return Household
}

func TestDeedsAct(t *testing.T) {
	t.Parallel()
	for in, phrases := range deeds {
		for _, p := range phrases {
			if u := Default().Understand(speaker(in), p, ""); u.Intent != in || u.Ask {
				t.Errorf("%s: %v", p, u)
			}
		}
	}
}

// denials are what denies, asks, reports or supposes a deed.
var denials = []string{
	"没", "没有", "不是", "并没有", "没说", "我没说要", "别", "千万别", "先别", "不要", "从来没", "不是没", "没有不", "还没", "根本没", "不打算", "没让你", "谁说要",
	"要是", "如果", "万一", "听说", "他说", "干部说", "让我说", "人家说",
}

// TestNegationNeverActs puts what denies, asks, reports or supposes before every deed.
func TestNegationNeverActs(t *testing.T) {
	t.Parallel()
	for in, phrases := range deeds {
		for _, p := range phrases {
			for _, b := range denials {
				if u := Default().Understand(speaker(in), b+p, ""); u.Intent == in {
					t.Errorf("%s is taken for %v", b+p, u)
				}
			}
		}
	}
}

// TestNegationNeverActsInASentence says the same as people do, with something around it.
func TestNegationNeverActsInASentence(t *testing.T) {
	t.Parallel()
	lead := []string{"", "我", "俺", "我跟你说,", "那个,", "哎呀", "这个月", "昨天", "老王啊,", "你听我说,"}
	trail := []string{"", "。", "!", "啊", "呢", "啊你听见没", ",真的", ",你别弄错了", ",我可告诉你"}
	ins := slices.Sorted(maps.Keys(deeds))
	rapid.Check(t, func(t *rapid.T) {
		in := rapid.SampledFrom(ins).Draw(t, "intent")
		said := rapid.SampledFrom(lead).Draw(t, "lead") + rapid.SampledFrom(denials).Draw(t, "denial") +
			rapid.SampledFrom(deeds[in]).Draw(t, "deed") + rapid.SampledFrom(trail).Draw(t, "trail")
		if u := Default().Understand(speaker(in), said, ""); u.Intent == in {
			t.Errorf("%s is taken for %v", said, u)
		}
	})
}

// TestAnActIsCertain: of any two sentences said in one breath, none acts that is not certain.
func TestAnActIsCertain(t *testing.T) {
	t.Parallel()
	all := sentences(t)
	rapid.Check(t, func(t *rapid.T) {
		a, b := rapid.SampledFrom(all).Draw(t, "one"), rapid.SampledFrom(all).Draw(t, "another")
		u := Default().Understand(a.Role, a.Said+rapid.SampledFrom([]string{",", "。", " ", ""}).Draw(t, "between")+b.Said, a.Asked)
		if Default().Acts(u.Intent) && (u.Ask || u.Certainty < leastAct/10) {
			t.Errorf("%s, %s: %v at %.2f", a.Said, b.Said, u, u.Certainty)
		}
	})
}

// invisible are characters that nobody sees.
var invisible = []rune{'\u200b', '\u200d', '\u2060', '\ufeff', '\u00ad', '\ufe0f', '\u202a', '\u2069', '\u3164', '\u115f'}

// TestFormsDoNotMatter hides characters in sentences and makes them wide: they mean the same.
func TestFormsDoNotMatter(t *testing.T) {
	t.Parallel()
	all := sentences(t)
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.SampledFrom(all).Draw(t, "sentence")
		var b strings.Builder
		for _, r := range s.Said {
			for range rapid.IntRange(0, 2).Draw(t, "hidden") {
				b.WriteRune(rapid.SampledFrom(invisible).Draw(t, "invisible"))
			}
			if r > ' ' && r <= '~' && rapid.Bool().Draw(t, "wide") {
				r += 0xFEE0
			}
			b.WriteRune(r)
		}
		want, got := Default().Understand(s.Role, s.Said, s.Asked), Default().Understand(s.Role, b.String(), s.Asked)
		if got.Intent != want.Intent || !slices.Equal(got.Options, want.Options) {
			t.Errorf("%q is %v, %q is %v", s.Said, want, b.String(), got)
		}
	})
}

func FuzzUnderstand(f *testing.F) {
	for _, s := range sentences(f) {
		f.Add(string(s.Role), s.Said, string(s.Asked))
	}
	intents := Default().Intents()
	f.Fuzz(func(t *testing.T, role, said, asked string) {
		u := Default().Understand(Role(role), said, Asked(asked))
		if u.Ask != (u.Intent == Ask) || u.Ask != (len(u.Options) > 0) || u.Slots == nil || u.Options == nil {
			t.Errorf("%q: %+v", said, u)
		}
		if !u.Ask && !slices.Contains(intents, u.Intent) {
			t.Errorf("%q: unknown intent %s", said, u.Intent)
		}
		if Default().Acts(u.Intent) && u.Certainty < leastAct/10 {
			t.Errorf("%q acts at %.2f: %v", said, u.Certainty, u)
		}
		if again := Default().Understand(Role(role), "\u200b"+said, Asked(asked)); again.Intent != u.Intent {
			t.Errorf("%q: %v, and with an invisible character %v", said, u, again)
		}
	})
}

func TestAdditions(t *testing.T) {
	t.Parallel()
	l, err := Load(Addition{Intent: "home", Cue: "咱家那一摊子"}, Addition{Intent: "person", Cue: "9 大管家 ?"})
	if err != nil {
		t.Fatal(err)
	}
	if u := l.Understand(Household, "咱家那一摊子。", ""); u.Intent != "home" {
		t.Error(u)
	}
	if u := l.Understand(Household, "大管家在哪", ""); u.Intent != "person" {
		t.Error(u)
	}
	for _, wrong := range []Addition{{"nothing", "我家"}, {"home", "9 @nothing"}, {"home", "11 我家"}, {"home", "0 我家"}, {"home", "9 "}} {
		if _, err := Load(wrong); err == nil {
			t.Errorf("%v is taken", wrong)
		}
	}
}

func BenchmarkUnderstand(b *testing.B) {
	l := Default()
	said := []string{"俺家低保咋还没到啊,别人家都到了", "这俩月一个干部都没登过门", "H-002家屋顶漏了,想修一修", "我反映的事咋样了"}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		l.Understand(Household, said[i%len(said)], "")
	}
}

func BenchmarkLoad(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Load(); err != nil {
			b.Fatal(err)
		}
	}
}
