package sheets

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"bangfu/repo"
	"bangfu/service/model"
)

// Upload is a file to be imported.
type Upload struct {
	Kind    model.SheetKind
	Name    string            // as the office calls it
	Path    string            // where it lies
	Mapping map[string]string // the office's titles → ours, or Skip; remembered for the next file
	Keep    bool              // keep the file, for whoever asks for the marked workbook later
	Actor   string
	Report  func(rows int) // how far it is; may be nil
}

// Check is the dry run: it reads the whole file, finds out what each row would do, and keeps that for the
// commit, which does without the file. The registry stays as it is. A file whose commit is under way is not
// looked at again: what is returned is that import.
//
// KindInvalid when the file as a whole cannot be read.
func (s *Service) Check(ctx context.Context, u Upload) (model.Import, error) {
	kind, err := s.sheet(ctx, u.Kind)
	if err != nil {
		return model.Import{}, err
	}
	id, size, err := importID(u.Kind, u.Path)
	if err != nil {
		return model.Import{}, err
	}
	before, err := s.store.Import(ctx, id)
	if err != nil && !model.IsKind(err, model.KindNotFound) {
		return before, err
	}
	if before.State == model.ImportCommitting {
		return before, nil
	}
	b, err := openBook(u.Path)
	if err != nil {
		return model.Import{}, err
	}
	defer b.Close()
	l, err := s.layoutOf(ctx, b, kind, u)
	if err != nil {
		return model.Import{}, err
	}
	now := s.now()
	imp := model.Import{
		ID: id, Kind: u.Kind, File: plainName(u.Name), Size: size, Sheet: l.sheet, HeaderRow: l.header, Width: l.width,
		Ignored: l.ignored, Notes: l.notes, State: model.ImportChecking, CheckedAt: now.UTC(), CheckedBy: u.Actor,
	}
	for _, c := range l.columns {
		imp.Columns = append(imp.Columns, model.ImportColumn{Column: c.at, Title: c.asRead, Key: c.key})
	}
	// Before its rows, so that a dry run that is stopped is known to have left some.
	if err := s.store.PutImport(ctx, imp); err != nil {
		return imp, err
	}
	if u.Keep {
		if imp.Kept, err = s.keep(ctx, id, u.Path); err != nil {
			return imp, err
		}
	}
	run, err := s.newRun(ctx, kind, model.ChangeInfo{Actor: u.Actor, Why: whyOf(imp), At: now}, now, false)
	if err != nil {
		return imp, err
	}
	c := &checker{Service: s, run: run, layout: l, imp: &imp, replace: before.ID != "", seen: map[string]int{}, made: map[string]bool{}, report: u.Report}
	unseen := &unseen{}
	if err := b.each(l.sheet, func(r row) error { unseen.row(l, r); return c.row(ctx, r) }); err != nil {
		return imp, err
	}
	if err := c.settle(ctx); err != nil {
		return imp, err
	}
	if imp.Expected.In == 0 {
		return imp, errNoRows
	}
	if err := c.flush(ctx, 0); err != nil {
		return imp, err
	}
	imp.Notes = append(imp.Notes, unseen.notes(l, b.hiddenColumns(l.sheet))...)
	imp.State = model.ImportChecked
	if err := s.store.PutImport(ctx, imp); err != nil {
		return imp, err
	}
	return imp, s.note(ctx, imp, u.Actor, "检查", imp.Expected)
}

func whyOf(i model.Import) string { return "导入 " + i.File }

// note writes the audit log: what was imported, never what it holds.
func (s *Service) note(ctx context.Context, i model.Import, actor, what string, n model.ImportCount) error {
	fields := make([]string, len(i.Columns))
	for k, c := range i.Columns {
		fields[k] = c.Key
	}
	return s.store.AppendAudit(ctx, model.AuditEntry{
		At: s.now(), Actor: actor, Action: model.AuditImport, Record: "imports/" + i.ID, Fields: fields,
		Reason: fmt.Sprintf("%s:%d行,新增%d,修改%d,没有变化%d,退回%d", what, n.In, n.Created, n.Updated, n.Unchanged, n.Refused),
	})
}

// layoutOf finds the table in the file and remembers what the office says about its titles.
func (s *Service) layoutOf(ctx context.Context, b *sheetFile, kind sheet, u Upload) (layout, error) {
	said, err := kind.checkMapping(u.Mapping)
	if err != nil {
		return layout{}, err
	}
	before, err := s.store.ColumnMapping(ctx, u.Kind)
	if err != nil && !model.IsKind(err, model.KindNotFound) {
		return layout{}, err
	}
	mapping := remembered(before, said)
	l, err := findLayout(b, kind, mapping)
	if err != nil || len(said) == 0 {
		return l, err
	}
	titles := make([]model.ImportColumn, 0, len(mapping))
	for title, key := range mapping {
		titles = append(titles, model.ImportColumn{Title: title, Key: key})
	}
	return l, s.store.PutColumnMapping(ctx, u.Kind, titles)
}

