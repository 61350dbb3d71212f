package disclose

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"bangfu/service/model"

	"pgregory.net/rapid"
)

// village is a small farm that changes between one disclosure and the next.
type village struct {
	t       *rapid.T
	r       records
	reader  reader
	members map[string]int
	entries int
}

var villageUnits = []string{"东区", "西区", "南区", "北区"}

func newVillage(t *rapid.T) *village {
	v := &village{t: t, r: records{year: 2017, today: "2017-01-31"}, members: map[string]int{}, reader: reader{}}
	for _, name := range villageUnits {
		v.r.Units = append(v.r.Units, model.Unit{ID: "U-" + name, Name: name})
	}
	for range rapid.IntRange(5, 10).Draw(t, "households") {
		v.settle()
	}
	for range rapid.IntRange(0, 30).Draw(t, "payments") {
		v.pay()
	}
	return v
}

// settle brings a household onto the register.
func (v *village) settle() {
	h := model.Household{ID: fmt.Sprintf("H-%03d", len(v.r.Households)+1), UnitID: "U-" + rapid.SampledFrom(villageUnits).Draw(v.t, "unit")}
	h.StatusHistory = []model.StatusChange{{Status: v.status(), On: "2017-01-01"}}
	v.r.Households = append(v.r.Households, h)
	for range rapid.IntRange(1, 3).Draw(v.t, "members") {
		v.born(h.ID)
	}
}

func (v *village) status() model.HouseholdStatus {
	return rapid.SampledFrom([]model.HouseholdStatus{
		model.StatusUnderAssistance, model.StatusUnderAssistance, model.StatusExitProposed, model.StatusExited, model.StatusRemoved,
	}).Draw(v.t, "status")
}

func (v *village) born(household string) {
	v.members[household]++
	v.r.Persons = append(v.r.Persons, model.Person{
		ID: fmt.Sprint("P-", len(v.r.Persons)), Name: "某某", Status: model.PersonAlive,
		Memberships: []model.Membership{{HouseholdID: household, From: "2017-01-01"}},
	})
}

func (v *village) any() *model.Household {
	return &v.r.Households[rapid.IntRange(0, len(v.r.Households)-1).Draw(v.t, "whose")]
}

func (v *village) pay() {
	v.entries++
	e := model.Entry{
		ID: fmt.Sprint("E-", v.entries), PaidOn: v.r.today, Category: rapid.SampledFrom(model.Categories).Draw(v.t, "category"),
		Title: rapid.SampledFrom([]string{"低保金", "取暖", "助学"}).Draw(v.t, "title"), System: model.SystemRelief,
		Amount: model.Fen(rapid.Int64Range(1, 9).Draw(v.t, "amount") * 100000),
	}
	if rapid.IntRange(0, 9).Draw(v.t, "allotted") > 0 {
		e.HouseholdID = v.any().ID
	}
	v.r.Entries = append(v.r.Entries, e)
}

// live lets something happen.
func (v *village) live() {
	switch rapid.IntRange(0, 5).Draw(v.t, "what") {
	case 0:
		v.settle()
	case 1:
		v.any().UnitID = "U-" + rapid.SampledFrom(villageUnits).Draw(v.t, "moves to")
	case 2:
		v.any().StatusHistory = []model.StatusChange{{Status: v.status(), On: "2017-01-01"}}
	case 3:
		v.born(v.any().ID)
	default:
		v.pay()
	}
}

// publish draws an item as the service does, and lets the reader read it.
func (v *village) publish(item model.DisclosureItem, past []model.PublicCell) []model.PublicCell {
	r := v.r
	r.told = &telling{past: past}
	c, err := generate(item, r)
	if err != nil {
		return nil
	}
	v.reader.read(v, item, c)
	return c.cells
}

// reader is somebody outside who keeps every number that was ever published, as the parts that it is the sum of. They
// know who is in which line, as neighbours do, and never ask our own account of it.
type reader map[string][][]string

func (r reader) note(frame string, parts []string) { r[frame] = append(r[frame], parts) }

