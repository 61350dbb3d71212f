package mini

import (
	"context"

	"bangfu/handler/scope"
	"bangfu/handler/view"
	"bangfu/service/access"
	"bangfu/service/aid"
	"bangfu/service/model"
)

func (a *api) registerAid() {
	route(a, get("/eligibility", "mini-eligibility", "可申请什么:哪些符合,缺什么,怎样就能符合"), ofMineInFull("household_no"), a.eligibility)
	route(a, get("/applications", "mini-applications", "我家的申请,办到哪一步"), ofMineInFull("household_no"), a.applications)
	route(a, post("/applications", "mini-apply", "申请,或者存成草稿;按两次是一份"), ofMineInFull("household_no"), a.apply)
	route(a, post("/applications/{id}/steps", "mini-application-step", "交上去、撤回、提异议"), ofMineInFull("household_no"), a.applicationStep)
	route(a, get("/papers", "mini-papers", "我家存着的材料,以后的申请接着用"), ofMineInFull("household_no"), a.papers)
	route(a, scope.WithPaper(post("/papers", "mini-add-paper", "传一份材料:JPG、PNG或PDF,最大5MB")), ofMineInFull("household_no"), a.addPaper)
	drop := gone("/papers/{id}", "mini-drop-paper", "删掉没有用着的材料")
	route(a, drop, ofMineInFull("household_no"), a.dropPaper)
}

// OfHousehold names the household that is asked about.
type OfHousehold struct {
	HouseholdNo string `query:"household_no" maxLength:"40" doc:"登记了几户时,看哪一户;不填看第一户"`
}

type eligibilityOutput struct {
	Body struct {
		Options []view.Option `json:"options" doc:"符合的在前,还缺登记的其次"`
	}
}

func (a *api) eligibility(ctx context.Context, house access.Household, in *OfHousehold) (*eligibilityOutput, error) {
	list, err := a.Aid.Options(ctx, house)
	out := &eligibilityOutput{}
	out.Body.Options = []view.Option{}
	for _, o := range list {
		v := view.OptionOf(o)
		v.ApplicationID = model.Outward(v.ApplicationID)
		out.Body.Options = append(out.Body.Options, v)
	}
	return out, err
}

// Application is an application as its household reads it.
type Application struct {
	ID          string                 `json:"id"`
	Title       string                 `json:"title"`
	State       model.ApplicationState `json:"state"`
	StateLabel  string                 `json:"state_label"`
	Says        string                 `json:"says" doc:"一句话说明白办到哪一步"`
	Next        string                 `json:"next,omitempty" doc:"下一步谁办"`
	DueOn       model.Date             `json:"due_on,omitempty"`
	Needs       []string               `json:"needs" doc:"要补的"`
	Trace       []model.TraceLine      `json:"trace"`
	Amount      view.Money             `json:"amount"`
	Refusal     *model.Refusal         `json:"refusal,omitempty" doc:"为什么没有批:哪一条、用到的内容、出自哪里、哪天的"`
	Explanation string                 `json:"explanation,omitempty" doc:"上面这些,连同怎样提异议,用几句话说"`
	CanObject   bool                   `json:"can_object"`
	CanWithdraw bool                   `json:"can_withdraw"`
	CanSubmit   bool                   `json:"can_submit"`
}

func (a *api) applicationView(ctx context.Context, x model.Application) (Application, error) {
	what, err := a.Aid.What(ctx, x)
	if err != nil {
		return Application{}, err
	}
	v := Application{
		ID: model.Outward(x.ID), Title: what, State: x.State, StateLabel: x.State.Label(), Says: x.Sentence(what), DueOn: x.DueOn, Trace: append([]model.TraceLine{}, x.Trace...),
		Needs: []string{}, Amount: view.MoneyOf(x.Amount), Refusal: x.Refusal, CanObject: x.CanObject(model.DateOf(a.Now())),
		CanWithdraw: x.CanWithdraw(), CanSubmit: x.State == model.AppDraft || x.State == model.AppNeedMore,
	}
	if x.State == model.AppNeedMore {
		v.Needs = append(v.Needs, x.Needs()...)
	}
	if x.Refusal != nil {
		v.Explanation = x.Refusal.Explain()
	}
	v.Next, err = a.Aid.Next(ctx, x)
	return v, err
}

type applicationsOutput struct {
	Body struct {
		Applications []Application `json:"applications" doc:"近的在前"`
	}
}

