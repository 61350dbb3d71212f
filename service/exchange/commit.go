package exchange

import (
	"context"
	"errors"
	"time"

	"bangfu/repo/queue"
	"bangfu/service/model"
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
	run, err := s.newRun(ctx, kind, model.Edit{Actor: imp.CommittedBy, Why: whyOf(imp), At: s.now()}, true)
	if err != nil {
		return imp, err
	}
	run.began = imp.CommittedAt
	for n := max(imp.NextRow, imp.HeaderRow+1); n <= imp.LastRow; n++ {
		if err := ctx.Err(); err != nil {
			return imp, errors.Join(err, s.pause(ctx, imp, n))
		}
		state, err := s.commitRow(ctx, run, imp.ID, n)
		if model.IsKind(err, model.KindNotFound) {
			continue // a blank row
		}
		if err != nil {
			return imp, errors.Join(err, s.pause(ctx, imp, n))
		}
		imp.Done.Add(state)
		if n%100 == 0 {
			if err := s.store.AdvanceImport(ctx, imp.ID, n+1, imp.Done, model.ImportCommitting); err != nil {
				return imp, err
			}
			if report != nil {
				report(n, imp.LastRow)
			}
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
		return s.people.Renew(ctx, run.ids.Households)
	case model.SheetEntries:
		return s.ledger.Entered(ctx, imp.Months)
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

func (s *Service) commitRow(ctx context.Context, run *run, importID string, n int) (model.RowState, error) {
	row, err := s.store.ImportRow(ctx, importID, n)
	if err != nil || row.State != model.RowWaiting {
		return row.State, err
	}
	c, err := s.open(row)
	if err != nil {
		return "", err
	}
	run.expect, run.row = c.Expect, row.ID
	if row.State, c.Reasons, err = run.settle(ctx, c.Values); err != nil {
		// Not KindNotFound: that says that there is no such row.
		return "", model.NewError(model.KindUnavailable, "import_row", "导入到一半停下了,请再试一次").Wrap(err)
	}
	if row.State == model.RowRefused {
		if row.Content, err = s.seal(c, row.ID); err != nil {
			return "", err
		}
	}
	return row.State, s.store.PutImportRow(ctx, row)
}

// CommitLater lets the workers commit a checked import, and returns at once.
func (s *Service) CommitLater(ctx context.Context, id, actor string) (model.Import, error) {
	imp, err := s.begin(ctx, id, actor)
	if err != nil || imp.State == model.ImportDone {
		return imp, err
	}
	return imp, s.queue.Ask(ctx, queue.CommitImport, id)
}

// slice is how long a worker is busy with one import before it lets others have their turn.
const slice = 20 * time.Second

// Continue is the workers' part: it goes on with the commit for a while, and asks for more.
func (s *Service) Continue(ctx context.Context, id string) error {
	short, cancel := context.WithTimeout(ctx, slice)
	defer cancel()
	_, err := s.Commit(short, id, "", nil)
	if err != nil && short.Err() != nil && ctx.Err() == nil {
		return s.queue.Ask(ctx, queue.CommitImport, id)
	}
	return err
}