func (r reader) read(v *village, item model.DisclosureItem, c content) {
	switch item {
	case model.ItemFamilies:
		for i, labelOf := range []func(model.Household) string{
			func(h model.Household) string { return strings.TrimPrefix(h.UnitID, "U-") },
			func(h model.Household) string { return h.StatusOn(v.r.today).Label() },
		} {
			r.register(v, c.tables[i], labelOf)
		}
	case model.ItemProgress:
		for _, row := range c.tables[0].Rows {
			if row.Cells[0] == "脱贫退出" {
				r.exits(v, row.Cells[1], row.Cells[2])
			}
		}
	case model.ItemFunds:
		r.paid(v, "funds", c.tables[0], 0, 2, func(e model.Entry) string { return e.Category.Label() })
	case model.ItemMeasures:
		r.paid(v, "measures", c.tables[0], 1, 2, func(e model.Entry) string { return e.Title })
	}
}

func (r reader) exits(v *village, target, done string) {
	var all, left []string
	for _, h := range v.r.registered(v.r.today) {
		all = append(all, h.ID)
		if h.HasExited(v.r.today) {
			left = append(left, h.ID)
		}
	}
	if target == fmt.Sprintf("%d户", len(all)) {
		r.note("register", all)
	}
	if done == fmt.Sprintf("%d户", len(left)) {
		r.note("register", left)
	}
}

func (r reader) register(v *village, t model.PublicTable, labelOf func(model.Household) string) {
	var groups []model.PublicGroup
	for _, h := range v.r.registered(v.r.today) {
		i := slices.IndexFunc(groups, func(g model.PublicGroup) bool { return g.Label == labelOf(h) })
		if i < 0 {
			i, groups = len(groups), append(groups, model.PublicGroup{Label: labelOf(h)})
		}
		groups[i].Households = append(groups[i].Households, h.ID)
	}
	for label, households := range linesOf(t, 0, groups) {
		var parts []string
		for _, h := range households {
			parts = append(parts, fmt.Sprintf("%s=%d", h, v.members[h]))
		}
		if got := numberIn(t, label, 1); got != fmt.Sprint(len(households)) {
			v.t.Fatalf("%s of %s: %s households, want %d\n%s", label, t.Caption, got, len(households), flat([]model.PublicTable{t}))
		}
		r.note("register", households)
		r.note("register persons", parts)
	}
}

func (r reader) paid(v *village, table string, t model.PublicTable, label, number int, labelOf func(model.Entry) string) {
	var groups []model.PublicGroup
	sums := map[string]map[string]model.Fen{}
	for _, e := range v.r.Entries {
		l := labelOf(e)
		if sums[l] == nil {
			sums[l] = map[string]model.Fen{}
			groups = append(groups, model.PublicGroup{Label: l})
		}
		sums[l][e.HouseholdID] += e.Amount
	}
	for i := range groups {
		for h := range sums[groups[i].Label] {
			if h != "" {
				groups[i].Households = append(groups[i].Households, h)
			}
		}
	}
	if table == "measures" { // lists households alone
		groups = slices.DeleteFunc(groups, func(g model.PublicGroup) bool { return len(g.Households) == 0 })
	}
	// In the order of the table: of groups of one size the last is the first to be joined.
	slices.SortStableFunc(groups, func(a, b model.PublicGroup) int {
		if table == "funds" {
			return category(a.Label) - category(b.Label)
		}
		return len(b.Households) - len(a.Households)
	})
	of := linesOf(t, label, groups)
	for name, labels := range labelsOf(t, label, groups) {
		if table == "funds" {
			var parts []string
			for _, l := range labels {
				for h, sum := range sums[l] {
					parts = append(parts, fmt.Sprintf("%s=%s%d", h, l, sum))
				}
			}
			r.note("amounts", parts)
		}
		shown := numberIn(t, name, number)
		if n := len(of[name]); shown != fmt.Sprint(n) && shown != "—" {
			v.t.Fatalf("%s of %s: %s households, want %d\n%s", name, table, shown, n, flat([]model.PublicTable{t}))
		}
		for _, l := range labels {
			r.note(table+l, of[name])
		}
	}
}

