package sheets

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"bangfu/service/access"
	"bangfu/service/model"
	"bangfu/service/people"
)

// change is one field of a record that a row would change, in normal form.
type change struct {
	Key    string `json:"k"`
	Before string `json:"b,omitempty"`
	After  string `json:"a,omitempty"`
}

// differences tell what rows would change.
type differences struct {
	*Service
	kind sheet
	say  func(values) // puts names in the place of numbers; nil until the first row needs it
}

// between are the fields in which the record as it would be differs from the record as it is, in the order of the sheet's
// columns; about are the values that say which record it is.
func (d *differences) between(ctx context.Context, o people.Outcome) (about values, list []change, err error) {
	if o.Before == nil {
		return nil, nil, nil
	}
	before, after, err := d.rows(o)
	if err != nil {
		return nil, nil, err
	}
	if d.say == nil {
		if d.say, err = d.namesFor(ctx, d.kind.kind); err != nil {
			return nil, nil, err
		}
	}
	d.say(before)
	d.say(after)
	for _, c := range d.kind.columns {
		if before[c.key] != after[c.key] {
			list = append(list, change{c.key, before[c.key], after[c.key]})
		}
	}
	about = values{}
	for _, key := range aboutKeys {
		if after[key] != "" {
			about[key] = after[key]
		}
	}
	return about, list, nil
}

// aboutKeys are the columns that say which record a row is about.
var aboutKeys = []string{"id", "household_id", "cadre_id", "year"}

// rows are a record before and after as rows of the sheet.
func (d *differences) rows(o people.Outcome) (before, after values, err error) {
	switch is := o.After.(type) {
	case model.Household:
		return householdValues(o.Before.(model.Household)), householdValues(is), nil
	case model.Person:
		return d.personBoth(o.Before.(model.Person), is)
	case model.Cadre:
		return both(o.Before.(model.Cadre), is, func(c model.Cadre) (values, error) {
			phone, err := d.store.Sealer().Open(c.Phone, "phone", c.ID)
			return cadreValues(c, phone), err
		})
	case model.Pairing:
		return pairingValues(o.Before.(model.Pairing)), pairingValues(is), nil
	case model.IncomeRecord:
		return incomeValues(o.Before.(model.IncomeRecord)), incomeValues(is), nil
	}
	return nil, nil, fmt.Errorf("differences of %T", o.After)
}

func both[T any](was, is T, row func(T) (values, error)) (before, after values, err error) {
	if before, err = row(was); err != nil {
		return nil, nil, err
	}
	after, err = row(is)
	return before, after, err
}

// personBoth are the rows of the membership that changes, or else of the one where the person is now. One that is new
// stands beside the one before it.
func (d *differences) personBoth(was, is model.Person) (before, after values, err error) {
	spell := lastOf(is.Memberships)
	for _, m := range is.Memberships {
		if !slices.Contains(was.Memberships, m) {
			spell = []model.Membership{m}
		}
	}
	same := slices.DeleteFunc(slices.Clone(was.Memberships), func(m model.Membership) bool {
		return len(spell) == 0 || m.HouseholdID != spell[0].HouseholdID || m.From != spell[0].From
	})
	if len(same) == 0 {
		same = lastOf(was.Memberships)
	}
	was.Memberships, is.Memberships = same, spell
	return both(was, is, func(p model.Person) (v values, err error) {
		err = d.personRows(p, nil, func(_ string, row values) error { v = row; return nil })
		return v, err
	})
}

// Change is what a row would change in a record that is there.
type Change struct {
	Row   int           `json:"row" doc:"第几行"`
	About string        `json:"about" doc:"改的是哪一条:户号、人员编号、干部编号、年度"`
	Cells []ChangedCell `json:"cells"`
}

// ChangedCell is one field before and after; sensitive fields are masked on both sides unless they were opened.
type ChangedCell struct {
	Title  string `json:"title" doc:"列名"`
	Before string `json:"before"`
	After  string `json:"after"`
	Masked bool   `json:"masked,omitempty" doc:"遮住了;两边看起来一样也是不同的"`
}

// Changes are a page of what the rows of a checked import would change, by number, after the row given; more says that
// there is another page. For a reason it shows the groups of sensitive fields that the reader may open in the whole farm,
// which a sheet is about; then it is noted first who read them, with each household.
func (s *Service) Changes(ctx context.Context, farm access.Farm, imp model.Import, after, limit int, reason string) (list []Change, more bool, err error) {
	kind, err := s.sheet(ctx, imp.Kind)
	if err != nil {
		return nil, false, err
	}
	reason = strings.TrimSpace(reason)
	if reason != "" && !model.GoodReason(reason) {
		return nil, false, errReason
	}
	opens := func(g model.FieldGroup) bool { return reason != "" && farm.Staff().CanReadFields(g, nil) }
	rows, err := s.store.ChangingImportRows(ctx, imp.ID, after, limit+1)
	if err != nil {
		return nil, false, err
	}
	if more = len(rows) > limit; more {
		rows = rows[:limit]
	}
	read := made{households: map[string][]model.FieldGroup{}}
	titles := titlesOf(imp)
	list = []Change{}
	for _, row := range rows {
		c, err := s.open(row)
		if err != nil {
			return nil, false, err
		}
		shown, opened := kind.changed(c, titles, opens)
		shown.Row = row.Row
		list = append(list, shown)
		if len(opened) == 0 {
			continue
		}
		read.rows++
		if id := c.About["household_id"]; id != "" {
			read.households[id] = union(read.households[id], opened)
		}
	}
	if read.rows > 0 {
		what := File{What: "imports/" + imp.ID + "/changes", Title: "导入前后的对照(" + kind.title + ")"}
		err = s.noteTaken(ctx, TakerOf(farm.Staff()), what, read, reason)
	}
	return list, more, err
}

// titlesOf are what the file calls the fields.
func titlesOf(imp model.Import) map[string]string {
	titles := map[string]string{}
	for _, c := range imp.Columns {
		titles[c.Key] = c.Title
	}
	return titles
}

func union(a, b []model.FieldGroup) []model.FieldGroup {
	for _, g := range b {
		if !slices.Contains(a, g) {
			a = append(a, g)
		}
	}
	return a
}

// changed is what a row would change as somebody may see it, and which groups of fields it shows in full.
func (s sheet) changed(c content, titles map[string]string, opens func(model.FieldGroup) bool) (shown Change, opened []model.FieldGroup) {
	var about []string
	for _, key := range aboutKeys {
		if c.About[key] != "" {
			about = append(about, c.About[key])
		}
	}
	shown = Change{About: strings.Join(about, " · "), Cells: []ChangedCell{}}
	for _, x := range c.Changes {
		field, known := s.column(x.Key)
		if !known {
			continue // a field of a form that has changed since
		}
		cell := ChangedCell{Title: titles[x.Key], Before: field.show(x.Before), After: field.show(x.After)}
		if cell.Title == "" {
			cell.Title = field.title
		}
		switch {
		case field.group == "":
		case opens(field.group):
			opened = union(opened, []model.FieldGroup{field.group})
		default:
			cell.Before, cell.After, cell.Masked = mask(x.Key, cell.Before), mask(x.Key, cell.After), true
		}
		shown.Cells = append(shown.Cells, cell)
	}
	return shown, opened
}
