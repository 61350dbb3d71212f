package disclose

import (
	"math"
	"testing"

	"bangfu/service/model"
)

// TestNoWrongSumIsPublished has amounts that int64 cannot hold together: they were added up to less than nothing.
func TestNoWrongSumIsPublished(t *testing.T) {
	r, _ := referenceRecords()
	r.Entries[0].Amount, r.Entries[1].Amount = math.MaxInt64, math.MaxInt64
	r.Entries[1].Category = r.Entries[0].Category
	if c, err := generate(model.ItemFunds, r); !model.IsKind(err, model.KindInternal) {
		t.Errorf("spending is published as %s", flat(c.tables))
	}
	r, _ = referenceRecords()
	r.Entries[0].Amount, r.Entries[1].Amount = math.MaxInt64, math.MaxInt64
	r.Entries[0].Category, r.Entries[1].Category = model.Categories[0], model.Categories[1]
	if c, err := generate(model.ItemFunds, r); !model.IsKind(err, model.KindInternal) {
		t.Errorf("the total of two categories is published as %s", flat(c.tables))
	}
	for what, spoil := range map[string]func(a, b *model.Donation){
		"money":           func(a, b *model.Donation) { a.Cash, b.Cash = math.MaxInt64, math.MaxInt64 },
		"money and goods": func(a, _ *model.Donation) { a.Cash, a.Goods = math.MaxInt64, []model.GoodsLine{{Value: 1}} },
		"goods": func(a, b *model.Donation) {
			a.Goods, b.Goods = []model.GoodsLine{{Value: math.MaxInt64}}, []model.GoodsLine{{Value: math.MaxInt64}}
		},
	} {
		r, _ := referenceRecords()
		spoil(&r.Donations[0], &r.Donations[1])
		if c, err := generate(model.ItemDonations, r); !model.IsKind(err, model.KindInternal) {
			t.Errorf("%s is published as %s", what, flat(c.tables))
		}
	}
}