// labelsOf are the groups in each line of a table as it is shown, the total among them.
func labelsOf(t model.PublicTable, column int, groups []model.PublicGroup) map[string][]string {
	lines, left := map[string][]string{}, map[string]bool{}
	for _, g := range groups {
		left[g.Label] = true
	}
	others := ""
	for _, row := range t.Rows {
		if strings.HasPrefix(row.Cells[column], "其他(") {
			others = row.Cells[column]
			continue
		}
		lines[row.Cells[column]] = []string{row.Cells[column]}
		delete(left, row.Cells[column])
	}
	if others != "" {
		lines[others] = slices.Sorted(maps.Keys(left))
		if strings.Contains(t.Note, "不列") { // lines are missing: what is joined is what was small
			for safe, _, _ := model.MergeSmall(groups); len(safe) > 0; safe = safe[1:] {
				if safe[0].Label == others {
					lines[others] = safe[0].Of
				}
			}
		}
	}
	if len(t.Total) > 0 {
		for _, g := range groups {
			lines["合计"] = append(lines["合计"], g.Label)
		}
	}
	return lines
}

func linesOf(t model.PublicTable, column int, groups []model.PublicGroup) map[string][]string {
	lines := map[string][]string{}
	for name, labels := range labelsOf(t, column, groups) {
		lines[name] = []string{}
		for _, g := range groups {
			if slices.Contains(labels, g.Label) {
				lines[name] = append(lines[name], g.Households...)
			}
		}
		slices.Sort(lines[name])
		lines[name] = slices.Compact(lines[name])
	}
	return lines
}

func numberIn(t model.PublicTable, name string, column int) string {
	for _, row := range append(slices.Clone(t.Rows), model.PublicRow{Cells: t.Total}) {
		if slices.Contains(row.Cells, name) {
			return row.Cells[column]
		}
	}
	return ""
}

// learns is a group below the limit of which the reader can work something out: taking its parts away leaves fewer
// independent numbers. Empty when there is none.
func learns(sums [][]string) []string {
	households := map[string]bool{}
	for _, sum := range sums {
		for _, part := range sum {
			h, _, _ := strings.Cut(part, "=")
			households[h] = h != ""
		}
	}
	var all []string
	for h, somebody := range households {
		if somebody {
			all = append(all, h)
		}
	}
	whole := rankWithout(sums, nil)
	for i, a := range all {
		for _, b := range all[i:] { // a with itself, too
			if rankWithout(sums, []string{a, b}) < whole {
				return slices.Compact([]string{a, b})
			}
		}
	}
	return nil
}

// rankWithout is how many of the sums are independent when nothing of these households counts.
func rankWithout(sums [][]string, households []string) int {
	const p = 1_000_003
	columns := map[string]int{}
	rows := make([]map[int]int64, len(sums))
	for i, sum := range sums {
		rows[i] = map[int]int64{}
		for _, part := range sum {
			if h, _, _ := strings.Cut(part, "="); h != "" && slices.Contains(households, h) {
				continue
			}
			if _, known := columns[part]; !known {
				columns[part] = len(columns)
			}
			rows[i][columns[part]] = 1
		}
	}
	rank := 0
	for len(rows) > 0 {
		row := rows[0]
		rows = rows[1:]
		if len(row) == 0 {
			continue
		}
		rank++
		lead := slices.Min(slices.Collect(maps.Keys(row)))
		for _, other := range rows {
			// other·row[lead] − row·other[lead] has nothing in the leading column.
			if times := other[lead]; times != 0 {
				for c := range other {
					other[c] = other[c] * row[lead] % p
				}
				for c, n := range row {
					if left := ((other[c]-n*times)%p + p) % p; left == 0 {
						delete(other, c)
					} else {
						other[c] = left
					}
				}
			}
		}
	}
	return rank
}