// checker is a dry run under way.
type checker struct {
	*Service
	run     *run
	layout  layout
	imp     *model.Import
	replace bool           // rows of an earlier look at the same file
	seen    map[string]int // what rows are about → the first that is
	made    map[string]bool
	read    []readRow         // which are not settled yet
	batch   []model.ImportRow // which are not stored yet
	report  func(int)
}

// readRow is a row of the file as it was understood; with reasons it is refused for what stands in it.
type readRow struct {
	n       int
	values  values
	reasons []reason
}

// batchSize is how many rows are settled and written at once.
const batchSize = 500

func (c *checker) row(ctx context.Context, r row) error {
	if r.n <= c.layout.header || c.layout.blankRow(r) || c.layout.remark(r) {
		return ctx.Err()
	}
	if c.imp.Expected.In+len(c.read) == mostRows {
		return errTooMany
	}
	v, reasons := c.layout.read(r)
	// What is wrong with the row by itself is said all at once; what depends on others only of a row that is right.
	if reasons = append(reasons, c.incomplete(v, reasons)...); len(reasons) == 0 {
		reasons = c.checkDuplicate(r.n, v)
	} else {
		reasons = c.unknown(v, reasons)
	}
	c.imp.Width = max(c.imp.Width, len(r.cells))
	if c.read = append(c.read, readRow{r.n, v, reasons}); len(c.read) < batchSize {
		return nil
	}
	if err := c.settle(ctx); err != nil {
		return err
	}
	return c.flush(ctx, 1) // the last one does not know yet what comes after it
}

// unknown adds to the faults of a row what it names and the farm does not have: units need no right row to be looked for.
func (c *checker) unknown(v values, reasons []reason) []reason {
	_, more := c.run.rowOf(v)
	for _, m := range more {
		if !slices.ContainsFunc(reasons, func(r reason) bool { return r.Key == m.Key }) {
			reasons = append(reasons, m)
		}
	}
	return reasons
}

// settle finds out what the rows that were read would do.
func (c *checker) settle(ctx context.Context) error {
	if len(c.read) == 0 {
		return nil
	}
	var lines []line
	for _, r := range c.read {
		if len(r.reasons) == 0 {
			lines = append(lines, line{id: repo.ImportRowID(c.imp.ID, r.n), values: r.values})
		}
	}
	outcomes, err := c.run.settle(ctx, lines)
	if err != nil {
		return fmt.Errorf("rows from %d: %w", c.read[0].n, err)
	}
	for _, r := range c.read {
		o := outcome{state: model.RowRefused, reasons: r.reasons}
		if len(r.reasons) == 0 {
			o, outcomes = outcomes[0], outcomes[1:]
		}
		if err := c.keep(r, o); err != nil {
			return err
		}
	}
	c.read = c.read[:0]
	return nil
}

// keep counts a row with what it would do, and keeps it for the commit.
func (c *checker) keep(r readRow, o outcome) error {
	o.state = c.again(o.state, r.values)
	if c.imp.Expected.In == 0 {
		c.imp.NextRow = r.n
	}
	c.imp.Expected.Add(o.state)
	c.imp.LastRow = r.n
	if p := model.Date(r.values["paid_on"]); o.state == model.RowCreated && p != "" && !slices.Contains(c.imp.Months, p.Period()) {
		c.imp.Months = append(c.imp.Months, p.Period())
	}
	row := model.ImportRow{ID: repo.ImportRowID(c.imp.ID, r.n), ImportID: c.imp.ID, Row: r.n, State: model.RowWaiting}
	if o.state == model.RowRefused {
		row.State = model.RowRefused
	}
	row.Changes = len(o.changes) > 0
	kept := content{Values: r.values, Reasons: o.reasons, Expect: o.state, About: o.about, Changes: o.changes}
	var err error
	if row.Content, err = c.seal(kept, row.ID); err != nil {
		return err
	}
	if before := len(c.batch) - 1; before >= 0 {
		c.batch[before].Next = r.n
	}
	c.batch = append(c.batch, row)
	return nil
}

