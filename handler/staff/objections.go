package staff

import (
	"context"
	"time"

	"bangfu/service/access"
	"bangfu/service/model"
)

// Objection is what somebody said against a disclosure. How to reach them is read by itself, with a reason.
type Objection struct {
	ID           string               `json:"id"`
	Rev          int64                `json:"rev"`
	DisclosureID string               `json:"disclosure_id"`
	HouseholdNo  string               `json:"household_no,omitempty" doc:"说的是哪一户;没有答复以前,这一户不能纳入或退出"`
	Named        string               `json:"named,omitempty" doc:"来人写的户编号,可能没有这一户"`
	Text         string               `json:"text"`
	HasContact   bool                 `json:"has_contact"`
	State        model.ObjectionState `json:"state"`
	StateLabel   string               `json:"state_label"`
	Unread       bool                 `json:"unread" doc:"还没有人看过,内容没有核实"`
	OwnerID      string               `json:"owner_id,omitempty"`
	DueOn        model.Date           `json:"due_on"`
	Overdue      bool                 `json:"overdue"`
	Answer       string               `json:"answer,omitempty"`
	Draft        string               `json:"draft_answer,omitempty" doc:"写好的答复,等另一个人审核"`
	Writers      []string             `json:"answer_writers,omitempty" doc:"写答复的人,不能由他们审核"`
	Source       string               `json:"source,omitempty" doc:"一个来源提得多、等人挑拣的:同一天同一来源的代号相同"`
	Aside        string               `json:"aside,omitempty" doc:"放到一边的原因"`
	ReceivedAt   time.Time            `json:"received_at"`
	Log          []ObjectionStep      `json:"log"`
}

// ObjectionStep is one step of an objection.
type ObjectionStep struct {
	At    time.Time            `json:"at"`
	By    string               `json:"by"`
	State model.ObjectionState `json:"state"`
	Label string               `json:"label"`
}

func (a *api) objectionView(o model.Objection) Objection {
	v := Objection{
		ID: o.ID, Rev: o.Rev, Draft: o.Draft, Writers: o.Writers, Source: o.Source, Aside: o.Aside.Label(), DisclosureID: o.DisclosureID, HouseholdNo: o.HouseholdID, Named: o.Named, Text: o.Text, HasContact: len(o.Contact) > 0,
		State: o.State, StateLabel: o.State.Label(), Unread: o.State == model.ObjectionReceived || o.State == model.ObjectionHeld, OwnerID: o.OwnerID, DueOn: o.DueOn,
		Overdue: o.Open() && o.DueOn < model.DateOf(a.Now()), Answer: o.Answer, ReceivedAt: o.CreatedAt,
		Log: []ObjectionStep{},
	}
	for _, l := range o.Log {
		v.Log = append(v.Log, ObjectionStep{l.At, l.By, l.State, l.State.Label()})
	}
	return v
}

type listObjectionsInput struct {
	State []model.ObjectionState `query:"state" doc:"不填:还没有答复的"`
	Limit int                    `query:"limit" minimum:"1" maximum:"500" default:"100"`
}

type objectionsOutput struct {
	Body struct {
		Objections []Objection `json:"objections"`
	}
}

func (a *api) objections(ctx context.Context, farm access.Farm, in *listObjectionsInput) (*objectionsOutput, error) {
	list, err := a.Disclose.Objections(ctx, farm, in.State, in.Limit)
	out := &objectionsOutput{}
	out.Body.Objections = []Objection{}
	for _, o := range list {
		out.Body.Objections = append(out.Body.Objections, a.objectionView(o))
	}
	return out, err
}

// ObjectionOwner is a member of staff who can look into an objection.
type ObjectionOwner struct {
	ID   string `json:"id" doc:"登录名"`
	Name string `json:"name"`
}

type objectionOwnersOutput struct {
	Body struct {
		Owners []ObjectionOwner `json:"owners"`
	}
}

