package handler

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"html/template"
	"net/http"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gin-gonic/gin"
)

//go:embed docs.html
var docsHTML string

var docsPage = template.Must(template.New("docs").Parse(docsHTML))

// documented is one operation as the page shows it.
type documented struct {
	Method, Path, Summary, Tag, LogIn string
	Inputs                            []input
	Body, Answer                      string // JSON schemas
}

type input struct {
	Name, In, Doc string
	Required      bool
}

// registerDocs serves /docs, a page made from the OpenAPI document alone, so that it works offline.
func registerDocs(r gin.IRouter, doc *huma.OpenAPI) {
	page, err := renderDocs(doc)
	r.GET("/docs", func(c *gin.Context) {
		if err != nil {
			c.String(http.StatusInternalServerError, "docs: %v", err)
			return
		}
		c.Header("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
		c.Data(http.StatusOK, "text/html; charset=utf-8", page)
	})
}

func renderDocs(doc *huma.OpenAPI) ([]byte, error) {
	var list []documented
	for path, item := range doc.Paths {
		for method, op := range map[string]*huma.Operation{
			http.MethodGet: item.Get, http.MethodPost: item.Post, http.MethodPut: item.Put,
			http.MethodPatch: item.Patch, http.MethodDelete: item.Delete,
		} {
			if op != nil {
				list = append(list, describe(doc, method, path, op))
			}
		}
	}
	slices.SortFunc(list, func(a, b documented) int {
		return strings.Compare(a.Tag+a.Path+a.Method, b.Tag+b.Path+b.Method)
	})
	var b bytes.Buffer
	err := docsPage.Execute(&b, map[string]any{"Title": doc.Info.Title, "Operations": list})
	return b.Bytes(), err
}

func describe(doc *huma.OpenAPI, method, path string, op *huma.Operation) documented {
	d := documented{Method: method, Path: path, Summary: op.Summary}
	if len(op.Tags) > 0 {
		d.Tag = op.Tags[0]
	}
	for _, s := range op.Security {
		for name := range s {
			d.LogIn = name
		}
	}
	for _, p := range op.Parameters {
		d.Inputs = append(d.Inputs, input{Name: p.Name, In: p.In, Doc: p.Description, Required: p.Required})
	}
	if op.RequestBody != nil {
		d.Body = schemaText(doc, op.RequestBody.Content["application/json"])
	}
	for status, answer := range op.Responses {
		if strings.HasPrefix(status, "2") && answer != nil {
			d.Answer = schemaText(doc, answer.Content["application/json"])
		}
	}
	return d
}

// schemaText is the schema with its references filled in, as an example of its form.
func schemaText(doc *huma.OpenAPI, media *huma.MediaType) string {
	if media == nil || media.Schema == nil {
		return ""
	}
	b, err := json.MarshalIndent(outline(doc, media.Schema, 0), "", "  ")
	if err != nil {
		return ""
	}
	return string(b)
}

// deepest bounds schemas that refer to themselves.
const deepest = 8

func outline(doc *huma.OpenAPI, s *huma.Schema, depth int) any {
	if s.Ref != "" {
		s = doc.Components.Schemas.SchemaFromRef(s.Ref)
	}
	if s == nil || depth > deepest {
		return "…"
	}
	switch s.Type {
	case huma.TypeObject:
		fields := map[string]any{}
		for name, p := range s.Properties {
			fields[name] = outline(doc, p, depth+1)
		}
		return fields
	case huma.TypeArray:
		return []any{outline(doc, s.Items, depth+1)}
	}
	text := s.Type
	if s.Format != "" {
		text += "(" + s.Format + ")"
	}
	if s.Description != "" {
		text += " " + s.Description
	}
	return text
}
