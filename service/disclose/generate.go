package disclose

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"bangfu/service/model"
)

// content is what a disclosure says.
type content struct {
	asOf       model.Date
	tables     []model.PublicTable
	households []string // that a notice names
	cells      []model.PublicCell
	err        error // why it cannot be said
}

// records are what an item is drawn from.
type records struct {
	model.Farm
	donors map[string]string // by donation, of those who agreed to be named
	year   int
	today  model.Date
	told   *telling
}

var generators = map[model.DisclosureItem]func(records) content{
	model.ItemFamilies: families, model.ItemPairings: pairings, model.ItemMeasures: measures, model.ItemFunds: funds,
	model.ItemProgress: progress, model.ItemDonations: donations,
}

// generate draws the item from the records. Nothing leaves a generator but through model.Disclose.
func generate(item model.DisclosureItem, r records) (content, error) {
	switch draw, ok := generators[item]; {
	case ok:
		c := draw(r)
		c.cells = r.told.next
		if c.asOf = r.asOf(); len(c.tables) == 0 && c.err == nil {
			return c, errNothing
		}
		return c, c.err
	case item.Purpose() != "":
		c := notice(item, r)
		if c.asOf = r.today; len(c.households) == 0 {
			return c, errNobody
		}
		return c, nil
	}
	return content{asOf: r.today}, nil // the farm's own items are what people wrote
}

// asOf is the last day of the year, or today.
func (r records) asOf() model.Date { return min(r.today, model.NewDate(r.year, 12, 31)) }

// registered are the households on the register on the day.
func (r records) registered(day model.Date) []model.Household {
	return slices.DeleteFunc(slices.Clone(r.Households), func(h model.Household) bool { return !h.OnRegister(day) })
}

// members is how many persons belong to each household on the day.
func (r records) members(day model.Date) map[string]int {
	n := map[string]int{}
	for _, p := range r.Persons {
		for _, m := range p.Memberships {
			if _, belongs := p.Member(m.HouseholdID, day); belongs {
				n[m.HouseholdID]++
			}
		}
	}
	return n
}

func (r records) unitNames() map[string]string {
	names := map[string]string{}
	for _, u := range r.Units {
		names[u.ID] = u.Name
	}
	return names
}

// grouped puts the households into groups in the order of their first household.
func grouped(households []model.Household, members map[string]int, labelOf func(model.Household) string) (groups []model.PublicGroup) {
	at := map[string]int{}
	for _, h := range households {
		l := labelOf(h)
		i, known := at[l]
		if !known {
			i = len(groups)
			at[l] = i
			groups = append(groups, model.PublicGroup{Label: l})
		}
		groups[i].Households = append(groups[i].Households, h.ID)
		groups[i].Persons += members[h.ID]
		groups[i].Parts = append(groups[i].Parts, fmt.Sprintf("%s=%d", h.ID, members[h.ID]))
	}
	return groups
}

// unitLabels is what each of the units is called in public: a unit with too few households has no name there.
func (r records) unitLabels(households []model.Household) (labels map[string]string, merged []string, whole bool) {
	names := r.unitNames()
	safe, merged, whole := model.MergeSmall(grouped(households, nil, func(h model.Household) string { return names[h.UnitID] }))
	labels = map[string]string{}
	for id, name := range names {
		switch labels[id] = name; {
		case !whole:
			labels[id] = "本场"
		case slices.Contains(merged, name):
			labels[id] = safe[len(safe)-1].Label
		}
	}
	return labels, merged, whole
}

// aggregate is a table of groups with households, persons and a total.
func (r records) aggregate(item model.DisclosureItem, caption string, label model.PublicField, groups []model.PublicGroup) model.PublicTable {
	show := r.told.fitRegister(groups)
	wanted := []model.PublicField{label, model.FieldHouseholds, model.FieldPersons}
	var rows []model.SourceRow
	var bars []int64
	line := func(name string, g model.PublicGroup) model.SourceRow {
		return model.SourceRow{label: name, model.FieldHouseholds: strconv.Itoa(len(g.Households)), model.FieldPersons: strconv.Itoa(g.Persons)}
	}
	for _, g := range show.lines {
		rows = append(rows, line(g.Label, g))
		bars = append(bars, int64(len(g.Households)))
	}
	t := model.Disclose(item, caption, wanted, rows)
	t.Note = show.note
	t.Draw(model.FieldHouseholds, bars)
	if show.total {
		t.AddTotal(line("合计", model.SumOf(show.lines)))
	}
	return t
}

