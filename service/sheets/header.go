package sheets

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
	width   int // the last column with a title
	titled  map[int]bool
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
func findLayout(b *sheetFile, s sheet, mapping map[string]string) (layout, error) {
	var best layout
	nearest, others := []string(nil), []string(nil)
	seen, hidden := b.sheets()
	for _, name := range seen {
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
		if other := likelier(b, s, mapping); other != "" {
			return best, model.NewError(model.KindInvalid, "other_kind", fmt.Sprintf("这像是%s,不是%s；请换到%s再交", other, s.title, other))
		}
		return best, noHeader(s, nearest)
	}
	for _, o := range others {
		best.notes = append(best.notes, fmt.Sprintf("工作表“%s”没有读", o))
	}
	for _, name := range hidden {
		best.notes = append(best.notes, fmt.Sprintf("工作表“%s”是隐藏的,没有读", name))
	}
	return best, nil
}

// likelier is the title of another kind of sheet, whose columns are all there; empty when there is none.
func likelier(b *sheetFile, s sheet, mapping map[string]string) string {
	seen, _ := b.sheets()
	for _, kind := range append(slices.Clone(model.SheetKinds), model.SheetEntries) {
		other, err := firstSheet(kind)
		if err != nil || kind == s.kind {
			continue
		}
		for _, name := range seen {
			if l, missing, err := headerIn(b, other, name, mapping); err == nil && len(l.columns) > 0 && len(missing) == 0 {
				return other.title
			}
		}
	}
	return ""
}

func noHeader(s sheet, missing []string) error {
	what := "没有找到表头"
	if len(missing) > 0 {
		what = "缺少这些列:" + strings.Join(missing, "、")
	}
	return model.NewError(model.KindInvalid, "import_columns", fmt.Sprintf("%s;请用%s的模板,或者说明哪一列是什么", what, s.title))
}

// headerIn takes the row of the first rows that has the most titles.
func headerIn(b *sheetFile, s sheet, name string, mapping map[string]string) (best layout, missing []string, err error) {
	var bad error
	err = b.each(name, func(r row) error {
		if r.n > headerRows {
			return errEnough
		}
		l, err := s.bind(r.cells, mapping)
		l.sheet, l.header = name, r.n
		if len(l.columns) > len(best.columns) {
			best, bad = l, err
		}
		if r.n >= headerRows {
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
	l := layout{titled: map[int]bool{}}
	taken, loose := map[string]int{}, map[string]bool{}
	var err error
	for i, c := range cells {
		asRead := strings.Join(strings.Fields(tidy(c.text)), " ")
		title := plainTitle(asRead)
		if c.problem != "" {
			err = model.NewError(model.KindInvalid, "import_columns", fmt.Sprintf("表头%s列读不出来:%s", columnName(i+1), c.problem))
		}
		if title == "" {
			continue
		}
		l.width, l.titled[i+1] = i+1, true
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

// blankRow reports whether a row holds nothing but perhaps its running number, and what is merged into it from above.
func (l layout) blankRow(r row) bool {
	for i, c := range r.cells {
		if i+1 != l.number && !c.below && !c.beside && !c.blank() {
			return false
		}
	}
	return r.beyond == 0
}

// read turns a row into values. What stands where no title is would be lost, so the row is refused.
func (l layout) read(r row) (values, []reason) {
	v, reasons := values{}, []reason(nil)
	for _, c := range l.columns {
		if c.at > len(r.cells) {
			continue
		}
		raw := r.cells[c.at-1]
		if raw.beside || raw.blank() || masked(c.column, raw) {
			continue
		}
		value, problem := parseCell(c.column, raw)
		if problem != "" {
			reasons = append(reasons, reason{c.key, problem, brief(raw.text)})
			continue
		}
		v[c.key] = value
	}
	if col := l.untitled(r); col > 0 {
		reasons = append(reasons, reason{Msg: fmt.Sprintf("%s列没有列名,这一行却在那里写了内容;请补上列名,或者删掉", columnName(col))})
	}
	if len(v) == 0 && len(reasons) == 0 {
		reasons = append(reasons, reason{Msg: "认得的列都是空的"})
	}
	return v, reasons
}

// remark reports whether the row is none of the table's but what stands under it: a sum, or who filled it in.
func (l layout) remark(r row) bool {
	first := ""
	for _, c := range r.cells {
		if !c.blank() {
			first = narrow(tidy(c.text))
			break
		}
	}
	switch first {
	case "合计", "总计", "小计":
		return true
	}
	for _, word := range []string{"填表人", "制表人", "审核人", "填表日期", "制表日期", "填报人", "填报单位", "注:", "说明:", "备注:"} {
		if strings.HasPrefix(first, word) {
			return true
		}
	}
	return false
}

// masked reports whether the cell holds what an export has masked. It says nothing, so it is as good as blank: what the
// registry has stays.
func masked(c column, raw cell) bool {
	return c.group != "" && raw.problem == "" && strings.ContainsAny(raw.text, "*●")
}

// untitled is the first column with something in it that has no title; 0 without.
func (l layout) untitled(r row) int {
	for i, c := range r.cells {
		if !l.titled[i+1] && !c.below && !c.beside && !c.blank() {
			return i + 1
		}
	}
	return r.beyond
}

// columnName is what a spreadsheet calls the n-th column.
func columnName(n int) string {
	name := ""
	for ; n > 0; n = (n - 1) / 26 {
		name = string(rune('A'+(n-1)%26)) + name
	}
	return name
}

// brief is a cell's text as far as a page shows it.
func brief(s string) string {
	runes := []rune(tidy(s))
	return string(runes[:min(len(runes), 100)])
}

// formulaError is how a spreadsheet shows that a formula has no result, where a file holds it as a text.
var formulaError = regexp.MustCompile(`^(#(N/A|[A-Z_]+[A-Z0-9_/]*[!?]|GETTING_DATA|\p{Han}+[!?])|(Err|错误):[0-9]{3})$`)

func parseCell(c column, raw cell) (value, problem string) {
	text := model.Fold(tidy(raw.text))
	switch {
	case raw.problem != "":
		return "", raw.problem
	case strings.ContainsRune(raw.text, '\uFFFD'):
		return "", "有认不出的字"
	case formulaError.MatchString(text):
		return "", problemError
	case raw.rows > 1 && c.sums():
		return "", fmt.Sprintf("这个数合并在%d行里,分不清是谁的;请取消合并,每行各填各的", raw.rows)
	case raw.columns > 1 && c.sums():
		return "", "这个数合并在几列里,分不清是哪一列的;请取消合并再填"
	case raw.day && !c.day:
		return "", "是日期,不是这一列该填的内容"
	case c.need == always && slices.Contains([]string{"合计", "总计", "小计"}, narrow(text)):
		return "", "是合计行,不是数据"
	}
	return c.parse(raw)
}
