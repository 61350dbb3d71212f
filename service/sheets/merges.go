package sheets

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"
)

// merge is a range of cells that shows what the first one holds.
type merge struct {
	row, col, lastRow, lastCol int
	first                      cell
}

// mostMerges bounds what a sheet can make us keep.
const mostMerges = 1_000_000

// scanMerges goes through the tags of a sheet for its merged cells, which stand behind the rows that they are about.
// It is quick and not strict: the reader of the rows holds the result against what it meets itself.
func scanMerges(r *bufio.Reader) ([]merge, error) {
	var merges []merge
	for {
		if _, err := upTo(r, '<'); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return nil, err
		}
		tag, err := upTo(r, '>')
		if err != nil {
			break // cut off, which the reader of the rows says
		}
		if tagName(tag) != "mergeCell" {
			continue
		}
		m, ok := mergeOf(attribute(tag, "ref"))
		if !ok || len(merges) >= mostMerges {
			return nil, errBroken.Wrap(errors.New("merged cells that are none"))
		}
		merges = append(merges, m)
	}
	slices.SortStableFunc(merges, func(a, b merge) int { return a.row - b.row })
	return merges, nil
}

func mergeOf(ref string) (merge, bool) {
	first, last, ok := strings.Cut(ref, ":")
	if !ok {
		last = first
	}
	col, row, ok1 := position(first)
	lastCol, lastRow, ok2 := position(last)
	return merge{row: row, col: col, lastRow: lastRow, lastCol: lastCol}, ok1 && ok2 && col <= lastCol && row <= lastRow
}

// filler gives merged cells what their first one holds, row by row.
type filler struct {
	merges []merge // by row
	next   int     // the first that was not reached
	active [widest + 1]*merge
	some   int // how many columns are active
}

// row fills the cells of a row. What is merged over several rows is one value for people, so cells know that they
// share it.
func (f *filler) row(n int, cells []cell) ([]cell, error) {
	if f.some == 0 && (f.next == len(f.merges) || f.merges[f.next].row > n) {
		return cells, nil
	}
	if err := f.begin(n, cells); err != nil {
		return nil, err
	}
	for col := 1; col <= widest && f.some > 0; col++ {
		m := f.active[col]
		if m == nil {
			continue
		}
		if m.lastRow < n {
			f.active[col] = nil
			f.some--
			continue
		}
		for len(cells) < col {
			cells = append(cells, cell{})
		}
		m.fill(n, col, &cells[col-1])
	}
	return cells, nil
}

// begin takes up the merges that reach this row. Two that overlap are no table that anybody can have seen.
func (f *filler) begin(n int, cells []cell) error {
	for ; f.next < len(f.merges) && f.merges[f.next].row <= n; f.next++ {
		m := &f.merges[f.next]
		m.first = cell{}
		if m.row == n && m.col <= len(cells) {
			m.first = cells[m.col-1]
		}
		for col := m.col; col <= min(m.lastCol, widest); col++ {
			if before := f.active[col]; before != nil && before.lastRow >= m.row {
				return errRow(n).Wrap(errors.New("merged cells overlap"))
			} else if before == nil {
				f.some++
			}
			f.active[col] = m
		}
	}
	return nil
}

// fill makes one cell of the range show what the first one holds.
func (m *merge) fill(n, col int, c *cell) {
	first := n == m.row && col == m.col
	hides := !first && !c.blank() && *c != m.first
	if !first {
		*c = m.first
	}
	c.rows, c.columns = m.lastRow-m.row+1, m.lastCol-m.col+1
	c.below, c.beside = n > m.row, col > m.col
	if hides {
		c.problem = problemMerged
	}
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
