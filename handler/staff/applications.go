package staff

import (
	"context"
	"strings"
	"time"

	"bangfu/handler/view"
	"bangfu/service/access"
	"bangfu/service/aid"
	"bangfu/service/model"
)

// AidStep is one step of an application.
type AidStep struct {
	At    time.Time              `json:"at"`
	By    string                 `json:"by"`
	State model.ApplicationState `json:"state"`
	Label string                 `json:"state_label"`
	Text  string                 `json:"text,omitempty"`
}

// Application is one line of the list.
type Application struct {
	ID         string                 `json:"id"`
	Rev        int64                  `json:"rev"`
	Household  string                 `json:"household_no"`
	PersonID   string                 `json:"person_id,omitempty"`
	Programme  string                 `json:"programme"`
	Version    int                    `json:"programme_version"`
	Title      string                 `json:"title" doc:"申请什么,按人算的连人名,隐去名字"`
	State      model.ApplicationState `json:"state"`
	StateLabel string                 `json:"state_label"`
	Since      model.Date             `json:"since"`
	DueOn      model.Date             `json:"due_on,omitempty"`
	Overdue    bool                   `json:"overdue"`
	Role       model.Role             `json:"duty,omitempty" doc:"该谁办;空是等户里"`
	Next       string                 `json:"next,omitempty" doc:"该谁办,连名字"`
	Result     model.Result           `json:"result,omitempty" doc:"条件核对下来"`
	Amount     model.Fen              `json:"amount_fen"`
	Flag       string                 `json:"words_check,omitempty" doc:"unchecked:微信没有查过,先看一眼;review:微信请人看"`
}

// ApplicationFile is one application with all that it rests on.
type ApplicationFile struct {
	Application
	Words     string                   `json:"words,omitempty" doc:"户里写的话"`
	AppliedOn model.Date               `json:"applied_on,omitempty"`
	CheckedOn model.Date               `json:"checked_on,omitempty"`
	Trace     []model.TraceLine        `json:"trace"`
	Papers    []model.AttachedPaper    `json:"papers"`
	Lacks     []string                 `json:"lacks" doc:"还缺哪几种材料"`
	Nexts     []model.ApplicationState `json:"next_states"`
	Approvals []AidApproval            `json:"approvals"`
	Refusal   *model.Refusal           `json:"refusal,omitempty"`
	PublicTo  model.Date               `json:"public_to,omitempty"`
	Payments  []model.AidPayment       `json:"payments"`
	Log       []AidStep                `json:"log"`
}

// AidApproval is one person's yes.
type AidApproval struct {
	By     string    `json:"by"`
	At     time.Time `json:"at"`
	Amount model.Fen `json:"amount_fen"`
}

func (a *api) applicationView(ctx context.Context, x model.Application) (v Application, err error) {
	v = Application{
		ID: x.ID, Rev: x.Rev, Household: x.HouseholdID, PersonID: x.PersonID, Programme: x.Programme, Version: x.Version,
		State: x.State, StateLabel: x.State.Label(), Since: x.Since, DueOn: x.DueOn, Overdue: x.Overdue(model.DateOf(a.Now())),
		Role: x.State.Role(), Amount: x.Amount, Flag: x.WordsCheck,
	}
	if len(x.Trace) > 0 {
		v.Result = model.Outcome(x.Trace)
	}
	if v.Title, err = a.Aid.What(ctx, x); err != nil {
		return v, err
	}
	if v.Next, err = a.Aid.Next(ctx, x); v.Next != "" && v.Role == "" {
		v.Next = "户里" // not the reader's own
	}
	return v, err
}

