// Package ledger keeps the books: entries are only appended, every total opens to the entries that make it,
// and what is derived from them (statements of households, sums of months) is brought in step with each entry
// and compared again every night. A month that is closed takes no entry any more.
package ledger

import (
	"context"
	"errors"
	"slices"
	"time"

	"bangfu/repo"
	"bangfu/service/access"
	"bangfu/service/model"
)

// Service keeps the books. Safe for concurrent use.
type Service struct {
	store *repo.Store
	now   model.Clock
}

// New makes the service.
func New(store *repo.Store, now model.Clock) *Service { return &Service{store: store, now: now} }

// Statement of the household's year; an empty one when nothing was paid in it.
func (s *Service) Statement(ctx context.Context, house access.Household, year int) (model.Statement, error) {
	return s.statement(ctx, house.ID(), year)
}

func (s *Service) statement(ctx context.Context, householdID string, year int) (model.Statement, error) {
	st, err := s.store.Statement(ctx, householdID, year)
	if model.IsKind(err, model.KindNotFound) {
		return model.NewStatement(householdID, year), nil
	}
	if err != nil {
		return st, err
	}
	return st, st.SumUp()
}

// Latest is this year's statement or, when nothing has been paid yet, that of the last year with
// entries. Years says which years have any, latest first.
func (s *Service) Latest(ctx context.Context, house access.Household) (st model.Statement, years []int, err error) {
	all, years, err := s.Statements(ctx, house)
	year := model.DateOf(s.now()).Year()
	if len(years) > 0 {
		year = years[0]
	}
	return all(year), years, err
}

// Statements are the years until this one of which the household has a statement, latest first, with the statements, in one read: one
// of a year without entries is empty.
func (s *Service) Statements(ctx context.Context, house access.Household) (of func(year int) model.Statement, years []int, err error) {
	list, err := s.store.StatementsOf(ctx, house.ID())
	this, by := model.DateOf(s.now()).Year(), map[int]model.Statement{}
	for _, st := range list {
		err = errors.Join(err, st.SumUp())
		by[st.Year] = st
		if st.Year <= this {
			years = append(years, st.Year)
		}
	}
	slices.Sort(years)
	slices.Reverse(years)
	return func(year int) model.Statement {
		if st, ok := by[year]; ok {
			return st
		}
		return model.NewStatement(house.ID(), year)
	}, years, err
}

// ErrNoEntry is KindNotFound: there is no such entry, or not in this household's books.
var ErrNoEntry = model.NewError(model.KindNotFound, "no_such_entry", "没有找到这笔账")

// entry by its key; ErrNoEntry when there is none.
func (s *Service) entry(ctx context.Context, id string) (model.Entry, error) {
	e, err := s.store.Entry(ctx, id)
	if model.IsKind(err, model.KindNotFound) {
		err = ErrNoEntry
	}
	return e, err
}

// RuleOf is the rule under which an entry was paid: what it says itself, or that of its fund.
func (s *Service) RuleOf(ctx context.Context, e model.Entry) (string, error) {
	return s.names().ruleOf(ctx, e)
}

// LineOf is the household's own line of an entry, which may be named as the household knows it (model.Outward);
// ErrNoEntry when the entry is none of theirs.
func (s *Service) LineOf(ctx context.Context, house access.Household, entryID string) (model.StatementLine, error) {
	e, err := s.entry(ctx, entryID)
	if model.IsKind(err, model.KindNotFound) {
		return s.lineNamed(ctx, house.ID(), entryID)
	}
	if err != nil {
		return model.StatementLine{}, err
	}
	st, err := s.Statement(ctx, house, e.PaidOn.Year())
	if err != nil {
		return model.StatementLine{}, err
	}
	l, ok := st.Line(entryID)
	if !ok {
		return l, ErrNoEntry
	}
	return l, nil
}

// lineNamed looks for the line through all years of the household.
func (s *Service) lineNamed(ctx context.Context, householdID, given string) (model.StatementLine, error) {
	list, err := s.store.StatementsOf(ctx, householdID)
	if err != nil {
		return model.StatementLine{}, err
	}
	for _, st := range slices.Backward(list) {
		for _, l := range st.Lines {
			if model.IsOutward(l.EntryID, given) {
				return l, nil
			}
		}
	}
	return model.StatementLine{}, ErrNoEntry
}

// Page of the books' entries that the filter chooses, oldest first; next is the cursor of the following page, empty at
// the end.
func (s *Service) Page(ctx context.Context, of access.Books, f model.EntryFilter, after string, limit int) (list []model.Entry, next string, err error) {
	if of.Household.ID() != "" {
		f.Households = of.Household.Record().Numbers()
	}
	list, err = s.store.EntryPage(ctx, f, after, int64(limit)+1)
	if err != nil || len(list) <= limit {
		return list, "", err
	}
	list = list[:limit]
	return list, repo.EntryCursor(list[limit-1]), nil
}

// names are what a line says by name: the paying units, and the rules of the funds. What is looked up once
// is kept.
type names struct {
	store *repo.Store
	units map[string]string
	rules map[string]string
}

func (s *Service) names() *names {
	return &names{store: s.store, units: map[string]string{"": ""}, rules: map[string]string{}}
}

// line is the entry as its household reads it.
func (n *names) line(ctx context.Context, e model.Entry) (model.StatementLine, error) {
	payer, err := n.unit(ctx, e.PayerUnitID)
	if err != nil {
		return model.StatementLine{}, err
	}
	policy, err := n.ruleOf(ctx, e)
	if err != nil {
		return model.StatementLine{}, err
	}
	return model.StatementLine{
		EntryID: e.ID, Category: e.Category, PaidOn: e.PaidOn, Title: e.Title, Amount: e.Amount, Payer: payer, Fund: e.Fund, Method: e.Method,
		Policy: policy, Evidence: e.Evidence, ReversesID: e.ReversesID,
	}, nil
}

// unit is the unit's name; one that is not known goes by its id, so that the line is not lost.
func (n *names) unit(ctx context.Context, id string) (string, error) {
	if name, known := n.units[id]; known {
		return name, nil
	}
	u, err := n.store.Unit(ctx, id)
	if model.IsKind(err, model.KindNotFound) {
		u.Name, err = id, nil
	}
	if err != nil {
		return "", err
	}
	n.units[id] = u.Name
	return u.Name, nil
}

// ruleOf the entry is what it says itself, or its fund's.
func (n *names) ruleOf(ctx context.Context, e model.Entry) (string, error) {
	if e.Policy != "" || e.Fund == "" {
		return e.Policy, nil
	}
	return n.rule(ctx, model.FundID(e.PaidOn.Year(), e.Fund))
}

// rule is the fund's regulation; empty when the fund has none, or is only a name.
func (n *names) rule(ctx context.Context, fundID string) (string, error) {
	if rule, known := n.rules[fundID]; known {
		return rule, nil
	}
	f, err := n.store.Fund(ctx, fundID)
	if err != nil && !model.IsKind(err, model.KindNotFound) {
		return "", err
	}
	n.rules[fundID] = f.Regulation
	return f.Regulation, nil
}

// underWay is longer than any posting may take: who began one before that died in it. Requests have ten
// seconds, tasks forty.
const underWay = time.Minute
