package ledger

import (
	"context"

	"bangfu/repo"
	"bangfu/service/model"
)

// Batch posts many lines: what rules ask of is read once, and lines are written many at a time. The books of their
// months must be open until FinishBatch (CheckMonthOpen). Of one hand at a time.
type Batch struct {
	*Service
	actor   string
	persons *repo.Gathered[model.Person, *model.Person]
	look    lookups
	lines   []model.Entry // which Flush will write
}

// NewBatch begins a batch of the actor's.
func (s *Service) NewBatch(actor string) *Batch {
	b := &Batch{Service: s, actor: actor, persons: s.store.Gather().Persons}
	b.look = lookups{once(s.store.Fund), once(s.store.Unit), b.persons.Get}
	return b
}

// once remembers what was found, and that there is none.
func once[T any](read func(context.Context, string) (T, error)) func(context.Context, string) (T, error) {
	type answer struct {
		value T
		err   error
	}
	found := map[string]answer{}
	return func(ctx context.Context, id string) (T, error) {
		a, ok := found[id]
		if !ok {
			a.value, a.err = read(ctx, id)
			if a.err == nil || model.IsKind(a.err, model.KindNotFound) {
				found[id] = a
			}
		}
		return a.value, a.err
	}
}

// ReadPersons reads those whom the next lines name.
func (b *Batch) ReadPersons(ctx context.Context, ids []string) error { return b.persons.Read(ctx, ids) }

// Validate is Service.Validate.
func (b *Batch) Validate(ctx context.Context, e model.Entry) error {
	return validate(ctx, e, model.DateOf(b.now()), b.look)
}

// Post is Service.Post for a line that Flush will write.
func (b *Batch) Post(e model.Entry) error {
	if err := e.Check(); err != nil {
		return err
	}
	e.Record = model.NewRecord(b.now(), b.actor)
	b.lines = append(b.lines, e)
	return nil
}

// Flush writes the lines. One that is there already under its key has to be the same: KindConflict "key_used".
func (b *Batch) Flush(ctx context.Context) error {
	lines := b.lines
	b.lines = nil
	known, err := b.store.InsertEntries(ctx, lines)
	if err != nil {
		return err
	}
	for i := range known {
		if _, err := b.posted(ctx, lines[i]); err != nil {
			return err
		}
	}
	return nil
}

// FinishBatch brings statements and sums in step after the lines of a batch in these months.
func (s *Service) FinishBatch(ctx context.Context, months []model.Period) error {
	for _, p := range months {
		if err := s.book(ctx, p); err != nil {
			return err
		}
		// Whoever adds up a month at this moment may have missed the last lines: their sums are behind now.
		if err := s.store.EndPosting(ctx, p, ""); err != nil {
			return err
		}
	}
	_, err := s.Recount(ctx)
	return err
}
