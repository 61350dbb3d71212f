package wxsim

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// keywordValue is one field of the data of a message.
type keywordValue struct {
	Value string `json:"value"`
}

// keywordRules are the forms of the typed fields, as the page of subscribeMessage.send has them. A time of
// day may have a date before it, and a date may have a time of day behind it.
var keywordRules = map[string]*regexp.Regexp{
	"thing":            regexp.MustCompile(`^.{1,20}$`),
	"number":           regexp.MustCompile(`^[0-9]{1,32}(?:\.[0-9]{1,30})?$`),
	"letter":           regexp.MustCompile(`^[A-Za-z]{1,32}$`),
	"symbol":           regexp.MustCompile(`^[^\p{L}\p{N}]{1,5}$`),
	"character_string": regexp.MustCompile(`^[!-~]{1,32}$`),
	"time":             spanOf(`(?:` + dateForm + ` ?)?` + clockForm),
	"date":             spanOf(dateForm + `(?: ?` + clockForm + `)?`),
	"amount":           regexp.MustCompile(`^[¥￥$€£]?[0-9]{1,10}(?:\.[0-9]+)?元?$`),
	"phone_number":     regexp.MustCompile(`^[0-9+\-() ]{1,17}$`),
	"car_number":       regexp.MustCompile(`^[\p{Han}A-Z0-9][A-Z0-9]{0,6}[\p{Han}A-Z0-9]?$`),
	"phrase":           regexp.MustCompile(`^\p{Han}{1,5}$`),
}

const (
	dateForm  = `[0-9]{4}(?:年(?:1[0-2]|0?[1-9])月(?:3[01]|[12][0-9]|0?[1-9])日|-(?:1[0-2]|0?[1-9])-(?:3[01]|[12][0-9]|0?[1-9])|/(?:1[0-2]|0?[1-9])/(?:3[01]|[12][0-9]|0?[1-9]))`
	clockForm = `(?:2[0-3]|[01]?[0-9]):[0-5][0-9](?::[0-5][0-9])?`
)

// spanOf is one of something or a span of two.
func spanOf(form string) *regexp.Regexp {
	return regexp.MustCompile(`^` + form + `(?: ?~ ?` + form + `)?$`)
}

// checkData wants a fitting value for every keyword of the template; what it does not know is ignored.
func (t Template) checkData(data map[string]keywordValue) error {
	for _, key := range t.keywords() {
		v, given := data[key]
		switch {
		case !given:
			return fail(47003, "argument invalid! data."+key+".value invalid")
		case strings.TrimSpace(v.Value) == "":
			return fail(47003, "argument invalid! data."+key+".value is emtpy") // so spelt
		case !fits(key, v.Value):
			return fail(47003, "argument invalid! data."+key+".value invalid")
		}
	}
	return nil
}

// fits judges a value by the type in its keyword's name. Old templates have names without a type.
func fits(key, value string) bool {
	kind := strings.TrimRight(key, "0123456789")
	if kind == "name" {
		return fitsName(value)
	}
	rule, typed := keywordRules[kind]
	if kind == "number" && len(value) > 33 { // the point is no digit
		return false
	}
	return !typed || rule.MatchString(value) && !strings.ContainsFunc(value, unicode.IsControl)
}

// fitsName allows ten characters, or twenty when none of them is Chinese; no digits.
func fitsName(value string) bool {
	limit := 20
	if strings.ContainsFunc(value, func(r rune) bool { return unicode.Is(unicode.Han, r) }) {
		limit = 10
	}
	return utf8.RuneCountInString(value) <= limit &&
		!strings.ContainsFunc(value, func(r rune) bool { return unicode.IsControl(r) || unicode.IsDigit(r) })
}

// render is the message as the person reads it.
func (t Template) render(data map[string]keywordValue, link string) string {
	body := keywordPattern.ReplaceAllStringFunc(t.Content, func(found string) string {
		return data[keywordPattern.FindStringSubmatch(found)[1]].Value
	})
	return strings.TrimSpace(strings.Join([]string{t.Title, body, link}, "\n"))
}
