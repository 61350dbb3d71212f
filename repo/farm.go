package repo

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"bangfu/service/model"
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

// crowdBatch is how many documents of a crowd go into one command.
const crowdBatch = 500

// InsertCrowd writes many cadres whom WeChat knows, into an empty farm.
func (s *Store) InsertCrowd(ctx context.Context, cadres []model.Cadre, accounts []model.Account, identities []model.Identity) error {
	return errors.Join(insertCrowd(ctx, s, colCadres, cadres), insertCrowd(ctx, s, colAccounts, accounts), insertCrowd(ctx, s, colIdentities, identities))
}

func insertCrowd[T any](ctx context.Context, s *Store, collection string, list []T) error {
	for part := range slices.Chunk(list, crowdBatch) {
		if _, err := s.db.Collection(collection).InsertMany(ctx, part); err != nil {
			return translate("load "+collection, err)
		}
	}
	return nil
}

// PutFarm writes the farm in an order in which a reader never meets a reference that leads nowhere.
// It can be repeated.
func (s *Store) PutFarm(ctx context.Context, f model.Farm) error {
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
		func() error {
			return putEach(ctx, s, colActivities, f.Activities, func(v model.Activity) string { return v.ID })
		},
		func() error {
			return putEach(ctx, s, colDebriefings, f.Debriefings, func(v model.Debriefing) string { return v.ID })
		},
		func() error {
			return putEach(ctx, s, colContracts, f.Contracts, func(v model.DoctorContract) string { return v.ID })
		},
		func() error { return s.putGrowing(ctx, f.Growing) },
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

// putGrowing writes what grows, and who has a share in it.
func (s *Store) putGrowing(ctx context.Context, f model.Growing) error {
	return errors.Join(
		putEach(ctx, s, colCoops, f.Cooperatives, func(v model.Cooperative) string { return v.ID }),
		putEach(ctx, s, colGreenhouses, f.Greenhouses, func(v model.Greenhouse) string { return v.ID }),
		putEach(ctx, s, colAllotments, f.Allotments, func(v model.Allotment) string { return v.ID }),
		putEach(ctx, s, colBatches, f.Batches, func(v model.Batch) string { return v.ID }),
		putEach(ctx, s, colSales, f.Sales, func(v model.Sale) string { return v.ID }),
		putEach(ctx, s, colSubscriptions, f.Subscriptions, func(v model.Subscription) string { return v.ID }),
		putEach(ctx, s, colDividends, f.Dividends, func(v model.DividendRun) string { return v.ID }),
	)
}

// growing reads what grows, and who has a share in it.
func (s *Store) growing(ctx context.Context, f *model.Growing) error {
	var errs [7]error
	f.Cooperatives, errs[0] = all[model.Cooperative](ctx, s, colCoops)
	f.Greenhouses, errs[1] = all[model.Greenhouse](ctx, s, colGreenhouses)
	f.Allotments, errs[2] = all[model.Allotment](ctx, s, colAllotments)
	f.Batches, errs[3] = all[model.Batch](ctx, s, colBatches)
	f.Sales, errs[4] = all[model.Sale](ctx, s, colSales)
	f.Subscriptions, errs[5] = all[model.Subscription](ctx, s, colSubscriptions)
	f.Dividends, errs[6] = all[model.DividendRun](ctx, s, colDividends)
	return errors.Join(errs[:]...)
}

// Farm reads all case records. It is for reports that look at everything, not for answers.
func (s *Store) Farm(ctx context.Context) (f model.Farm, err error) {
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
	if f.Activities, err = all[model.Activity](ctx, s, colActivities); err != nil {
		return f, err
	}
	if f.Debriefings, err = all[model.Debriefing](ctx, s, colDebriefings); err != nil {
		return f, err
	}
	if f.Contracts, err = all[model.DoctorContract](ctx, s, colContracts); err != nil {
		return f, err
	}
	if f.Visits, err = s.Visits(ctx); err != nil {
		return f, err
	}
	if err := s.growing(ctx, &f.Growing); err != nil {
		return f, err
	}
	return f, s.readFunds(ctx, &f)
}

// readFunds reads where the money came from, and what is not spending.
func (s *Store) readFunds(ctx context.Context, f *model.Farm) (err error) {
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