// TestNoSetOfVersionsTellsOfFew publishes a changing village again and again, in any order of items. Whoever keeps all
// of it learns nothing of one household, or of two.
func TestNoSetOfVersionsTellsOfFew(t *testing.T) {
	items := []model.DisclosureItem{model.ItemFamilies, model.ItemProgress, model.ItemFunds, model.ItemMeasures}
	rapid.Check(t, func(t *rapid.T) {
		v := newVillage(t)
		var past []model.PublicCell
		for range rapid.IntRange(1, 7).Draw(t, "disclosures") {
			past = append(past, v.publish(rapid.SampledFrom(items).Draw(t, "item"), past)...)
			for range rapid.IntRange(0, 6).Draw(t, "happens") {
				v.live()
			}
		}
		for frame, sums := range v.reader {
			if few := learns(sums); len(few) > 0 {
				t.Fatalf("%s tells of %v:\n%s", frame, few, strings.ReplaceAll(fmt.Sprint(sums), "] [", "]\n["))
			}
		}
	})
}

// TestTheAttack: one person more in a community of three households shows nowhere, nor does one household more; three
// more do.
func TestTheAttack(t *testing.T) {
	r, _ := referenceRecords()
	first, err := generate(model.ItemFamilies, r)
	if err != nil || !strings.Contains(flat(first.tables), "第一社区居民委 3 4\n") {
		t.Fatalf("%v\n%s", err, flat(first.tables))
	}
	community := slices.IndexFunc(r.Households, func(h model.Household) bool { return h.UnitID == r.Units[unitNamed(r, "第一社区居民委")].ID })
	v := &village{r: r, members: map[string]int{}}
	again := func(past ...content) (content, string) {
		t.Helper()
		v.r.told = &telling{}
		for _, c := range past {
			v.r.told.past = append(v.r.told.past, c.cells...)
		}
		c, err := generate(model.ItemFamilies, v.r)
		if err != nil {
			t.Fatal(err)
		}
		return c, flat(c.tables)
	}
	if _, text := again(first); text != flat(first.tables) {
		t.Errorf("nothing has changed:\n%s", text)
	}
	v.born(r.Households[community].ID)
	_, text := again(first)
	for _, told := range []string{"第一社区居民委 ", "36 62", "合计 "} {
		if strings.Contains(text, told) {
			t.Errorf("it tells %q:\n%s", told, text)
		}
	}
	if !strings.Contains(text, "第一管理区 4 7\n") || !strings.Contains(text, "不列") {
		t.Errorf("the others are shown, and why this one is not:\n%s", text)
	}
	// Of the others two get a child each: three households have changed, and the sum may say so.
	for i, h := range r.Households {
		if h.UnitID == r.Households[community].UnitID && i != community {
			v.born(h.ID)
		}
	}
	if _, text := again(first); !strings.Contains(text, "第一社区居民委 3 7\n") || !strings.Contains(text, "合计 36 64\n") {
		t.Errorf("a change of three:\n%s", text)
	}
}

func unitNamed(r records, name string) int {
	return slices.IndexFunc(r.Units, func(u model.Unit) bool { return u.Name == name })
}

// TestAMoveShowsNowhere: a household that moved joins the two units of which the difference would tell it; progress tells
// no more than the families do.
func TestAMoveShowsNowhere(t *testing.T) {
	r, _ := referenceRecords()
	first, _ := generate(model.ItemFamilies, r)
	r.Households = slices.Clone(r.Households)
	r.Households[0].UnitID = r.Units[unitNamed(r, "第二管理区")].ID
	r.told = &telling{past: first.cells}
	c, _ := generate(model.ItemFamilies, r)
	if text := flat(c.tables); !strings.Contains(text, "其他(2项合并) 8 15\n合计 36 61") || strings.Contains(text, "第一管理区") {
		t.Errorf("%s", text)
	}
	r.Households[0].StatusHistory = []model.StatusChange{{Status: model.StatusRemoved, On: "2017-01-01"}}
	r.told = &telling{past: first.cells}
	if target, done := exits(r); target != "—" || !strings.Contains(done, "不公布") {
		t.Errorf("one left the register: %s %s", target, done)
	}
}
