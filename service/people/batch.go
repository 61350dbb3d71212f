package people

import (
	"context"
	"errors"
	"reflect"
	"slices"
	"strings"
	"time"

	"bangfu/repo"
	"bangfu/service/model"
)

// Batch brings into the registry what somebody wrote elsewhere, a row a record, by the same rules as everything else
// that changes it. A row may be old: where the registry has moved on by steps that have conditions of their own (a
// household's status, a death, a cadre who left), it has to agree with the registry and never takes it back.
//
// What rows may name is read once, when the batch begins; what others make meanwhile is found when it is written.
type Batch struct {
	*Service
	by     model.ChangeInfo
	began  time.Time // since when a change by us with our reason is of this batch
	known  repo.RegistryIDs
	units  map[string]model.Unit
	filler Filler                  // of kinds with flexible fields
	paired map[string][]model.Date // household/cadre → the days on which they were paired
	opened map[string]int          // household → pairings that this batch opens
	ended  map[string]bool         // pairings that this batch ends

	gather  *repo.Gather
	members map[string][]model.Person // of households whose rows name the head, while they are settled
	holders map[string]string         // whose id numbers are, by keyed hash, of the rows that are being written
}

// BatchFrom begins a batch of rows of the kind. began is when the same batch was begun first, if it was cut off.
func (s *Service) BatchFrom(ctx context.Context, kind model.SheetKind, by model.ChangeInfo, began time.Time) (*Batch, error) {
	b := &Batch{Service: s, by: by, began: began, units: map[string]model.Unit{}, paired: map[string][]model.Date{}, opened: map[string]int{}, ended: map[string]bool{}, gather: s.store.Gather()}
	var err error
	if form := FormOf(kind); form != "" {
		if b.filler, err = s.Filler(ctx, form); err != nil {
			return nil, err
		}
	}
	if b.known, err = s.store.RegistryIDs(ctx, kind); err != nil {
		return nil, err
	}
	units, err := s.store.Units(ctx)
	for _, u := range units {
		b.units[u.ID] = u
	}
	for id := range b.known.Pairings {
		b.notePairing(id)
	}
	return b, err
}

// FormOf is the kind of form whose fields rows of the kind carry; empty for those without.
func FormOf(kind model.SheetKind) string {
	switch kind {
	case model.SheetHouseholds:
		return FormHousehold
	case model.SheetPersons:
		return FormPerson
	}
	return ""
}

// Units that rows may name, by id.
func (b *Batch) Units() map[string]model.Unit { return b.units }

// Knows reports whether there is such a household.
func (b *Batch) Knows(householdID string) bool { return b.known.Households[householdID] }

// Row is what a row says of one record: HouseholdRow, PersonRow, CadreRow, PairingRow or IncomeRow. A field that is nil
// is one that the row does not speak of.
type Row interface {
	settle(ctx context.Context, b *Batch, l Line, write bool) (Outcome, error)

	// reads adds what settle will look at, so that it is read for all rows at once.
	reads(b *Batch, into *reads)
}

// reads are the ids of what rows are about.
type reads struct {
	households, persons, cadres, pairings, incomes []string
	headless                                       []string // households whose members are looked through for the head
	idNumbers                                      []string // keyed hashes
}

// Line is a row on its way into the registry.
type Line struct {
	Row    Row
	Lacks  []model.Reason // what the row would have to say too if its record is a new one
	Expect model.RowState // what the dry run said of it
}

// Outcome is what a row does, or why it is refused: for each reason the field, as the row's own Reason.Code.
type Outcome struct {
	State model.RowState
	Why   []model.Reason

	// Of a row that would change a record, while nothing is written: the record (a value, not a pointer) as it is and as
	// it would be.
	Before, After any
}

