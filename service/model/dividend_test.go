package model_test

import (
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"bangfu/service/model"

	"pgregory.net/rapid"
)

// report2018 are the inputs of the report: 20 greenhouses, 34 households with 6,000 yuan each.
func report2018() model.DividendInputs {
	in := model.DividendInputs{
		Kind: model.DividendBase, Fund: 20400000, Rounding: model.DefaultRounding(),
		Plan: model.GrowingPlan{Greenhouses: 20, Crops: 2, BagsPerCrop: 25000, DryMilliJin: 120, PricePerJin: 3300, UnitInput: 14398500},
	}
	for i := range 34 {
		in.Holders = append(in.Holders, model.Holder{HouseholdID: fmt.Sprintf("H-%03d", i+1), Amount: 600000})
	}
	return in
}

func reckoned(t testing.TB, in model.DividendInputs) model.Dividend {
	t.Helper()
	d, err := model.Reckon(in)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestTheReportOf2018(t *testing.T) {
	d := reckoned(t, report2018())
	each, same := d.Each()
	for _, c := range []struct {
		what      string
		got, want int64
	}{
		{"benefit of a greenhouse", int64(d.UnitBenefit), 19800000}, {"total input", int64(d.TotalInput), 287970000},
		{"total benefit", int64(d.TotalBenefit), 396000000}, {"net", int64(d.Net), 108030000}, {"raw rate", d.RawRatePPM, 70840},
		{"rate", d.RatePPM, 71000}, {"pool", int64(d.Pool), 7670130}, {"each", int64(each), 225500}, {"paid", int64(d.Paid), 7667000},
		{"remainder", int64(d.Remainder), 3130}, {"rests", d.UnitBenefitRest + d.ShareRest + d.PoolRest, 0},
	} {
		if c.got != c.want {
			t.Errorf("%s: %d, want %d", c.what, c.got, c.want)
		}
	}
	if !same {
		t.Error("not all get the same")
	}
}

// TestTheReadingsThatTheReportRulesOut are those of domain R6 and R7: none of them gives 2,255.
func TestTheReadingsThatTheReportRulesOut(t *testing.T) {
	all36 := report2018()
	all36.Holders = append(all36.Holders, model.Holder{HouseholdID: "H-035", Amount: 600000}, model.Holder{HouseholdID: "H-036", Amount: 600000})
	all36.Fund = 36 * 600000
	exact := report2018()
	exact.Rounding.RateStepPPM = 1
	for name, in := range map[string]model.DividendInputs{"36 households": all36, "a rate that is not rounded": exact} {
		if each, _ := reckoned(t, in).Each(); each == 225500 {
			t.Errorf("%s gives 2,255 too", name)
		}
	}
	if each, _ := reckoned(t, exact).Each(); each != 225000 { // 2,250.8x
		t.Errorf("exact rate: %s", each.Yuan())
	}
}

func holders(t *rapid.T) (list []model.Holder, fund model.Fen) {
	for i := range rapid.IntRange(1, 60).Draw(t, "holders") {
		h := model.Holder{HouseholdID: fmt.Sprintf("H-%03d", i), Amount: model.Fen(rapid.Int64Range(1, 5_000_000).Draw(t, "share"))}
		list, fund = append(list, h), fund+h.Amount
	}
	return list, fund
}

// drawn are inputs that can be: of the size of a farm, profitable or not, with any steps of rounding.
func drawn(t *rapid.T) model.DividendInputs {
	in := model.DividendInputs{Rounding: model.DefaultRounding()}
	in.Holders, in.Fund = holders(t)
	in.Rounding.RateStepPPM = rapid.SampledFrom([]int64{1, 7, 100, 1000, 10000}).Draw(t, "rate step")
	in.Rounding.PayoutStep = rapid.SampledFrom([]model.Fen{1, 3, 100, 1000}).Draw(t, "payout step")
	draw := func(what string, low, high int64) int64 { return rapid.Int64Range(low, high).Draw(t, what) }
	if rapid.Bool().Draw(t, "secondary") {
		in.Kind, in.RatePPM, in.PayoutPPM = model.DividendSecondary, draw("rate", 0, model.Million), draw("payout", 0, model.Million)
		in.BasePool, in.ActualNet = model.Fen(draw("base pool", 0, 1e9)), model.Fen(draw("actual net", -1e9, 1e11))
		return in
	}
	in.Kind = model.DividendBase
	in.Plan = model.GrowingPlan{
		Greenhouses: draw("greenhouses", 1, 200), Crops: draw("crops", 1, 3), BagsPerCrop: draw("bags", 1, 60000),
		DryMilliJin: draw("dry", 1, 500), PricePerJin: model.Fen(draw("price", 1, 20000)), UnitInput: model.Fen(draw("input", 1, 50_000_000)),
	}
	return in
}

// tryReckon is the dividend, unless the inputs make a share of more than everything.
func tryReckon(t *rapid.T, in model.DividendInputs) model.Dividend {
	d, err := model.Reckon(in)
	if model.IsKind(err, model.KindInvalid) {
		t.Skip("needs shares that are not more than everything")
	}
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// TestNothingIsCreatedOrLost follows every fen, and every millionth of one, from the net to the households.
func TestNothingIsCreatedOrLost(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := drawn(t)
		d := tryReckon(t, in)
		paid, step := model.Fen(0), in.Rounding.PayoutStep
		for _, l := range d.Lines {
			paid += l.Amount
			if l.Amount < 0 || l.Amount%step != 0 {
				t.Fatalf("%s gets %d", l.HouseholdID, l.Amount)
			}
			// Nobody is short of their part by a step or more.
			due := new(big.Rat).SetFrac(new(big.Int).Mul(big.NewInt(int64(d.Pool)), big.NewInt(int64(l.Share))), big.NewInt(int64(in.Fund)))
			short := new(big.Rat).Sub(due, new(big.Rat).SetInt64(int64(l.Amount)))
			if short.Sign() < 0 || short.Cmp(new(big.Rat).SetInt64(int64(step))) >= 0 {
				t.Fatalf("%s gets %d of %s", l.HouseholdID, l.Amount, due)
			}
		}
		if paid != d.Paid || d.Paid+d.Remainder != d.Pool || d.Remainder < 0 || d.Remainder >= step*model.Fen(len(d.Lines)) && d.Pool > 0 {
			t.Fatalf("paid %d, %d; remainder %d, pool %d", paid, d.Paid, d.Remainder, d.Pool)
		}
		net := max(d.Net, 0)
		share := new(big.Int).Mul(big.NewInt(int64(net)), big.NewInt(d.RatePPM))
		kept := new(big.Int).Add(new(big.Int).Mul(big.NewInt(int64(d.Share)), big.NewInt(model.Million)), big.NewInt(d.ShareRest))
		if share.Cmp(kept) != 0 {
			t.Fatalf("of %d at %d ppm %d and %d millionths are left", net, d.RatePPM, d.Share, d.ShareRest)
		}
	})
}

func TestTheRateIsRoundedOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := drawn(t)
		d := tryReckon(t, in)
		if in.Kind != model.DividendBase {
			return
		}
		exact := new(big.Rat).SetFrac(new(big.Int).Mul(big.NewInt(int64(in.Fund)), big.NewInt(model.Million)), big.NewInt(int64(d.TotalInput)))
		off := new(big.Rat).Sub(new(big.Rat).SetInt64(d.RatePPM), exact)
		half := big.NewRat(in.Rounding.RateStepPPM, 2)
		if d.RatePPM%in.Rounding.RateStepPPM != 0 || off.Cmp(half) > 0 || off.Cmp(new(big.Rat).Neg(half)) <= 0 {
			t.Fatalf("%d ppm for %s, step %d", d.RatePPM, exact.FloatString(3), in.Rounding.RateStepPPM)
		}
	})
}

func TestTheOrderOfHoldersDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := drawn(t)
		d := tryReckon(t, in)
		if again := tryReckon(t, in); !reflect.DeepEqual(again, d) {
			t.Fatal("computing again gives another result")
		}
		before := slices.Clone(in.Holders)
		shuffled := in
		shuffled.Holders = slices.Clone(in.Holders)
		seed := rapid.Uint64().Draw(t, "seed")
		rand.New(rand.NewPCG(seed, 1)).Shuffle(len(before), func(i, j int) {
			shuffled.Holders[i], shuffled.Holders[j] = shuffled.Holders[j], shuffled.Holders[i]
		})
		if other := tryReckon(t, shuffled); !reflect.DeepEqual(other, d) {
			t.Fatal("the order of the holders changes the result")
		}
		if !slices.Equal(before, in.Holders) {
			t.Fatal("computing changes its inputs")
		}
	})
}

