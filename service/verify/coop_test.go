package verify_test

import (
	"slices"

	"bangfu/service/model"
	"bangfu/service/verify"
)

// The lines of the dividend, and those that follow from its results.
var (
	coopLines = append([]string{
		"coop_greenhouses", "coop_bags_per_crop_per_greenhouse", "coop_crops", "coop_input_per_greenhouse_fen",
		"coop_share_fund_fen", "coop_share_rate_permille", "coop_stick_subsidy_per_household_fen", "coop_share_holders",
	}, coopResults...)
	coopResults = []string{"coop_benefit_per_greenhouse_fen", "coop_base_dividend_fen", "coop_dividend_pool_fen", "coop_dividend_remainder_fen"}
	coopShares  = []string{
		"coop_share_fund_fen", "coop_share_holders", "coop_share_rate_permille", "coop_base_dividend_fen", "coop_dividend_pool_fen",
		"coop_dividend_remainder_fen",
	}
)

// redone changes the inputs of the dividend and computes it anew, as the office would.
func redone(change func(*model.DividendInputs)) func(*verify.Records) {
	return func(r *verify.Records) {
		run := &r.Dividends[0]
		change(&run.Inputs)
		var err error
		if run.Result, err = model.Reckon(run.Inputs); err != nil {
			panic(err)
		}
	}
}

// coopMutations spoil one thing about the cooperative.
var coopMutations = []mutation{
	{"the price is a fen more", redone(func(in *model.DividendInputs) { in.Plan.PricePerJin++ }), coopResults},
	{"fewer bags", redone(func(in *model.DividendInputs) { in.Plan.BagsPerCrop -= 100 }),
		append([]string{"coop_bags_per_crop_per_greenhouse"}, coopResults...)},
	{"four crops of half the bags", redone(func(in *model.DividendInputs) { in.Plan.Crops, in.Plan.BagsPerCrop = 4, 12500 }),
		[]string{"coop_crops", "coop_bags_per_crop_per_greenhouse"}},
	{"another input", redone(func(in *model.DividendInputs) { in.Plan.UnitInput += 50000 }),
		[]string{"coop_input_per_greenhouse_fen", "coop_base_dividend_fen", "coop_dividend_pool_fen", "coop_dividend_remainder_fen"}},
	{"all 36 hold a share", redone(func(in *model.DividendInputs) {
		in.Holders = append(in.Holders, model.Holder{HouseholdID: "H-035", Amount: 600000}, model.Holder{HouseholdID: "H-036", Amount: 600000})
		in.Fund = 36 * 600000
	}), coopShares},
	{"one holds more and one less", redone(func(in *model.DividendInputs) {
		in.Holders[0].Amount, in.Holders[1].Amount = 700000, 500000
	}), []string{"coop_stick_subsidy_per_household_fen", "coop_base_dividend_fen"}},
	{"the rate is not rounded", redone(func(in *model.DividendInputs) { in.Rounding.RateStepPPM = 1 }),
		[]string{"coop_share_rate_permille", "coop_base_dividend_fen", "coop_dividend_pool_fen", "coop_dividend_remainder_fen"}},
	{"payouts go to the fen", redone(func(in *model.DividendInputs) { in.Rounding.PayoutStep = 1 }),
		[]string{"coop_base_dividend_fen", "coop_dividend_remainder_fen"}},
	{"a stored line lost a fen", func(r *verify.Records) { r.Dividends[0].Result.Lines[0].Amount-- }, coopLines},
	{"the inputs cannot be reckoned with", func(r *verify.Records) { r.Dividends[0].Inputs.Fund++ }, coopLines},
	{"the run was reopened", func(r *verify.Records) { r.Dividends[0].State = model.RunReopened }, coopLines},
	{"the run was reopened and done again", func(r *verify.Records) {
		again := r.Dividends[0]
		r.Dividends[0].State = model.RunReopened
		r.Dividends = append(r.Dividends, again)
	}, nil},
	{"another cooperative has a dividend too", func(r *verify.Records) {
		r.Dividends = append(r.Dividends, r.Dividends[0])
	}, coopLines},
	{"a greenhouse of the cooperative is not on record", func(r *verify.Records) {
		r.Greenhouses = r.Greenhouses[:len(r.Greenhouses)-1]
	}, []string{"coop_greenhouses"}},
	{"a greenhouse was not allotted", func(r *verify.Records) { r.Allotments = r.Allotments[1:] }, []string{"greenhouses_allotted"}},
	{"a greenhouse was allotted in another year", func(r *verify.Records) { r.Allotments[0].Year = 2018 }, []string{"greenhouses_allotted"}},
	{"a greenhouse was allotted twice", func(r *verify.Records) {
		r.Allotments = append(slices.Clone(r.Allotments), r.Allotments[0])
	}, nil},
}
