package demodata

import (
	"fmt"
	"time"

	"bangfu/service/model"
)

// The cooperative of the report, and its plan for 2018.
const (
	coopID     = "K-001"
	coopUnitID = "U-cooperative"
	coopYear   = 2018
	coopHouses = 20
	holding    = model.Fen(600000) // the subsidy for sticks, packed into shares, 打包入股
)

// leftOut are the two households of the register that the report's 34 shares leave over. It names neither them nor
// the reason; these two are as good as any.
var leftOut = []string{"H-035", "H-036"}

const noReasonGiven = "没有入股，名单上没有写原因"

// grown is what the farm grows: the greenhouses that were allotted in 2017 and those of the cooperative in 2018, which
// are different houses, and the dividend that the cooperative announced.
func grown(families []family) model.Growing {
	list := shareList(families)
	g := model.Growing{
		Cooperatives:  []model.Cooperative{{ID: coopID, Name: "红卫润之源食用菌合作社", UnitID: coopUnitID, PayoutPPM: model.Million}},
		Subscriptions: []model.Subscription{list},
		Dividends:     []model.DividendRun{baseDividend(families, list)},
	}
	for i, f := range families {
		house := model.Greenhouse{ID: fmt.Sprintf("G-%03d", i+1), Site: fmt.Sprintf("二次利用大棚%d号", i+1), UnitID: farmID}
		g.Greenhouses = append(g.Greenhouses, house)
		g.Allotments = append(g.Allotments, model.Allotment{
			ID: model.AllotmentID(year, house.ID), GreenhouseID: house.ID, HouseholdID: f.id, Year: year, FeeWaived: true,
		})
		if len(g.Sales) == 0 && f.unit == areaID(5) && f.hasLabour() {
			g.Batches = append(g.Batches, mushrooms(house.ID, f.id))
			g.Sales = append(g.Sales, mushroomMoney(g.Batches[0]))
		}
	}
	for i := range coopHouses {
		g.Greenhouses = append(g.Greenhouses, model.Greenhouse{ID: fmt.Sprintf("CG-%02d", i+1), Site: fmt.Sprintf("合作社大棚%d号", i+1), UnitID: coopUnitID})
	}
	return g
}

// mushrooms is the crop behind the mushroom money. The report gives the 3,200 yuan; weight, price and costs are invented.
func mushrooms(greenhouseID, householdID string) model.Batch {
	return model.Batch{
		ID: model.BatchID(year, greenhouseID, model.SeasonAutumn), GreenhouseID: greenhouseID, HouseholdID: householdID, Year: year,
		Season: model.SeasonAutumn, Bags: 1000, DryMilliJin: 120, Input: yuan(1900), HarvestedOn: "2017-10-12", ActualMilliJin: 112000,
	}
}

func mushroomMoney(b model.Batch) model.Sale {
	s := model.Sale{
		ID: "2017/JS-1020", BatchID: b.ID, HouseholdID: b.HouseholdID, SoldOn: "2017-10-20", Buyer: "木耳收购站",
		MilliJin: 110000, PricePerJin: yuan(32), Costs: yuan(320),
	}
	if err := s.Settle(); err != nil {
		panic(err) // the numbers stand above
	}
	return s
}

func at(day model.Date) time.Time { return day.Start().Add(9 * time.Hour).UTC() }

func shareList(families []family) model.Subscription {
	list := model.Subscription{
		ID: model.SubscriptionID(coopID, coopYear, 1), CoopID: coopID, Year: coopYear, Version: 1,
		FrozenAt: at("2017-12-20"), FrozenBy: officeID,
	}
	for _, id := range leftOut {
		list.LeftOut = append(list.LeftOut, model.LeftOut{HouseholdID: id, Reason: noReasonGiven})
	}
	for _, f := range families {
		if list.Reason(f.id) == "" {
			list.Holders, list.Fund = append(list.Holders, model.Holder{HouseholdID: f.id, Amount: holding}), sum(list.Fund, holding)
		}
	}
	return list
}

// baseDividend is the guaranteed dividend as the cooperative announced it: made public, and paid at the year's end.
func baseDividend(families []family, list model.Subscription) model.DividendRun {
	run := model.RunID(coopID, coopYear, model.DividendBase)
	r := model.DividendRun{
		ID: model.RunVersionID(run, 1), Run: run, Version: 1, CoopID: coopID, Year: coopYear, Kind: model.DividendBase,
		InputsBy: officeID, ComputedBy: officeID, Published: model.Published{UnitBenefit: yuan(198000), RatePPM: 71000, Each: yuan(2255)},
		Inputs: model.DividendInputs{
			Kind: model.DividendBase, SubscriptionID: list.ID, Fund: list.Fund, Holders: list.Holders, Rounding: model.DefaultRounding(),
			Plan: model.GrowingPlan{
				Greenhouses: coopHouses, Crops: 2, BagsPerCrop: 25000, DryMilliJin: 120, PricePerJin: yuan(33), UnitInput: yuan(143985),
			},
		},
	}
	var err error
	if r.Result, err = model.Reckon(r.Inputs); err != nil {
		panic(err) // the numbers stand above
	}
	r.Checks = r.Reconcile()
	heads := map[string]string{}
	for _, f := range families {
		heads[f.id] = model.MaskName(f.members[0].name)
	}
	r.Notice.On = "2017-12-25"
	for _, l := range r.Result.Lines {
		r.Notice.Lines = append(r.Notice.Lines, model.NoticeLine{HouseholdID: l.HouseholdID, Head: heads[l.HouseholdID], Amount: l.Amount})
	}
	for _, s := range []struct {
		state model.RunState
		by    string
		on    model.Date
	}{
		{model.RunDraft, officeID, "2017-12-21"}, {model.RunComputed, officeID, "2017-12-21"}, {model.RunChecked, officeID, "2017-12-21"},
		{model.RunApproved, financeID, "2017-12-22"}, {model.RunPublicised, officeID, "2017-12-25"},
	} {
		r.MoveTo(s.state, model.ChangeInfo{Actor: s.by, At: at(s.on)})
	}
	return r
}
