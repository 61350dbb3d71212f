package mini

import (
	"context"

	"bangfu/handler/view"
	"bangfu/service/access"
)

type looksInput struct {
	HouseholdNo string `query:"household_no" maxLength:"40" doc:"登记了几户时,看哪一户;不填看第一户"`
}

type looksOutput struct {
	Body struct {
		Looks []view.AccessRecord `json:"looks" doc:"近的在前"`
	}
}

func (a *api) looks(ctx context.Context, house access.Household, in *looksInput) (*looksOutput, error) {
	list, err := a.People.AccessRecords(ctx, house, 100)
	if err != nil {
		return nil, err
	}
	out := &looksOutput{}
	out.Body.Looks = view.AccessRecordsOf(list)
	return out, nil
}
