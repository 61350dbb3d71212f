package sheets

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"bangfu/service/model"
	"bangfu/service/people"
)

// flexible begins the keys of columns that stand for fields of a form, so that none of them can take the place of
// a column of ours.
const flexible = people.AttrField

// sheet of the kind as the office has it now: with a column for each field of its latest form.
func (s *Service) sheet(ctx context.Context, kind model.SheetKind) (sheet, error) {
	base, err := sheetOf(kind)
	if err != nil || people.FormOf(kind) == "" {
		return base, err
	}
	form, err := s.people.Form(ctx, people.FormOf(kind), 0)
	if err != nil {
		return base, err
	}
	return base.with(form)
}

// firstSheet is the sheet as a new database would have it.
func firstSheet(kind model.SheetKind) (sheet, error) {
	s, err := sheetOf(kind)
	for _, form := range model.FirstForms() {
		if err == nil && form.Kind == people.FormOf(kind) {
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
		c := column{key: flexible + f.Key, title: f.Title, group: group, field: f.Type, day: f.IsDay()}
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
		digits, negative := strings.CutPrefix(strings.TrimSuffix(s, narrow(f.Unit)), "-")
		whole, decimals, ok := figures(digits)
		if !ok || len(whole) > spreadsheetDigits {
			return "", "要填数字"
		}
		n, err := strconv.ParseFloat(whole+"."+decimals+"0", 64)
		if negative {
			n = -n
		}
		switch {
		case err != nil:
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
		v[flexible+key] = people.FieldText(value)
	}
	return v
}
