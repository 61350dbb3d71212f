package disclose

import (
	"cmp"
	"errors"
	"slices"

	"bangfu/service/model"
)

// donors are the names of those who agreed to be named, by donation.
func (s *Service) donors(list []model.Donation) (map[string]string, error) {
	names := map[string]string{}
	for _, d := range list {
		if !d.PublicNameOK {
			continue
		}
		name, err := s.store.DonorName(d)
		if err != nil {
			return nil, err
		}
		names[d.ID] = name
	}
	return names, nil
}

// gifts are several donations, or one.
type gifts struct {
	cash, goods, worth model.Fen // worth is both
	err                error
}

func giftsOf(d model.Donation) (g gifts) {
	g.cash = d.Cash
	if g.goods, g.err = d.GoodsValue(); g.err == nil {
		g.worth, g.err = d.Value()
	}
	return g
}

// donations are listed one by one and by the kind of the donor. Whoever did not agree to be named stays nameless.
func donations(r records) content {
	var rows []model.SourceRow
	kinds := map[model.DonorKind]gifts{}
	var all gifts
	oldestFirst := func(a, b model.Donation) int { return cmp.Compare(a.On, b.On) }
	for _, d := range slices.SortedStableFunc(slices.Values(r.Donations), oldestFirst) {
		if d.On.Year() != r.year {
			continue
		}
		g := giftsOf(d)
		row := g.row()
		row[model.FieldDonor] = cmp.Or(r.donors[d.ID], model.Anonymous) + "(" + d.DonorKind.Label() + ")"
		rows = append(rows, row)
		kinds[d.DonorKind] = kinds[d.DonorKind].and(g)
		all = all.and(g)
	}
	if len(rows) == 0 {
		return content{}
	}
	list := tableOf("捐赠名单", model.FieldDonor, rows, all)
	list.Note = "没有同意公开姓名的,写作“" + model.Anonymous + "”。"
	return content{tables: []model.PublicTable{byKind(kinds, all), list}, err: all.err}
}

func byKind(kinds map[model.DonorKind]gifts, all gifts) model.PublicTable {
	var rows []model.SourceRow
	var bars []int64
	for _, k := range model.DonorKinds {
		if g, gave := kinds[k]; gave {
			row := g.row()
			row[model.FieldDonorKind] = k.Label()
			rows, bars = append(rows, row), append(bars, int64(g.worth))
		}
	}
	t := tableOf("按捐赠人类别", model.FieldDonorKind, rows, all)
	t.Draw(model.FieldWorth, bars)
	return t
}

func tableOf(caption string, whose model.PublicField, rows []model.SourceRow, all gifts) model.PublicTable {
	t := model.Disclose(model.ItemDonations, caption, []model.PublicField{whose, model.FieldCash, model.FieldGoods, model.FieldWorth}, rows)
	total := all.row()
	total[whose] = "合计"
	t.AddTotal(total)
	return t
}

func (g gifts) and(h gifts) (sum gifts) {
	var err1, err2, err3 error
	sum.cash, err1 = g.cash.Add(h.cash)
	sum.goods, err2 = g.goods.Add(h.goods)
	sum.worth, err3 = g.worth.Add(h.worth)
	sum.err = errors.Join(g.err, h.err, err1, err2, err3)
	return sum
}

func (g gifts) row() model.SourceRow {
	return model.SourceRow{model.FieldCash: given(g.cash), model.FieldGoods: given(g.goods), model.FieldWorth: given(g.worth)}
}

func given(f model.Fen) string {
	if f == 0 {
		return "—"
	}
	return f.Yuan()
}
