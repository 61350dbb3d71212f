package sheets

import (
	"context"
	"errors"
	"time"

	"bangfu/repo"
	"bangfu/repo/queue"
	"bangfu/service/model"
	"bangfu/service/people"
)

var (
	errDropped = model.NewError(model.KindConflict, "import_dropped", "这次导入已经放弃,要导入请再传一次")
	errBegun   = model.NewError(model.KindConflict, "import_begun", "已经在导入,不能放弃")
)

// Drop gives up an import of which nothing is in yet. Doing so twice changes nothing; KindConflict once its
// commit has begun.
func (s *Service) Drop(ctx context.Context, id string) (model.Import, error) {
	imp, err := s.store.Import(ctx, id)
	if err != nil || imp.State == model.ImportDropped {
		return imp, err
	}
	dropped, err := s.store.DropImport(ctx, id)
	if err == nil && !dropped {
		err = errBegun
	}
	imp.State = model.ImportDropped
	return imp, err
}

var errUnchecked = model.NewError(model.KindConflict, "import_unchecked", "这个文件还没有检查完,请再传一次")

// Commit brings the rows of a checked import into the registry, each for itself: a row that the registry
// refuses now stays out with its reasons, the others go in. It goes on where an earlier commit stopped, and
// changes nothing when that one came to its end. Two at once do what one does.
func (s *Service) Commit(ctx context.Context, id, actor string, report func(row, last int)) (model.Import, error) {
	imp, err := s.begin(ctx, id, actor)
	if err != nil || imp.State == model.ImportDone {
		return imp, err
	}
	kind, err := s.sheet(ctx, imp.Kind)
	if err != nil {
		return imp, err
	}
	newRun := func() (*run, error) {
		return s.newRun(ctx, kind, model.ChangeInfo{Actor: imp.CommittedBy, Why: whyOf(imp), At: s.now()}, imp.CommittedAt, true)
	}
	run, err := newRun()
	if err != nil {
		return imp, err
	}
	for first := max(imp.NextRow, imp.HeaderRow+1); first <= imp.LastRow; {
		next, states, err := s.commitRows(ctx, run, imp.ID, first)
		for contest := (repo.Contest{}); errors.Is(err, repo.ErrOvertaken) && contest.Again(ctx); {
			if run, err = newRun(); err == nil {
				next, states, err = s.commitRows(ctx, run, imp.ID, first)
			}
		}
		if err != nil {
			return imp, errors.Join(err, s.pause(ctx, imp, first))
		}
		first = next
		for _, state := range states {
			imp.Done.Add(state)
		}
		if err := s.store.AdvanceImport(ctx, imp.ID, next, imp.Done, model.ImportCommitting); err != nil {
			return imp, err
		}
		if report != nil {
			report(min(next, imp.LastRow), imp.LastRow)
		}
	}
	if err := s.conclude(ctx, imp, run); err != nil {
		return imp, errors.Join(err, s.pause(ctx, imp, imp.LastRow+1))
	}
	// The log first: a line too many is better than none.
	if err := s.note(ctx, imp, imp.CommittedBy, "导入", imp.Done); err != nil {
		return imp, err
	}
	imp.State, imp.NextRow = model.ImportDone, imp.LastRow+1
	if report != nil {
		report(imp.LastRow, imp.LastRow)
	}
	return imp, s.store.AdvanceImport(ctx, imp.ID, imp.NextRow, imp.Done, imp.State)
}

// conclude brings in step what is derived from the records of the import.
func (s *Service) conclude(ctx context.Context, imp model.Import, run *run) error {
	switch imp.Kind {
	case model.SheetHouseholds, model.SheetPersons:
		return people.ReindexAll(ctx, s.store, model.DateOf(s.now()))
	case model.SheetEntries:
		return s.ledger.FinishBatch(ctx, imp.Months)
	}
	return nil
}

