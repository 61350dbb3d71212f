package staff

import (
	"context"

	"bangfu/service/access"
	"bangfu/service/model"
	"bangfu/service/visit"
)

// VisitContent is what is said of a visit.
type VisitContent struct {
	Items      []model.VisitItem `json:"items,omitempty" maxItems:"10" doc:"办了什么;不写就是谈心走访"`
	SelfFunded string            `json:"self_funded_yuan,omitempty" maxLength:"20"`
	Words      string            `json:"words,omitempty" maxLength:"1000"`
}

type officeVisitInput struct {
	ByNo
	Body struct {
		Keyed
		VisitContent
		CadreID string `json:"cadre_id" minLength:"1" maxLength:"40" doc:"哪位干部去的"`
		On      string `json:"on" format:"date"`
		Late    string `json:"late_reason,omitempty" maxLength:"200" doc:"过了时限的,写一句为什么晚了"`
	}
}

type officeVisitOutput struct {
	Body struct {
		ID string     `json:"id"`
		On model.Date `json:"on"`
	}
}

func visitAnswer(v model.Visit, err error) (*officeVisitOutput, error) {
	out := &officeVisitOutput{}
	out.Body.ID, out.Body.On = v.ID, v.On
	return out, err
}

func (a *api) recordVisit(ctx context.Context, house access.Household, in *officeVisitInput) (*officeVisitOutput, error) {
	b, y := in.Body, yuanReader{}
	r := visit.OfficeReport{CadreID: model.FoldID(b.CadreID), Report: visit.Report{
		Key: b.Key, On: model.Date(b.On), Items: b.Items, SelfFunded: y.fen(b.SelfFunded), Words: b.Words, LateReason: b.Late,
	}}
	if y.err != nil {
		return nil, y.err
	}
	return visitAnswer(a.Visit.OfficeRecord(ctx, house, r))
}

type officeAmendInput struct {
	ByNo
	Body struct {
		VisitContent
		ID  string `json:"id" minLength:"1" maxLength:"100" doc:"走访的编号"`
		Why string `json:"why" minLength:"2" maxLength:"200"`
	}
}

func (a *api) amendVisit(ctx context.Context, house access.Household, in *officeAmendInput) (*officeVisitOutput, error) {
	b, y := in.Body, yuanReader{}
	m := visit.Amendment{Items: b.Items, SelfFunded: y.fen(b.SelfFunded), Words: b.Words, Why: b.Why}
	if y.err != nil {
		return nil, y.err
	}
	return visitAnswer(a.Visit.OfficeAmend(ctx, house, b.ID, m))
}

type urgeOutput struct {
	Body struct {
		Cadres int `json:"cadres" doc:"还欠着走访的干部有几位;今天催过的不再催"`
	}
}

func (a *api) urge(ctx context.Context, cut access.Lists, in *boardInput) (*urgeOutput, error) {
	n, err := a.Visit.Urge(ctx, cut, model.Period(in.Period))
	out := &urgeOutput{}
	out.Body.Cadres = n
	return out, err
}
