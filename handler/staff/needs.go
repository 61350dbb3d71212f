package staff

import (
	"context"
	"strings"
	"time"

	"bangfu/service/access"
	"bangfu/service/model"
	"bangfu/service/visit"
)

// Need is a difficulty as staff see it.
type Need struct {
	ID        string         `json:"id"`
	Household string         `json:"household_no"`
	Text      string         `json:"text"`
	Kind      model.NeedKind `json:"kind"`
	KindLabel string         `json:"kind_label"`
	Source    string         `json:"source" doc:"visit走访、bot户里反映、office扶贫办、ledger问账"`
	About     string         `json:"about,omitempty"`
	OwnerID   string         `json:"owner_id,omitempty" doc:"经办的干部"`
	DueOn     model.Date     `json:"due_on"`
	Overdue   bool           `json:"overdue"`
	Promised  bool           `json:"promised" doc:"干部当面答应的"`
	Urgent    bool           `json:"urgent" doc:"马上要有人管的"`

	Confidential bool        `json:"confidential" doc:"只有扶贫办和检查组看得到,说到的人看不到"`
	Files        []VisitFile `json:"files" doc:"附的照片和语音,从微信取回来的"`
	State        string      `json:"state"`
	StateLabel   string      `json:"state_label"`
	Log          []NeedStep  `json:"log"`
}

// NeedStep is one step of a need.
type NeedStep struct {
	At    time.Time `json:"at"`
	By    string    `json:"by"`
	State string    `json:"state"`
	Text  string    `json:"text,omitempty"`
}

func (a *api) needView(n model.Need) Need {
	v := Need{
		ID: model.Unnamed(n.ID), Household: n.HouseholdID, Text: n.Text, Kind: n.Kind, KindLabel: n.Kind.Label(), Source: n.Source, About: n.About,
		OwnerID: n.OwnerID, DueOn: n.DueOn, Overdue: n.Waits() && n.DueOn < model.DateOf(a.Now()), Promised: n.Promised,
		Urgent: n.Urgent, Confidential: n.Confidential, Files: filesView(n.Files),
		State: string(n.State), StateLabel: n.State.Label(), Log: []NeedStep{},
	}
	for _, l := range n.Log {
		v.Log = append(v.Log, NeedStep{At: l.At, By: model.Unnamed(l.By), State: string(l.State), Text: l.Text})
	}
	return v
}

type listNeedsInput struct {
	State     []model.NeedState `query:"state" doc:"不填:还没办结的"`
	Household string            `query:"household_no" maxLength:"40"`
	Brief     bool              `query:"brief" doc:"只要期限和状态,不要户号和内容;不算看过"`
	Ordering
	After string `query:"after" maxLength:"300" doc:"上一页的next"`
	Limit int    `query:"limit" minimum:"1" maximum:"500" default:"100"`
}

var needColumns = columns[model.Need]{
	"no": func(n model.Need) string { return n.HouseholdID }, "text": func(n model.Need) string { return bySound(n.Text) },
	"kind": func(n model.Need) string { return bySound(n.Kind.Label()) }, "state": func(n model.Need) string { return bySound(n.State.Label()) },
	"owner": func(n model.Need) string { return n.OwnerID }, "due": func(n model.Need) string { return string(n.DueOn) },
}

type listNeedsOutput struct {
	Body struct {
		Needs []Need `json:"needs"`
		Next  string `json:"next,omitempty" doc:"还有下一页时,作为after带回来"`
		Total int    `json:"total" doc:"一共几件"`
	}
}

func (a *api) listNeeds(ctx context.Context, cut access.Lists, in *listNeedsInput) (*listNeedsOutput, error) {
	all, err := a.Visit.Needs(ctx, cut, in.State, whole)
	if err != nil {
		return nil, err
	}
	list, next, err := inOrder(all, in.Ordering, in.After, in.Limit, func(n model.Need) string { return n.ID }, needColumns)
	if err == nil && !in.Brief {
		err = lookedAt(ctx, a, model.AccessNeeds, list, func(n model.Need) string { return n.HouseholdID })
	}
	if err != nil {
		return nil, err
	}
	out := &listNeedsOutput{}
	out.Body.Needs, out.Body.Next, out.Body.Total = []Need{}, next, len(all)
	for _, n := range list {
		if in.Brief {
			n.HouseholdID, n.Text, n.About, n.Log, n.Files = "", "", "", nil, nil
		}
		out.Body.Needs = append(out.Body.Needs, a.needView(n))
	}
	return out, nil
}

type staffNeedOutput struct{ Body Need }

type raiseNeedInput struct {
	Body struct {
		Key       string         `json:"client_key" minLength:"8" maxLength:"64" doc:"页面上生成,重发时不变"`
		Household string         `json:"household_no" minLength:"2" maxLength:"40"`
		Text      string         `json:"text" minLength:"1" maxLength:"500"`
		Kind      model.NeedKind `json:"kind,omitempty" enum:"housing,medical,schooling,income,living,money,other"`
		OwnerID   string         `json:"owner_id,omitempty" maxLength:"40" doc:"不填由牵头干部办"`
		DueOn     string         `json:"due_on,omitempty" format:"date"`
	}
}

func (a *api) raiseNeed(ctx context.Context, house access.Household, in *raiseNeedInput) (*staffNeedOutput, error) {
	b := in.Body
	n, err := a.Visit.Raise(ctx, house, visit.NeedReport{
		Key: b.Key, Source: "office", Text: b.Text, Kind: b.Kind, OwnerID: b.OwnerID, DueOn: model.Date(b.DueOn),
	})
	if err != nil {
		return nil, err
	}
	return &staffNeedOutput{Body: a.needView(n)}, nil
}

type steerNeedInput struct {
	ID   string `path:"id" maxLength:"300"`
	Body struct {
		Kind    model.NeedKind  `json:"kind,omitempty" enum:"housing,medical,schooling,income,living,money,other"`
		OwnerID string          `json:"owner_id,omitempty" maxLength:"40"`
		DueOn   string          `json:"due_on,omitempty" format:"date"`
		State   model.NeedState `json:"state,omitempty" enum:"reopened,not_possible,done_by_cadre" doc:"扶贫办自己办的,办完填done_by_cadre"`
		Text    string          `json:"text,omitempty" maxLength:"500" doc:"办不了的原因,或者答复,户里看得到"`
	}
}

func (a *api) steerNeed(ctx context.Context, of access.Record[model.Need], in *steerNeedInput) (*staffNeedOutput, error) {
	n, err := a.Visit.Steer(ctx, of, visit.Steer{
		Kind: in.Body.Kind, OwnerID: in.Body.OwnerID, DueOn: model.Date(in.Body.DueOn), State: in.Body.State, Text: in.Body.Text,
	})
	if err != nil {
		return nil, err
	}
	return &staffNeedOutput{Body: a.needView(n)}, nil
}

type needFileInput struct {
	ID   string `path:"id" maxLength:"300"`
	File string `path:"file" maxLength:"64"`
}

// needFile is a picture or a voice message that came with a need; who looks stands in the audit log.
func (a *api) needFile(ctx context.Context, of access.Record[model.Need], in *needFileInput) (*download, error) {
	f, content, err := a.Visit.FileOfNeed(ctx, of, in.File)
	if err != nil {
		return nil, err
	}
	_, ending, _ := strings.Cut(f.Type, "/")
	return saved(f.Type, "难事-"+f.ID[:8]+"."+ending, content), nil
}