// TestHugeInputsAreRefused draws from all of int64: the result is right or refused, never wrapped around.
func TestHugeInputsAreRefused(t *testing.T) {
	refused := 0
	rapid.Check(t, func(t *rapid.T) {
		huge := func(what string) int64 {
			return rapid.OneOf(rapid.Int64Range(1, 1000), rapid.Int64Range(1, math.MaxInt64)).Draw(t, what)
		}
		share := model.Fen(huge("share"))
		in := model.DividendInputs{
			Kind: model.DividendBase, Rounding: model.DefaultRounding(), Fund: share, Holders: []model.Holder{{HouseholdID: "H-001", Amount: share}},
			Plan: model.GrowingPlan{
				Greenhouses: huge("greenhouses"), Crops: huge("crops"), BagsPerCrop: huge("bags"), DryMilliJin: huge("dry"),
				PricePerJin: model.Fen(huge("price")), UnitInput: model.Fen(huge("input")),
			},
		}
		d, err := model.Reckon(in)
		if err != nil {
			if refused++; !model.IsKind(err, model.KindInvalid) {
				t.Fatal(err)
			}
			return
		}
		p, want := in.Plan, big.NewInt(1)
		for _, f := range []int64{p.BagsPerCrop, p.Crops, p.DryMilliJin, int64(p.PricePerJin)} {
			want.Mul(want, big.NewInt(f))
		}
		got := new(big.Int).Mul(big.NewInt(int64(d.UnitBenefit)), big.NewInt(1000))
		if got.Add(got, big.NewInt(d.UnitBenefitRest)).Cmp(want) != 0 || d.Pool < 0 || d.Paid+d.Remainder != d.Pool {
			t.Fatalf("%+v", d)
		}
	})
	if refused == 0 {
		t.Error("nothing was refused, so this says nothing")
	}
}

func TestInputsThatCannotBe(t *testing.T) {
	for code, spoil := range map[string]func(*model.DividendInputs){
		"growing_plan": func(in *model.DividendInputs) { in.Plan.DryMilliJin = 0 },
		"holders":      func(in *model.DividendInputs) { in.Holders[1] = in.Holders[0] },
		"fund":         func(in *model.DividendInputs) { in.Fund++ },
		"rounding":     func(in *model.DividendInputs) { in.Rounding.PayoutRule = "up" },
		"too_large":    func(in *model.DividendInputs) { in.Plan.PricePerJin = math.MaxInt64 },
		"actual":       func(in *model.DividendInputs) { in.Kind = "third" },
		"share_over_whole": func(in *model.DividendInputs) {
			in.Plan.Greenhouses, in.Plan.UnitInput = 1, 100
		},
	} {
		in := report2018()
		spoil(&in)
		_, err := model.Reckon(in)
		var e *model.Error
		if e, _ = err.(*model.Error); e == nil || e.Code != code {
			t.Errorf("%s: %v", code, err)
		}
	}
}

func TestALossIsNotShared(t *testing.T) {
	in := report2018()
	in.Plan.PricePerJin = 2000 // 120,000 yuan a greenhouse, less than it takes
	d := reckoned(t, in)
	if d.Net >= 0 || d.Pool != 0 || d.Paid != 0 || d.Remainder != 0 {
		t.Errorf("%+v", d)
	}
}

func TestTheSecondDividend(t *testing.T) {
	in := report2018()
	base := reckoned(t, in)
	in.Kind, in.RatePPM, in.BasePool, in.PayoutPPM = model.DividendSecondary, base.RatePPM, base.Pool, model.Million
	for _, c := range []struct {
		name            string
		net             model.Fen
		payout          int64
		excess, pool    model.Fen
		each, remainder model.Fen
	}{
		{"as planned", base.Net, model.Million, 0, 0, 0, 0},
		{"less than planned", base.Net - 1, model.Million, 0, 0, 0, 0},
		{"a loss", -5, model.Million, 0, 0, 0, 0},
		{"more", 120000000, model.Million, 849870, 849870, 24900, 3270},
		{"more, half of it paid out", 120000000, 500000, 849870, 424935, 12400, 3335},
	} {
		in.ActualNet, in.PayoutPPM = c.net, c.payout
		d := reckoned(t, in)
		if each, _ := d.Each(); d.Excess != c.excess || d.Pool != c.pool || each != c.each || d.Remainder != c.remainder {
			t.Errorf("%s: excess %d, pool %d, each %d, remainder %d", c.name, d.Excess, d.Pool, each, d.Remainder)
		}
	}
}

// paidRun is a settled first version of the report's run.
func paidRun(t *testing.T) model.DividendRun {
	r := model.DividendRun{ID: "K-001/2018/base/1", Inputs: report2018(), Kind: model.DividendBase}
	r.Result = reckoned(t, r.Inputs)
	r.Published = model.Published{UnitBenefit: 19800000, RatePPM: 71000, Holders: 34, Each: 225500}
	r.MoveTo(model.RunSettled, model.ChangeInfo{})
	return r
}