// begin marks the import as under way; one that is already keeps whoever began it.
func (s *Service) begin(ctx context.Context, id, actor string) (model.Import, error) {
	imp, err := s.store.Import(ctx, id)
	if err != nil {
		return imp, err
	}
	switch imp.State {
	case model.ImportChecking:
		return imp, errUnchecked
	case model.ImportDropped:
		return imp, errDropped
	case model.ImportChecked:
		imp.State, imp.CommittedAt, imp.CommittedBy = model.ImportCommitting, s.now().UTC(), actor
		err := s.store.BeginImport(ctx, imp)
		if model.IsKind(err, model.KindConflict) {
			return s.store.Import(ctx, id) // somebody else did, just now
		}
		return imp, err
	}
	return imp, nil
}

// pause notes how far the commit is, also when its time is over.
func (s *Service) pause(ctx context.Context, imp model.Import, next int) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
	defer cancel()
	return s.store.AdvanceImport(ctx, imp.ID, next, imp.Done, model.ImportCommitting)
}

// commitRows settles the rows that are not blank among the next few hundred from the first on, and gives what became of
// them and which row comes after them: a sheet may have a million blank rows in between. Rows that an earlier commit
// settled stay as they are, and count. repo.ErrOvertaken when somebody else changed the same meanwhile.
func (s *Service) commitRows(ctx context.Context, run *run, importID string, first int) (next int, states []model.RowState, err error) {
	rows, err := s.store.ImportRows(ctx, importID, first, batchSize)
	if err == nil {
		err = s.settleRows(ctx, run, rows)
	}
	if err != nil {
		return first, nil, err
	}
	for _, row := range rows {
		states = append(states, row.State)
	}
	if n := len(rows); n > 0 && rows[n-1].Next > 0 {
		return rows[n-1].Next, states, nil
	}
	return first + batchSize, states, nil
}

// settleRows settles those of the rows that wait. What went as the dry run said is not written into the row: that of
// everything before Import.NextRow did, and doing it again finds it done.
func (s *Service) settleRows(ctx context.Context, run *run, rows []model.ImportRow) error {
	var lines []line
	var contents []content
	var at []int // their places in rows
	for i, row := range rows {
		if row.State != model.RowWaiting {
			continue
		}
		c, err := s.open(row)
		if err != nil {
			return err
		}
		lines, contents, at = append(lines, line{row.ID, c.Values, c.Expect}), append(contents, c), append(at, i)
	}
	outcomes, err := run.settle(ctx, lines)
	switch {
	case errors.Is(err, repo.ErrOvertaken):
		return err
	case err != nil:
		return model.NewError(model.KindUnavailable, "import_row", "导入到一半停下了,请再试一次").Wrap(err)
	}
	var otherwise []model.ImportRow // than the dry run said
	for k, o := range outcomes {
		row := &rows[at[k]]
		if row.State = o.state; o.state == contents[k].Expect {
			continue
		}
		contents[k].Reasons = o.reasons
		if row.Content, err = s.seal(contents[k], row.ID); err != nil {
			return err
		}
		otherwise = append(otherwise, *row)
	}
	return s.store.PutImportRows(ctx, otherwise)
}

// CommitLater lets the workers commit a checked import, and returns at once.
func (s *Service) CommitLater(ctx context.Context, id, actor string) (model.Import, error) {
	imp, err := s.begin(ctx, id, actor)
	if err != nil || imp.State == model.ImportDone {
		return imp, err
	}
	return imp, s.queue.Enqueue(ctx, queue.CommitImport, id)
}

// slice is how long a worker is busy with one import before it lets others have their turn.
const slice = 20 * time.Second

// Continue is the workers' part: it goes on with the commit for a while, and asks for more.
func (s *Service) Continue(ctx context.Context, id string) error {
	short, cancel := context.WithTimeout(ctx, slice)
	defer cancel()
	_, err := s.Commit(short, id, "", nil)
	if err != nil && short.Err() != nil && ctx.Err() == nil {
		return s.queue.Enqueue(ctx, queue.CommitImport, id)
	}
	return err
}