// Settle finds out what the rows do to the registry, in their order, and with write does it. Each is for itself: one
// that is refused keeps out no other. What they need is read at once and what they change is written at once, so a few
// hundred rows are best. repo.ErrOvertaken when somebody else changed the same meanwhile: a new batch finds that.
func (b *Batch) Settle(ctx context.Context, lines []Line, write bool) ([]Outcome, error) {
	outcomes := make([]Outcome, len(lines))
	if err := b.read(ctx, lines, write); err != nil {
		return outcomes, err
	}
	for i, l := range lines {
		done, err := l.Row.settle(ctx, b, l, write)
		var no *model.Error
		if errors.As(err, &no) && len(no.Why) > 0 {
			done, err = Outcome{State: model.RowRefused, Why: no.Why}, nil
		}
		if err != nil {
			return outcomes, err
		}
		outcomes[i] = done
	}
	return outcomes, b.gather.Flush(ctx)
}

// read fetches what the rows are about. With write it looks at the claims of id numbers, too.
func (b *Batch) read(ctx context.Context, lines []Line, write bool) error {
	var r reads
	for _, l := range lines {
		l.Row.reads(b, &r)
	}
	err := firstOf(
		b.gather.Households.Read(ctx, known(r.households, b.known.Households)), b.gather.Persons.Read(ctx, known(r.persons, b.known.Persons)),
		b.gather.Cadres.Read(ctx, known(r.cadres, b.known.Cadres)), b.gather.Pairings.Read(ctx, known(r.pairings, b.known.Pairings)),
		b.gather.Incomes.Read(ctx, known(r.incomes, b.known.Incomes)),
	)
	if b.members = map[string][]model.Person{}; err == nil && len(r.headless) > 0 {
		err = b.readMembers(ctx, r.headless)
	}
	if b.holders = nil; err == nil && write && len(r.idNumbers) > 0 {
		b.holders, err = b.store.NationalIDHolders(ctx, r.idNumbers)
	}
	return err
}

// known are those of the ids that there are.
func known(ids []string, all map[string]bool) []string {
	return slices.DeleteFunc(ids, func(id string) bool { return !all[id] })
}

func (b *Batch) readMembers(ctx context.Context, households []string) error {
	persons, err := b.store.PersonsOfHouseholds(ctx, households)
	for _, p := range persons {
		for _, m := range p.Memberships {
			if list := b.members[m.HouseholdID]; len(list) == 0 || list[len(list)-1].ID != p.ID {
				b.members[m.HouseholdID] = append(list, p)
			}
		}
	}
	return err
}

// on says which field of a row a rule refuses. Errors that are no refusal pass.
func on(field string, err error) error {
	var no *model.Error
	if !errors.As(err, &no) || no.Kind != model.KindInvalid && no.Kind != model.KindConflict || no.Rev != 0 {
		return err
	}
	c := *no
	if len(c.Why) == 0 {
		c.Why = []model.Reason{{Code: field, Msg: c.Msg}}
	}
	return &c
}

// refuse is a refusal of one field of a row.
func refuse(field, msg string) error {
	return on(field, model.NewError(model.KindInvalid, "row", msg))
}

// recorded is a pointer to a document that embeds model.Record.
type recorded[T any] interface {
	*T
	Rec() *model.Record
}

// apply makes or changes the one record that a row is about. edit works on a copy; it clones what it changes within.
func apply[T any, P recorded[T]](ctx context.Context, b *Batch, kept *repo.Gathered[T, P], known map[string]bool, id string, l Line, write bool, fresh T, edit func(doc *T, isNew bool) error) (Outcome, error) {
	if !known[id] {
		err := create[T, P](b, kept, l, write, fresh, edit)
		if err == nil && write {
			known[id] = true
		}
		return Outcome{State: model.RowCreated}, err
	}
	if !write {
		doc, err := kept.Get(ctx, id)
		if err != nil {
			return Outcome{}, err
		}
		before := doc
		if err := edit(&doc, false); err != nil {
			return Outcome{}, err
		}
		if reflect.DeepEqual(before, doc) {
			return Outcome{State: model.RowUnchanged}, nil
		}
		return Outcome{State: model.RowUpdated, Before: before, After: doc}, nil
	}
	doc, changed, err := kept.Change(ctx, id, b.by, func(d *T) error { return edit(d, false) })
	if err != nil {
		return Outcome{}, err
	}
	return Outcome{State: b.outcome(*P(&doc).Rec(), changed, l.Expect)}, nil
}

