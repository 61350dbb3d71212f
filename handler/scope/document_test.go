package scope_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"bangfu/cmd/app/apptest"
	"bangfu/service/model"
)

// operation is a route as the API's own document says it.
type operation struct {
	ID         string           `json:"operationId"`
	Summary    string           `json:"summary"`
	Permission model.Permission `json:"x-permission"`
	Scope      *struct {
		Kind   string   `json:"kind"`
		Params []string `json:"params"`
	} `json:"x-scope"`
	Security   []map[string][]string `json:"security"`
	Parameters []struct {
		Name, In string
		Required bool
		Schema   schema
	}
	Body *struct {
		Content map[string]struct{ Schema schema }
	} `json:"requestBody"`

	method, path string
}

type schema struct {
	Ref        string `json:"$ref"`
	Type       any
	Format     string
	Enum       []any
	Pattern    string
	Encoding   string `json:"contentEncoding"`
	Minimum    float64
	Maximum    *float64
	MinLength  int `json:"minLength"`
	MinItems   int `json:"minItems"`
	Items      *schema
	Properties map[string]schema
	Required   []string
	ReadOnly   bool `json:"readOnly"`
}

type document struct {
	Paths      map[string]map[string]operation
	Components struct{ Schemas map[string]schema }
}

// documented are all operations of the API, in order of their ids.
func documented(t *testing.T, r *apptest.Running) (list []operation, doc document) {
	t.Helper()
	r.Call(http.MethodGet, "/openapi.json", "", nil).JSON(t, &doc)
	for path, methods := range doc.Paths {
		for method, op := range methods {
			op.method, op.path = strings.ToUpper(method), path
			list = append(list, op)
		}
	}
	slices.SortFunc(list, func(a, b operation) int { return strings.Compare(a.ID, b.ID) })
	return list, doc
}

// request is a valid request in which the named parameters have these values. Days are far ahead and revisions of no
// record, so that what is let through changes nothing.
func (o operation) request(doc document, named map[string]string) (path string, body any) {
	path, query := o.path, url.Values{}
	for _, p := range o.Parameters {
		value, isNamed := named[p.Name]
		if !isNamed {
			value = fmt.Sprint(doc.example(p.Schema))
		}
		switch {
		case p.In == "path":
			if value == "" {
				value = "x"
			}
			path = strings.Replace(path, "{"+p.Name+"}", url.PathEscape(value), 1)
		case p.In == "query" && (p.Required || isNamed) && value != "":
			query.Set(p.Name, value)
		}
	}
	if len(query) > 0 {
		path += "?" + query.Encode()
	}
	if o.Body == nil {
		return path, nil
	}
	content, ok := o.Body.Content["application/json"]
	if !ok {
		return path, json.RawMessage(`"x"`)
	}
	fields, _ := doc.example(content.Schema).(map[string]any)
	for name, value := range named {
		if doc.has(content.Schema, name) && value != "" {
			fields[name] = value
		}
	}
	return path, fields
}

func (d document) resolve(s schema) schema {
	if name, ok := strings.CutPrefix(s.Ref, "#/components/schemas/"); ok {
		return d.Components.Schemas[name]
	}
	return s
}

func (d document) has(s schema, name string) bool {
	_, ok := d.resolve(s).Properties[name]
	return ok
}

func (d document) example(s schema) any {
	s = d.resolve(s)
	if len(s.Enum) > 0 {
		return s.Enum[0]
	}
	kind := s.Type
	if list, ok := kind.([]any); ok {
		kind = list[0]
	}
	switch kind {
	case "object":
		o := map[string]any{}
		for _, name := range s.Required {
			if p := d.resolve(s.Properties[name]); !p.ReadOnly {
				o[name] = d.example(p)
			}
		}
		return o
	case "array":
		list := []any{}
		for range s.MinItems {
			list = append(list, d.example(*s.Items))
		}
		return list
	case "integer", "number":
		n := max(s.Minimum, 2016)
		if s.Maximum != nil {
			n = min(n, *s.Maximum)
		}
		return n
	case "boolean":
		return false
	}
	return d.text(s)
}

// patterned are texts for the patterns that the API's document has.
var patterned = []string{"2017-12", "CODE-0001", "A1", "abcd-1234", "12345678"}

func (d document) text(s schema) string {
	switch s.Format {
	case "date":
		return "2999-12-31"
	case "date-time":
		return "2999-12-31T00:00:00Z"
	}
	if s.Encoding == "base64" {
		return "eHh4"
	}
	if s.Pattern != "" {
		for _, p := range patterned {
			if matches(s.Pattern, p) && len(p) >= s.MinLength {
				return p
			}
		}
	}
	return strings.Repeat("x", max(s.MinLength, 1))
}
