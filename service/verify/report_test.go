package verify

import (
	"errors"
	"strings"
	"testing"
)

func TestWrite(t *testing.T) {
	report := Report{Lines: []Line{
		{ID: "households", AsOf: "2017-12-31", Published: 36, Computed: 36, Kind: kindStated, Held: true, Same: true},
		{ID: "heating_fen", AsOf: "2017", Published: 6700000, Computed: 6700050, Kind: kindStated, Held: true},
		{ID: "income_min_fen", AsOf: "2017", Published: 600000, Computed: 590000, Kind: kindMoreThan, Held: true, Note: "1 户没有收入核算"},
		{ID: "volunteers", AsOf: "2017", Published: 180, Kind: kindAtLeast},
	}}
	want := strings.Join([]string{
		"指标            截至            公布         核算  结果",
		"households      2017-12-31        36           36  同",
		"heating_fen     2017        67,000元  67,000.50元  不同",
		"income_min_fen  2017        >6,000元      5,900元  不同(1 户没有收入核算)",
		"volunteers      2017            ≥180            -  尚无记录",
		"核对 3 项:相同 1,不同 2;另有 1 项尚无记录",
		"",
	}, "\n")
	var b strings.Builder
	if err := report.Write(&b); err != nil {
		t.Fatal(err)
	}
	if b.String() != want {
		t.Errorf("got\n%s\nwant\n%s", b.String(), want)
	}
}

func TestWriteAligns(t *testing.T) {
	report, err := Compute(Records{})
	if err != nil {
		t.Fatal(err)
	}
	report.Open = nil // the list has no columns
	var b strings.Builder
	if err := report.Write(&b); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSuffix(b.String(), "\n"), "\n")
	table := lines[:len(lines)-1]
	if len(table) != len(report.Lines)+1 {
		t.Fatalf("%d rows for %d figures", len(table), len(report.Lines))
	}
	column := verdictColumn(table[0])
	for _, row := range table {
		if got := verdictColumn(row); got != column {
			t.Errorf("the result stands in column %d, not %d: %s", got, column, row)
		}
	}
}

// verdictColumn is where the last cell of the row begins on a terminal. The result is never empty and
// what precedes it ends with two blanks.
func verdictColumn(row string) int { return displayWidth(row[:strings.LastIndex(row, "  ")+2]) }

type brokenWriter struct{ err error }

func (w brokenWriter) Write([]byte) (int, error) { return 0, w.err }

func TestWriteFails(t *testing.T) {
	full := errors.New("disk full")
	if err := (Report{}).Write(brokenWriter{full}); !errors.Is(err, full) {
		t.Errorf("error %v, want %v", err, full)
	}
}

func TestDiffer(t *testing.T) {
	for _, c := range []struct {
		name  string
		lines []Line
		want  bool
	}{
		{"no lines", nil, false},
		{"not held", []Line{{ID: "volunteers"}}, false},
		{"same", []Line{{Held: true, Same: true}, {}}, false},
		{"one different", []Line{{Held: true, Same: true}, {Held: true}}, true},
	} {
		if got := (Report{Lines: c.lines}).Differ(); got != c.want {
			t.Errorf("%s: Differ() = %v, want %v", c.name, got, c.want)
		}
	}
}

func TestDisplayWidth(t *testing.T) {
	for s, want := range map[string]int{"": 0, "abc": 3, "同": 2, "不同(1 户)": 4 + 1 + 2 + 2 + 1, ">6,000元": 8, "≥180": 4} {
		if got := displayWidth(s); got != want {
			t.Errorf("displayWidth(%q) = %d, want %d", s, got, want)
		}
	}
}
