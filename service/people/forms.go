package people

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"bangfu/repo"
	"bangfu/service/access"
	"bangfu/service/model"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// The kinds of documents that have flexible fields.
const (
	FormHousehold = "household"
	FormPerson    = "person"
)

var (
	errFormKind = model.NewError(model.KindNotFound, "no_such_form", "没有这种表")
	errForm     = model.NewError(model.KindInvalid, "form_invalid", "这张表写得不对")
	errAttrs    = model.NewError(model.KindInvalid, "fields_invalid", "补充项目填得不对")
)

// Form is a version of a kind's form; version 0 is the latest.
func (s *Service) Form(ctx context.Context, kind string, version int) (model.Form, error) {
	if version > 0 {
		f, err := s.store.Form(ctx, kind, version)
		if model.IsKind(err, model.KindNotFound) {
			return f, errFormKind
		}
		return f, err
	}
	all, err := s.store.Forms(ctx, kind)
	if err != nil || len(all) == 0 {
		return model.Form{}, errors.Join(err, errIf(len(all) == 0 && err == nil, errFormKind))
	}
	return all[len(all)-1], nil
}

func errIf(failed bool, err error) error {
	if failed {
		return err
	}
	return nil
}

// AddFormVersion makes the next version of a form from a JSON Schema. after is the version that the editor
// looked at; KindConflict when there is a newer one. Documents keep the version they were written with.
func (s *Service) AddFormVersion(ctx context.Context, farm access.Farm, kind string, after int, schema map[string]any) (model.Form, error) {
	if kind != FormHousehold && kind != FormPerson {
		return model.Form{}, errFormKind
	}
	if err := checkSchema(schema); err != nil {
		return model.Form{}, err
	}
	latest, err := s.Form(ctx, kind, 0)
	if err != nil && !model.IsKind(err, model.KindNotFound) {
		return latest, err
	}
	if latest.Version != after {
		err := model.NewError(model.KindConflict, "changed_meanwhile", "刚才有人改过这张表,请看过新的再改")
		err.Rev = int64(latest.Version)
		return latest, err
	}
	f := model.Form{
		ID: repo.FormID(kind, after+1), Record: model.NewRecord(s.now(), farm.Actor()), Kind: kind, Version: after + 1, Schema: schema,
	}
	if err := s.store.InsertForm(ctx, f); err != nil {
		return f, taken(err, "changed_meanwhile", "刚才有人改过这张表,请看过新的再改")
	}
	return f, s.note(ctx, farm.Pass, model.AuditChange, "forms/"+f.ID, "", "修改补充项目表")
}

// say is the error with a more exact sentence.
func say(err *model.Error, msg string) error {
	c := *err
	c.Msg = c.Msg + ":" + msg
	return &c
}

func compile(schema map[string]any) (*jsonschema.Schema, error) {
	raw, err := json.Marshal(schema)
	if err != nil {
		return nil, fmt.Errorf("schema: %w", err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(raw))
	if err != nil {
		return nil, fmt.Errorf("schema: %w", err)
	}
	c := jsonschema.NewCompiler()
	c.DefaultDraft(jsonschema.Draft2020)
	c.UseLoader(jsonschema.SchemeURLLoader{}) // a schema refers to nothing outside itself
	if err := c.AddResource("form.json", doc); err != nil {
		return nil, fmt.Errorf("schema: %w", err)
	}
	return c.Compile("form.json")
}

// Filler checks flexible fields against the latest form of a kind, which is read once for all of them.
type Filler struct {
	form   model.Form
	schema *jsonschema.Schema
}

// Filler of the latest form; KindNotFound when the kind has none.
func (s *Service) Filler(ctx context.Context, kind string) (Filler, error) {
	form, err := s.Form(ctx, kind, 0)
	if err != nil {
		return Filler{}, err
	}
	schema, err := compile(form.Schema)
	if err != nil {
		return Filler{}, fmt.Errorf("form %s: %w", form.ID, err)
	}
	return Filler{form, schema}, nil
}

// Form is the one that fields are checked against.
func (f Filler) Form() model.Form { return f.form }

// Fill is the version of the form and the fields, if they are as it wants them. KindInvalid says by its reasons,
// whose codes are the fields' keys, which are not.
func (f Filler) Fill(attrs map[string]any) (int, map[string]any, error) {
	if len(attrs) == 0 {
		return 0, nil, nil
	}
	plain, err := asJSON(attrs)
	if err != nil {
		return 0, nil, err
	}
	var bad *jsonschema.ValidationError
	if err := f.schema.Validate(plain); errors.As(err, &bad) {
		return 0, nil, wrongFields(f.form.Schema, bad)
	} else if err != nil {
		return 0, nil, fmt.Errorf("form %s: %w", f.form.ID, err)
	}
	return f.form.Version, attrs, nil
}

// AttrField begins the names of flexible fields among the fields of a row.
const AttrField = "attrs."

// FieldText is a flexible field's value as a text: the same for the same value, however it was stored.
func FieldText(value any) string {
	switch n := value.(type) {
	case nil:
		return ""
	case float64:
		return strconv.FormatFloat(n, 'f', -1, 64)
	}
	return fmt.Sprint(value)
}

// fillForm checks flexible fields against the latest form and returns its version. No fields need no form.
func (s *Service) fillForm(ctx context.Context, kind string, attrs map[string]any) (int, map[string]any, error) {
	if len(attrs) == 0 {
		return 0, nil, nil
	}
	f, err := s.Filler(ctx, kind)
	if err != nil {
		return 0, nil, err
	}
	return f.Fill(attrs)
}

// asJSON is the value as JSON has it, so that an int and a float of the same number are one.
func asJSON(v any) (any, error) {
	raw, err := json.Marshal(v)
	if err != nil {
		return nil, errAttrs.Wrap(err)
	}
	return jsonschema.UnmarshalJSON(bytes.NewReader(raw))
}

// wrongFields says which fields are wrong, by their titles, with a reason each.
func wrongFields(schema map[string]any, bad *jsonschema.ValidationError) error {
	e := *errAttrs
	var leaves func(v *jsonschema.ValidationError)
	leaves = func(v *jsonschema.ValidationError) {
		if len(v.Causes) == 0 {
			key := strings.Join(v.InstanceLocation, ".")
			e.Why = append(e.Why, model.Reason{Code: key, Msg: titleOf(schema, key) + "填得不对"})
		}
		for _, c := range v.Causes {
			leaves(c)
		}
	}
	leaves(bad)
	if len(e.Why) > 0 {
		e.Msg += ":" + e.Why[0].Msg
	}
	return &e
}

// properties are a schema's fields by key. The store gives documents back in types of its own, JSON does not.
func properties(schema map[string]any) map[string]any {
	plain, err := asJSON(schema["properties"])
	if err != nil {
		return nil
	}
	fields, _ := plain.(map[string]any)
	return fields
}

func titleOf(schema map[string]any, key string) string {
	f, _ := properties(schema)[key].(map[string]any)
	if title, _ := f["title"].(string); title != "" {
		return title
	}
	return "项目名"
}
