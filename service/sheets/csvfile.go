package sheets

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// csvFile reads a CSV file field by field. The library's reader cannot: it takes a lone CR for a letter, which is how
// old Macs end their lines, and where a quote is not closed it gives the rest of the file as one field.
type csvFile struct {
	r     *bufio.Reader
	comma rune
	line  int // that is being read, from 1
}

func eachLine(path string, f func(row) error) error {
	file, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("import: %w", err)
	}
	defer file.Close()
	decoder, err := encodingOf(file)
	if err != nil {
		return err
	}
	text := bufio.NewReaderSize(transform.NewReader(file, decoder), 1<<16)
	c := &csvFile{r: text, comma: separatorOf(text), line: 1}
	for {
		r := row{n: c.line}
		if r.cells, r.beyond, err = c.record(); errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := f(r); err != nil {
			return err
		}
	}
}

// record is one row, io.EOF behind the last.
func (c *csvFile) record() (cells []cell, beyond int, err error) {
	if _, err := c.r.Peek(1); err != nil {
		return nil, 0, c.fault(err)
	}
	for col := 1; ; col++ {
		field, last, err := c.field()
		if err != nil {
			return nil, 0, err
		}
		switch {
		case col <= widest:
			cells = append(cells, field)
		case beyond == 0 && !field.blank():
			beyond = col
		}
		if last {
			return cells, beyond, nil
		}
	}
}

// field is the next one; last when a line ends behind it. A quote that opens in front of a field holds until it is
// closed before a separator; anywhere else it is a letter like others.
func (c *csvFile) field() (cell, bool, error) {
	var b bounded
	began := c.line
	quoted, opened := false, false
	for {
		r, _, err := c.r.ReadRune()
		if errors.Is(err, io.EOF) {
			if quoted {
				return cell{}, false, errQuotesFrom(began)
			}
			return fieldOf(&b), true, nil
		}
		if err != nil {
			return cell{}, false, c.fault(err)
		}
		switch {
		case r == '"' && !opened && strings.Trim(b.String(), " ") == "" && !b.long:
			b.Reset()
			quoted, opened = true, true
			continue
		case r == '"' && quoted:
			switch next, _ := c.r.Peek(1); {
			case len(next) == 1 && next[0] == '"':
				_, _ = c.r.Discard(1)
			case c.closes(next):
				quoted = false
				continue
			case c.line > began: // what follows is a row of its own
				return cell{}, false, errQuotesFrom(began)
			}
		case !quoted && r == c.comma:
			return fieldOf(&b), false, nil
		case r == '\n' || r == '\r':
			if c.endLine(r); !quoted {
				return fieldOf(&b), true, nil
			}
			r = '\n'
		}
		b.add(utf8.AppendRune(nil, r))
	}
}

// endLine counts a line that ends with the sign, and takes the rest of its end.
func (c *csvFile) endLine(sign rune) {
	if next, _ := c.r.Peek(1); sign == '\r' && len(next) == 1 && next[0] == '\n' {
		_, _ = c.r.Discard(1)
	}
	c.line++
}

// closes reports whether a quote before this is the end of its field.
func (c *csvFile) closes(next []byte) bool {
	return len(next) == 0 || rune(next[0]) == c.comma || next[0] == '\n' || next[0] == '\r' || next[0] == ' '
}

// fieldOf is a cell, without ="001", by which a CSV file keeps a spreadsheet from taking away zeros.
func fieldOf(b *bounded) cell {
	if b.long {
		return cell{problem: problemLong}
	}
	s := b.String()
	if rest, ok := strings.CutPrefix(s, `="`); ok {
		if inner, ok := strings.CutSuffix(rest, `"`); ok {
			s = inner
		}
	}
	return cell{text: s}
}

func (c *csvFile) fault(err error) error {
	if errors.Is(err, io.EOF) {
		return io.EOF
	}
	return errRow(c.line).Wrap(err)
}

// encodingOf tells how a CSV file is written: with a mark at its beginning, in UTF-8, or as Chinese spreadsheets write
// it. A few bytes that do not fit do not decide about the whole file: it is what most of its letters say.
func encodingOf(file *os.File) (transform.Transformer, error) {
	utf, other, err := lettersOf(bufio.NewReaderSize(file, 1<<18))
	if err != nil {
		return nil, fmt.Errorf("import: %w", err)
	}
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return nil, fmt.Errorf("import: %w", err)
	}
	if other <= utf {
		return unicode.BOMOverride(unicode.UTF8.NewDecoder()), nil
	}
	return unicode.BOMOverride(simplifiedchinese.GB18030.NewDecoder()), nil
}

// lettersOf counts the characters beyond ASCII that are UTF-8, and the bytes that are not.
func lettersOf(r *bufio.Reader) (utf, other int, err error) {
	for {
		c, size, err := r.ReadRune()
		switch {
		case errors.Is(err, io.EOF):
			return utf, other, nil
		case err != nil:
			return 0, 0, err
		case c == utf8.RuneError && size == 1:
			other++
		case size >= 3: // two bytes of GBK look like a letter of two bytes by chance, three hardly ever
			utf++
		}
	}
}

// separatorOf is the sign that occurs most often in the first lines, outside of quotes.
func separatorOf(r *bufio.Reader) rune {
	head, _ := r.Peek(8192)
	counts := map[rune]int{}
	quoted, lines := false, 0
	for _, c := range string(head) {
		switch {
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '\n' || c == '\r':
			lines++
		case strings.ContainsRune(",\t;", c):
			counts[c]++
		}
		if lines > headerRows {
			break
		}
	}
	best := ','
	for _, c := range "\t;" {
		if counts[c] > counts[best] {
			best = c
		}
	}
	return best
}
