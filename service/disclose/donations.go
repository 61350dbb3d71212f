package disclose

import (
	"cmp"
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
	cash, goods model.Fen
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
		g := gifts{d.Cash, worthOf(d)}
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
	return content{tables: []model.PublicTable{byKind(kinds, all), list}}
}

func byKind(kinds map[model.DonorKind]gifts, all gifts) model.PublicTable {
	var rows []model.SourceRow
	var bars []int64
	for _, k := range model.DonorKinds {
		if g, gave := kinds[k]; gave {
			row := g.row()
			row[model.FieldDonorKind] = k.Label()
			rows, bars = append(rows, row), append(bars, int64(g.cash+g.goods))
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

// worthOf is what the goods are worth. A sum that is too large was refused when the donation was recorded.
func worthOf(d model.Donation) model.Fen {
	worth, _ := d.GoodsValue()
	return worth
}

func (g gifts) and(h gifts) gifts { return gifts{g.cash + h.cash, g.goods + h.goods} }

func (g gifts) row() model.SourceRow {
	return model.SourceRow{model.FieldCash: given(g.cash), model.FieldGoods: given(g.goods), model.FieldWorth: given(g.cash + g.goods)}
}

func given(f model.Fen) string {
	if f == 0 {
		return "—"
	}
	return f.Yuan()
}
