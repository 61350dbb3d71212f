package people

import (
	"context"
	"fmt"
	"slices"

	"bangfu/service/model"
)

// CadreRow is what a row says of a cadre. It does not bring back one who has left.
type CadreRow struct {
	ID               string
	Name, Rank       *string
	UnitID, BranchID *string
	Phone            *string
	Status           *model.CadreStatus
}

func (row CadreRow) reads(_ *Batch, into *reads) { into.cadres = append(into.cadres, row.ID) }

func (row CadreRow) settle(ctx context.Context, b *Batch, l Line, write bool) (Outcome, error) {
	return apply(ctx, b, b.gather.Cadres, b.known.Cadres,
		row.ID, l, write, model.Cadre{ID: row.ID, Status: model.CadreActive}, func(c *model.Cadre, isNew bool) error {
			before := c.Status
			setIf(&c.Name, row.Name)
			setIf(&c.Rank, row.Rank)
			setIf(&c.UnitID, row.UnitID)
			setIf(&c.BranchID, row.BranchID)
			setIf(&c.Status, row.Status)
			if isNew && !recordID.MatchString(c.ID) {
				return on("id", errCadreNo)
			}
			if err := checkName(c.Name); err != nil {
				return on("name", err)
			}
			if err := checkUnits(ctx, *c, b.unit); err != nil {
				return err
			}
			if before == model.CadreLeft && c.Status != before {
				return on("duty", errCadreLeft)
			}
			if c.Status != before {
				if err := b.checkRole(ctx, *c); err != nil {
					return on("duty", err)
				}
			}
			return on("phone", b.reseal(&c.Phone, &c.PhoneHash, row.Phone, "phone", c.ID, checkPhone))
		})
}

// PairingRow is what a row says of a pairing.
type PairingRow struct {
	HouseholdID, CadreID string
	From                 model.Date
	Role                 *model.PairingRole
	CardNo               *string
	To                   *model.Date
}

func (row PairingRow) reads(b *Batch, into *reads) {
	into.pairings = append(into.pairings, model.PairingID(row.HouseholdID, row.CadreID, row.From))
	for _, other := range b.paired[row.HouseholdID+"/"+row.CadreID] {
		into.pairings = append(into.pairings, model.PairingID(row.HouseholdID, row.CadreID, other))
	}
}

func (row PairingRow) settle(ctx context.Context, b *Batch, l Line, write bool) (Outcome, error) {
	switch {
	case !b.Knows(row.HouseholdID):
		return Outcome{}, refuse("household_id", "没有这一户,请先导入户表")
	case !b.known.Cadres[row.CadreID]:
		return Outcome{}, refuse("cadre_id", "没有这位干部,请先导入干部表")
	}
	id := model.PairingID(row.HouseholdID, row.CadreID, row.From)
	if err := b.checkOverlap(ctx, row); err != nil {
		return Outcome{}, err
	}
	today := model.DateOf(b.by.At)
	fresh := model.Pairing{ID: id, HouseholdID: row.HouseholdID, CadreID: row.CadreID, From: row.From}
	done, err := apply(ctx, b, b.gather.Pairings, b.known.Pairings,
		id, l, write, fresh, func(p *model.Pairing, isNew bool) error {
			before := *p
			setIf(&p.Role, row.Role)
			setIf(&p.CardNo, row.CardNo)
			setIf(&p.To, row.To)
			if !isNew && p.To == before.To {
				return nil
			}
			if err := checkPairing(*p, b.known.HouseholdStatus[p.HouseholdID], b.known.CadreStatus[p.CadreID], today); err != nil {
				return err
			}
			if !isNew && before.OpenOn(today) && p.To != "" {
				return on("to", b.notLast(ctx, *p))
			}
			return nil
		})
	if done.State != model.RowCreated {
		return done, err
	}
	if is(row.To) == "" {
		b.opened[row.HouseholdID]++
	}
	if write {
		b.notePairing(id)
	}
	return done, err
}

// notLast refuses to end the last pairing of a household that is never without a cadre. Whoever takes over stands in a
// row before.
func (b *Batch) notLast(ctx context.Context, ended model.Pairing) error {
	if !b.known.HouseholdStatus[ended.HouseholdID].NeedsCadre() || b.opened[ended.HouseholdID] > 0 {
		return nil
	}
	b.ended[ended.ID] = true
	open, err := b.openPairings(ctx, ended.HouseholdID, ended.To.AddDays(1))
	if err == nil && !slices.ContainsFunc(open, func(p model.Pairing) bool { return !b.ended[p.ID] }) {
		delete(b.ended, ended.ID)
		err = errNoCadreLeft
	}
	return err
}

// checkOverlap refuses a pairing that overlaps another one of the same two.
func (b *Batch) checkOverlap(ctx context.Context, row PairingRow) error {
	for _, other := range b.paired[row.HouseholdID+"/"+row.CadreID] {
		if other == row.From {
			continue
		}
		p, err := b.gather.Pairings.Get(ctx, model.PairingID(row.HouseholdID, row.CadreID, other))
		if err != nil {
			return err
		}
		if overlap(p.From, p.To, row.From, is(row.To)) {
			return refuse("from", fmt.Sprintf("这一户和这位干部已经结对(%s起)", p.From))
		}
	}
	return nil
}

// IncomeRow is what a row says of a household's income of a year.
type IncomeRow struct {
	HouseholdID                                string
	Year                                       int
	Wage, Operating, Property, Transfer, Costs *model.Fen
	Members                                    *int
}

func (row IncomeRow) reads(_ *Batch, into *reads) {
	into.incomes = append(into.incomes, model.IncomeID(row.HouseholdID, row.Year))
}

func (row IncomeRow) settle(ctx context.Context, b *Batch, l Line, write bool) (Outcome, error) {
	if !b.Knows(row.HouseholdID) {
		return Outcome{}, refuse("household_id", "没有这一户,请先导入户表")
	}
	id := model.IncomeID(row.HouseholdID, row.Year)
	return apply(ctx, b, b.gather.Incomes, b.known.Incomes,
		id, l, write, model.IncomeRecord{ID: id, HouseholdID: row.HouseholdID, Year: row.Year}, func(i *model.IncomeRecord, _ bool) error {
			setIf(&i.Wage, row.Wage)
			setIf(&i.Operating, row.Operating)
			setIf(&i.Property, row.Property)
			setIf(&i.Transfer, row.Transfer)
			setIf(&i.Costs, row.Costs)
			setIf(&i.Members, row.Members)
			return checkIncome(*i, model.DateOf(b.by.At))
		})
}
