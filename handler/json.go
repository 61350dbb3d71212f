package handler

import (
	"bytes"
	"encoding/json"
	"errors"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"

	"bangfu/service/model"

	"github.com/danielgtaylor/huma/v2"
)

var errNotUTF8 = errors.New("the body is not UTF-8")

// jsonFormat reads bodies that are UTF-8 only: what Go's decoder cannot read it replaces without a word. Control
// characters, which no field of ours wants, are left out of the texts.
func jsonFormat() huma.Format {
	f := huma.DefaultJSONFormat
	f.Unmarshal = func(body []byte, into any) error {
		body, err := plainJSON(body)
		if err != nil {
			return err
		}
		return json.Unmarshal(body, into)
	}
	return f
}

// plainJSON is the body without escapes of control characters; half of a surrogate pair is no character.
func plainJSON(body []byte) ([]byte, error) {
	if !utf8.Valid(body) {
		return nil, errNotUTF8
	}
	if bytes.IndexByte(body, '\\') < 0 {
		return []byte(model.Clean(string(body))), nil
	}
	out := make([]byte, 0, len(body))
	for i := 0; i < len(body); {
		if body[i] != '\\' || i+1 == len(body) {
			out = append(out, body[i])
			i++
			continue
		}
		n, keep, err := escape(body[i:])
		if err != nil {
			return nil, err
		}
		if keep {
			out = append(out, body[i:i+n]...)
		}
		i += n
	}
	return []byte(model.Clean(string(out))), nil
}

// escape looks at an escape: how long it is, and whether it stands for something that can be read.
func escape(b []byte) (n int, keep bool, err error) {
	if b[1] != 'u' {
		return 2, b[1] != 'b' && b[1] != 'f', nil
	}
	r, ok := unit(b)
	if !ok {
		return 2, true, nil // the decoder says what is wrong
	}
	if !utf16.IsSurrogate(r) {
		return 6, model.Clean(string(r)) != "" || r == '\r', nil
	}
	second, ok := unit(b[6:])
	if !ok || utf16.DecodeRune(r, second) == utf8.RuneError {
		return 0, false, errNotUTF8
	}
	return 12, true, nil
}

// unit is the number of \uXXXX.
func unit(b []byte) (rune, bool) {
	if len(b) < 6 || b[0] != '\\' || b[1] != 'u' {
		return 0, false
	}
	n, err := strconv.ParseUint(string(b[2:6]), 16, 32)
	return rune(n), err == nil
}
