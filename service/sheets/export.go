package sheets

import (
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"bangfu/service/model"

	"github.com/xuri/excelize/v2"
)

// Export is a sheet to be written.
type Export struct {
	Kind  model.SheetKind
	CSV   bool // otherwise a workbook
	Full  bool // what is sensitive and opened is shown; otherwise it is masked
	Actor string
	// Sees and Opens ask about a unit, by its path from the root: whether its rows are for this person at
	// all, and whether a group of fields is. A household in no unit has an empty path.
	Sees  func(path []string) bool
	Opens func(g model.FieldGroup, path []string) bool
}

// Sheet is the list as a file. It can be imported again and then changes nothing: what is masked in it says nothing. The
// books have nothing to mask, so they always need a reason.
func (s *Service) Sheet(ctx context.Context, e Export) (File, error) {
	kind, err := s.sheet(ctx, e.Kind)
	if err != nil {
		return File{}, err
	}
	ending := "xlsx"
	if e.CSV {
		ending = "csv"
	}
	f := File{What: "exports/" + string(e.Kind) + "." + ending, Title: kind.title, Masked: !e.Full && e.Kind != model.SheetEntries}
	if f.Masked {
		f.What, f.Title = f.What+",masked", f.Title+"(遮住敏感内容的)"
	}
	for _, c := range kind.columns {
		if c.group == "" || e.Full {
			f.Fields = append(f.Fields, c.key)
		}
	}
	f.Write = func(w io.Writer, row func([]model.FieldGroup, ...string)) error { return s.write(ctx, kind, e, w, row) }
	return f, nil
}

// Export writes the sheet for whoever works at the machine itself, who takes it alone; see Give.
func (s *Service) Export(ctx context.Context, e Export, reason string, w io.Writer) (rows int, err error) {
	f, err := s.Sheet(ctx, e)
	if err != nil {
		return 0, err
	}
	content, rows, err := s.Give(ctx, Taker{Actor: e.Actor, Alone: true}, f, reason, "")
	if err != nil {
		return 0, err
	}
	_, err = w.Write(content)
	return rows, err
}

func (s *Service) write(ctx context.Context, kind sheet, e Export, w io.Writer, row func([]model.FieldGroup, ...string)) error {
	out, err := newTable(kind, e.CSV, w)
	if err != nil {
		return err
	}
	paths, err := s.unitPaths(ctx)
	if err != nil {
		return err
	}
	say, err := s.namesFor(ctx, e.Kind)
	if err != nil {
		return err
	}
	err = s.eachRow(ctx, e.Kind, func(unitID string, v values) error {
		path := paths[unitID]
		if !e.Sees(path) {
			return nil
		}
		say(v)
		var opened []model.FieldGroup
		cells := make([]string, len(kind.columns))
		for i, c := range kind.columns {
			cells[i] = c.show(v[c.key])
			switch {
			case c.group == "":
			case !e.Full || !e.Opens(c.group, path):
				cells[i] = mask(c.key, cells[i])
			case !slices.Contains(opened, c.group):
				opened = append(opened, c.group)
			}
		}
		row(opened, v["household_id"])
		return out.row(cells)
	})
	if err != nil {
		return err
	}
	return out.end()
}

// namesFor puts into a row the names that people know units and heads by, where an import finds them by these again: a
// name that two bear stays a number.
func (s *Service) namesFor(ctx context.Context, kind model.SheetKind) (func(values), error) {
	units, err := s.store.Units(ctx)
	if err != nil {
		return nil, err
	}
	names, bearers := map[string]string{}, map[string]int{}
	for _, u := range units {
		names[u.ID] = u.Name
		bearers[u.Name]++
	}
	heads := map[string]string{}
	if kind == model.SheetHouseholds {
		if heads, err = s.headNames(ctx); err != nil {
			return nil, err
		}
	}
	return func(v values) {
		for _, key := range []string{"unit", "branch"} {
			if name := names[v[key]]; bearers[name] == 1 {
				v[key] = name
			}
		}
		if name := heads[v["household_id"]+"/"+v["head"]]; name != "" {
			v["head"] = name
		}
	}, nil
}

// headNames are the names of members by household and number, where no other member ever had the same.
func (s *Service) headNames(ctx context.Context) (map[string]string, error) {
	bearers, list := map[string]int{}, map[string]string{}
	err := s.store.EachPerson(ctx, func(p model.Person) error {
		for _, m := range p.Memberships {
			if _, again := list[m.HouseholdID+"/"+p.ID]; !again {
				list[m.HouseholdID+"/"+p.ID] = p.Name
				bearers[m.HouseholdID+"/"+p.Name]++
			}
		}
		return nil
	})
	for key, name := range list {
		if house, _, _ := strings.Cut(key, "/"); bearers[house+"/"+name] > 1 {
			delete(list, key)
		}
	}
	return list, err
}

func (s *Service) unitPaths(ctx context.Context) (map[string][]string, error) {
	units, err := s.store.Units(ctx)
	paths := map[string][]string{}
	for _, u := range units {
		paths[u.ID] = u.UnitPath()
	}
	return paths, err
}

// show is a value in normal form as people read it.
func (c column) show(value string) string {
	switch {
	case value == "":
		return ""
	case c.words != nil:
		return c.words.label(value)
	case c.fen:
		return yuan(value)
	}
	return value
}

// yuan is an amount in fen as plain digits, which spreadsheets count as a number.
func yuan(fen string) string {
	if rest, negative := strings.CutPrefix(fen, "-"); negative {
		return "-" + yuan(rest)
	}
	for len(fen) < 3 {
		fen = "0" + fen
	}
	return fen[:len(fen)-2] + "." + fen[len(fen)-2:]
}

