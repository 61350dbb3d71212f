package staff

import (
	"context"

	"bangfu/service/access"
	"bangfu/service/model"
)

// ProgrammeBody is what makes up a version of a programme. Sums are in yuan.
type ProgrammeBody struct {
	From        string         `json:"from" format:"date"`
	To          model.Date     `json:"to,omitempty" maxLength:"10"`
	Title       string         `json:"title" minLength:"1" maxLength:"40"`
	Summary     string         `json:"summary" minLength:"1" maxLength:"200"`
	Policy      string         `json:"policy,omitempty" maxLength:"200" doc:"根据哪份文件"`
	System      model.System   `json:"system"`
	Category    model.Category `json:"category"`
	PerPerson   bool           `json:"per_person,omitempty"`
	Automatic   bool           `json:"automatic,omitempty" doc:"不用申请"`
	Rules       []model.Rule   `json:"rules" minItems:"1" maxItems:"20"`
	Documents   []string       `json:"documents,omitempty" maxItems:"10"`
	Amount      string         `json:"amount_yuan,omitempty" maxLength:"20" doc:"每份多少;不填由审批定"`
	Ceiling     string         `json:"ceiling_yuan,omitempty" maxLength:"20" doc:"最多批多少"`
	SecondAbove string         `json:"second_above_yuan,omitempty" maxLength:"20" doc:"超过这个数要两个人批"`
	Public      bool           `json:"public,omitempty" doc:"先公示再发放"`
	Lent        bool           `json:"lent,omitempty" doc:"是贷款,不进发放账"`
	Fund        string         `json:"fund,omitempty" maxLength:"60"`
	Method      model.Method   `json:"method"`
	PayerUnitID string         `json:"payer_unit_id" minLength:"1" maxLength:"60"`
}

// Programme is a version of a programme.
type Programme struct {
	Code    string `json:"code"`
	Version int    `json:"version"`
	ProgrammeBody
}

func programmeView(p model.Programme) Programme {
	return Programme{Code: p.Code, Version: p.Version, ProgrammeBody: ProgrammeBody{
		From: string(p.From), To: p.To, Title: p.Title, Summary: p.Summary, Policy: p.Policy, System: p.System, Category: p.Category,
		PerPerson: p.PerPerson, Automatic: p.Automatic, Rules: p.Rules, Documents: p.Documents, Amount: yuanOf(p.Amount),
		Ceiling: yuanOf(p.Ceiling), SecondAbove: p.SecondAbove.Yuan(), Public: p.Public, Lent: p.Lent, Fund: p.Fund,
		Method: p.Method, PayerUnitID: p.PayerUnitID,
	}}
}

// yuanOf is a sum, empty when there is none.
func yuanOf(f model.Fen) string {
	if f == 0 {
		return ""
	}
	return f.Yuan()
}

func (b ProgrammeBody) programme(code string) (p model.Programme, err error) {
	p = model.Programme{
		Code: code, From: model.Date(b.From), To: b.To, Title: b.Title, Summary: b.Summary, Policy: b.Policy, System: b.System,
		Category: b.Category, PerPerson: b.PerPerson, Automatic: b.Automatic, Rules: b.Rules, Documents: b.Documents, Public: b.Public,
		Lent: b.Lent, Fund: b.Fund, Method: b.Method, PayerUnitID: b.PayerUnitID,
	}
	if p.Amount, err = model.ParseYuan(b.Amount); err != nil {
		return p, err
	}
	if p.Ceiling, err = model.ParseYuan(b.Ceiling); err != nil {
		return p, err
	}
	p.SecondAbove, err = model.ParseYuan(b.SecondAbove)
	return p, err
}

type programmesInput struct {
	On    string `query:"on" format:"date" doc:"不填是今天"`
	Every bool   `query:"every" doc:"每个项目最新的一版,连还没开始和已经停办的"`
}

type programmesOutput struct {
	Body struct {
		Programmes []Programme `json:"programmes"`
	}
}

func programmesView(list []model.Programme, err error) (*programmesOutput, error) {
	out := &programmesOutput{}
	out.Body.Programmes = []Programme{}
	for _, p := range list {
		out.Body.Programmes = append(out.Body.Programmes, programmeView(p))
	}
	return out, err
}

func (a *api) programmes(ctx context.Context, shared access.Shared, in *programmesInput) (*programmesOutput, error) {
	if in.Every {
		return programmesView(a.Aid.LatestVersions(ctx))
	}
	day := model.Date(in.On)
	if day == "" {
		day = model.DateOf(a.Now())
	}
	return programmesView(a.Aid.InForce(ctx, day))
}

// ProgrammePath names a programme.
type ProgrammePath struct {
	Code string `path:"code" maxLength:"40"`
}

func (a *api) programme(ctx context.Context, shared access.Shared, in *ProgrammePath) (*programmesOutput, error) {
	return programmesView(a.Aid.Versions(ctx, in.Code))
}

type newProgrammeInput struct {
	ProgrammePath
	Body struct {
		After int `json:"after" minimum:"0" doc:"看的是第几版;新项目写0"`
		ProgrammeBody
	}
}

type programmeOutput struct{ Body Programme }

func (a *api) newProgramme(ctx context.Context, farm access.Farm, in *newProgrammeInput) (*programmeOutput, error) {
	p, err := in.Body.programme(in.Code)
	if err != nil {
		return nil, err
	}
	if p, err = a.Aid.AddVersion(ctx, farm, in.Body.After, p); err != nil {
		return nil, err
	}
	return &programmeOutput{Body: programmeView(p)}, nil
}

type termsOutput struct {
	Body struct {
		Facts     []model.FactKind         `json:"facts" doc:"还有补充项目:household.和person.加项目名"`
		Operators []model.Operator         `json:"operators"`
		Papers    []model.PaperKind        `json:"papers"`
		Refusals  []string                 `json:"refusals"`
		States    []model.ApplicationState `json:"states"`
	}
}

func (a *api) programmeTerms(_ context.Context, _ access.Shared, _ *struct{}) (*termsOutput, error) {
	out := &termsOutput{}
	out.Body.Facts, out.Body.Operators, out.Body.Papers = model.FactKinds, model.Operators, model.PaperKinds
	out.Body.Refusals, out.Body.States = model.RefusalReasons, model.ApplicationStates()
	return out, nil
}

type applicationDaysOutput struct {
	Body struct {
		Rev  int64                          `json:"rev"`
		Days map[model.ApplicationState]int `json:"days"`
	}
}

func daysView(s model.Settings) *applicationDaysOutput {
	out := &applicationDaysOutput{}
	out.Body.Rev, out.Body.Days = s.Rev, map[model.ApplicationState]int{}
	for _, state := range model.ApplicationStates() {
		if days := s.AidDays(state); days > 0 {
			out.Body.Days[state] = days
		}
	}
	return out
}

func (a *api) applicationDays(ctx context.Context, shared access.Shared, _ *struct{}) (*applicationDaysOutput, error) {
	s, err := a.Aid.Settings(ctx)
	if err != nil {
		return nil, err
	}
	return daysView(s), nil
}

type setApplicationDaysInput struct {
	Body struct {
		Rev  int64                          `json:"rev" minimum:"1"`
		Days map[model.ApplicationState]int `json:"days"`
	}
}

func (a *api) setApplicationDays(ctx context.Context, farm access.Farm, in *setApplicationDaysInput) (*applicationDaysOutput, error) {
	s, err := a.Aid.ChangeDays(ctx, farm, in.Body.Rev, in.Body.Days)
	if err != nil {
		return nil, err
	}
	return daysView(s), nil
}