type listApplicationsInput struct {
	State     []model.ApplicationState `query:"state" doc:"不填:还没办结的"`
	Household string                   `query:"household_no" maxLength:"40"`
	Programme string                   `query:"programme" maxLength:"40"`
	Overdue   bool                     `query:"overdue" doc:"只看过期没办的"`
	Waiting   bool                     `query:"waiting" doc:"只看等我办的"`
	Brief     bool                     `query:"brief" doc:"只要期限和状态,不要户号和申请的是什么;不算看过"`
	Ordering
	After string `query:"after" maxLength:"300" doc:"上一页的next"`
	Limit int    `query:"limit" minimum:"1" maximum:"500" default:"100"`
}

var applicationColumns = columns[model.Application]{
	"no": func(x model.Application) string { return x.HouseholdID }, "title": func(x model.Application) string { return bySound(x.Title) },
	"state":  func(x model.Application) string { return bySound(x.State.Label()) },
	"result": func(x model.Application) string { return string(model.Outcome(x.Trace)) },
	"amount": func(x model.Application) string { return byAmount(x.Amount) },
	"next":   func(x model.Application) string { return bySound(x.State.Role().Label()) },
	"due":    func(x model.Application) string { return string(x.DueOn) },
}

type listApplicationsOutput struct {
	Body struct {
		Applications []Application `json:"applications"`
		Next         string        `json:"next,omitempty" doc:"还有下一页时,作为after带回来"`
		Total        int           `json:"total" doc:"一共几份"`
		Amount       model.Fen     `json:"amount_fen" doc:"批的数一共多少"`
	}
}

func (a *api) applications(ctx context.Context, cut access.Lists, in *listApplicationsInput) (*listApplicationsOutput, error) {
	all, err := a.Aid.Applications(ctx, cut, aid.Wanted{
		States: in.State, HouseholdID: model.FoldID(in.Household), Programme: in.Programme, Overdue: in.Overdue, Waiting: in.Waiting,
	}, whole)
	if err != nil {
		return nil, err
	}
	list, next, err := inOrder(all, in.Ordering, in.After, in.Limit, func(x model.Application) string { return x.ID }, applicationColumns)
	if err == nil && !in.Brief {
		err = lookedAt(ctx, a, model.AccessPapers, list, func(x model.Application) string { return x.HouseholdID })
	}
	if err != nil {
		return nil, err
	}
	out := &listApplicationsOutput{}
	out.Body.Applications, out.Body.Next, out.Body.Total = []Application{}, next, len(all)
	if out.Body.Amount, err = sumOf(all, func(x model.Application) model.Fen { return x.Amount }); err != nil {
		return nil, err
	}
	for _, x := range list {
		v, err := a.applicationView(ctx, x)
		if err != nil {
			return nil, err
		}
		if in.Brief {
			v = Application{State: v.State, StateLabel: v.StateLabel, Since: v.Since, DueOn: v.DueOn, Overdue: v.Overdue}
		}
		out.Body.Applications = append(out.Body.Applications, v)
	}
	return out, nil
}

// ApplicationPath names an application.
type ApplicationPath struct {
	ID string `path:"id" maxLength:"120"`
}

type readApplicationInput struct {
	ApplicationPath
	Reason string `query:"reason" maxLength:"200" doc:"为什么要看遮住的内容;记下来,这一户看得到"`
}

type applicationFileOutput struct{ Body ApplicationFile }

func (a *api) application(ctx context.Context, of access.Record[model.Application], in *readApplicationInput) (*applicationFileOutput, error) {
	x, err := a.Aid.Read(ctx, of, in.Reason)
	if err == nil {
		err = a.looked(ctx, model.AccessPapers, x.HouseholdID)
	}
	if err != nil {
		return nil, err
	}
	v := ApplicationFile{
		Words: x.Words, AppliedOn: x.AppliedOn, CheckedOn: x.CheckedOn, Trace: x.Trace, Papers: x.Papers, Lacks: x.Lacks,
		Nexts: x.State.Nexts(), Approvals: []AidApproval{}, Refusal: x.Refusal, PublicTo: x.PublicTo, Payments: x.Payments, Log: []AidStep{},
	}
	for _, y := range x.Approvals {
		v.Approvals = append(v.Approvals, AidApproval{By: y.By, At: y.At, Amount: y.Amount})
	}
	for _, l := range x.Log {
		v.Log = append(v.Log, AidStep{At: l.At, By: model.Unnamed(l.By), State: l.State, Label: l.State.Label(), Text: l.Text})
	}
	v.Application, err = a.applicationView(ctx, x)
	return &applicationFileOutput{Body: v}, err
}