func (a *api) objectionOwners(ctx context.Context, farm access.Farm, _ *struct{}) (*objectionOwnersOutput, error) {
	list, err := a.Disclose.Owners(ctx, farm)
	if err != nil {
		return nil, err
	}
	out := &objectionOwnersOutput{}
	out.Body.Owners = []ObjectionOwner{}
	for _, s := range list {
		out.Body.Owners = append(out.Body.Owners, ObjectionOwner{ID: s.ID, Name: s.Name})
	}
	return out, nil
}

// ByObjection names an objection.
type ByObjection struct {
	ID string `path:"id" maxLength:"64"`
}

type objectionOutput struct{ Body Objection }

func (a *api) objectionOf(o model.Objection, err error) (*objectionOutput, error) {
	if err != nil {
		return nil, err
	}
	return &objectionOutput{Body: a.objectionView(o)}, nil
}

type assignObjectionInput struct {
	ByObjection
	Body struct {
		OwnerID string `json:"owner_id" minLength:"1" maxLength:"50" doc:"经办人的登录名"`
		DueOn   string `json:"due_on,omitempty" format:"date"`
	}
}

func (a *api) assignObjection(ctx context.Context, farm access.Farm, in *assignObjectionInput) (*objectionOutput, error) {
	return a.objectionOf(a.Disclose.Assign(ctx, farm, in.ID, in.Body.OwnerID, model.Date(in.Body.DueOn)))
}

type answerObjectionInput struct {
	ByObjection
	Body struct {
		Answer string `json:"answer" minLength:"1" maxLength:"500" doc:"核实的结果,提异议的人看得到"`
	}
}

func (a *api) answerObjection(ctx context.Context, farm access.Farm, in *answerObjectionInput) (*objectionOutput, error) {
	return a.objectionOf(a.Disclose.Answer(ctx, farm, in.ID, in.Body.Answer))
}

type approveAnswerInput struct {
	ByObjection
	Body struct {
		Rev int64 `json:"rev" minimum:"1" doc:"看到的是第几版"`
	}
}

func (a *api) approveAnswer(ctx context.Context, farm access.Farm, in *approveAnswerInput) (*objectionOutput, error) {
	return a.objectionOf(a.Disclose.ApproveAnswer(ctx, farm, in.ID, in.Body.Rev))
}

type sortObjectionsInput struct {
	Body struct {
		IDs   []string          `json:"ids" minItems:"1" maxItems:"200"`
		Aside model.AsideReason `json:"aside,omitempty" enum:"repeated,no_matter" doc:"放到一边的原因;不写就是收下"`
	}
}

type sortObjectionsOutput struct {
	Body struct {
		Moved int `json:"moved"`
	}
}

func (a *api) sortObjections(ctx context.Context, farm access.Farm, in *sortObjectionsInput) (*sortObjectionsOutput, error) {
	n, err := a.Disclose.Sort(ctx, farm, in.Body.IDs, in.Body.Aside)
	if err != nil {
		return nil, err
	}
	out := &sortObjectionsOutput{}
	out.Body.Moved = n
	return out, nil
}

func (a *api) closeObjection(ctx context.Context, farm access.Farm, in *ByObjection) (*objectionOutput, error) {
	return a.objectionOf(a.Disclose.Close(ctx, farm, in.ID))
}

type objectionContactInput struct {
	ByObjection
	Body struct {
		Reason string `json:"reason" minLength:"1" maxLength:"200" doc:"记入审计"`
	}
}

type objectionContactOutput struct {
	Body struct {
		Contact string `json:"contact"`
	}
}

func (a *api) objectionContact(ctx context.Context, farm access.Farm, in *objectionContactInput) (*objectionContactOutput, error) {
	text, err := a.Disclose.Contact(ctx, farm, in.ID, in.Body.Reason)
	if err != nil {
		return nil, err
	}
	out := &objectionContactOutput{}
	out.Body.Contact = text
	return out, nil
}
