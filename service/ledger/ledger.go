// Package ledger answers what a household received: every total opens to the entries that make it.
package ledger

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"bangfu/repo"
	"bangfu/repo/queue"
	"bangfu/service/model"
)

// Service reads and rebuilds statements. Safe for concurrent use.
type Service struct {
	store *repo.Store
	queue *queue.Client
	now   model.Clock
}

// New makes the service. What only rebuilds statements needs no queue.
func New(store *repo.Store, q *queue.Client, now model.Clock) *Service {
	return &Service{store: store, queue: q, now: now}
}

// Statement of the household's year; an empty one when nothing was paid in it.
func (s *Service) Statement(ctx context.Context, householdID string, year int) (model.Statement, error) {
	st, err := s.store.Statement(ctx, householdID, year)
	if model.IsKind(err, model.KindNotFound) {
		return model.Statement{ID: model.StatementID(householdID, year), HouseholdID: householdID, Year: year}, nil
	}
	return st, err
}

// Latest is this year's statement or, when nothing has been paid yet, that of the last year with
// entries. Years says which years have any, latest first.
func (s *Service) Latest(ctx context.Context, householdID string) (st model.Statement, years []int, err error) {
	years, err = s.store.StatementYears(ctx, householdID)
	if err != nil {
		return st, nil, err
	}
	this := model.DateOf(s.now()).Year()
	years = slices.DeleteFunc(years, func(y int) bool { return y > this })
	year := this
	if len(years) > 0 {
		year = years[0]
	}
	st, err = s.Statement(ctx, householdID, year)
	return st, years, err
}

// Rebuild derives a statement from its entries anew. It is the only writer of statements, so that a
// statement cannot say what the entries do not.
func (s *Service) Rebuild(ctx context.Context, statementID string) error {
	householdID, yearText, _ := strings.Cut(statementID, "/")
	year, err := strconv.Atoi(yearText)
	if err != nil {
		return model.NewError(model.KindInvalid, "statement_id", "账单编号不对").Wrap(err)
	}
	entries, err := s.store.EntriesOf(ctx, householdID, year)
	if err != nil {
		return err
	}
	payers, err := s.payers(ctx, entries)
	if err != nil {
		return err
	}
	return s.store.PutStatement(ctx, Sum(householdID, year, entries, payers))
}

func (s *Service) payers(ctx context.Context, entries []model.Entry) (map[string]string, error) {
	names := map[string]string{"": ""}
	for _, e := range entries {
		if _, known := names[e.PayerUnitID]; known {
			continue
		}
		u, err := s.store.Unit(ctx, e.PayerUnitID)
		if err != nil {
			return nil, fmt.Errorf("payer of %s: %w", e.ID, err)
		}
		names[e.PayerUnitID] = u.Name
	}
	return names, nil
}

// Sum makes the statement of the entries: categories in the order of the report, lines in the order
// of the entries. payers holds the names of the paying units.
func Sum(householdID string, year int, entries []model.Entry, payers map[string]string) model.Statement {
	parts := map[model.Category]*model.StatementPart{}
	st := model.Statement{ID: model.StatementID(householdID, year), HouseholdID: householdID, Year: year}
	for _, e := range entries {
		part := parts[e.Category]
		if part == nil {
			part = &model.StatementPart{Category: e.Category}
			parts[e.Category] = part
		}
		part.Total += e.Amount
		st.Total += e.Amount
		part.Lines = append(part.Lines, model.StatementLine{
			EntryID: e.ID, PaidOn: e.PaidOn, Title: e.Title, Amount: e.Amount,
			Payer: payers[e.PayerUnitID], Fund: e.Fund, Method: e.Method,
		})
	}
	for _, c := range model.Categories {
		if part := parts[c]; part != nil {
			st.Categories = append(st.Categories, *part)
			delete(parts, c)
		}
	}
	// A category that the report does not name still counts; it must not vanish from the total's parts.
	rest := make([]model.Category, 0, len(parts))
	for c := range parts {
		rest = append(rest, c)
	}
	slices.Sort(rest)
	for _, c := range rest {
		st.Categories = append(st.Categories, *parts[c])
	}
	return st
}
