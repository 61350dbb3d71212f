package mini

import (
	"context"

	"bangfu/service/access"
	"bangfu/service/coop"
	"bangfu/service/model"
)

type dividendsInput struct {
	HouseholdNo string `query:"household_no" maxLength:"40" doc:"登记了几户时,看哪一户;不填看第一户"`
}

// HouseholdCoop is what a household has to do with the cooperative; somebody with a limited view sees none of it.
type HouseholdCoop struct {
	HouseholdNo string `json:"household_no"`
	View        string `json:"view" enum:"full,proxy" doc:"proxy是代看:什么也没有"`
	coop.House
}

type dividendsOutput struct{ Body HouseholdCoop }

func (a *api) dividends(ctx context.Context, house access.Household, in *dividendsInput) (*dividendsOutput, error) {
	id := house.ID()
	out := &dividendsOutput{Body: HouseholdCoop{HouseholdNo: id, View: string(house.View()), House: coop.House{
		Shares: []coop.Share{}, Dividends: []coop.OwnDividend{}, Wages: []coop.Pay{}, Sales: []coop.Sold{},
	}}}
	var err error
	if house.View() == model.ViewFull {
		out.Body.House, err = a.Coop.House(ctx, house)
	}
	return out, err
}