// outcome tells a row that changed nothing because it is as the registry has it from one that we wrote before we were
// stopped, or that another commit of the same batch wrote beside us.
func (b *Batch) outcome(rec model.Record, changed bool, expect model.RowState) model.RowState {
	ours := rec.Change.Why == b.by.Why && rec.UpdatedBy == b.by.Actor && !rec.UpdatedAt.Before(b.began.Truncate(time.Millisecond))
	switch {
	case changed:
		return model.RowUpdated
	case ours:
		return expect
	}
	return model.RowUnchanged
}

func create[T any, P recorded[T]](b *Batch, kept *repo.Gathered[T, P], l Line, write bool, fresh T, edit func(*T, bool) error) error {
	if len(l.Lacks) > 0 {
		no := model.NewError(model.KindInvalid, "row", l.Lacks[0].Msg)
		no.Why = l.Lacks
		return no
	}
	if err := edit(&fresh, true); err != nil {
		return err
	}
	if write {
		rec := P(&fresh).Rec()
		*rec = model.NewRecord(b.by.At, b.by.Actor)
		rec.Change.Why = b.by.Why
		kept.Insert(fresh)
	}
	return nil
}

// unit is a unit by its id; errUnit when there is none.
func (b *Batch) unit(_ context.Context, id string) (model.Unit, error) {
	u, known := b.units[id]
	if !known {
		return u, errUnit
	}
	return u, nil
}

// fill sets the flexible fields that the row speaks of; nil takes one away. What the record has stays as it is, with
// the version of the form that it was written with, when the row says the same.
func (b *Batch) fill(version *int, attrs *map[string]any, said map[string]any) error {
	next, changed := map[string]any{}, ""
	for name, value := range *attrs {
		next[name] = value
	}
	for name, value := range said {
		if FieldText(value) == FieldText(next[name]) {
			continue
		}
		if changed == "" || name < changed {
			changed = name
		}
		if next[name] = value; value == nil {
			delete(next, name)
		}
	}
	if changed == "" {
		return nil
	}
	fields, err := b.filler.form.Fields()
	if err != nil {
		return err
	}
	for name := range next {
		if !slices.ContainsFunc(fields, func(f model.FormField) bool { return f.Key == name }) {
			return refuse(AttrField+changed, "登记的补充项目是按旧的表填的,请先在系统里按新的表改一次")
		}
	}
	n, filled, err := b.filler.Fill(next)
	var wrong *model.Error
	if errors.As(err, &wrong) && wrong.Kind == model.KindInvalid {
		c := *wrong
		c.Why = slices.Clone(wrong.Why)
		for i := range c.Why {
			c.Why[i].Code = AttrField + c.Why[i].Code
		}
		return on(AttrField+changed, &c)
	}
	if err == nil {
		*version, *attrs = n, filled
	}
	return err
}

// reseal seals a text for its record, unless it is the one that is sealed there already. A text that is checked is so
// only when it is a new one: what was taken in before the rule stays readable.
func (s *Service) reseal(sealed *model.Sealed, hash *string, plain *string, field, id string, check func(string) error) error {
	if plain == nil {
		return nil
	}
	h, err := s.store.Sealer().Hash(*plain, field)
	if err != nil || h == *hash {
		return err
	}
	if err := check(*plain); err != nil {
		return err
	}
	*hash = h
	*sealed, err = s.store.Sealer().Seal(*plain, field, id)
	return err
}

// notePairing remembers on which days the household and the cadre were paired.
func (b *Batch) notePairing(id string) {
	if i := strings.LastIndexByte(id, '/'); i > 0 {
		b.paired[id[:i]] = append(b.paired[id[:i]], model.Date(id[i+1:]))
	}
}

// overlap reports whether two spells share a day; the last day belongs to each.
func overlap(from, to, from2, to2 model.Date) bool {
	return (to == "" || from2 <= to) && (to2 == "" || from <= to2)
}
