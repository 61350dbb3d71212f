package model

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// PublicField is a column of a public table.
type PublicField string

// The fields that some item may show. What is not here is private; so is what an item's line below leaves out.
const (
	FieldNumber     PublicField = "household_no"
	FieldHead       PublicField = "head"
	FieldUnit       PublicField = "unit"
	FieldStatus     PublicField = "status"
	FieldHouseholds PublicField = "households"
	FieldPersons    PublicField = "persons"
	FieldCadres     PublicField = "cadres"
	FieldSystem     PublicField = "system"
	FieldMeasure    PublicField = "measure"
	FieldCategory   PublicField = "category"
	FieldAmount     PublicField = "amount"
	FieldTask       PublicField = "task"
	FieldTarget     PublicField = "target"
	FieldDone       PublicField = "done"
	FieldDonor      PublicField = "donor"
	FieldDonorKind  PublicField = "donor_kind"
	FieldCash       PublicField = "cash"
	FieldGoods      PublicField = "goods"
	FieldWorth      PublicField = "worth"
)

// publicFields is the allow-list: all that each item shows, in the order of its columns.
var publicFields = map[DisclosureItem][]PublicField{
	ItemFamilies:  {FieldUnit, FieldStatus, FieldHouseholds, FieldPersons},
	ItemPairings:  {FieldUnit, FieldHead, FieldCadres},
	ItemMeasures:  {FieldSystem, FieldMeasure, FieldHouseholds},
	ItemFunds:     {FieldCategory, FieldAmount, FieldHouseholds},
	ItemProgress:  {FieldTask, FieldTarget, FieldDone},
	ItemDonations: {FieldDonor, FieldDonorKind, FieldCash, FieldGoods, FieldWorth},
	ItemAdmitted:  {FieldNumber, FieldHead, FieldUnit},
	ItemExits:     {FieldNumber, FieldHead, FieldUnit},
}

// PublicFields are the fields that the item may show.
func PublicFields(i DisclosureItem) []PublicField { return slices.Clone(publicFields[i]) }

// publicShapes says what a field is called and what becomes of its value on the way out.
var publicShapes = map[PublicField]struct {
	label string
	mask  func(string) string
}{
	FieldNumber: {label: "户编号"}, FieldHead: {label: "户主", mask: MaskName}, FieldUnit: {label: "单位"},
	FieldStatus: {label: "户情"}, FieldHouseholds: {label: "户数"}, FieldPersons: {label: "人数"},
	FieldCadres: {label: "帮扶干部"}, FieldSystem: {label: "帮扶体系"}, FieldMeasure: {label: "措施"},
	FieldCategory: {label: "支出类别"}, FieldAmount: {label: "金额(万元)"}, FieldTask: {label: "任务"},
	FieldTarget: {label: "目标"}, FieldDone: {label: "完成"},
	FieldDonor: {label: "捐赠人"}, FieldDonorKind: {label: "类别"}, FieldCash: {label: "现金(元)"},
	FieldGoods: {label: "物资(元)"}, FieldWorth: {label: "合计(元)"},
}

// Label of the field.
func (f PublicField) Label() string { return publicShapes[f].label }

// Numeric reports whether the field's values are numbers, which stand on the right.
func (f PublicField) Numeric() bool {
	return slices.Contains([]PublicField{FieldHouseholds, FieldPersons, FieldAmount, FieldCash, FieldGoods, FieldWorth}, f)
}

// PublicTable is a table as the public reads it: masked values of listed fields.
type PublicTable struct {
	Caption string        `bson:"caption" json:"caption"`
	Fields  []PublicField `bson:"fields" json:"fields"`
	Rows    []PublicRow   `bson:"rows" json:"rows"`
	Total   []string      `bson:"total" json:"total" doc:"合计行,没有就是空"`
	Note    string        `bson:"note" json:"note"`
	Bars    []int64       `bson:"bars" json:"-"` // of a chart, one for each row; empty without
	Chart   PublicField   `bson:"chart" json:"-"`
}

// PublicRow is a line of a public table. Its cells have a name of their own because not every database keeps
// arrays within arrays.
type PublicRow struct {
	Cells []string `bson:"cells" json:"cells"`
}

// SourceRow is a line of the records by field, before anything is masked. It may hold fields that no item shows.
type SourceRow map[PublicField]string

// Disclose makes the public table of rows: the columns are those of wanted that the item's allow-list holds, and
// every value goes through its field's mask. Everything else stays behind.
func Disclose(i DisclosureItem, caption string, wanted []PublicField, rows []SourceRow) PublicTable {
	t := PublicTable{Caption: caption}
	for _, f := range publicFields[i] {
		if slices.Contains(wanted, f) {
			t.Fields = append(t.Fields, f)
		}
	}
	for _, r := range rows {
		t.Rows = append(t.Rows, PublicRow{r.cells(t.Fields)})
	}
	return t
}

func (r SourceRow) cells(fields []PublicField) []string {
	cells := make([]string, len(fields))
	for i, f := range fields {
		cells[i] = r[f]
		if mask := publicShapes[f].mask; mask != nil {
			cells[i] = mask(r[f])
		}
	}
	return cells
}

// AddTotal puts a last line below the table, masked as the rest.
func (t *PublicTable) AddTotal(r SourceRow) { t.Total = r.cells(t.Fields) }

// Draw lets the table be drawn as bars of a numeric field.
func (t *PublicTable) Draw(f PublicField, bars []int64) {
	if slices.Contains(t.Fields, f) && len(bars) == len(t.Rows) && len(bars) > 1 {
		t.Chart, t.Bars = f, bars
	}
}

// SmallGroup is the number of households below which a group is not shown.
const SmallGroup = 3