// incomplete are the fields missing that tell what a row is about, but for those that could not be read.
func (c *checker) incomplete(v values, unread []reason) []reason {
	var lacks []reason
	for _, f := range c.run.kind.columns {
		if f.need == always && v[f.key] == "" && !slices.ContainsFunc(unread, func(r reason) bool { return r.Key == f.key }) {
			lacks = append(lacks, reason{Key: f.key, Msg: "要填"})
		}
	}
	return lacks
}

// checkDuplicate refuses a row that says again what an earlier one of the same sheet says.
func (c *checker) checkDuplicate(n int, v values) []reason {
	var what, key string
	switch c.run.kind.kind {
	case model.SheetHouseholds:
		key, what = "household_id", v["household_id"]
	case model.SheetPersons:
		if v["national_id"] != "" {
			if first, ok := c.owner(n, "number|"+v["national_id"], v["id"]); !ok {
				return []reason{{Key: "national_id", Msg: fmt.Sprintf("与第%d行是同一个身份证号,人员编号不同", first)}}
			}
			if v["id"] != "" {
				if first, ok := c.owner(n, "person|"+v["id"], v["national_id"]); !ok {
					return []reason{{Key: "id", Msg: fmt.Sprintf("与第%d行是同一个人员编号,身份证号不同", first)}}
				}
			}
		}
		key, what = "id", v["id"]
		if what == "" {
			key, what = "national_id", v["national_id"]
		}
		if v["relation"] == string(model.RelationHead) && v["to"] == "" && v["household_id"] != "" {
			if first, ok := c.owner(n, "head|"+v["household_id"], what); !ok {
				return []reason{{Key: "relation", Msg: fmt.Sprintf("第%d行已经是这一户的户主", first)}}
			}
		}
		if what != "" {
			what += "|" + v["household_id"] + "|" + v["from"]
		}
	case model.SheetCadres:
		key, what = "id", v["id"]
	case model.SheetPairings:
		key, what = "household_id", v["household_id"]+"|"+v["cadre_id"]+"|"+v["from"]
	case model.SheetEntries:
		key, what = "title", v["id"]
		if what == "" {
			what = strings.Join([]string{v["household_id"], v["person_id"], v["programme"], v["title"], v["category"], v["system"], v["fund"],
				v["amount"], v["paid_on"], v["method"], v["payer"], v["policy"], v["evidence"]}, "|")
		}
	default:
		key, what = "household_id", v["household_id"]+"|"+v["year"]
	}
	if what == "" {
		return nil
	}
	if first, again := c.seen[what]; again {
		return []reason{{Key: key, Msg: fmt.Sprintf("与第%d行重复", first)}}
	}
	c.seen[what] = n
	return nil
}

// owner ties one id to another within the sheet; not ok when it is tied to a different one already.
func (c *checker) owner(n int, id, to string) (first int, ok bool) {
	first, known := c.seen[id]
	if !known {
		c.seen[id], c.seen[id+"|"+to] = n, n
		return n, true
	}
	_, same := c.seen[id+"|"+to]
	return first, same
}

// again knows that a person's second row changes whom the first one makes.
func (c *checker) again(state model.RowState, v values) model.RowState {
	if c.run.kind.kind != model.SheetPersons || state != model.RowCreated {
		return state
	}
	who := v["id"] + "|" + v["national_id"]
	if v["id"] != "" {
		who = v["id"]
	}
	if c.made[who] {
		return model.RowUpdated
	}
	c.made[who] = true
	return state
}

// flush stores the rows that were gathered, but for the last ones.
func (c *checker) flush(ctx context.Context, but int) error {
	rows := c.batch[:len(c.batch)-but]
	store := c.store.InsertImportRows
	if c.replace {
		store = c.store.PutImportRows
	}
	if err := store(ctx, rows); err != nil {
		return err
	}
	c.batch = append(c.batch[:0], c.batch[len(rows):]...)
	if c.report != nil {
		c.report(c.imp.Expected.In)
	}
	return nil
}

// Read goes through a file and understands every row, without a registry to compare it with: how many rows
// there are, and how many of them could not be understood.
func Read(kind model.SheetKind, path string) (n model.ImportCount, err error) {
	s, err := firstSheet(kind)
	if err != nil {
		return n, err
	}
	b, err := openBook(path)
	if err != nil {
		return n, err
	}
	defer b.Close()
	l, err := findLayout(b, s, nil)
	if err != nil {
		return n, err
	}
	return n, b.each(l.sheet, func(r row) error {
		if r.n <= l.header || l.blankRow(r) {
			return nil
		}
		state := model.RowUnchanged
		if _, reasons := l.read(r); len(reasons) > 0 {
			state = model.RowRefused
		}
		n.Add(state)
		return nil
	})
}