func failing(r model.DividendRun) (codes []string) {
	for _, c := range r.Reconcile() {
		if !c.OK {
			codes = append(codes, c.Code)
		}
	}
	return codes
}

func TestReconcile(t *testing.T) {
	for _, c := range []struct {
		name  string
		spoil func(*model.DividendRun)
		want  []string
	}{
		{"as it is", func(*model.DividendRun) {}, nil},
		{"nothing was published", func(r *model.DividendRun) { r.Published = model.Published{} }, nil},
		{"another benefit was published", func(r *model.DividendRun) { r.Published.UnitBenefit++ }, []string{"R4"}},
		{"another rate was published", func(r *model.DividendRun) { r.Published.RatePPM = 70000 }, []string{"R5"}},
		{"36 were published", func(r *model.DividendRun) { r.Published.Holders = 36 }, []string{"R6"}},
		{"another payout was published", func(r *model.DividendRun) { r.Published.Each = 225600 }, []string{"R7"}},
		{"a fen is gone from a line", func(r *model.DividendRun) { r.Result.Lines[3].Amount-- }, []string{"R7", "R8", "again"}},
		{"a fen is gone from the remainder", func(r *model.DividendRun) { r.Result.Remainder-- }, []string{"R8", "again"}},
		{"the price changed afterwards", func(r *model.DividendRun) { r.Inputs.Plan.PricePerJin++ }, []string{"again"}},
		{"the fund is short", func(r *model.DividendRun) { r.Inputs.Fund-- }, []string{"R6", "again"}},
		{"another amount was paid before", func(r *model.DividendRun) {
			r.Carried = []model.PaidBefore{{HouseholdID: "H-001", Amount: 225400}}
		}, []string{"carried"}},
		{"somebody was paid before who holds nothing", func(r *model.DividendRun) {
			r.Carried = []model.PaidBefore{{HouseholdID: "H-036", Amount: 225500}}
		}, []string{"carried"}},
		{"the same was paid before", func(r *model.DividendRun) {
			r.Carried = []model.PaidBefore{{HouseholdID: "H-001", Amount: 225500}}
		}, nil},
	} {
		r := paidRun(t)
		c.spoil(&r)
		if got := failing(r); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

// TestWhatWasPaidBeforeIsNotOwed, unless it was taken back.
func TestWhatWasPaidBeforeIsNotOwed(t *testing.T) {
	r := paidRun(t)
	r.Carried = []model.PaidBefore{{HouseholdID: "H-001", EntryID: "old/H-001"}, {HouseholdID: "H-002", EntryID: "old/H-002"}}
	r.Result.Lines[33].Amount = 0
	owes := r.Owes(func(entryID string) bool { return entryID == "old/H-002" })
	if len(owes) != 32 || owes[0].HouseholdID != "H-002" || owes[31].HouseholdID != "H-033" {
		t.Errorf("%d lines: %+v", len(owes), owes)
	}
}

func TestDecimal(t *testing.T) {
	for want, got := range map[string]string{
		"0.12": model.Decimal(120, 3), "1.5": model.Decimal(1500, 3), "110": model.Decimal(110000, 3), "-0.005": model.Decimal(-5, 3),
		"0": model.Decimal(0, 3), "7.1%": model.Percent(71000), "7.084%": model.Percent(70840), "100%": model.Percent(model.Million),
		"-9223372036854775.808": model.Decimal(math.MinInt64, 3),
	} {
		if got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

func TestSalesAndYields(t *testing.T) {
	s := model.Sale{MilliJin: 110000, PricePerJin: 3200, Costs: 32000}
	if err := s.Settle(); err != nil || s.Gross != 352000 || s.Settlement != 320000 {
		t.Errorf("%+v %v", s, err)
	}
	for _, bad := range []model.Sale{
		{MilliJin: 1000, PricePerJin: 100, Costs: 101}, {MilliJin: 0, PricePerJin: 1}, {MilliJin: math.MaxInt64, PricePerJin: math.MaxInt64},
	} {
		if err := bad.Settle(); !model.IsKind(err, model.KindInvalid) {
			t.Errorf("%+v: %v", bad, err)
		}
	}
	b := model.Batch{Bags: 1000, DryMilliJin: 120, ActualMilliJin: 71999}
	if b.LowYield() {
		t.Error("still growing, and low already")
	}
	b.HarvestedOn = "2018-06-01"
	if !b.LowYield() {
		t.Error("59.999% is not low")
	}
	if b.ActualMilliJin++; b.LowYield() {
		t.Error("60% is low")
	}
}
