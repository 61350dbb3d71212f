package people_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"strings"
	"testing"

	"bangfu/cmd/app/apptest"
)

// absurdForms are schemas that no form can be, by what is wrong with them.
func absurdForms() map[string]doc {
	top := func(more doc) doc {
		s := doc{"type": "object", "additionalProperties": false, "properties": doc{"a": doc{"title": "甲", "type": "string"}}}
		maps.Copy(s, more)
		return s
	}
	field := func(more doc) doc {
		f := doc{"title": "甲", "type": "string"}
		maps.Copy(f, more)
		return top(doc{"properties": doc{"a": f}})
	}
	key := func(key string) doc { return top(doc{"properties": doc{key: doc{"title": "甲", "type": "string"}}}) }
	var deep any = "x"
	for range 300 {
		deep = doc{"not": []any{deep}}
	}
	many, options := doc{}, []any{}
	for i := range 101 {
		many[fmt.Sprint("f", i)] = doc{"title": "甲", "type": "string"}
	}
	for i := range 5000 {
		options = append(options, fmt.Sprint("选项", i))
	}
	return map[string]doc{
		"refers to itself": field(doc{"$ref": "#"}), "is itself": top(doc{"$ref": "#"}), "goes round": field(doc{"$ref": "#/properties/a"}),
		"goes round in two": top(doc{"properties": doc{
			"a": doc{"title": "甲", "type": "string", "$ref": "#/properties/b"}, "b": doc{"title": "乙", "type": "string", "$ref": "#/properties/a"},
		}}),
		"goes round by name":   top(doc{"$dynamicAnchor": "x", "allOf": []any{doc{"$dynamicRef": "#x"}}}),
		"goes round as of old": top(doc{"$schema": "https://json-schema.org/draft/2019-09/schema", "$recursiveAnchor": true, "allOf": []any{doc{"$recursiveRef": "#"}}}),
		"somewhere else":       field(doc{"$ref": "https://example.org/form.json"}), "a file": field(doc{"$ref": "file:///etc/passwd"}),
		"nowhere": field(doc{"$ref": "#/$defs/none"}), "not an address": field(doc{"$ref": "::%"}), "a number": field(doc{"$ref": 5}),
		"a draft, which no store takes as a key": top(doc{"$schema": "https://json-schema.org/draft/2020-12/schema"}),
		"a draft of somebody":                    top(doc{"$schema": "https://example.org/draft"}), "an old draft": top(doc{"$schema": "http://json-schema.org/draft-04/schema#"}),
		"a draft that is itself": top(doc{"$schema": "form.json"}), "an id that is the draft's": top(doc{"$id": "https://json-schema.org/draft/2020-12/schema"}),
		"an id on a field": field(doc{"$id": "form.json"}), "definitions": top(doc{"$defs": doc{"x": doc{"$ref": "#/$defs/x"}}}),
		"all of": top(doc{"allOf": []any{doc{"$ref": "#"}}}), "if": top(doc{"if": doc{}, "then": doc{"$ref": "#"}}), "not": field(doc{"not": doc{}}),
		"by pattern": top(doc{"patternProperties": doc{"(": doc{}}}), "of names": top(doc{"propertyNames": doc{"$ref": "#"}}),
		"no pattern": field(doc{"pattern": "("}), "a pattern of others": field(doc{"pattern": "(?<=a)b"}),
		"a pattern that grows":    field(doc{"pattern": "((a{0,999}){0,999}){0,999}"}),
		"a pattern without end":   field(doc{"pattern": strings.Repeat("a?", 5000)}),
		"no options":              field(doc{"enum": []any{}}),
		"one option":              field(doc{"enum": "是"}),
		"options of another type": field(doc{"enum": []any{"是", 1}}),
		"options in options":      field(doc{"enum": []any{[]any{"是"}}}),
		"too many options":        field(doc{"enum": options}),
		"the same option twice":   field(doc{"enum": []any{"是", "是"}}),
		"deep":                    field(doc{"enum": []any{deep}}),
		"deep below an own word":  field(doc{"x-note": deep}), "deep below nothing": top(doc{"x": deep}),
		"no key": key(""), "a path": key("a.b"), "an operator": key("$where"), "a key of blanks": key("a b"),
		"a key of lines": key("a\nb"), "a long key": key(strings.Repeat("k", 41)), "a prototype": key("__proto__"),
		"too many": top(doc{"properties": many}), "none": top(doc{"properties": doc{}}), "no list": top(doc{"properties": []any{}}),
		"half an order": field(doc{"x-order": 1.5}), "an order in words": field(doc{"x-order": "1"}), "an order beyond": field(doc{"x-order": 1e300}),
		"a unit of numbers": field(doc{"x-unit": 5}), "a format of numbers": field(doc{"format": 3}), "a format of nobody": field(doc{"format": "uri-reference"}),
		"no title": field(doc{"title": ""}), "a title of blanks": field(doc{"title": " \u3000"}), "a title of numbers": field(doc{"title": 5}), "a long title": field(doc{"title": strings.Repeat("甲", 51)}),
		"two types": field(doc{"type": "string|integer"}), "a list of types": field(doc{"type": []any{"string"}}), "no type": field(doc{"type": ""}),
		"a type of objects": field(doc{"type": "object"}), "no field": top(doc{"properties": doc{"a": true}}), "an empty field": top(doc{"properties": doc{"a": nil}}),
		"needs what is not there": top(doc{"required": []any{"b"}}), "needs no list": top(doc{"required": "a"}), "needs numbers": top(doc{"required": []any{1}}),
		"open": top(doc{"additionalProperties": true}), "open by a schema": top(doc{"additionalProperties": doc{"$ref": "#"}}),
		"not an object": {"type": "string"}, "nothing": {}, "a bound in words": field(doc{"type": "number", "minimum": "x"}),
		"a length below nothing": field(doc{"minLength": -1}), "a step of nothing": field(doc{"type": "number", "multipleOf": 0}),
		"bounds that cross": field(doc{"type": "number", "minimum": 5, "maximum": 1}), "lengths that cross": field(doc{"minLength": 5, "maxLength": 1}),
		"large": field(doc{"description": strings.Repeat("长", 30000)}),
	}
}

