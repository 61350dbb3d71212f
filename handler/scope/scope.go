// Package scope puts the right to reach on a route's line: which parameter of a request names the household, unit,
// cadre or record that it is about, and who is asked whether the caller reaches it. A handler is called with the
// value that service/access made of it, so a route without a scope does not compile, and one whose request lacks the
// parameter does not register.
package scope

import (
	"context"
	"fmt"
	"net/http"
	"reflect"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

// Extension is where an operation of the API's document says its scope.
const Extension = "x-scope"

// Scope is how a request of a caller C leads to an authorised T.
type Scope[C, T any] struct {
	Kind   string   // what stands in the document: "farm", "household" …
	Params []string // the parameters that name what the request is about, in the order of Check's named
	Check  func(ctx context.Context, caller C, named []string) (T, error)
}

// Group is an API of its own: where its paths begin, and the heading of its operations in the document.
type Group struct{ Prefix, Tag string }

func (g Group) op(method, path, id, summary string) huma.Operation {
	return huma.Operation{OperationID: id, Method: method, Path: g.Prefix + path, Summary: summary, Tags: []string{g.Tag}}
}

// Get is an operation that reads.
func (g Group) Get(path, id, summary string) huma.Operation {
	return g.op(http.MethodGet, path, id, summary)
}

// Post is an operation that does something.
func (g Group) Post(path, id, summary string) huma.Operation {
	return g.op(http.MethodPost, path, id, summary)
}

// Created is a Post that makes something.
func (g Group) Created(path, id, summary string) huma.Operation {
	o := g.Post(path, id, summary)
	o.DefaultStatus = http.StatusCreated
	return o
}

// Put is an operation that puts something in the place of what is there.
func (g Group) Put(path, id, summary string) huma.Operation {
	return g.op(http.MethodPut, path, id, summary)
}

// Deleted is an operation that takes something away; its answer is empty.
func (g Group) Deleted(path, id, summary string) huma.Operation {
	return NoContent(g.op(http.MethodDelete, path, id, summary))
}

// NoContent says that the answer is empty.
func NoContent(o huma.Operation) huma.Operation {
	o.DefaultStatus = http.StatusNoContent
	return o
}

// Said is a scope as the API's document shows it.
type Said struct {
	Kind   string   `json:"kind"`
	Params []string `json:"params"`
}

// Register adds an operation whose handler gets what the scope has authorised. It panics when the request has no
// parameter that the scope names: the program does not start.
func Register[C, T, I, O any](h huma.API, o huma.Operation, caller func(context.Context) C, s Scope[C, T],
	do func(context.Context, T, *I) (*O, error)) {
	named := readers(o.OperationID, reflect.TypeFor[I](), s.Params)
	if o.Extensions == nil {
		o.Extensions = map[string]any{}
	}
	o.Extensions[Extension] = Said{s.Kind, append([]string{}, s.Params...)}
	huma.Register(h, o, func(ctx context.Context, in *I) (*O, error) {
		t, err := s.Check(ctx, caller(ctx), named(reflect.ValueOf(in).Elem()))
		if err != nil {
			return nil, err
		}
		return do(ctx, t, in)
	})
}

// readers find the parameters in a request of the type.
func readers(operation string, in reflect.Type, params []string) func(reflect.Value) []string {
	paths := make([][]int, len(params))
	for i, name := range params {
		path, ok := find(in, name)
		if !ok {
			panic(fmt.Sprintf("scope: %s has no parameter %q in %s", operation, name, in))
		}
		paths[i] = path
	}
	return func(v reflect.Value) []string {
		list := make([]string, len(paths))
		for i, p := range paths {
			list[i] = textOf(v.FieldByIndex(p))
		}
		return list
	}
}

func textOf(v reflect.Value) string {
	if v.Kind() == reflect.Pointer {
		if v.IsNil() {
			return ""
		}
		v = v.Elem()
	}
	return strings.TrimSpace(v.String())
}

// find is the index path of the text field that a parameter of the path, the query or the body stands in.
func find(t reflect.Type, name string) ([]int, bool) {
	for i := range t.NumField() {
		f := t.Field(i)
		if isNamed(f, name) {
			return []int{i}, true
		}
		if f.Type.Kind() == reflect.Struct && (f.Anonymous || f.Name == "Body") {
			if rest, ok := find(f.Type, name); ok {
				return append([]int{i}, rest...), true
			}
		}
	}
	return nil, false
}

func isNamed(f reflect.StructField, name string) bool {
	for _, tag := range []string{"path", "query", "json"} {
		if tagged, _, _ := strings.Cut(f.Tag.Get(tag), ","); tagged == name {
			t := f.Type
			if t.Kind() == reflect.Pointer {
				t = t.Elem()
			}
			return t.Kind() == reflect.String
		}
	}
	return false
}
