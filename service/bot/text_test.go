package bot

import (
	"strings"
	"testing"
	"unicode/utf8"

	"bangfu/repo/wechat"
)

func TestNormalise(t *testing.T) {
	for text, want := range map[string]string{
		"我家":           "我家",
		" 我家。 ":        "我家",
		"１２３４５６":       "123456",
		"我家!!":         "我家",
		"　补贴　H-001 ":   "补贴 H-001",
		"补贴\nH-001":    "补贴 H-001",
		"ＡＢ－１":         "AB-1",
		"":             "",
		"。。。":          "",
		"绑定:123456":    "绑定:123456",
		"bind\x00\x01": "bind",
	} {
		if got := normalise(text); got != want {
			t.Errorf("%q became %q, want %q", text, got, want)
		}
	}
}

func TestFit(t *testing.T) {
	short := "第一行\n第二行"
	if got := fit(short); got != short {
		t.Errorf("a short text became %q", got)
	}
	long := strings.Repeat("一二三四五六七八九十\n", 100)
	got := fit(long)
	if len(got) > wechat.MaxText || !strings.HasSuffix(got, "十\n…") {
		t.Errorf("%d bytes, ends in %q", len(got), got[len(got)-10:])
	}
	if got := fit(strings.Repeat("字", 1000)); len(got) > wechat.MaxText || !utf8.ValidString(got) {
		t.Errorf("one long line: %d bytes, valid %v", len(got), utf8.ValidString(got))
	}
}

// FuzzText feeds what strangers send to everything that reads it.
func FuzzText(f *testing.F) {
	for _, seed := range []string{"我家", "绑定 123456", "１", "补贴 H-001 2017 industry 9", "\xff", strings.Repeat("长", 3000), "发绑定码"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		n := normalise(text)
		if again := normalise(n); again != n {
			t.Errorf("%q is not stable: %q, %q", text, n, again)
		}
		if got := fit(n); len(got) > wechat.MaxText {
			t.Errorf("%d bytes", len(got))
		}
		if r, ok := typedLine(stranger, text, n); ok && r.of.run == nil {
			t.Errorf("%q led to nothing", text)
		}
	})
}
