package exchange

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"time"

	"bangfu/repo"
	"bangfu/service/ledger"
	"bangfu/service/model"
	"bangfu/service/people"
)

// run is one pass over the rows of one import: the dry run, or a commit.
type run struct {
	store  *repo.Store
	kind   sheet
	by     model.Edit
	began  time.Time // since when a change by us with our reason is of this import
	write  bool
	expect model.RowState // what the dry run says of the row that is being committed
	ids    repo.RegistryIDs
	units  map[string]model.Unit // by id
	named  map[string][]string   // name → ids
	from   map[string][]model.Date
	filler people.Filler // of sheets with flexible fields

	// Of entries only.
	ledger *ledger.Service
	row    string // id of the row
	books  books
	months map[model.Period]error // why a month takes no entry, nil if it does
}

func (s *Service) newRun(ctx context.Context, kind sheet, by model.Edit, write bool) (*run, error) {
	store := s.store
	r := &run{store: store, kind: kind, by: by, began: by.At, write: write, ledger: s.ledger, months: map[model.Period]error{}}
	var err error
	if kind.kind == model.SheetEntries {
		if r.books, err = readBooks(ctx, r); err != nil {
			return nil, err
		}
	}
	if form := formOf[kind.kind]; form != "" {
		if r.filler, err = s.people.Filler(ctx, form); err != nil {
			return nil, err
		}
	}
	if r.ids, err = store.RegistryIDs(ctx, kind.kind); err != nil {
		return nil, err
	}
	units, err := store.Units(ctx)
	if err != nil {
		return nil, err
	}
	r.units, r.named, r.from = map[string]model.Unit{}, map[string][]string{}, map[string][]model.Date{}
	for _, u := range units {
		r.units[u.ID] = u
		r.named[u.Name] = append(r.named[u.Name], u.ID)
	}
	for id := range r.ids.Pairings {
		r.notePairing(id)
	}
	return r, nil
}

// notePairing remembers on which days the household and the cadre were paired.
func (r *run) notePairing(id string) {
	if i := strings.LastIndexByte(id, '/'); i > 0 {
		r.from[id[:i]] = append(r.from[id[:i]], model.Date(id[i+1:]))
	}
}

// refusal is a row's reasons as an error.
type refusal []reason

// Error is for programs only; it holds no cell.
func (r refusal) Error() string { return fmt.Sprintf("row refused for %d reasons", len(r)) }

func refuse(key, format string, args ...any) error {
	return refusal{{Key: key, Msg: fmt.Sprintf(format, args...)}}
}

// settle finds out what a row does to the registry, and in a commit does it.
func (r *run) settle(ctx context.Context, v values) (model.RowState, []reason, error) {
	var state model.RowState
	var err error
	switch r.kind.kind {
	case model.SheetHouseholds:
		state, err = r.household(ctx, v)
	case model.SheetPersons:
		state, err = r.person(ctx, v)
	case model.SheetCadres:
		state, err = r.cadre(ctx, v)
	case model.SheetPairings:
		state, err = r.pairing(ctx, v)
	case model.SheetEntries:
		state, err = r.entry(ctx, v)
	default:
		state, err = r.income(ctx, v)
	}
	var no refusal
	if errors.As(err, &no) {
		return model.RowRefused, no, nil
	}
	return state, nil, err
}

// recorded is a pointer to a document that embeds model.Record.
type recorded[T any] interface {
	*T
	Rec() *model.Record
}

// access is how records of one kind are read and written.
type access[T any] struct {
	known  map[string]bool
	load   func(context.Context, string) (T, error)
	insert func(context.Context, T) error
	change func(context.Context, string, int64, model.Edit, func(*T) error) (T, error)
}

// apply makes or changes the one record that a row is about. edit works on a copy; it clones what it
// changes within.
func apply[T any, P recorded[T]](ctx context.Context, r *run, a access[T], id string, v values, fresh T, edit func(doc *T, isNew bool) error) (model.RowState, error) {
	if !a.known[id] {
		state, err := create[T, P](ctx, r, a, v, fresh, edit)
		if !model.IsKind(err, model.KindConflict) {
			if err == nil && r.write {
				a.known[id] = true
			}
			return state, err
		}
		// Somebody else made it since the ids were read.
	}
	doc, err := a.load(ctx, id)
	if err != nil {
		return "", err
	}
	if !r.write {
		before := doc
		if err := edit(&doc, false); err != nil {
			return "", err
		}
		if reflect.DeepEqual(before, doc) {
			return model.RowUnchanged, nil
		}
		return model.RowUpdated, nil
	}
	var was int64
	doc, err = a.change(ctx, id, 0, r.by, func(d *T) error {
		was = P(d).Rec().Rev
		return edit(d, false)
	})
	if err != nil {
		return "", err
	}
	return r.outcome(*P(&doc).Rec(), was), nil
}

// outcome tells a row that changed nothing because it is as the registry has it from one that we wrote
// before we were stopped, or that another commit of the same file wrote beside us.
func (r *run) outcome(rec model.Record, was int64) model.RowState {
	ours := rec.Change.Why == r.by.Why && rec.UpdatedBy == r.by.Actor && !rec.UpdatedAt.Before(r.began.Truncate(time.Millisecond))
	switch {
	case rec.Rev != was:
		return model.RowUpdated
	case ours:
		return r.expect
	}
	return model.RowUnchanged
}

func create[T any, P recorded[T]](ctx context.Context, r *run, a access[T], v values, fresh T, edit func(*T, bool) error) (model.RowState, error) {
	if lacks := r.lacking(v); len(lacks) > 0 {
		return "", lacks
	}
	if err := edit(&fresh, true); err != nil {
		return "", err
	}
	if r.write {
		rec := P(&fresh).Rec()
		*rec = model.NewRecord(r.by.At, r.by.Actor)
		rec.Change.Why = r.by.Why
		if err := a.insert(ctx, fresh); err != nil {
			return "", err
		}
	}
	return model.RowCreated, nil
}

// lacking are the fields that a new record needs and the row does not have.
func (r *run) lacking(v values) refusal {
	var lacks refusal
	for _, c := range r.kind.columns {
		if c.need == toCreate && v[c.key] == "" {
			msg := "新登记的要填"
			if c.fen {
				msg = "新登记的要填,没有就填0"
			}
			lacks = append(lacks, reason{Key: c.key, Msg: msg})
		}
	}
	return lacks
}

// put sets a field to the row's value, if the row has one.
func put[T ~string](into *T, v values, key string) {
	if value, ok := v[key]; ok {
		*into = T(value)
	}
}

// split is a list's normal form taken apart.
func split(s string) []string {
	if s == "" {
		return nil
	}
	return strings.Split(s, "、")
}

// unit finds a unit by its id or its name.
func (r *run) unit(key, said string) (model.Unit, error) {
	if u, ok := r.units[said]; ok {
		return u, nil
	}
	switch ids := r.named[said]; len(ids) {
	case 0:
		return model.Unit{}, refuse(key, "没有这个单位")
	case 1:
		return r.units[ids[0]], nil
	}
	return model.Unit{}, refuse(key, "有几个单位叫这个名字,请填单位编号")
}
