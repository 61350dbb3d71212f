//go:build !noembed

package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"bangfu/cmd/app/demodata"
	"bangfu/config"
	"bangfu/repo"
	"bangfu/service/access"
	"bangfu/service/disclose"
	"bangfu/service/ledger"
	"bangfu/service/model"
	"bangfu/service/people"
	"bangfu/service/visit"
)

// Seed loads the reference farm into an empty, migrated database.
func Seed(ctx context.Context, cfg config.Config, opts Options, w io.Writer) error {
	return maintain(ctx, cfg, opts, true, func(a *App) error {
		if err := a.requireMigrated(ctx); err != nil {
			return err
		}
		n, err := a.store.CountHouseholds(ctx)
		if err != nil {
			return err
		}
		if n > 0 {
			return fmt.Errorf("the database holds %d households; the reference farm goes into an empty one only", n)
		}
		if err := seedReference(ctx, a.store, a.clock.Now); err != nil {
			return err
		}
		_, err = fmt.Fprintln(w, "loaded the reference farm")
		return err
	})
}

// seedReference loads the reference farm: the case records with their id numbers and phones sealed, and
// the statements and sums that follow from the entries and visits. It can be repeated.
func seedReference(ctx context.Context, store *repo.Store, now model.Clock) error {
	ref := demodata.Build()
	record := model.NewRecord(now(), "seed")
	farm := model.Farm{Settings: ref.Settings}
	farm.Settings.Record = record
	farm.Units = stamped(ref.Units, func(u *model.Unit) { u.Record = record })
	farm.Households = stamped(ref.Households, func(h *model.Household) { h.Record = record })
	farm.Pairings = stamped(ref.Pairings, func(p *model.Pairing) { p.Record = record })
	farm.Incomes = stamped(ref.Incomes, func(i *model.IncomeRecord) { i.Record = record })
	farm.Entries = stamped(ref.Entries, func(e *model.Entry) { e.Record = record })
	farm.Visits = stamped(ref.Visits, func(v *model.Visit) { v.Record = record })
	farm.Activities = stamped(ref.Activities, func(a *model.Activity) { a.Record = record })
	farm.Debriefings = stamped(ref.Debriefings, func(d *model.Debriefing) { d.Record = record })
	farm.Contracts = stamped(ref.Contracts, func(c *model.DoctorContract) { c.Record = record })
	farm.Growing = stampedGrowing(ref.Growing, record)
	if err := errors.Join(sealCadres(&farm, ref.Cadres, store.Sealer(), record),
		sealPersons(&farm, ref.Persons, store.Sealer(), record), addFunds(&farm, ref, store.Sealer(), record)); err != nil {
		return err
	}
	if err := store.PutFarm(ctx, farm); err != nil {
		return err
	}
	if err := people.ReindexAll(ctx, store, model.DateOf(now())); err != nil {
		return err
	}
	for _, p := range stamped(ref.Programmes, func(p *model.Programme) { p.Record = record }) {
		if err := model.IgnoreKind(store.InsertProgramme(ctx, p), model.KindConflict); err != nil {
			return err
		}
	}
	_, books := ledger.New(store, now).Recount(ctx)
	_, visits := visit.Recount(ctx, store)
	return errors.Join(books, visits)
}

// ReferenceWorkbooks writes the reference farm as the sheets of an office.
func ReferenceWorkbooks(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	return demodata.WriteWorkbooks(dir)
}

// SeedUnits loads what no sheet of the office brings into an empty, migrated database: the reference farm's
// settings, units, visits, activities, funds, donations and loans, and what it grows.
func SeedUnits(ctx context.Context, cfg config.Config, opts Options, w io.Writer) error {
	return maintain(ctx, cfg, opts, true, func(a *App) error {
		if err := a.requireMigrated(ctx); err != nil {
			return err
		}
		if n, err := a.store.CountHouseholds(ctx); err != nil || n > 0 {
			return errors.Join(err, fmt.Errorf("the database holds %d households; the units go into an empty one only", n))
		}
		ref, record := demodata.Build(), model.NewRecord(a.clock.Now(), "seed")
		farm := model.Farm{Settings: ref.Settings}
		farm.Settings.Record = record
		farm.Units = stamped(ref.Units, func(u *model.Unit) { u.Record = record })
		farm.Visits = stamped(ref.Visits, func(v *model.Visit) { v.Record = record })
		farm.Activities = stamped(ref.Activities, func(a *model.Activity) { a.Record = record })
		farm.Debriefings = stamped(ref.Debriefings, func(d *model.Debriefing) { d.Record = record })
		farm.Contracts = stamped(ref.Contracts, func(c *model.DoctorContract) { c.Record = record })
		farm.Growing = stampedGrowing(ref.Growing, record)
		if err := addFunds(&farm, ref, a.store.Sealer(), record); err != nil {
			return err
		}
		if err := a.store.PutFarm(ctx, farm); err != nil {
			return err
		}
		_, err := fmt.Fprintln(w, "loaded what no sheet of the reference farm brings")
		return err
	})
}