// TestAbsurdForms are refused with a sentence; after each of them the form is as it was and can be filled in.
func TestAbsurdForms(t *testing.T) {
	r := apptest.Boot(t)
	office := r.Office("one")
	const path = "/staff/v1/forms/household"
	for what, schema := range absurdForms() {
		a := r.Call(http.MethodPut, path, office, doc{"after": 1, "schema": schema})
		if a.Status != 400 || a.Code() != "form_invalid" {
			t.Errorf("%s: %d %.200s", what, a.Status, a.Body)
		}
	}
	for what, body := range map[string]string{
		"deeper than JSON goes": `{"after":1,"schema":` + strings.Repeat(`{"a":`, 20000) + `1` + strings.Repeat(`}`, 20001),
		"a number beyond":       `{"after":1,"schema":{"x-order":1e999}}`,
		"a list":                `{"after":1,"schema":[]}`, "nothing": `{"after":1,"schema":null}`, "none": `{"after":1}`,
		"a text": `{"after":1,"schema":"#"}`,
	} {
		if a := r.Call(http.MethodPut, path, office, body); a.Status < 400 || a.Status >= 500 {
			t.Errorf("%s: %d %.200s", what, a.Status, a.Body)
		}
	}
	var form struct{ Version int }
	r.Must(http.MethodGet, path, office, nil, &form)
	if form.Version != 1 {
		t.Errorf("the form is version %d", form.Version)
	}
	edit := doc{"rev": r.Household(office, "H-001").Rev, "why": "补登", "attrs": doc{"housing_area": 60.5}}
	r.Must(http.MethodPut, "/staff/v1/households/H-001", office, edit, nil)
}

// TestRichForms has everything that a form may say.
func TestRichForms(t *testing.T) {
	r := apptest.Boot(t)
	office := r.Office("one")
	schema := doc{
		"title": "户的补充项目", "description": "二〇一八年起", "type": "object",
		"additionalProperties": false, "required": []any{"well"},
		"properties": doc{
			"well":      doc{"title": "有没有自家水井", "type": "boolean", "x-order": 1, "description": "问户主"},
			"水井深":       doc{"title": "水井深", "type": "number", "minimum": 0, "maximum": 500, "x-unit": "米", "x-order": 2},
			"seen_on":   doc{"title": "看过的日子", "type": "string", "format": "date", "x-order": 3},
			"grade":     doc{"title": "水质", "type": "string", "enum": []any{"好", "差"}, "x-order": 4},
			"door-no":   doc{"title": "门牌", "type": "string", "pattern": "^[0-9]+号$", "minLength": 2, "maxLength": 10},
			"buckets":   doc{"title": "每天几桶", "type": "integer", "exclusiveMinimum": 0, "exclusiveMaximum": 100, "multipleOf": 2},
			"of_people": doc{"title": "几户合用", "type": "integer", "enum": []any{1, 2, 3}},
		},
	}
	r.Must(http.MethodPut, "/staff/v1/forms/household", office, doc{"after": 1, "schema": schema}, nil)
	put := func(attrs doc) apptest.Answer {
		return r.Call(http.MethodPut, "/staff/v1/households/H-001", office, doc{"rev": r.Household(office, "H-001").Rev, "why": "补登", "attrs": attrs})
	}
	good := doc{"well": true, "水井深": 12.5, "seen_on": "2017-12-01", "grade": "好", "door-no": "12号", "buckets": 4, "of_people": 2}
	if a := put(good); a.Status != 200 {
		t.Fatalf("%d %s", a.Status, a.Body)
	}
	for key, bad := range map[string]any{"水井深": 501, "grade": "甜", "door-no": "十二号", "buckets": 3, "of_people": 4} {
		attrs := maps.Clone(good)
		attrs[key] = bad
		if a := put(attrs); a.Status != 400 || a.Code() != "fields_invalid" {
			raw, _ := json.Marshal(attrs)
			t.Errorf("%s: %d %s", raw, a.Status, a.Body)
		}
	}
}
