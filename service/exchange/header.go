package exchange

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"bangfu/service/model"
)

// layout says where in a file the table is and what its columns are.
type layout struct {
	sheet   string
	header  int // row of the titles
	columns []bound
	width   int      // the last column with a title
	ignored []string // titles of columns that are not read
	number  int      // column of running numbers, which stand in blank rows too; 0 without
	notes   []string
}

// bound is a column of the file tied to a field.
type bound struct {
	column
	at     int // from 1
	asRead string
}

// headerRows is how far down the titles may stand.
const headerRows = 20

var brackets = regexp.MustCompile(`[((\x{ff08}【\[].*?[))\x{ff09}】\]]`)

// plainTitle is a title without blanks, units in brackets and marks.
func plainTitle(s string) string {
	s = brackets.ReplaceAllString(s, "")
	return strings.ToLower(strings.Trim(narrow(s), "*:："))
}

// findLayout looks for the sheet and the row in which the titles stand.
func findLayout(b *book, s sheet, mapping map[string]string) (layout, error) {
	var best layout
	nearest, others := []string(nil), []string(nil)
	for _, name := range b.sheets() {
		l, missing, err := headerIn(b, s, name, mapping)
		if err != nil {
			return l, err
		}
		switch {
		case len(l.columns) == 0:
		case len(missing) > 0:
			if nearest == nil || len(missing) < len(nearest) {
				nearest = missing
			}
		case best.columns == nil:
			best = l
			continue
		}
		if name != "" {
			others = append(others, name)
		}
	}
	if best.columns == nil {
		return best, noHeader(s, nearest)
	}
	for _, o := range others {
		best.notes = append(best.notes, fmt.Sprintf("工作表“%s”没有读", o))
	}
	return best, nil
}

func noHeader(s sheet, missing []string) error {
	what := "没有找到表头"
	if len(missing) > 0 {
		what = "缺少这些列:" + strings.Join(missing, "、")
	}
	return model.NewError(model.KindInvalid, "import_columns", fmt.Sprintf("%s;请用%s的模板,或者说明哪一列是什么", what, s.title))
}

// headerIn takes the row of the first rows that has the most titles.
func headerIn(b *book, s sheet, name string, mapping map[string]string) (best layout, missing []string, err error) {
	var bad error
	err = b.each(name, func(n int, cells []cell) error {
		l, err := s.bind(cells, mapping)
		l.sheet, l.header = name, n
		if len(l.columns) > len(best.columns) {
			best, bad = l, err
		}
		if n >= headerRows {
			return errEnough
		}
		return nil
	})
	if err != nil {
		return best, nil, err
	}
	missing = s.missing(best.columns)
	if len(missing) == 0 && bad != nil {
		return best, nil, bad
	}
	return best, missing, nil
}

// missing are the titles without which no row says what it is about.
func (s sheet) missing(have []bound) []string {
	var missing, either []string
	found := false
	for _, c := range s.columns {
		has := slices.ContainsFunc(have, func(b bound) bool { return b.key == c.key })
		switch {
		case c.need == always && !has:
			missing = append(missing, c.title)
		case c.need == alwaysOne:
			either, found = append(either, c.title), found || has
		}
	}
	if len(either) > 0 && !found {
		missing = append(missing, strings.Join(either, "或"))
	}
	return missing
}

// bind ties titles to fields: what the office said first, then our own titles, then other ways to write them.
func (s sheet) bind(cells []cell, mapping map[string]string) (layout, error) {
	var l layout
	taken, loose := map[string]int{}, map[string]bool{}
	var err error
	for i, c := range cells {
		asRead := strings.Join(strings.Fields(tidy(c.text)), " ")
		title := plainTitle(asRead)
		if title == "" {
			continue
		}
		l.width = i + 1
		if slices.Contains([]string{"序号", "no", "no.", "编号"}, title) && mapping[title] == "" {
			l.number = i + 1
			continue
		}
		field, exact := s.fieldOf(title, mapping)
		if field.key == "" {
			l.ignored = append(l.ignored, asRead)
			continue
		}
		if field.fen && strings.Contains(asRead, "万") {
			err = model.NewError(model.KindInvalid, "import_unit", fmt.Sprintf("“%s”以万元计,请换成元", asRead))
		}
		b := bound{column: field, at: i + 1, asRead: asRead}
		at, twice := taken[field.key]
		switch {
		case !twice:
			taken[field.key], loose[field.key] = len(l.columns), !exact
			l.columns = append(l.columns, b)
		case exact && loose[field.key]: // our own title is surer than another way to write it
			l.ignored = append(l.ignored, l.columns[at].asRead)
			l.columns[at], loose[field.key] = b, false
		case exact == !loose[field.key]:
			err = model.NewError(model.KindInvalid, "import_columns_twice", fmt.Sprintf("“%s”和“%s”两列都像%s,请说明用哪一列", l.columns[at].asRead, asRead, field.title))
		default:
			l.ignored = append(l.ignored, asRead)
		}
	}
	return l, err
}