// addFunds adds where the money came from and what is not spending, the donors' names sealed.
func addFunds(farm *model.Farm, ref demodata.Farm, sealer *repo.Sealer, record model.Record) error {
	farm.Funds = stamped(ref.Funds, func(f *model.Fund) { f.Record = record })
	farm.Receipts = stamped(ref.Receipts, func(r *model.Receipt) { r.Record = record })
	farm.Loans = stamped(ref.Loans, func(l *model.Loan) { l.Record = record })
	farm.Items = stamped(ref.Items, func(i *model.Item) { i.Record = record })
	farm.Moves = stamped(ref.Moves, func(m *model.Move) { m.Record = record })
	for _, d := range ref.Donations {
		var err error
		if d.DonorName, err = sealer.Seal(d.Donor, "donor_name", d.ID); err != nil {
			return err
		}
		d.Record = record
		farm.Donations = append(farm.Donations, d.Donation)
	}
	return nil
}

// seedDisclosures makes the five named items of the reference year public, as two members of staff would.
// Once something of that year is there it does nothing.
func seedDisclosures(ctx context.Context, store *repo.Store, items *disclose.Service, now model.Clock) error {
	if made, err := store.DisclosuresOf(ctx, referenceYear); err != nil || len(made) > 0 || model.DateOf(now()).Year() < referenceYear {
		return err // or a clock that was set before it
	}
	as := func(name string, d model.Role, may model.Permission) access.Farm {
		farm, _ := access.New(store, now).Farm(model.Staff{ID: name, Assignments: []model.RoleAssignment{{Role: d}}}, may) // by the table of roles
		return farm
	}
	writer, approver := as("publisher", model.RolePublisher, model.MayPublish), as("office", model.RoleOffice, model.MayApprovePublic)
	shown := disclose.PublicationProof{Channel: model.ChannelBoard, On: model.DateOf(now()), Note: "场部公开栏"}
	for _, item := range model.DisclosureItems {
		if item.Purpose() != "" {
			continue
		}
		d, err := items.Draft(ctx, writer, item, referenceYear, "")
		if err != nil {
			return fmt.Errorf("disclosure %s: %w", item, err)
		}
		steps := []func() (model.Disclosure, error){
			func() (model.Disclosure, error) { return items.Preview(ctx, writer, d.ID, d.Rev) },
			func() (model.Disclosure, error) { return items.Approve(ctx, approver, d.ID, d.Rev) },
			func() (model.Disclosure, error) { return items.Publish(ctx, writer, d.ID, shown) },
		}
		for _, step := range steps {
			if d, err = step(); err != nil {
				return fmt.Errorf("disclosure %s: %w", item, err)
			}
		}
	}
	return nil
}

// referenceYear is the year of the reference farm.
const referenceYear = 2017

func stamped[T any](list []T, stamp func(*T)) []T {
	for i := range list {
		stamp(&list[i])
	}
	return list
}

func stampedGrowing(g model.Growing, record model.Record) model.Growing {
	g.Cooperatives = stamped(g.Cooperatives, func(c *model.Cooperative) { c.Record = record })
	g.Greenhouses = stamped(g.Greenhouses, func(g *model.Greenhouse) { g.Record = record })
	g.Allotments = stamped(g.Allotments, func(a *model.Allotment) { a.Record = record })
	g.Batches = stamped(g.Batches, func(b *model.Batch) { b.Record = record })
	g.Sales = stamped(g.Sales, func(s *model.Sale) { s.Record = record })
	g.Subscriptions = stamped(g.Subscriptions, func(s *model.Subscription) { s.Record = record })
	g.Dividends = stamped(g.Dividends, func(d *model.DividendRun) { d.Record = record })
	return g
}

func sealCadres(farm *model.Farm, cadres []demodata.Cadre, sealer *repo.Sealer, record model.Record) error {
	for _, c := range cadres {
		var err error
		if c.Phone, err = sealer.Seal(c.PhoneNumber, "phone", c.ID); err != nil {
			return err
		}
		if c.PhoneHash, err = sealer.Hash(c.PhoneNumber, "phone"); err != nil {
			return err
		}
		c.Record = record
		farm.Cadres = append(farm.Cadres, c.Cadre)
	}
	return nil
}

func sealPersons(farm *model.Farm, persons []demodata.Person, sealer *repo.Sealer, record model.Record) error {
	for _, p := range persons {
		var errs [4]error
		p.NationalID, errs[0] = sealer.Seal(p.IDNumber, "national_id", p.ID)
		p.NationalIDHash, errs[1] = sealer.Hash(p.IDNumber, "national_id")
		p.Phone, errs[2] = sealer.Seal(p.PhoneNumber, "phone", p.ID)
		p.PhoneHash, errs[3] = sealer.Hash(p.PhoneNumber, "phone")
		if err := errors.Join(errs[:]...); err != nil {
			return err
		}
		p.Record = record
		farm.Persons = append(farm.Persons, p.Person)
	}
	return nil
}
