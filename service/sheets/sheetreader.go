package sheets

import (
	"encoding/xml"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"bangfu/service/model"
)

// Why a cell cannot be read, whatever column it is in.
const (
	problemText    = "文件里缺了这一格的文字;请在表格软件里打开再另存一次"
	problemLong    = "太长"
	problemFormula = "公式还没有算出结果;请在表格软件里打开、存一次再传"
	problemError   = "公式算不出来"
	problemNumber  = "不是数字,文件可能坏了"
	problemKind    = "是看不懂的一种格子"
	problemMerged  = "合并的格子下面还藏着别的内容;请取消合并再填"
)

// sheetRows is how many rows a sheet can have.
const sheetRows = 1 << 20

// row is one row of a file. Cells after the last one that holds something may be missing.
type row struct {
	n      int
	cells  []cell
	hidden bool
	beyond int // the first column with something in it that is too far to the right to be looked at; 0: none
}

// span is some columns side by side.
type span struct{ first, last int }

// sheetReader goes through the XML of one sheet. It is stricter than spreadsheets are: rows and cells must be in
// order, each once, so that none can hide another.
type sheetReader struct {
	*tags
	book   *workbook
	filler filler
	hidden []span
	last   int // row
	merged int // cells that the list at the end has merged
}

func newSheetReader(w *workbook, p *part, merges []merge) *sheetReader {
	return &sheetReader{tags: newTags(p), book: w, filler: filler{merges: merges}}
}

func (s *sheetReader) broken(row int, what string) error {
	return errRow(row).Wrap(errors.New(what))
}

// errRow says where a sheet cannot be read.
func errRow(n int) *model.Error {
	return model.NewError(model.KindInvalid, "file_broken", fmt.Sprintf("文件坏了,第%d行或它附近读不出来;请在表格软件里打开再另存一次", n))
}

// read calls f with every row, to the end of the part: what stands behind a fault in the middle would be lost.
func (s *sheetReader) read(f func(row) error) error {
	if _, err := s.root("worksheet"); err != nil {
		return s.place(err)
	}
	rows := false
	for {
		start, err := s.child()
		switch {
		case err != nil:
			return s.place(err)
		case start == nil:
			if s.merged != len(s.filler.merges) {
				return s.broken(s.last, "merged cells stand where none are looked for")
			}
			return s.place(s.end())
		}
		switch start.Name.Local {
		case "cols":
			err = s.columns()
		case "sheetData":
			if rows {
				return s.broken(s.last, "a second table of rows")
			}
			rows, err = true, s.rows(f)
		case "mergeCells":
			err = s.countMerges()
		default:
			err = s.skip()
		}
		if err != nil {
			return s.place(err)
		}
	}
}

// place adds to the word that the file is broken where that is.
func (s *sheetReader) place(err error) error {
	var known *model.Error
	if errors.As(err, &known) && known.Msg == errBroken.Msg && s.last > 0 {
		return errRow(s.last).Wrap(err)
	}
	return err
}

func (s *sheetReader) columns() error {
	for {
		start, err := s.child()
		if err != nil || start == nil {
			return err
		}
		a := attributes(start)
		first, err1 := strconv.Atoi(a["min"])
		last, err2 := strconv.Atoi(a["max"])
		narrow := a["width"] == "0" && isTrue(a["customWidth"])
		if err1 == nil && err2 == nil && (isTrue(a["hidden"]) || narrow) {
			s.hidden = append(s.hidden, span{first, last})
		}
		if err := s.skip(); err != nil {
			return err
		}
	}
}

func (s *sheetReader) countMerges() error {
	for {
		start, err := s.child()
		if err != nil || start == nil {
			return err
		}
		if start.Name.Local == "mergeCell" {
			s.merged++
		}
		if err := s.skip(); err != nil {
			return err
		}
	}
}

func attributes(e *xml.StartElement) map[string]string {
	m := make(map[string]string, len(e.Attr))
	for _, a := range e.Attr {
		m[a.Name.Local] = a.Value
	}
	return m
}

func (s *sheetReader) rows(f func(row) error) error {
	for {
		start, err := s.child()
		if err != nil || start == nil {
			return err
		}
		if start.Name.Local != "row" {
			return s.broken(s.last+1, "something else among the rows")
		}
		r, err := s.row(start)
		if err != nil {
			return err
		}
		s.last = r.n
		if r.cells, err = s.filler.row(r.n, r.cells); err != nil {
			return err
		}
		if err := f(r); err != nil {
			return err
		}
	}
}

