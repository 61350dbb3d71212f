package verify

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"bangfu/service/model"
)

// Line is one published figure beside the recomputed one. Held is false when the records cannot
// hold this figure yet; Computed and Same mean nothing then. Note says what is wrong beside the number.
type Line struct {
	ID                  string
	AsOf                string
	Published, Computed int64
	Kind                string
	Held, Same          bool
	Note                string
}

// Report holds a line for every published figure, in the order of publication, and then what does not come out
// even among them.
type Report struct {
	Lines []Line
	Open  []Open
}

// Differ reports whether any figure that the records hold is not the published one.
func (r Report) Differ() bool {
	_, different, _ := r.counts()
	return different > 0
}

func (r Report) counts() (same, different, missing int) {
	for _, l := range r.Lines {
		switch {
		case !l.Held:
			missing++
		case l.Same:
			same++
		default:
			different++
		}
	}
	return same, different, missing
}

// Write prints the report as an aligned table with a summary as its last line.
func (r Report) Write(w io.Writer) error {
	rows := [][]string{{"指标", "截至", "公布", "核算", "结果"}}
	for _, l := range r.Lines {
		rows = append(rows, l.cells())
	}
	var b strings.Builder
	writeTable(&b, rows)
	if len(r.Open) > 0 {
		b.WriteString("\n对不上的,照实列出:\n")
		for _, o := range r.Open {
			fmt.Fprintf(&b, "%s  %s\n", o.Code, o.Text)
		}
		b.WriteByte('\n')
	}
	same, different, missing := r.counts()
	fmt.Fprintf(&b, "核对 %d 项:相同 %d,不同 %d;另有 %d 项尚无记录\n", same+different, same, different, missing)
	_, err := io.WriteString(w, b.String())
	return err
}

func (l Line) cells() []string {
	computed := "-"
	if l.Held {
		computed = amount(l.ID, l.Computed)
	}
	return []string{l.ID, l.AsOf, bound(l.Kind) + amount(l.ID, l.Published), computed, l.verdict()}
}

func (l Line) verdict() string {
	switch {
	case !l.Held:
		return "尚无记录"
	case l.Same:
		return "同"
	case l.Note != "":
		return "不同(" + l.Note + ")"
	}
	return "不同"
}

// bound marks figures of which the report prints only the lower bound.
func bound(kind string) string {
	switch kind {
	case kindAtLeast:
		return "≥"
	case kindMoreThan:
		return ">"
	}
	return ""
}

func amount(id string, value int64) string {
	if isMoney(id) {
		return model.Fen(value).Yuan() + "元"
	}
	return fmt.Sprint(value)
}

// writeTable aligns the cells by their width on a terminal, numbers to the right.
// text/tabwriter counts every rune as one column, which Chinese is not.
func writeTable(b *strings.Builder, rows [][]string) {
	widths := make([]int, len(rows[0]))
	for _, row := range rows {
		for i, cell := range row {
			widths[i] = max(widths[i], displayWidth(cell))
		}
	}
	last := len(widths) - 1
	for _, row := range rows {
		for i, cell := range row {
			gap := strings.Repeat(" ", widths[i]-displayWidth(cell))
			switch i {
			case last:
				b.WriteString(cell + "\n")
			case 2, 3: // the two numbers
				b.WriteString(gap + cell + "  ")
			default:
				b.WriteString(cell + gap + "  ")
			}
		}
	}
}

// displayWidth counts two columns for a Chinese character.
func displayWidth(s string) int {
	width := utf8.RuneCountInString(s)
	for _, r := range s {
		if r >= 0x2E80 {
			width++
		}
	}
	return width
}
