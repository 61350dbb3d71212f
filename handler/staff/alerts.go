package staff

import (
	"context"
	"time"

	"bangfu/service/access"
	"bangfu/service/model"
	"bangfu/service/people"
)

// alertView is a breaking of the glass.
type alertView struct {
	ID          string    `json:"id"`
	At          time.Time `json:"at"`
	Who         string    `json:"who" doc:"谁看的:姓名和岗位"`
	HouseholdNo string    `json:"household_no"`
	What        []string  `json:"what" doc:"看了哪几类"`
	Reason      string    `json:"reason" doc:"写的原因"`
	Open        bool      `json:"open" doc:"还没有人核对"`
	Own         bool      `json:"own" doc:"是自己看的:要别人来核对"`

	AcknowledgedBy string     `json:"acknowledged_by,omitempty" doc:"谁核对的"`
	AcknowledgedAt *time.Time `json:"acknowledged_at,omitempty"`
	Note           string     `json:"note,omitempty" doc:"核对的结果"`
}

func viewAlert(a people.Alert) alertView {
	v := alertView{
		ID: a.ID, At: a.At, Who: a.Who, HouseholdNo: a.HouseholdID, What: []string{}, Reason: a.Reason, Open: a.State == model.AlertOpen, Own: a.Own,
		AcknowledgedBy: a.Checker, Note: a.Note,
	}
	for _, g := range a.Groups {
		v.What = append(v.What, g.Label())
	}
	if !v.Open {
		v.AcknowledgedAt = &a.AcknowledgedAt
	}
	return v
}

type alertsInput struct {
	Open  bool  `query:"open" doc:"只要还没有人核对的"`
	Limit int64 `query:"limit" minimum:"1" maximum:"200" default:"100"`
}

type alertsOutput struct {
	Body struct {
		Alerts []alertView `json:"alerts" doc:"新的在前"`
	}
}

func (a *api) alerts(ctx context.Context, cut access.Lists, in *alertsInput) (*alertsOutput, error) {
	list, err := a.People.Alerts(ctx, cut, in.Open, in.Limit)
	if err != nil {
		return nil, err
	}
	out := &alertsOutput{}
	out.Body.Alerts = []alertView{}
	for _, alert := range list {
		out.Body.Alerts = append(out.Body.Alerts, viewAlert(alert))
	}
	return out, nil
}

type acknowledgeInput struct {
	ID   string `path:"id" maxLength:"64" doc:"GET /staff/v1/alerts 给的id"`
	Body struct {
		Note string `json:"note" minLength:"1" maxLength:"200" doc:"怎么核对的、结果怎样"`
	}
}

func (a *api) acknowledge(ctx context.Context, of access.Record[model.Alert], in *acknowledgeInput) (*struct{}, error) {
	return nil, a.People.AcknowledgeAlert(ctx, of, in.Body.Note)
}

type bellOutput struct {
	Body struct {
		Alerts int `json:"alerts" doc:"还没有人核对的紧急查看,自己看的不算"`
		Posts  int `json:"posts" doc:"等我确认的岗位"`
	}
}

// bell is what the console asks every minute: what waits for this person and must not wait for the next time that they
// look at a page. It needs nothing of WeChat.
func (a *api) bell(ctx context.Context, own access.Own, _ *struct{}) (*bellOutput, error) {
	staff, out := own.Staff(), &bellOutput{}
	if staff.May(model.MayReadAlerts) {
		cut, err := a.Access.Lists(ctx, staff, model.MayReadAlerts, "")
		if err != nil {
			return nil, err
		}
		list, err := a.People.Alerts(ctx, cut, true, 200)
		if err != nil {
			return nil, err
		}
		for _, alert := range list {
			if !alert.Own {
				out.Body.Alerts++
			}
		}
	}
	if staff.May(model.MayConfirmAssignments) {
		cut, err := a.Access.Lists(ctx, staff, model.MayConfirmAssignments, "")
		if err != nil {
			return nil, err
		}
		list, err := a.Account.WaitingAssignments(ctx, cut)
		if err != nil {
			return nil, err
		}
		for _, p := range list {
			if !p.Own {
				out.Body.Posts++
			}
		}
	}
	return out, nil
}
