package sheets

import (
	"strconv"
	"strings"
)

// Bounds of the texts of a workbook. No field takes a cell of more than some thousand characters.
const (
	cellLimit    = 32 << 10
	stringsLimit = 64 << 20
	mostStrings  = 4_000_000
)

// sharedStrings are the texts that cells name by number, one after another in one piece of memory.
type sharedStrings struct {
	text []byte
	ends []uint32
	long map[int]bool // those beyond the bound, which are not kept
}

// at is the text of a number, or why the cell cannot be read.
func (s *sharedStrings) at(ref string) (text, problem string) {
	i, err := strconv.Atoi(strings.TrimSpace(ref))
	if err != nil || i < 0 || i >= len(s.ends) {
		return "", problemText
	}
	if s.long[i] {
		return "", problemLong
	}
	begin := uint32(0)
	if i > 0 {
		begin = s.ends[i-1]
	}
	return string(s.text[begin:s.ends[i]]), ""
}

// sharedString is the text that a cell names by number, or why there is none.
func (w *workbook) sharedString(ref string) (text, problem string, err error) {
	if w.shared == nil {
		w.shared = &sharedStrings{long: map[int]bool{}}
		if w.strings != "" && w.has(w.strings) {
			if err := w.readStrings(w.shared); err != nil {
				return "", "", err
			}
		}
	}
	text, problem = w.shared.at(ref)
	return text, problem, nil
}

func (w *workbook) readStrings(s *sharedStrings) error {
	p, err := w.open(w.strings, unpackedLimit)
	if err != nil {
		return err
	}
	defer p.Close()
	x := newTags(p)
	if _, err := x.root("sst"); err != nil {
		return err
	}
	for {
		start, err := x.child()
		if err != nil {
			return err
		}
		if start == nil {
			return x.end()
		}
		if start.Name.Local != "si" {
			if err := x.skip(); err != nil {
				return err
			}
			continue
		}
		var b bounded
		if err := x.richText(&b); err != nil {
			return err
		}
		if b.long {
			s.long[len(s.ends)] = true
		} else {
			s.text = append(s.text, unescaped(b.String())...)
		}
		if s.ends = append(s.ends, uint32(len(s.text))); len(s.text) > stringsLimit || len(s.ends) > mostStrings {
			return errSwells
		}
	}
}