// PublicGroup is a line of an aggregate with the households behind it.
type PublicGroup struct {
	Label      string
	Households []string // their numbers, each once
	Persons    int
	Amount     Fen
	Parts      []string // what Persons or Amount is the sum of, as in PublicCell
	Of         []string // the labels of a group that was joined from several
	TooLarge   error    // of an amount that has no sum: it must not be shown
}

// Labels are those of the groups that are in it.
func (g PublicGroup) Labels() []string {
	if len(g.Of) > 0 {
		return g.Of
	}
	return []string{g.Label}
}

// Pay adds an amount to the group's.
func (g *PublicGroup) Pay(f Fen) {
	var err error
	g.Amount, err = g.Amount.Add(f)
	g.TooLarge = cmp.Or(g.TooLarge, err)
}

// small groups have a household, and too few. What has none (a sum that is not allotted) gives nobody away.
func (g PublicGroup) small() bool { return len(g.Households) > 0 && len(g.Households) < SmallGroup }

func (g *PublicGroup) take(o PublicGroup) {
	g.Households = append(g.Households, o.Households...)
	slices.Sort(g.Households)
	g.Households = slices.Compact(g.Households)
	g.Persons, g.TooLarge = g.Persons+o.Persons, cmp.Or(g.TooLarge, o.TooLarge)
	g.Pay(o.Amount)
	g.Parts, g.Of = append(g.Parts, o.Parts...), append(g.Of, o.Labels()...)
}

// MergeSmall joins the groups of fewer than SmallGroup households into one line at the end, and with it as many
// of the next larger as it takes, so that neither a line nor the total less all other lines is such a group.
// whole is false when all households together are too few: then only what concerns none of them is left, and
// no total may be shown.
func MergeSmall(groups []PublicGroup) (safe []PublicGroup, merged []string, whole bool) {
	rest := PublicGroup{}
	for _, g := range groups {
		if g.small() {
			rest.take(g)
			merged = append(merged, g.Label)
			continue
		}
		safe = append(safe, g)
	}
	for rest.small() {
		i := smallest(safe)
		if i < 0 {
			return safe, merged, false
		}
		rest.take(safe[i])
		merged = append(merged, safe[i].Label)
		safe = slices.Delete(safe, i, i+1)
	}
	if len(merged) > 0 {
		rest.name()
		safe = append(safe, rest)
	}
	return safe, merged, true
}

func (g *PublicGroup) name() { g.Label = fmt.Sprintf("其他(%d项合并)", len(g.Of)) }

// Join puts the group at place i into the one at the end that was joined from several, or begins such a one.
func Join(groups []PublicGroup, i int) []PublicGroup {
	joined := groups[i]
	rest := slices.Delete(slices.Clone(groups), i, i+1)
	last := len(rest) - 1
	if last < 0 || len(rest[last].Of) == 0 {
		rest, last = append(rest, PublicGroup{}), last+1
	}
	g := PublicGroup{}
	if len(rest[last].Of) > 0 {
		g.take(rest[last])
	}
	g.take(joined)
	g.name()
	rest[last] = g
	return rest
}

// smallest is the place of the group with the fewest households, of several the last; -1 when no group has any.
func smallest(groups []PublicGroup) int {
	found := -1
	for i, g := range groups {
		if n := len(g.Households); n > 0 && (found < 0 || n <= len(groups[found].Households)) {
			found = i
		}
	}
	return found
}

// SumOf is all groups as one: households that stand in several count once.
func SumOf(groups []PublicGroup) (sum PublicGroup) {
	for _, g := range groups {
		sum.take(g)
	}
	return sum
}

// MergedNote tells the reader why a line says 其他.
func MergedNote(merged []string, whole bool) string {
	switch {
	case !whole:
		return fmt.Sprintf("涉及的户数少于%d户,为保护隐私不公布明细。", SmallGroup)
	case len(merged) > 0:
		return fmt.Sprintf("少于%d户的项目已合并,不单列。", SmallGroup)
	}
	return ""
}

// Leak is a word of the texts that must not become public: the full name of somebody on the register, or a
// number like an id number's or a mobile phone's; empty when there is none.
func Leak(names []string, texts ...string) string {
	people := folded(names)
	for _, text := range texts {
		if found := cmp.Or(numberIn(text), people.in(text)); found != "" {
			return found
		}
	}
	return ""
}

// NameIn is the first of the names that stands in the text, however either is written: with a dot or blanks in between
// or not, with characters that only look like the usual ones. A name of one character is every other word and is not
// looked for.
func NameIn(names []string, text string) string { return folded(names).in(text) }

// foldedNames are names beside what they are compared by.
type foldedNames []struct{ name, key string }

func folded(names []string) foldedNames {
	var f foldedNames
	for _, n := range names {
		if key := FoldName(n); len([]rune(key)) > 1 {
			f = append(f, struct{ name, key string }{n, key})
		}
	}
	return f
}

func (f foldedNames) in(text string) string {
	text = FoldName(text)
	for _, n := range f {
		if strings.Contains(text, n.key) {
			return n.name
		}
	}
	return ""
}

// Texts are what the public reads of the disclosure, and apart from them the names of the cadres: those are public, but
// no number may stand among them.
func (d Disclosure) Texts() (texts, cadres []string) {
	texts = []string{d.Title, d.Text, d.Withdrawn.Note}
	for _, t := range d.Tables {
		texts = append(texts, t.Caption, t.Note)
		for _, r := range append(slices.Clone(t.Rows), PublicRow{t.Total}) {
			for i, cell := range r.Cells {
				if t.Fields[i] == FieldCadres {
					cadres = append(cadres, cell)
				} else {
					texts = append(texts, cell)
				}
			}
		}
	}
	return texts, cadres
}