func families(r records) content {
	day := r.asOf()
	list, members, units := r.registered(day), r.members(day), r.unitNames()
	return content{tables: []model.PublicTable{
		r.aggregate(model.ItemFamilies, "按单位", model.FieldUnit,
			grouped(list, members, func(h model.Household) string { return units[h.UnitID] })),
		r.aggregate(model.ItemFamilies, "按户情", model.FieldStatus,
			grouped(list, members, func(h model.Household) string { return h.StatusOn(day).Label() })),
	}}
}

func pairings(r records) content {
	day := r.asOf()
	list := r.registered(day)
	labels, merged, whole := r.unitLabels(list)
	t := model.PublicTable{Caption: "结对名单", Note: model.MergedNote(merged, whole)}
	if !whole {
		return content{tables: []model.PublicTable{t}}
	}
	heads, cadres := r.heads(), r.cadresOf(day)
	rows := make([]model.SourceRow, len(list))
	for i, h := range list {
		rows[i] = model.SourceRow{
			model.FieldNumber: h.ID, model.FieldHead: heads[h.HeadID], model.FieldUnit: labels[h.UnitID],
			model.FieldCadres: strings.Join(cadres[h.ID], "、"),
		}
	}
	// Not in the order of the register, which would tell the household's number.
	slices.SortStableFunc(rows, func(a, b model.SourceRow) int {
		return cmp.Or(unitPlace(labels, list, a)-unitPlace(labels, list, b),
			strings.Compare(model.MaskName(a[model.FieldHead]), model.MaskName(b[model.FieldHead])),
			strings.Compare(a[model.FieldCadres], b[model.FieldCadres]))
	})
	t = model.Disclose(model.ItemPairings, t.Caption, []model.PublicField{model.FieldUnit, model.FieldHead, model.FieldCadres}, rows)
	t.Note = model.MergedNote(merged, whole)
	return content{tables: []model.PublicTable{t}}
}

// unitPlace is where the row's unit first stands among the households.
func unitPlace(labels map[string]string, list []model.Household, row model.SourceRow) int {
	return slices.IndexFunc(list, func(h model.Household) bool { return labels[h.UnitID] == row[model.FieldUnit] })
}

func (r records) heads() map[string]string {
	names := map[string]string{}
	for _, p := range r.Persons {
		names[p.ID] = p.Name
	}
	return names
}

// cadresOf are the names of each household's cadres on the day, the lead first.
func (r records) cadresOf(day model.Date) map[string][]string {
	names := map[string]string{}
	for _, c := range r.Cadres {
		names[c.ID] = c.Name
	}
	lead, of := map[string][]string{}, map[string][]string{}
	for _, p := range r.Pairings {
		switch {
		case !p.OpenOn(day):
		case p.Role == model.PairingLead:
			lead[p.HouseholdID] = append(lead[p.HouseholdID], names[p.CadreID])
		default:
			of[p.HouseholdID] = append(of[p.HouseholdID], names[p.CadreID])
		}
	}
	for id, first := range lead {
		of[id] = append(first, of[id]...)
	}
	return of
}

// ofMonth is how the title of a monthly payment begins.
var ofMonth = regexp.MustCompile(`^(\d{4}年)?\d{1,2}月`)

// paid puts the year's entries into groups, in the order of their first entry.
func (r records) paid(labelOf func(model.Entry) string) (groups []model.PublicGroup) {
	at, parts := map[string]int{}, map[part]model.PublicGroup{}
	for _, e := range r.Entries {
		if e.PaidOn.Year() != r.year {
			continue
		}
		l := labelOf(e)
		i, known := at[l]
		if !known {
			i = len(groups)
			at[l] = i
			groups = append(groups, model.PublicGroup{Label: l})
		}
		groups[i].Pay(e.Amount)
		own := parts[part{e.HouseholdID, l}]
		own.Pay(e.Amount)
		parts[part{e.HouseholdID, l}] = own
		if e.HouseholdID != "" {
			groups[i].Households = append(groups[i].Households, e.HouseholdID)
		}
	}
	for i := range groups {
		slices.Sort(groups[i].Households)
		groups[i].Households = slices.Compact(groups[i].Households)
	}
	for p, sum := range parts {
		i := at[p.label]
		groups[i].Parts = append(groups[i].Parts, fmt.Sprintf("%s=%s=%d", p.household, p.label, sum.Amount))
	}
	return groups
}

// part is what a household got under a label; one that is nobody's has no household.
type part struct{ household, label string }

