package exchange

import (
	"context"
	"strconv"

	"bangfu/service/model"
)

func (r *run) cadre(ctx context.Context, v values) (model.RowState, error) {
	id := v["id"]
	var unit, branch model.Unit
	var err error
	if v["unit"] != "" {
		if unit, err = r.unit("unit", v["unit"]); err != nil {
			return "", err
		}
	}
	if v["branch"] != "" {
		if branch, err = r.unit("branch", v["branch"]); err != nil {
			return "", err
		}
		if branch.Kind != model.UnitPartyBranch {
			return "", refuse("branch", "不是党支部")
		}
	}
	return apply(ctx, r, access[model.Cadre]{r.ids.Cadres, r.store.Cadre, r.store.InsertCadre, r.store.ChangeCadre},
		id, v, model.Cadre{ID: id, Status: model.CadreActive}, func(c *model.Cadre, _ bool) error {
			put(&c.Name, v, "name")
			put(&c.Rank, v, "rank")
			put(&c.Status, v, "duty")
			if unit.ID != "" {
				c.UnitID = unit.ID
			}
			if _, said := v["branch"]; said {
				c.BranchID = branch.ID
			}
			return r.reseal(&c.Phone, &c.PhoneHash, v, "phone", c.ID)
		})
}

func (r *run) pairing(ctx context.Context, v values) (model.RowState, error) {
	house, cadre, from := v["household_id"], v["cadre_id"], model.Date(v["from"])
	switch {
	case !r.ids.Households[house]:
		return "", refuse("household_id", "没有这一户,请先导入户表")
	case !r.ids.Cadres[cadre]:
		return "", refuse("cadre_id", "没有这位干部,请先导入干部表")
	}
	id := model.PairingID(house, cadre, from)
	if err := r.apart(ctx, id, v); err != nil {
		return "", err
	}
	state, err := apply(ctx, r, access[model.Pairing]{r.ids.Pairings, r.store.Pairing, r.store.InsertPairing, r.store.ChangePairing},
		id, v, model.Pairing{ID: id, HouseholdID: house, CadreID: cadre, From: from}, func(p *model.Pairing, _ bool) error {
			put(&p.Role, v, "role")
			put(&p.CardNo, v, "card")
			put(&p.To, v, "to")
			if p.To != "" && p.To < p.From {
				return refuse("to", "早于开始")
			}
			return nil
		})
	if state == model.RowCreated && r.write {
		r.notePairing(id)
	}
	return state, err
}

// apart refuses a pairing that overlaps another one of the same two.
func (r *run) apart(ctx context.Context, id string, v values) error {
	house, cadre, from := v["household_id"], v["cadre_id"], model.Date(v["from"])
	for _, other := range r.from[house+"/"+cadre] {
		if other == from {
			continue
		}
		p, err := r.store.Pairing(ctx, model.PairingID(house, cadre, other))
		if err != nil {
			return err
		}
		if overlap(p.From, p.To, from, model.Date(v["to"])) {
			return refuse("from", "这一户和这位干部已经结对(%s起)", p.From)
		}
	}
	return nil
}

func (r *run) income(ctx context.Context, v values) (model.RowState, error) {
	house := v["household_id"]
	if !r.ids.Households[house] {
		return "", refuse("household_id", "没有这一户,请先导入户表")
	}
	year, _ := strconv.Atoi(v["year"])
	id := model.StatementID(house, year) // both are "household/year"
	return apply(ctx, r, access[model.IncomeRecord]{r.ids.Incomes, r.store.Income, r.store.InsertIncome, r.store.ChangeIncome},
		id, v, model.IncomeRecord{ID: id, HouseholdID: house, Year: year}, func(i *model.IncomeRecord, _ bool) error {
			for key, fen := range map[string]*model.Fen{
				"wage": &i.Wage, "operating": &i.Operating, "property": &i.Property, "transfer": &i.Transfer, "costs": &i.Costs,
			} {
				if s, ok := v[key]; ok {
					n, _ := strconv.ParseInt(s, 10, 64) // the parser made it
					*fen = model.Fen(n)
				}
			}
			if s, ok := v["members"]; ok {
				i.Members, _ = strconv.Atoi(s)
			}
			return nil
		})
}
