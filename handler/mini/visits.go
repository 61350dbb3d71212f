package mini

import (
	"context"
	"slices"
	"strings"
	"time"

	"bangfu/service/model"
	"bangfu/service/visit"
)

var errNotCadre = model.NewError(model.KindForbidden, "not_a_cadre", "这一项是帮扶干部用的,请先用绑定码登记")

// Owed is one visit of the month.
type Owed struct {
	HouseholdNo string            `json:"household_no"`
	AidDay      model.Date        `json:"aid_day"`
	State       string            `json:"state"`
	StateLabel  string            `json:"state_label"`
	Last        []model.VisitItem `json:"last" doc:"上次记的内容,可以照着改"`
}

type monthOutput struct {
	Body struct {
		Visits []Owed `json:"visits"`
	}
}

func (a *api) month(ctx context.Context, _ *struct{}) (*monthOutput, error) {
	cadreID := callerOf(ctx).Account.CadreID
	if cadreID == "" {
		return nil, errNotCadre
	}
	list, err := a.Visit.Owed(ctx, cadreID)
	if err != nil {
		return nil, err
	}
	out := &monthOutput{}
	out.Body.Visits = []Owed{}
	for _, e := range list {
		last, _, err := a.Visit.Last(ctx, e.HouseholdID, cadreID)
		if err != nil {
			return nil, err
		}
		if last.Items == nil {
			last.Items = []model.VisitItem{}
		}
		out.Body.Visits = append(out.Body.Visits, Owed{
			HouseholdNo: e.HouseholdID, AidDay: e.AidDay, State: string(e.State), StateLabel: e.State.Label(), Last: last.Items,
		})
	}
	return out, nil
}

type promiseInput struct {
	Text  string `json:"text" minLength:"1" maxLength:"500"`
	DueOn string `json:"due_on,omitempty" format:"date"`
}

type visitInput struct {
	Body struct {
		Key         string            `json:"client_key" minLength:"8" maxLength:"64" doc:"手机上生成,重发时不变"`
		HouseholdNo string            `json:"household_no" minLength:"2" maxLength:"20"`
		On          string            `json:"on" format:"date"`
		DeviceAt    time.Time         `json:"device_at,omitempty" doc:"手机上的时间"`
		Items       []model.VisitItem `json:"items,omitempty" maxItems:"20"`
		SelfFunded  string            `json:"self_funded_yuan,omitempty" doc:"自己掏的钱,元"`
		LateReason  string            `json:"late_reason,omitempty" maxLength:"200"`
		Promises    []promiseInput    `json:"promises,omitempty" maxItems:"5"`
	}
}

type visitOutput struct {
	Body struct {
		VisitID string            `json:"visit_id"`
		Items   []model.VisitItem `json:"items" doc:"同一天的合在一起"`
	}
}

func (a *api) recordVisit(ctx context.Context, in *visitInput) (*visitOutput, error) {
	cadreID := callerOf(ctx).Account.CadreID
	if cadreID == "" {
		return nil, errNotCadre
	}
	b := in.Body
	fen, err := model.ParseYuan(b.SelfFunded)
	if err != nil {
		return nil, err
	}
	r := visit.Report{
		Key: "phone:" + b.Key, HouseholdID: strings.ToUpper(b.HouseholdNo), CadreID: cadreID, On: model.Date(b.On), DeviceAt: b.DeviceAt,
		Items: b.Items, SelfFunded: fen, LateReason: b.LateReason,
	}
	for _, p := range b.Promises {
		r.Promises = append(r.Promises, visit.Promise{Text: p.Text, DueOn: model.Date(p.DueOn)})
	}
	v, err := a.Visit.Record(ctx, r)
	if err != nil {
		return nil, err
	}
	out := &visitOutput{}
	out.Body.VisitID, out.Body.Items = v.ID, v.Items
	return out, nil
}

type needInput struct {
	Body struct {
		Key         string `json:"client_key" minLength:"8" maxLength:"64"`
		HouseholdNo string `json:"household_no,omitempty" maxLength:"20"`
		Text        string `json:"text" minLength:"1" maxLength:"500"`
	}
}

// Need is a difficulty with how far it has come.
type Need struct {
	ID    string     `json:"id"`
	Text  string     `json:"text"`
	State string     `json:"state"`
	DueOn model.Date `json:"due_on"`
}

type needOutput struct{ Body Need }

func needAnswer(n model.Need, err error) (*needOutput, error) {
	if err != nil {
		return nil, err
	}
	return &needOutput{Body: Need{ID: n.ID, Text: n.Text, State: string(n.State), DueOn: n.DueOn}}, nil
}

func (a *api) raiseNeed(ctx context.Context, in *needInput) (*needOutput, error) {
	caller := callerOf(ctx)
	id, _, err := a.theirs(caller, in.Body.HouseholdNo)
	if err != nil && caller.Account.CadreID != "" {
		ids, listErr := a.People.HouseholdsOf(ctx, caller.Account.CadreID)
		if listErr != nil {
			return nil, listErr
		}
		if id = strings.ToUpper(in.Body.HouseholdNo); slices.Contains(ids, id) {
			err = nil
		}
	}
	if err != nil {
		return nil, err
	}
	return needAnswer(a.Visit.Raise(ctx, "phone:"+in.Body.Key, id, "bot", in.Body.Text, "", "account:"+caller.Account.ID))
}

type settleInput struct {
	Body struct {
		HouseholdNo string `json:"household_no,omitempty" maxLength:"20"`
		NeedID      string `json:"need_id" minLength:"1" maxLength:"200"`
		Settled     bool   `json:"settled" doc:"办好了是true"`
		Text        string `json:"text,omitempty" maxLength:"500"`
	}
}

func (a *api) settleNeed(ctx context.Context, in *settleInput) (*needOutput, error) {
	id, _, err := a.theirs(callerOf(ctx), in.Body.HouseholdNo)
	if err != nil {
		return nil, err
	}
	return needAnswer(a.Visit.Settle(ctx, in.Body.NeedID, id, in.Body.Settled, in.Body.Text))
}