type staffApplicationOutput struct{ Body Application }

func (a *api) applicationAnswer(ctx context.Context, x model.Application, err error) (*staffApplicationOutput, error) {
	if err != nil {
		return nil, err
	}
	v, err := a.applicationView(ctx, x)
	return &staffApplicationOutput{Body: v}, err
}

type staffApplicationStepInput struct {
	ApplicationPath
	Body struct {
		Step      string            `json:"step" enum:"submit,check,need_more,verify,refuse,publicise,pay,object,recheck,withdraw,close"`
		Words     string            `json:"words,omitempty" maxLength:"500" doc:"户里看得到"`
		Confirmed map[string]string `json:"confirmed,omitempty" doc:"verify:登记册里没有的条件,怎样核实的"`
		Seen      []string          `json:"seen,omitempty" maxItems:"10" doc:"verify:看过原件的材料"`
		Reason    string            `json:"reason,omitempty" enum:"rule,papers,untrue,duplicate" doc:"refuse:为什么"`
		Rule      string            `json:"rule,omitempty" maxLength:"40" doc:"refuse:哪一条不符合"`
	}
}

func (a *api) applicationStep(ctx context.Context, of access.Record[model.Application], in *staffApplicationStepInput) (*staffApplicationOutput, error) {
	b := in.Body
	x, err := a.Aid.Handle(ctx, of, aid.Handling{
		Step: b.Step, Words: b.Words, Confirmed: b.Confirmed, Seen: b.Seen, Reason: b.Reason, Rule: b.Rule,
	})
	return a.applicationAnswer(ctx, x, err)
}

type approveInput struct {
	ApplicationPath
	Body struct {
		Amount string `json:"amount_yuan,omitempty" maxLength:"20" doc:"不填是项目规定的金额"`
	}
}

func (a *api) approve(ctx context.Context, of access.Record[model.Application], in *approveInput) (*staffApplicationOutput, error) {
	sum, err := model.ParseYuan(in.Body.Amount)
	if err != nil {
		return nil, err
	}
	x, err := a.Aid.Approve(ctx, of, sum)
	return a.applicationAnswer(ctx, x, err)
}

type payInput struct {
	ApplicationPath
	Body struct {
		Outcome  string     `json:"outcome" enum:"paid,failed,reversed"`
		On       model.Date `json:"on,omitempty" maxLength:"10" doc:"发放或冲回的日期"`
		Evidence string     `json:"evidence,omitempty" maxLength:"100" doc:"凭证"`
		Why      string     `json:"why,omitempty" maxLength:"200" doc:"没发成或冲回的原因"`
	}
}

var errWhyFailed = model.NewError(model.KindInvalid, "why_missing", "请写明为什么没有发成")

func (a *api) pay(ctx context.Context, of access.Record[model.Application], in *payInput) (*staffApplicationOutput, error) {
	b := in.Body
	var x model.Application
	var err error
	switch {
	case b.Outcome == "reversed":
		x, err = a.Aid.Reverse(ctx, of, b.On, b.Why)
	case b.Outcome == "failed" && strings.TrimSpace(b.Why) == "":
		err = errWhyFailed
	case b.Outcome == "failed":
		x, err = a.Aid.Pay(ctx, of, aid.Outcome{Failed: b.Why})
	default:
		x, err = a.Aid.Pay(ctx, of, aid.Outcome{PaidOn: b.On, Evidence: b.Evidence})
	}
	return a.applicationAnswer(ctx, x, err)
}

