package repo

import (
	"context"
	"fmt"

	"bangfu/service/model"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// putEach writes documents one by one, each under its id, whether or not it was there. It is for loading
// a farm: it looks at no revision. Not in bulk: FerretDB v1 keeps one open SQLite connection for each
// replaced document until the whole command ends, and crawls.
func putEach[T any](ctx context.Context, s *Store, collection string, list []T, id func(T) string) error {
	for _, v := range list {
		if err := put(ctx, s.db.Collection(collection), id(v), v); err != nil {
			return fmt.Errorf("load %s: %w", collection, err)
		}
	}
	return nil
}

// Farm is a whole farm's case records, for loading and for reports over everything.
type Farm struct {
	Settings   model.Settings
	Units      []model.Unit
	Cadres     []model.Cadre
	Households []model.Household
	Persons    []model.Person
	Pairings   []model.Pairing
	Incomes    []model.IncomeRecord
	Entries    []model.Entry
	Visits     []model.Visit
	Funds      []model.Fund
	Receipts   []model.Receipt
	Donations  []model.Donation
	Loans      []model.Loan
	Items      []model.Item
	Moves      []model.Move
}

// PutFarm writes the farm in an order in which a reader never meets a reference that leads nowhere.
// It can be repeated.
func (s *Store) PutFarm(ctx context.Context, f Farm) error {
	steps := []func() error{
		func() error { return put(ctx, s.db.Collection(colSettings), f.Settings.ID, f.Settings) },
		func() error { return putEach(ctx, s, colUnits, f.Units, func(v model.Unit) string { return v.ID }) },
		func() error { return putEach(ctx, s, colCadres, f.Cadres, func(v model.Cadre) string { return v.ID }) },
		func() error {
			return putEach(ctx, s, colPersons, f.Persons, func(v model.Person) string { return v.ID })
		},
		func() error {
			return putEach(ctx, s, colHouseholds, f.Households, func(v model.Household) string { return v.ID })
		},
		func() error {
			return putEach(ctx, s, colPairings, f.Pairings, func(v model.Pairing) string { return v.ID })
		},
		func() error {
			return putEach(ctx, s, colIncomes, f.Incomes, func(v model.IncomeRecord) string { return v.ID })
		},
		func() error {
			return putEach(ctx, s, colEntries, f.Entries, func(v model.Entry) string { return v.ID })
		},
		func() error { return putEach(ctx, s, colVisits, f.Visits, func(v model.Visit) string { return v.ID }) },
		func() error { return putEach(ctx, s, colFunds, f.Funds, func(v model.Fund) string { return v.ID }) },
		func() error {
			return putEach(ctx, s, colReceipts, f.Receipts, func(v model.Receipt) string { return v.ID })
		},
		func() error { return putEach(ctx, s, colItems, f.Items, func(v model.Item) string { return v.ID }) },
		func() error { return putEach(ctx, s, colMoves, f.Moves, func(v model.Move) string { return v.ID }) },
		func() error {
			return putEach(ctx, s, colDonations, f.Donations, func(v model.Donation) string { return v.ID })
		},
		func() error { return putEach(ctx, s, colLoans, f.Loans, func(v model.Loan) string { return v.ID }) },
	}
	for _, step := range steps {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// Farm reads all case records. It is for reports that look at everything, not for answers.
func (s *Store) Farm(ctx context.Context) (f Farm, err error) {
	if f.Settings, err = s.Settings(ctx); err != nil {
		return f, err
	}
	if f.Units, err = all[model.Unit](ctx, s, colUnits); err != nil {
		return f, err
	}
	if f.Cadres, err = all[model.Cadre](ctx, s, colCadres); err != nil {
		return f, err
	}
	if f.Households, err = all[model.Household](ctx, s, colHouseholds); err != nil {
		return f, err
	}
	if f.Persons, err = all[model.Person](ctx, s, colPersons); err != nil {
		return f, err
	}
	if f.Pairings, err = all[model.Pairing](ctx, s, colPairings); err != nil {
		return f, err
	}
	if f.Incomes, err = all[model.IncomeRecord](ctx, s, colIncomes); err != nil {
		return f, err
	}
	if f.Entries, err = all[model.Entry](ctx, s, colEntries); err != nil {
		return f, err
	}
	if f.Visits, err = s.Visits(ctx); err != nil {
		return f, err
	}
	return f, s.readFunds(ctx, &f)
}

// readFunds reads where the money came from, and what is not spending.
func (s *Store) readFunds(ctx context.Context, f *Farm) (err error) {
	if f.Funds, err = s.Funds(ctx); err != nil {
		return err
	}
	if f.Receipts, err = all[model.Receipt](ctx, s, colReceipts); err != nil {
		return err
	}
	if f.Donations, err = all[model.Donation](ctx, s, colDonations); err != nil {
		return err
	}
	if f.Loans, err = s.Loans(ctx); err != nil {
		return err
	}
	if f.Items, err = s.Items(ctx); err != nil {
		return err
	}
	f.Moves, err = all[model.Move](ctx, s, colMoves)
	return err
}

func all[T any](ctx context.Context, s *Store, collection string) ([]T, error) {
	return find[T](ctx, s.db.Collection(collection), bson.D{}, inOrder())
}

// CountHouseholds says whether a farm is loaded.
func (s *Store) CountHouseholds(ctx context.Context) (int64, error) {
	n, err := s.db.Collection(colHouseholds).CountDocuments(ctx, bson.D{})
	return n, translate("count households", err)
}
