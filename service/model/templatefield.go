package model

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// fieldLimits are the most characters of the typed fields of WeChat's templates; 0 means that only the form is
// prescribed. Source: the page of subscribeMessage.send.
var fieldLimits = map[string]int{
	"thing": 20, "number": 32, "letter": 32, "symbol": 5, "character_string": 32, "phone_number": 17,
	"car_number": 8, "name": 20, "phrase": 5, "time": 0, "date": 0, "amount": 0, "enum": 0, "const": 0,
}

// FieldFault says why WeChat would refuse the value of a template's field, by the field's name ("thing1"); empty
// when it would not. Fields of no known type, as old templates have, only must not be empty.
func FieldFault(key, value string) string {
	limit, typed := fieldLimits[strings.TrimRight(key, "0123456789")]
	switch {
	case strings.TrimSpace(value) == "":
		return "is empty"
	case !utf8.ValidString(value):
		return "is not UTF-8"
	case typed && strings.ContainsFunc(value, unicode.IsControl):
		return "has a control character"
	case limit > 0 && fieldLength(key, value) > limit:
		return "is too long"
	}
	return ""
}

// FitField is the value as WeChat takes it for the field: on one line and cut to what it holds. A message whose first
// words are seen is worth more than one that is refused.
func FitField(key, value string) string {
	value = strings.Join(strings.FieldsFunc(Clean(value), unicode.IsSpace), " ")
	limit := fieldLimits[strings.TrimRight(key, "0123456789")]
	if limit == 0 || fieldLength(key, value) <= limit {
		return value
	}
	runes := []rune(value)
	for len(runes) > 0 && fieldLength(key, string(runes)+"…") > limit {
		runes = runes[:len(runes)-1]
	}
	return string(runes) + "…"
}

// fieldLength counts characters; a name may have 10 Chinese characters or 20 letters.
func fieldLength(key, value string) int {
	n := utf8.RuneCountInString(value)
	if strings.HasPrefix(key, "name") {
		for _, r := range value {
			if r >= utf8.RuneSelf {
				n++
			}
		}
	}
	return n
}