type eligibilityInput struct {
	ByNo
	Reason string `query:"reason" maxLength:"200" doc:"为什么要看遮住的内容;记下来,这一户看得到"`
}

type staffEligibilityOutput struct {
	Body struct {
		Options []view.Option `json:"options"`
	}
}

func (a *api) eligibility(ctx context.Context, house access.Household, in *eligibilityInput) (*staffEligibilityOutput, error) {
	list, err := a.Aid.OptionsFor(ctx, house, in.Reason)
	if err == nil {
		err = a.looked(ctx, model.AccessPapers, house.ID())
	}
	if err != nil {
		return nil, err
	}
	out := &staffEligibilityOutput{}
	out.Body.Options = []view.Option{}
	for _, o := range list {
		out.Body.Options = append(out.Body.Options, view.OptionOf(o))
	}
	return out, err
}

type staffApplyInput struct {
	ByNo
	Body struct {
		Key       string `json:"client_key" minLength:"8" maxLength:"64" doc:"页面上生成,重发时不变"`
		Programme string `json:"programme" minLength:"1" maxLength:"40"`
		PersonID  string `json:"person_id,omitempty" maxLength:"40"`
		Words     string `json:"words,omitempty" maxLength:"500"`
		Draft     bool   `json:"draft,omitempty"`
	}
}

func (a *api) apply(ctx context.Context, house access.Household, in *staffApplyInput) (*staffApplicationOutput, error) {
	x, err := a.Aid.Apply(ctx, house, aid.Press{
		Programme: in.Body.Programme, PersonID: in.Body.PersonID, Words: in.Body.Words, Key: in.Body.Key, Draft: in.Body.Draft,
	})
	return a.applicationAnswer(ctx, x, err)
}

type staffPapersOutput struct {
	Body struct {
		Papers []view.Paper `json:"papers"`
	}
}

func (a *api) papers(ctx context.Context, house access.Household, in *ByNo) (*staffPapersOutput, error) {
	err := a.looked(ctx, model.AccessPapers, house.ID())
	if err != nil {
		return nil, err
	}
	list, err := a.Aid.Papers(ctx, house)
	out := &staffPapersOutput{}
	out.Body.Papers = []view.Paper{}
	for _, p := range list {
		out.Body.Papers = append(out.Body.Papers, view.PaperOf(p))
	}
	return out, err
}

type staffAddPaperInput struct {
	ByNo
	Body view.PaperBody
}

type staffPaperOutput struct{ Body view.Paper }

func (a *api) addPaper(ctx context.Context, house access.Household, in *staffAddPaperInput) (*staffPaperOutput, error) {
	p, err := a.Aid.AddPaper(ctx, house, in.Body.Paper(), in.Body.Content)
	if err != nil {
		return nil, err
	}
	return &staffPaperOutput{Body: view.PaperOf(p)}, nil
}

// PaperPath names a household's paper.
type PaperPath struct {
	ByNo
	Paper string `path:"paper" maxLength:"200"`
}

type openPaperInput struct {
	PaperPath
	Reason string `query:"reason" maxLength:"200" doc:"为什么要看;记下来,这一户看得到"`
}

func (a *api) openPaper(ctx context.Context, house access.Household, in *openPaperInput) (*download, error) {
	p, content, err := a.Aid.OpenPaper(ctx, house, in.Paper, in.Reason)
	if err != nil {
		return nil, err
	}
	_, ending, _ := strings.Cut(p.Type, "/")
	return saved(p.Type, p.HouseholdID+"-"+model.PaperLabel(p.Kind)+"."+ending, content), nil
}

func (a *api) dropPaper(ctx context.Context, house access.Household, in *PaperPath) (*struct{}, error) {
	return nil, a.Aid.RemovePaper(ctx, house, in.Paper)
}
