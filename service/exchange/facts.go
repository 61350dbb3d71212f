package exchange

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"
)

// facts are what a sheet's XML says beside the texts of its cells: which cells are merged, which are
// numbers that may have lost digits, and which numbers are shown with leading zeros. They are gathered in
// one pass that keeps nothing else, because the library would hold the whole sheet to tell the same.
type facts struct {
	merges []merge
	long   map[position]bool
	padded map[position]int
	padTo  func(style int) int

	styles map[int]int
	active []merge // those that reach the present row
	next   int     // the first merge that does not
}

type position struct{ row, col int32 }

// merge is a range of cells that show the text of the first one.
type merge struct {
	row, col, lastRow, lastCol int
	text                       cell
}

// mostMerges bounds what a sheet can make us keep.
const mostMerges = 1_000_000

// row makes the cells of a row: merged ones filled, zeros in front put back.
func (f *facts) row(n int, texts []string, mac bool) []cell {
	texts = texts[:min(len(texts), widest)]
	cells := make([]cell, len(texts))
	for i, t := range texts {
		at := position{int32(n), int32(i + 1)}
		if width := f.padded[at]; width > len(t) && isDigits(t) {
			t = strings.Repeat("0", width-len(t)) + t
		}
		cells[i] = cell{text: t, number: f.long[at], since1904: mac}
	}
	return f.fill(n, cells)
}

func (f *facts) fill(n int, cells []cell) []cell {
	f.active = slices.DeleteFunc(f.active, func(m merge) bool { return m.lastRow < n })
	for f.next < len(f.merges) && f.merges[f.next].row <= n {
		m := f.merges[f.next]
		f.next++
		if m.col <= len(cells) && m.row == n {
			m.text = cells[m.col-1]
			f.active = append(f.active, m)
		}
	}
	for _, m := range f.active {
		for len(cells) < m.lastCol {
			cells = append(cells, cell{})
		}
		for c := m.col; c <= m.lastCol; c++ {
			if cells[c-1].text == "" {
				cells[c-1] = m.text
			}
		}
	}
	return cells
}

// scan reads the XML tag by tag.
func (f *facts) scan(r *bufio.Reader) error {
	f.long, f.padded, f.styles = map[position]bool{}, map[position]int{}, map[int]int{}
	var at position
	number, value := false, false
	for {
		text, err := upTo(r, '<')
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		if value && number && longNumber(text) {
			f.long[at] = true
		}
		tag, err := upTo(r, '>')
		if err != nil {
			break // the library says what is wrong
		}
		name := tagName(tag)
		value = name == "v"
		switch name {
		case "row":
			at.col = 0
			at.row++
			if n, err := strconv.Atoi(attribute(tag, "r")); err == nil {
				at.row = int32(n)
			}
		case "c":
			at.col++
			if col, row, err := excelize.CellNameToCoordinates(attribute(tag, "r")); err == nil {
				at = position{int32(row), int32(col)}
			}
			typ := attribute(tag, "t")
			number = typ == "" || typ == "n"
			f.pad(at, number, attribute(tag, "s"))
		case "mergeCell":
			f.merge(attribute(tag, "ref"))
		}
	}
	slices.SortFunc(f.merges, func(a, b merge) int { return a.row - b.row })
	return nil
}

func (f *facts) pad(at position, number bool, style string) {
	if !number || style == "" || style == "0" {
		return
	}
	id, err := strconv.Atoi(style)
	if err != nil {
		return
	}
	width, known := f.styles[id]
	if !known {
		width = f.padTo(id)
		f.styles[id] = width
	}
	if width > 0 {
		f.padded[at] = width
	}
}

func (f *facts) merge(ref string) {
	first, last, ok := strings.Cut(ref, ":")
	col, row, err1 := excelize.CellNameToCoordinates(first)
	lastCol, lastRow, err2 := excelize.CellNameToCoordinates(last)
	if !ok || err1 != nil || err2 != nil || len(f.merges) >= mostMerges || col > widest {
		return
	}
	f.merges = append(f.merges, merge{row: row, col: col, lastRow: lastRow, lastCol: min(lastCol, widest)})
}

// longNumber reports whether a number has more digits than a spreadsheet keeps, or hides them.
func longNumber(text []byte) bool {
	return len(bytes.Trim(text, "0.")) > spreadsheetDigits || len(text) > spreadsheetDigits || bytes.ContainsAny(text, "eE")
}

// upTo reads past the sign. Of a text longer than the buffer only the end is returned: nothing that is
// looked for is so long.
func upTo(r *bufio.Reader, end byte) ([]byte, error) {
	for {
		b, err := r.ReadSlice(end)
		if errors.Is(err, bufio.ErrBufferFull) {
			continue
		}
		return bytes.TrimSuffix(b, []byte{end}), err
	}
}

// tagName is a tag's name without its prefix.
func tagName(tag []byte) string {
	if i := bytes.IndexAny(tag, " \t\r\n"); i >= 0 {
		tag = tag[:i]
	}
	tag = bytes.TrimSuffix(tag, []byte("/"))
	if i := bytes.IndexByte(tag, ':'); i >= 0 {
		tag = tag[i+1:]
	}
	return string(tag)
}

// attribute of a tag, empty when it has none of this name.
func attribute(tag []byte, name string) string {
	for i := 0; ; {
		j := bytes.Index(tag[i:], []byte(name+"="))
		if j < 0 {
			return ""
		}
		i += j + len(name) + 1
		before := i - len(name) - 2
		if before < 0 || tag[before] > ' ' || i >= len(tag) {
			continue
		}
		rest := tag[i+1:]
		if end := bytes.IndexByte(rest, tag[i]); end >= 0 {
			return string(rest[:end])
		}
		return ""
	}
}