// mask hides a value. What is masked has a star in it, so that it is known when it comes back.
func mask(key, value string) string {
	runes := []rune(value)
	switch {
	case value == "":
		return ""
	case (key == "name" || key == "head") && len(runes) > 1:
		return model.MaskName(value)
	case key == "national_id" && len(runes) == 18:
		return strings.Repeat("*", 14) + value[14:]
	case key == "phone" && len(runes) > 7:
		return value[:3] + strings.Repeat("*", len(value)-7) + value[len(value)-4:]
	case key == "birth_date" && len(runes) == 10:
		return value[:4] + "-**-**"
	}
	return "***"
}

// eachRow calls f with every row of a list in normal form, and with the unit that it belongs to.
func (s *Service) eachRow(ctx context.Context, kind model.SheetKind, f func(unitID string, v values) error) error {
	units := map[string]string{}
	if kind != model.SheetCadres && kind != model.SheetHouseholds {
		err := s.store.EachHousehold(ctx, func(h model.Household) error { units[h.ID] = h.UnitID; return nil })
		if err != nil {
			return err
		}
	}
	switch kind {
	case model.SheetHouseholds:
		return s.store.EachHousehold(ctx, func(h model.Household) error { return f(h.UnitID, householdValues(h)) })
	case model.SheetPersons:
		return s.store.EachPerson(ctx, func(p model.Person) error { return s.personRows(p, units, f) })
	case model.SheetCadres:
		return s.store.EachCadre(ctx, func(c model.Cadre) error {
			phone, err := s.store.Sealer().Open(c.Phone, "phone", c.ID)
			if err != nil {
				return err
			}
			return f(c.UnitID, cadreValues(c, phone))
		})
	case model.SheetPairings:
		return s.store.EachPairing(ctx, func(p model.Pairing) error {
			return f(units[p.HouseholdID], pairingValues(p))
		})
	}
	if kind == model.SheetEntries {
		return s.store.EachEntry(ctx, func(e model.Entry) error { return f(units[e.HouseholdID], entryValues(e)) })
	}
	return s.store.EachIncome(ctx, func(i model.IncomeRecord) error { return f(units[i.HouseholdID], incomeValues(i)) })
}

// personRows calls f with the person's row: in the household where they are now, or were last.
func (s *Service) personRows(p model.Person, units map[string]string, f func(string, values) error) error {
	number, err := s.store.Sealer().Open(p.NationalID, "national_id", p.ID)
	if err != nil {
		return err
	}
	phone, err := s.store.Sealer().Open(p.Phone, "phone", p.ID)
	if err != nil {
		return err
	}
	p.Memberships = lastOf(p.Memberships)
	v := personValues(p, number, phone)[0]
	return f(units[v["household_id"]], v)
}

// lastOf is the membership that is open, or was open last.
func lastOf(list []model.Membership) []model.Membership {
	var last []model.Membership
	for _, m := range list {
		if len(last) == 0 || m.To == "" || last[0].To != "" && m.To > last[0].To {
			last = []model.Membership{m}
		}
	}
	return last
}

// table writes a list, row by row.
type table struct {
	kind sheet
	n    int
	csv  *csv.Writer

	excel  *excelize.File
	stream *excelize.StreamWriter
	w      io.Writer
}

// mark tells spreadsheets that a CSV file is UTF-8.
const mark = "\ufeff"

func newTable(kind sheet, asCSV bool, w io.Writer) (*table, error) {
	t := &table{kind: kind, w: w}
	titles := make([]string, len(kind.columns))
	for i, c := range kind.columns {
		titles[i] = Guard(c.title) // the office names its own fields
	}
	if asCSV {
		if _, err := io.WriteString(w, mark); err != nil {
			return nil, fmt.Errorf("export: %w", err)
		}
		t.csv = csv.NewWriter(w)
		t.csv.UseCRLF = true
		return t, t.csv.Write(titles)
	}
	var err error
	if t.excel, t.stream, err = newSheet(kind); err != nil {
		return nil, err
	}
	return t, t.row(titles)
}

func (t *table) row(cells []string) error {
	t.n++
	for i := range cells {
		cells[i] = Guard(model.Clean(cells[i])) // what XML cannot hold would make a workbook that asks to be repaired
	}
	if t.csv != nil {
		return t.csv.Write(cells)
	}
	row := make([]any, len(cells))
	for i, c := range cells {
		row[i] = c
		// Numbers that people add up; codes of digits stay text, or they would lose digits and zeros.
		if n, err := strconv.ParseFloat(c, 64); err == nil && t.kind.columns[i].counts() {
			row[i] = n
		}
	}
	return t.stream.SetRow(fmt.Sprintf("A%d", t.n), row)
}

// sums reports whether the column's numbers are of one row alone: merged over several, nobody knows of which.
func (c column) sums() bool { return c.counts() && c.key != "year" }

// counts reports whether people add the column's numbers up.
func (c column) counts() bool {
	return c.fen || c.key == "year" || c.key == "members" || c.field == "number" || c.field == "integer"
}

func (t *table) end() error {
	if t.csv != nil {
		t.csv.Flush()
		return t.csv.Error()
	}
	defer t.excel.Close()
	if err := t.stream.Flush(); err != nil {
		return fmt.Errorf("export: %w", err)
	}
	if err := t.excel.Write(t.w); err != nil {
		return fmt.Errorf("export: %w", err)
	}
	return nil
}
