package sheets

import (
	"context"
	"time"

	"bangfu/repo"
	"bangfu/service/ledger"
	"bangfu/service/model"
	"bangfu/service/people"
)

// run is one pass over the rows of one import: the dry run, or a commit. What a row says goes to whoever owns such
// records: service/people for those of the registry, service/ledger for entries.
type run struct {
	store  *repo.Store
	kind   sheet
	by     model.ChangeInfo
	write  bool
	people *people.Batch
	differ *differences
	named  map[string][]string // name of a unit → ids

	// Of entries only.
	ledger *ledger.Batch
	books  ledgerIndex
	months map[model.Period]error // why a month takes no entry, nil if it does
}

// newRun begins a pass. began is when the same commit was begun first.
func (s *Service) newRun(ctx context.Context, kind sheet, by model.ChangeInfo, began time.Time, write bool) (*run, error) {
	r := &run{store: s.store, kind: kind, by: by, write: write, differ: &differences{Service: s, kind: kind}, named: map[string][]string{}, months: map[model.Period]error{}}
	var err error
	if kind.kind == model.SheetEntries {
		if r.books, err = readBooks(ctx, r); err != nil {
			return nil, err
		}
		r.ledger = s.ledger.NewBatch(by.Actor)
	}
	if r.people, err = s.people.BatchFrom(ctx, kind.kind, by, began); err != nil {
		return nil, err
	}
	for id, u := range r.people.Units() {
		r.named[u.Name] = append(r.named[u.Name], id)
	}
	return r, nil
}

// line is a row of the sheet on its way.
type line struct {
	id     string // of its row
	values values
	expect model.RowState // in a commit: what the dry run says of it
}

// outcome is what a row does, or why it is refused; of a dry run's also what it would change of which record.
type outcome struct {
	state   model.RowState
	reasons []reason
	about   values
	changes []change
}

// settle finds out what the rows do, and in a commit does it. When it returns without an error, all of them are done.
func (r *run) settle(ctx context.Context, lines []line) ([]outcome, error) {
	if r.kind.kind == model.SheetEntries {
		return r.settleEntries(ctx, lines)
	}
	outcomes := make([]outcome, len(lines))
	var known []people.Line
	var at []int // their places in lines
	for i, l := range lines {
		row, no := r.rowOf(l.values)
		if len(no) > 0 {
			outcomes[i] = outcome{state: model.RowRefused, reasons: no}
			continue
		}
		known, at = append(known, people.Line{Row: row, Lacks: r.missingRequired(l.values), Expect: l.expect}), append(at, i)
	}
	done, err := r.people.Settle(ctx, known, r.write)
	if err != nil {
		return outcomes, err
	}
	for i, o := range done {
		x := outcome{state: o.State, reasons: reasonsOf(o.Why)}
		if x.about, x.changes, err = r.differ.between(ctx, o); err != nil {
			return outcomes, err
		}
		outcomes[at[i]] = x
	}
	return outcomes, nil
}

// reasonsOf are people's reasons at the columns of a sheet, which go by the names of their fields.
func reasonsOf(why []model.Reason) (list []reason) {
	for _, w := range why {
		list = append(list, reason{Key: w.Code, Msg: w.Msg})
	}
	return list
}

// refuse is one reason at a column.
func refuse(key, msg string) []reason { return []reason{{Key: key, Msg: msg}} }

// missingRequired are the fields that a new record needs and the row does not have.
func (r *run) missingRequired(v values) (lacks []model.Reason) {
	for _, c := range r.kind.columns {
		if c.need == toCreate && v[c.key] == "" {
			msg := "新登记的要填"
			if c.fen {
				msg = "新登记的要填,没有就填0"
			}
			lacks = append(lacks, model.Reason{Code: c.key, Msg: msg})
		}
	}
	return lacks
}

// unit finds a unit by its id or its name.
func (r *run) unit(key, said string) (id string, no []reason) {
	if _, known := r.people.Units()[said]; known || said == "" {
		return said, nil
	}
	switch ids := r.named[said]; len(ids) {
	case 0:
		return "", refuse(key, "没有这个单位")
	case 1:
		return ids[0], nil
	}
	return "", refuse(key, "有几个单位叫这个名字,请填单位编号")
}
