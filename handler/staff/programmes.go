package staff

import (
	"context"

	"bangfu/handler/mini"
	"bangfu/service/access"
	"bangfu/service/model"
)

func (a *api) aidRoutes() {
	route(a, get("/programmes", "staff-programmes", "某一天在办的项目"), model.MayReadApplications, ofNobody, a.programmes)
	route(a, get("/programmes/{code}", "staff-programme", "一个项目的每一版"), model.MayReadApplications, ofNobody, a.programme)
	route(a, put("/programmes/{code}", "staff-new-programme", "一个项目的新一版:条件、金额、材料"), model.MayWriteProgrammes, inFarm, a.newProgramme)
	route(a, get("/programme-terms", "staff-programme-terms", "写条件能用的内容、比法,材料种类,不批的原因"), model.MayReadApplications, ofNobody, a.programmeTerms)
	route(a, get("/households/{no}/eligibility", "staff-eligibility", "一户可申请什么"), model.MayReadApplications, ofHousehold("no"), a.eligibility)
	route(a, made("/households/{no}/applications", "staff-apply", "替一户申请"), model.MayHandleApplications, ofHousehold("no"), a.apply)
	route(a, get("/households/{no}/papers", "staff-papers", "一户存着的材料"), model.MayReadApplications, ofHousehold("no"), a.papers)
	paper := mini.WithFile(made("/households/{no}/papers", "staff-add-paper", "替一户存一份材料"))
	route(a, paper, model.MayHandleApplications, ofHousehold("no"), a.addPaper)
	route(a, get("/households/{no}/papers/{paper}", "staff-paper", "看一份材料,要写原因,会记下来"), model.MayHandleApplications, ofHousehold("no"), a.openPaper)
	route(a, gone("/households/{no}/papers/{paper}", "staff-drop-paper", "删掉一份没有用着的材料"), model.MayHandleApplications, ofHousehold("no"), a.dropPaper)

	route(a, get("/applications", "staff-applications", "申请,先到期的在前"), model.MayReadApplications, inListsOf("household_no"), a.applications)
	route(a, get("/applications/{id}", "staff-application", "一份申请和它的核对记录"), model.MayReadApplications, ofApplication("id"), a.application)
	route(a, post("/applications/{id}/steps", "staff-application-step", "核对、要材料、核实、不批、公示、发放、重新核对"), model.MayHandleApplications, ofApplication("id"), a.applicationStep)
	route(a, post("/applications/{id}/approvals", "staff-approve-application", "批准;金额大的要两个人"), model.MayApproveAid, ofApplication("id"), a.approve)
	route(a, post("/applications/{id}/payments", "staff-pay-application", "发放了、没发成、冲回"), model.MayPostMoney, ofApplication("id"), a.pay)
	route(a, get("/application-days", "staff-application-days", "申请各环节的天数"), model.MayReadApplications, ofNobody, a.applicationDays)
	route(a, put("/application-days", "staff-set-application-days", "改申请各环节的天数"), model.MayWriteProgrammes, inFarm, a.setApplicationDays)
}

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
