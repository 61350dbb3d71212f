package mini

import (
	"context"

	"bangfu/service/access"
	"bangfu/service/people"
)

// Look is one time that somebody read what is otherwise hidden of the household, or took it out in a file; or a day on
// which they looked at its books, visits, difficulties, papers or doctor.
type Look struct {
	At         string   `json:"at" doc:"北京时间;平常办事看的只有日期"`
	Who        string   `json:"who"`
	What       []string `json:"what" doc:"看了哪几类"`
	Reason     string   `json:"reason" doc:"平常办事看的没有"`
	BreakGlass bool     `json:"break_glass" doc:"紧急情况下看的"`
}

type looksInput struct {
	HouseholdNo string `query:"household_no" maxLength:"20" doc:"登记了几户时,看哪一户;不填看第一户"`
}

type looksOutput struct {
	Body struct {
		Looks []Look `json:"looks" doc:"近的在前"`
	}
}

func (a *api) looks(ctx context.Context, house access.Household, in *looksInput) (*looksOutput, error) {
	list, err := a.People.Looks(ctx, house, 100)
	if err != nil {
		return nil, err
	}
	out := &looksOutput{}
	out.Body.Looks = LooksOf(list)
	return out, nil
}

// LooksOf is the list in the words of the API; staff see it in the same ones.
func LooksOf(list []people.Look) []Look {
	looks := []Look{}
	for _, l := range list {
		looks = append(looks, Look{At: l.At, Who: l.Who, What: l.What, Reason: l.Reason, BreakGlass: l.BreakGlass})
	}
	return looks
}