func (s *sheetReader) row(start *xml.StartElement) (row, error) {
	r := row{n: s.last + 1}
	high := true
	for _, a := range start.Attr {
		switch a.Name.Local {
		case "r":
			n, err := strconv.Atoi(a.Value)
			if err != nil || n <= s.last || n > sheetRows {
				return r, s.broken(s.last+1, "a row out of order")
			}
			r.n = n
		case "hidden":
			r.hidden = isTrue(a.Value)
		case "ht":
			high = strings.Trim(a.Value, "0.") != ""
		}
	}
	r.hidden = r.hidden || !high
	col := 0
	for {
		start, err := s.child()
		if err != nil || start == nil {
			return r, err
		}
		if start.Name.Local != "c" {
			if start.Name.Local != "extLst" {
				return r, s.broken(r.n, "something else among the cells")
			}
			if err := s.skip(); err != nil {
				return r, err
			}
			continue
		}
		if col, err = s.column(start, r.n, col); err != nil {
			return r, err
		}
		c, err := s.cell(start)
		if err != nil {
			return r, err
		}
		r.put(col, c)
	}
}

func (r *row) put(col int, c cell) {
	switch {
	case c.blank():
	case col > widest:
		if r.beyond == 0 {
			r.beyond = col
		}
	default:
		for len(r.cells) < col {
			r.cells = append(r.cells, cell{})
		}
		r.cells[col-1] = c
	}
}

// column is where a cell is, which comes after the cell before it.
func (s *sheetReader) column(c *xml.StartElement, n, before int) (int, error) {
	for _, a := range c.Attr {
		if a.Name.Local != "r" {
			continue
		}
		col, row, ok := position(a.Value)
		if !ok || row != n || col <= before {
			return 0, s.broken(n, "a cell out of order")
		}
		return col, nil
	}
	return before + 1, nil
}

// position is the column and row of B12.
func position(ref string) (col, row int, ok bool) {
	i := 0
	for ; i < len(ref) && i < 4; i++ {
		c := ref[i] &^ 0x20
		if c < 'A' || c > 'Z' {
			break
		}
		col = col*26 + int(c-'A') + 1
	}
	row, err := strconv.Atoi(ref[i:])
	return col, row, err == nil && col > 0 && col <= 1<<14 && row > 0 && row <= sheetRows
}

// cell reads what a cell holds, by its type.
func (s *sheetReader) cell(start *xml.StartElement) (cell, error) {
	kind, style := "n", ""
	for _, a := range start.Attr {
		switch a.Name.Local {
		case "t":
			kind = a.Value
		case "s":
			style = a.Value
		}
	}
	var value, text bounded
	formula, inline := false, false
	for {
		start, err := s.child()
		if err != nil {
			return cell{}, err
		}
		if start == nil {
			break
		}
		switch start.Name.Local {
		case "v":
			err = s.chars(&value)
		case "is":
			inline, err = true, s.richText(&text)
		case "f":
			formula, err = true, s.skip()
		default:
			err = s.skip()
		}
		if err != nil {
			return cell{}, err
		}
	}
	if value.long || text.long {
		return cell{problem: problemLong}, nil
	}
	if inline { // whatever the type says: some writers leave it out
		return cell{text: unescaped(text.String())}, nil
	}
	return s.valueOf(kind, style, value.String(), formula)
}

func (s *sheetReader) valueOf(kind, style, value string, formula bool) (cell, error) {
	switch {
	case kind == "e":
		return cell{problem: problemError}, nil
	case kind == "str" || kind == "inlineStr":
		return cell{text: unescaped(value)}, nil // also of a formula whose result is an empty text
	case strings.TrimSpace(value) == "" && formula:
		return cell{problem: problemFormula}, nil
	case strings.TrimSpace(value) == "":
		return cell{}, nil
	}
	switch kind {
	case "s":
		text, problem, err := s.book.sharedString(value)
		return cell{text: text, problem: problem}, err
	case "b":
		return cell{text: map[bool]string{true: "TRUE", false: "FALSE"}[isTrue(strings.TrimSpace(value))]}, nil
	case "d":
		return cell{text: value}, nil
	case "n":
		return s.book.styles.number(strings.TrimSpace(value), style, s.book.mac), nil
	}
	return cell{problem: problemKind}, nil
}
