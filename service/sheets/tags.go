package sheets

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf16"
)

// tags reads XML strictly: what is not well-formed is an error, and so are directives, which no writer of sheets
// needs, and anything behind the root.
type tags struct {
	*xml.Decoder
	in *part
}

func newTags(p *part) *tags { return &tags{Decoder: xml.NewDecoder(p), in: p} }

// next is the next token within the root.
func (x *tags) next() (xml.Token, error) {
	t, err := x.any()
	if errors.Is(err, io.EOF) {
		return nil, errBroken.Wrap(io.ErrUnexpectedEOF)
	}
	return t, err
}

// any is the next token, or io.EOF.
func (x *tags) any() (xml.Token, error) {
	x.in.token = tokenLimit
	t, err := x.Token()
	if errors.Is(err, io.EOF) {
		return nil, io.EOF
	}
	if _, directive := t.(xml.Directive); directive {
		err = errors.New("a directive in XML")
	}
	return t, x.in.fault(err)
}

// root opens the element that the part consists of.
func (x *tags) root(name string) (xml.StartElement, error) {
	for {
		t, err := x.next()
		if err != nil {
			return xml.StartElement{}, err
		}
		if s, ok := t.(xml.StartElement); ok {
			if s.Name.Local != name {
				return s, errBroken.Wrap(fmt.Errorf("the part is no %s", name))
			}
			return s, nil
		}
	}
}

// child is the next element within the open one; nil at its end.
func (x *tags) child() (*xml.StartElement, error) {
	for {
		t, err := x.next()
		if err != nil {
			return nil, err
		}
		switch t := t.(type) {
		case xml.StartElement:
			return &t, nil
		case xml.EndElement:
			return nil, nil
		}
	}
}

// skip passes over the rest of the open element.
func (x *tags) skip() error {
	for depth := 1; depth > 0; {
		t, err := x.next()
		if err != nil {
			return err
		}
		switch t.(type) {
		case xml.StartElement:
			depth++
		case xml.EndElement:
			depth--
		}
	}
	return nil
}

// end wants nothing behind the root.
func (x *tags) end() error {
	for {
		t, err := x.any()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		switch t := t.(type) {
		case xml.CharData:
			if strings.TrimSpace(string(t)) != "" {
				return errBroken.Wrap(errors.New("text behind the root"))
			}
		case xml.StartElement:
			return errBroken.Wrap(errors.New("an element behind the root"))
		}
	}
}

// bounded is a text that does not grow without end.
type bounded struct {
	strings.Builder
	long bool
}

func (b *bounded) add(text []byte) {
	if b.long = b.long || b.Len()+len(text) > cellLimit; !b.long {
		b.Write(text)
	}
}

// chars adds the text of the open element, up to its end. Elements in it are passed over.
func (x *tags) chars(b *bounded) error {
	for {
		t, err := x.next()
		if err != nil {
			return err
		}
		switch t := t.(type) {
		case xml.CharData:
			b.add(t)
		case xml.StartElement:
			if err := x.skip(); err != nil {
				return err
			}
		case xml.EndElement:
			return nil
		}
	}
}

// richText adds a text with or without runs of looks of their own. How it is pronounced is written in it, too, and is
// not part of it.
func (x *tags) richText(b *bounded) error {
	for {
		start, err := x.child()
		if err != nil || start == nil {
			return err
		}
		switch start.Name.Local {
		case "t":
			err = x.chars(b)
		case "r":
			err = x.richText(b)
		default:
			err = x.skip()
		}
		if err != nil {
			return err
		}
	}
}

// unescaped undoes _x000B_, by which a workbook writes a character that XML cannot hold.
func unescaped(s string) string {
	if !strings.Contains(s, "_x") {
		return s
	}
	var b strings.Builder
	var units []uint16
	flush := func() {
		b.WriteString(string(utf16.Decode(units)))
		units = units[:0]
	}
	for s != "" {
		if len(s) >= 7 && s[:2] == "_x" && s[6] == '_' {
			if n, err := strconv.ParseUint(s[2:6], 16, 16); err == nil {
				units, s = append(units, uint16(n)), s[7:]
				continue
			}
		}
		flush()
		b.WriteByte(s[0])
		s = s[1:]
	}
	flush()
	return b.String()
}
