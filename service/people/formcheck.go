package people

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"bangfu/service/model"
)

// The bounds of a form. It lies in one document, and every check of a household reads it.
const (
	mostFields  = 100
	mostOptions = 200
	longestKey  = 40
	longestText = 50  // of a title, a unit, an option
	longestNote = 500 // of a description or a pattern
	largestForm = 64 << 10
)

// What a form may say, of itself and of a field. JSON Schema has much more; whatever refers to something, combines
// schemas or names a draft has no sense in a flat list of fields, and can be built so that checking it never ends.
var (
	formWords  = []string{"type", "additionalProperties", "properties", "required", "title", "description"}
	fieldWords = []string{
		"type", "title", "description", "enum", "format", "pattern", "minLength", "maxLength",
		"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "x-unit", "x-order",
	}
	fieldTypes = []string{"string", "number", "integer", "boolean"}
)

// fieldKey is a key that every store and every path can hold.
var fieldKey = regexp.MustCompile(`^[\p{L}\p{N}][\p{L}\p{N}_-]*$`)

// checkSchema accepts a flat object: named fields with a title, each a text, number, yes/no or one of options.
func checkSchema(schema map[string]any) error {
	raw, err := json.Marshal(schema)
	if err != nil || len(raw) > largestForm {
		return say(errForm, "太长了")
	}
	if schema["type"] != "object" || schema["additionalProperties"] != false {
		return say(errForm, "最外层要是object,additionalProperties为false")
	}
	if word := unknownWord(schema, formWords); word != "" {
		return say(errForm, "最外层不能写"+word)
	}
	fields := properties(schema)
	if len(fields) == 0 || len(fields) > mostFields {
		return say(errForm, fmt.Sprintf("要有1到%d个项目", mostFields))
	}
	for key, v := range fields {
		if err := checkField(key, v); err != nil {
			return err
		}
	}
	if !allKnown(schema["required"], fields) {
		return say(errForm, "required要列出表里有的项目")
	}
	if _, err := (model.Form{Schema: schema}).Fields(); err != nil {
		return errForm.Wrap(err)
	}
	if _, err := compile(schema); err != nil {
		return errForm.Wrap(err)
	}
	return nil
}

func checkField(key string, v any) error {
	f, _ := v.(map[string]any)
	title, _ := f["title"].(string)
	kind, _ := f["type"].(string)
	switch {
	case !fieldKey.MatchString(key) || utf8.RuneCountInString(key) > longestKey:
		return say(errForm, fmt.Sprintf("项目的代码要用字母、数字、_和-,最多%d个", longestKey))
	case strings.TrimSpace(title) == "" || utf8.RuneCountInString(title) > longestText:
		return say(errForm, fmt.Sprintf("项目%s要有中文名(title),最多%d个字", key, longestText))
	case !slices.Contains(fieldTypes, kind):
		return say(errForm, title+"的类型要是string、integer、number或boolean")
	}
	if word := unknownWord(f, fieldWords); word != "" {
		return say(errForm, title+"不能写"+word)
	}
	switch {
	case !shortText(f["x-unit"], longestText) || !shortText(f["description"], longestNote) || !shortText(f["pattern"], longestNote):
		return say(errForm, title+"的单位、说明或pattern不是文字,或者太长")
	case f["format"] != nil && f["format"] != "date":
		return say(errForm, title+"的format只能是date")
	case !optionsOf(f, kind):
		return say(errForm, fmt.Sprintf("%s的选项要有1到%d个,类型和项目一样,不能重复", title, mostOptions))
	case crossed(f, "minimum", "maximum") || crossed(f, "exclusiveMinimum", "exclusiveMaximum") || crossed(f, "minLength", "maxLength"):
		return say(errForm, title+"的下限比上限大")
	}
	return nil
}

// unknownWord is the beginning of one that is not among those that may be said; empty when all are.
func unknownWord(said map[string]any, may []string) string {
	for word := range said {
		if !slices.Contains(may, word) {
			return fmt.Sprintf("“%.*s”", longestKey, word)
		}
	}
	return ""
}

// shortText reports whether there is nothing, or a text within the bound.
func shortText(v any, most int) bool {
	text, ok := v.(string)
	return v == nil || ok && utf8.RuneCountInString(text) <= most
}

// optionsOf reports whether a field has no options, or ones that can be chosen.
func optionsOf(f map[string]any, kind string) bool {
	v, there := f["enum"]
	if !there {
		return true
	}
	list, _ := v.([]any)
	seen := map[string]bool{}
	for _, o := range list {
		switch o := o.(type) {
		case string:
			if kind != "string" || o == "" || utf8.RuneCountInString(o) > longestText {
				return false
			}
		case json.Number:
			if kind != "number" && kind != "integer" {
				return false
			}
		default:
			return false
		}
		text := fmt.Sprint(o)
		if seen[text] {
			return false
		}
		seen[text] = true
	}
	return len(list) > 0 && len(list) <= mostOptions
}

// crossed reports whether the field has both bounds and nothing lies between them.
func crossed(f map[string]any, low, high string) bool {
	least, ok1 := f[low].(json.Number)
	most, ok2 := f[high].(json.Number)
	if !ok1 || !ok2 {
		return false // one is missing, or is no number: the compiler says so
	}
	a, err1 := least.Float64()
	b, err2 := most.Float64()
	return err1 != nil || err2 != nil || a > b
}

// allKnown reports whether what is required are fields of the form, or nothing is.
func allKnown(required any, fields map[string]any) bool {
	if required == nil {
		return true
	}
	list, ok := required.([]any)
	return ok && !slices.ContainsFunc(list, func(v any) bool {
		key, _ := v.(string)
		return fields[key] == nil
	})
}