// groupSep parts the two halves of a group's label. It is stored with the cells, and a zero byte, which nobody can type either,
// is refused by databases that keep documents as JSON.
const groupSep = "\t"

// measures are read from what was paid. The sign between system and measure stands in no title.
func measures(r records) content {
	groups := r.paid(func(e model.Entry) string { return e.System.Label() + groupSep + ofMonth.ReplaceAllString(e.Title, "") })
	groups = slices.DeleteFunc(groups, func(g model.PublicGroup) bool { return len(g.Households) == 0 })
	slices.SortStableFunc(groups, func(a, b model.PublicGroup) int {
		return cmp.Or(-strings.Compare(systemOf(a), systemOf(b)), len(b.Households)-len(a.Households))
	})
	show := r.told.fit(groups, paidIn("measures", r.year, false, groups))
	var rows []model.SourceRow
	var bars []int64
	for _, g := range show.lines {
		system, measure, split := strings.Cut(g.Label, groupSep)
		if !split {
			system, measure = "各体系", g.Label
		}
		rows = append(rows, model.SourceRow{model.FieldSystem: system, model.FieldMeasure: measure, model.FieldHouseholds: strconv.Itoa(len(g.Households))})
		bars = append(bars, int64(len(g.Households)))
	}
	t := model.Disclose(model.ItemMeasures, "措施和受益户数", []model.PublicField{model.FieldSystem, model.FieldMeasure, model.FieldHouseholds}, rows)
	t.Note = show.note
	t.Draw(model.FieldHouseholds, bars)
	return content{tables: []model.PublicTable{t}}
}

func systemOf(g model.PublicGroup) string {
	s, _, _ := strings.Cut(g.Label, groupSep)
	return s
}

func funds(r records) content {
	groups := r.paid(func(e model.Entry) string { return e.Category.Label() })
	slices.SortStableFunc(groups, func(a, b model.PublicGroup) int { return category(a.Label) - category(b.Label) })
	show := r.told.fit(groups, paidIn("funds", r.year, true, groups))
	line := func(name string, g model.PublicGroup) model.SourceRow {
		households := "—" // a sum that is not allotted to households
		if n := len(g.Households); n > 0 {
			households = strconv.Itoa(n)
		}
		return model.SourceRow{model.FieldCategory: name, model.FieldAmount: g.Amount.Wan(), model.FieldHouseholds: households}
	}
	var rows []model.SourceRow
	var bars []int64
	for _, g := range show.lines {
		rows = append(rows, line(g.Label, g))
		bars = append(bars, int64(g.Amount))
	}
	wanted := []model.PublicField{model.FieldCategory, model.FieldAmount, model.FieldHouseholds}
	t := model.Disclose(model.ItemFunds, "六类支出", wanted, rows)
	t.Note = show.note
	t.Draw(model.FieldAmount, bars)
	total := model.SumOf(show.lines)
	if show.total {
		t.AddTotal(line("合计", total))
	}
	return content{tables: []model.PublicTable{t}, err: total.TooLarge}
}

func category(label string) int {
	return slices.IndexFunc(model.Categories, func(c model.Category) bool { return c.Label() == label })
}

// notice lists the households that may be taken onto the register or leave it. Each stands by itself, which is
// what a notice is for; only a unit with too few households in the register keeps its name to itself.
func notice(item model.DisclosureItem, r records) (c content) {
	subjects := slices.DeleteFunc(slices.Clone(r.Households), func(h model.Household) bool { return h.StatusOn(r.today) != item.Subjects() })
	known := slices.DeleteFunc(slices.Clone(r.Households), func(h model.Household) bool { return h.StatusOn(r.today).Ended() })
	labels, merged, _ := r.unitLabels(known)
	heads := r.heads()
	var rows []model.SourceRow
	for _, h := range subjects {
		rows = append(rows, model.SourceRow{model.FieldNumber: h.ID, model.FieldHead: heads[h.HeadID], model.FieldUnit: labels[h.UnitID]})
		c.households = append(c.households, h.ID)
	}
	wanted := []model.PublicField{model.FieldNumber, model.FieldHead, model.FieldUnit}
	t := model.Disclose(item, fmt.Sprintf("名单(%d户)", len(rows)), wanted, rows)
	if len(merged) > 0 {
		t.Note = fmt.Sprintf("在册少于%d户的单位已合并,不单列。", model.SmallGroup)
	}
	c.tables = []model.PublicTable{t}
	return c
}