func (s sheet) fieldOf(title string, mapping map[string]string) (c column, exact bool) {
	if key, said := mapping[title]; said {
		c, _ := s.column(key)
		return c, true
	}
	for _, c := range s.columns {
		if plainTitle(c.title) == title {
			return c, true
		}
	}
	for _, c := range s.columns {
		for _, a := range c.aliases {
			if plainTitle(a) == title {
				return c, false
			}
		}
	}
	return column{}, false
}

// Skip is what a column is mapped to that is not to be read.
const Skip = "不导入"

// checkMapping turns what the office says, title → field (its title, its key, or Skip), into title → key.
func (s sheet) checkMapping(said map[string]string) (map[string]string, error) {
	checked := map[string]string{}
	for title, to := range said {
		i := slices.IndexFunc(s.columns, func(c column) bool { return c.key == to || c.title == to })
		switch {
		case to == Skip || to == "":
			checked[plainTitle(title)] = ""
		case i < 0:
			return nil, model.NewError(model.KindInvalid, "import_mapping", fmt.Sprintf("%s里没有“%s”这一列", s.title, to))
		default:
			checked[plainTitle(title)] = s.columns[i].key
		}
	}
	return checked, nil
}

// remembered joins what was said before with what is said now.
func remembered(before model.ColumnMapping, now map[string]string) map[string]string {
	m := map[string]string{}
	for _, c := range before.Titles {
		m[c.Title] = c.Key
	}
	maps.Copy(m, now)
	return m
}

// values are a row's fields in normal form. A key that is missing had a blank cell; an empty value says
// that there is none.
type values map[string]string

// reason says why a cell, or with an empty key the whole row, is refused.
type reason struct {
	Key string `json:"k,omitempty"`
	Msg string `json:"m"`

	Text string `json:"t,omitempty"` // of a cell that was not understood
}

// blankRow reports whether a row holds nothing but perhaps its running number.
func (l layout) blankRow(cells []cell) bool {
	for i, c := range cells {
		if i+1 != l.number && tidy(c.text) != "" {
			return false
		}
	}
	return true
}

// read turns a row into values.
func (l layout) read(cells []cell) (values, []reason) {
	v, reasons := values{}, []reason(nil)
	for _, c := range l.columns {
		if c.at > len(cells) {
			continue
		}
		raw := cells[c.at-1]
		if tidy(raw.text) == "" {
			continue
		}
		value, problem := parseCell(c.column, raw)
		if problem != "" {
			reasons = append(reasons, reason{c.key, problem, brief(raw.text)})
			continue
		}
		v[c.key] = value
	}
	if len(v) == 0 && len(reasons) == 0 {
		reasons = append(reasons, reason{Msg: "认得的列都是空的"})
	}
	return v, reasons
}

// brief is a cell's text as far as a page shows it.
func brief(s string) string {
	runes := []rune(tidy(s))
	return string(runes[:min(len(runes), 100)])
}

var formulaErrors = []string{"#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!"}

func parseCell(c column, raw cell) (value, problem string) {
	switch {
	case strings.ContainsRune(raw.text, '\uFFFD'):
		return "", "有认不出的字"
	case slices.Contains(formulaErrors, strings.ToUpper(tidy(raw.text))):
		return "", "公式算不出来"
	case c.group != "" && strings.Contains(raw.text, "*"):
		return "", "是遮住的内容,不能导入"
	case c.need == always && slices.Contains([]string{"合计", "总计", "小计"}, narrow(tidy(raw.text))):
		return "", "是合计行,不是数据"
	}
	return c.parse(raw)
}