func (a *api) applications(ctx context.Context, house access.Household, in *OfHousehold) (*applicationsOutput, error) {
	list, err := a.Aid.ApplicationsOf(ctx, house)
	if err != nil {
		return nil, err
	}
	out := &applicationsOutput{}
	out.Body.Applications = []Application{}
	for _, x := range list {
		v, err := a.applicationView(ctx, x)
		if err != nil {
			return nil, err
		}
		out.Body.Applications = append(out.Body.Applications, v)
	}
	return out, nil
}

type applyInput struct {
	Body struct {
		Key         string `json:"client_key" minLength:"8" maxLength:"64" doc:"手机上生成,重发时不变"`
		HouseholdNo string `json:"household_no,omitempty" maxLength:"40"`
		Programme   string `json:"programme" minLength:"1" maxLength:"40"`
		PersonID    string `json:"person_id,omitempty" maxLength:"40" doc:"按人算的项目要填"`
		Words       string `json:"words,omitempty" maxLength:"500" doc:"想说的话,可以不写"`
		Draft       bool   `json:"draft,omitempty" doc:"先存着,不交"`
	}
}

type applicationOutput struct{ Body Application }

func (a *api) applicationAnswer(ctx context.Context, x model.Application, err error) (*applicationOutput, error) {
	if err != nil {
		return nil, err
	}
	v, err := a.applicationView(ctx, x)
	return &applicationOutput{Body: v}, err
}

func (a *api) apply(ctx context.Context, house access.Household, in *applyInput) (*applicationOutput, error) {
	b := in.Body
	x, err := a.Aid.Apply(ctx, house, aid.Press{
		Programme: b.Programme, PersonID: b.PersonID, Words: b.Words, Key: b.Key, Draft: b.Draft,
	})
	return a.applicationAnswer(ctx, x, err)
}

type applicationStepInput struct {
	ID   string `path:"id" maxLength:"120"`
	Body struct {
		HouseholdNo string `json:"household_no,omitempty" maxLength:"40"`
		Step        string `json:"step" enum:"submit,withdraw,object"`
		Words       string `json:"words,omitempty" maxLength:"500" doc:"为什么不同意,可以不写"`
	}
}

func (a *api) applicationStep(ctx context.Context, house access.Household, in *applicationStepInput) (*applicationOutput, error) {
	var x model.Application
	var err error
	switch in.Body.Step {
	case "submit":
		x, err = a.Aid.Submit(ctx, house, in.ID)
	case "withdraw":
		x, err = a.Aid.Withdraw(ctx, house, in.ID)
	default:
		x, err = a.Aid.Object(ctx, house, in.ID, in.Body.Words)
	}
	return a.applicationAnswer(ctx, x, err)
}

// paperView is the paper as its household gets it.
func paperView(p model.Paper) view.Paper {
	v := view.PaperOf(p)
	v.ID = model.Outward(p.ID)
	return v
}

type papersOutput struct {
	Body struct {
		Papers []view.Paper      `json:"papers"`
		Kinds  []model.PaperKind `json:"kinds" doc:"能传哪几种"`
	}
}

func (a *api) papers(ctx context.Context, house access.Household, in *OfHousehold) (*papersOutput, error) {
	list, err := a.Aid.Papers(ctx, house)
	out := &papersOutput{}
	out.Body.Papers, out.Body.Kinds = []view.Paper{}, model.PaperKinds
	for _, p := range list {
		out.Body.Papers = append(out.Body.Papers, paperView(p))
	}
	return out, err
}

type addPaperInput struct {
	Body struct {
		HouseholdNo string `json:"household_no,omitempty" maxLength:"40"`
		view.PaperBody
	}
}

type paperOutput struct{ Body view.Paper }

func (a *api) addPaper(ctx context.Context, house access.Household, in *addPaperInput) (*paperOutput, error) {
	p, err := a.Aid.AddPaper(ctx, house, in.Body.Paper(), in.Body.Content)
	if err != nil {
		return nil, err
	}
	return &paperOutput{Body: paperView(p)}, nil
}

type dropPaperInput struct {
	ID string `path:"id" maxLength:"200"`
	OfHousehold
}

func (a *api) dropPaper(ctx context.Context, house access.Household, in *dropPaperInput) (*struct{}, error) {
	return nil, a.Aid.RemovePaper(ctx, house, in.ID)
}

// pending are those of the household as it gets them.
func (a *api) pending(ctx context.Context, house access.Household) ([]view.Pending, error) {
	list, err := view.PendingOf(ctx, a.Aid, house)
	for i := range list {
		list[i].ApplicationID = model.Outward(list[i].ApplicationID)
	}
	return list, err
}
