package exchange

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"bangfu/service/model"
	"bangfu/service/people"
)

// flexible begins the keys of columns that stand for fields of a form, so that none of them can take the place of
// a column of ours.
const flexible = "attrs."

// formOf is the kind of form whose fields a sheet carries; empty for sheets without.
var formOf = map[model.SheetKind]string{
	model.SheetHouseholds: people.FormHousehold, model.SheetPersons: people.FormPerson,
}

// sheet of the kind as the office has it now: with a column for each field of its latest form.
func (s *Service) sheet(ctx context.Context, kind model.SheetKind) (sheet, error) {
	base, err := sheetOf(kind)
	if err != nil || formOf[kind] == "" {
		return base, err
	}
	form, err := s.people.Form(ctx, formOf[kind], 0)
	if err != nil {
		return base, err
	}
	return base.with(form)
}

// firstSheet is the sheet as a new database would have it.
func firstSheet(kind model.SheetKind) (sheet, error) {
	s, err := sheetOf(kind)
	for _, form := range model.FirstForms() {
		if err == nil && form.Kind == formOf[kind] {
			return s.with(form)
		}
	}
	return s, err
}

// with is the sheet with a column for each of the form's fields. One that is called like a column of ours gets
// another title. They may say anything about a household or a person, so exports mask them like its address or name.
func (s sheet) with(form model.Form) (sheet, error) {
	fields, err := form.Fields()
	if err != nil {
		return s, err
	}
	group := model.GroupContact
	if s.kind == model.SheetPersons {
		group = model.GroupIdentity
	}
	ours := s.columns
	s.columns = slices.Clone(ours)
	for _, f := range fields {
		c := column{key: flexible + f.Key, title: f.Title, group: group, field: f.Type}
		if slices.ContainsFunc(ours, func(o column) bool { return plainTitle(o.title) == plainTitle(c.title) }) {
			c.title = "补充项目" + c.title
		}
		c.parse, c.words, c.example = cellsLike(f)
		s.columns = append(s.columns, c)
	}
	return s, nil
}

// cellsLike is how cells of a field are read, what they may say, and an example of them.
func cellsLike(f model.FormField) (parser, vocabulary, string) {
	var words vocabulary
	switch {
	case f.Type == "boolean":
		words = vocabulary{{"true", "是", []string{"√"}}, {"false", "否", []string{"×"}}}
	case len(f.Options) > 0:
		for _, o := range f.Options {
			words = append(words, word{code: o, label: o})
		}
	case f.Type == "number", f.Type == "integer":
		return figure(f), nil, "12" + f.Unit
	case f.IsDay():
		return date, nil, "2017-09-01"
	default:
		return text, nil, ""
	}
	return func(c cell) (string, string) {
		if value, problem := words.parse(c); problem == "" || !none[tidy(c.text)] {
			return value, problem
		}
		return "", ""
	}, words, words[0].label
}

// figure is a number of a form, with its unit or without. Its normal form is the shortest way to write it.
func figure(f model.FormField) parser {
	return func(c cell) (string, string) {
		s := narrow(tidy(c.text))
		if none[s] {
			return "", ""
		}
		s = strings.ReplaceAll(strings.TrimSuffix(s, narrow(f.Unit)), ",", "")
		n, err := strconv.ParseFloat(s, 64)
		switch {
		case err != nil, math.IsNaN(n), math.Abs(n) > 1e15:
			return "", "要填数字"
		case f.Type == "integer" && n != float64(int64(n)):
			return "", "要填整数"
		}
		return strconv.FormatFloat(n, 'f', -1, 64), ""
	}
}

// stored is the value of a flexible field as its record keeps it: the same that the registry's own pages write.
func (c column) stored(value string) any {
	switch c.field {
	case "number", "integer":
		n, err := strconv.ParseFloat(value, 64)
		if err == nil {
			return n
		}
	case "boolean":
		return value == "true"
	}
	return value
}

// attrValues are flexible fields in normal form.
func attrValues(v values, attrs map[string]any) values {
	for key, value := range attrs {
		v[flexible+key] = attrText(value)
	}
	return v
}

func attrText(value any) string {
	switch n := value.(type) {
	case nil:
		return ""
	case float64:
		return strconv.FormatFloat(n, 'f', -1, 64)
	}
	return fmt.Sprint(value)
}

// fill sets the flexible fields that the row speaks of. What the record has stays as it is, with the version of the
// form that it was written with, when the row says the same.
func (r *run) fill(version *int, attrs *map[string]any, v values) error {
	next, said := maps.Clone(*attrs), []string{}
	for key, value := range v {
		name, ok := strings.CutPrefix(key, flexible)
		if !ok || value == attrText(next[name]) {
			continue
		}
		c, known := r.kind.column(key)
		if !known {
			return refuse("", "补充项目表刚刚改过,请把文件再检查一次")
		}
		said = append(said, key)
		if next == nil {
			next = map[string]any{}
		}
		next[name] = c.stored(value)
		if value == "" {
			delete(next, name)
		}
	}
	if len(said) == 0 {
		return nil
	}
	slices.Sort(said)
	for name := range next {
		if _, known := r.kind.column(flexible + name); !known {
			return refuse(said[0], "登记的补充项目是按旧的表填的,请先在系统里按新的表改一次")
		}
	}
	n, filled, err := r.filler.Fill(next)
	var wrong *model.Error
	if errors.As(err, &wrong) && wrong.Kind == model.KindInvalid {
		var why refusal
		for _, w := range wrong.Why {
			why = append(why, reason{Key: flexible + w.Code, Msg: w.Msg})
		}
		if len(why) == 0 {
			why = refusal{{Key: said[0], Msg: wrong.Msg}}
		}
		return why
	}
	if err == nil {
		*version, *attrs = n, filled
	}
	return err
}
