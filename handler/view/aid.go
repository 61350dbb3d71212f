package view

import (
	"context"

	"bangfu/service/access"
	"bangfu/service/aid"
	"bangfu/service/model"
)

// Needed is a paper that an application needs.
type Needed struct {
	Kind  string `json:"kind"`
	Label string `json:"label"`
	Have  bool   `json:"have" doc:"已经存着一份,不用再传"`
}

// Option is a programme as it stands to the household or one of its members.
type Option struct {
	Programme     string            `json:"programme"`
	Title         string            `json:"title"`
	Summary       string            `json:"summary"`
	Policy        string            `json:"policy,omitempty"`
	Amount        string            `json:"amount" doc:"有多少"`
	Automatic     bool              `json:"automatic" doc:"不用申请,会直接办"`
	PersonID      string            `json:"person_id,omitempty"`
	Person        string            `json:"person,omitempty" doc:"隐去名字"`
	Result        model.Result      `json:"result" enum:"yes,no,missing" doc:"符合、不符合、还缺登记"`
	Trace         []model.TraceLine `json:"trace"`
	Papers        []Needed          `json:"papers"`
	ApplicationID string            `json:"application_id,omitempty" doc:"正在办的那一份"`
}

// OptionOf is a programme to a household.
func OptionOf(o aid.Option) Option {
	v := Option{
		Programme: o.Programme.Code, Title: o.Programme.Title, Summary: o.Programme.Summary, Policy: o.Programme.Policy,
		Amount: o.Programme.AmountText(), Automatic: o.Programme.Automatic, PersonID: o.PersonID, Person: o.Person, Result: o.Result,
		Trace: o.Trace, Papers: []Needed{},
	}
	for _, n := range o.Papers {
		v.Papers = append(v.Papers, Needed{Kind: n.Kind, Label: n.Label, Have: n.PaperID != ""})
	}
	if o.Application != nil {
		v.ApplicationID = o.Application.ID
	}
	return v
}

// Paper is a paper that the household keeps here.
type Paper struct {
	ID        string     `json:"id"`
	Kind      string     `json:"kind"`
	KindLabel string     `json:"kind_label"`
	PersonID  string     `json:"person_id,omitempty"`
	Type      string     `json:"type"`
	Size      int        `json:"size"`
	AddedOn   model.Date `json:"added_on"`
	ValidTo   model.Date `json:"valid_to,omitempty"`
	Used      bool       `json:"used" doc:"有申请用着,不能删"`
}

// PaperOf is a paper without its content.
func PaperOf(p model.Paper) Paper {
	return Paper{
		ID: p.ID, Kind: p.Kind, KindLabel: model.PaperLabel(p.Kind), PersonID: p.PersonID, Type: p.Type, Size: p.Size,
		AddedOn: model.DateOf(p.CreatedAt), ValidTo: p.ValidTo, Used: len(p.Used) > 0,
	}
}

// PaperBody is a paper that is handed in.
type PaperBody struct {
	Kind     string     `json:"kind" minLength:"1" maxLength:"40"`
	PersonID string     `json:"person_id,omitempty" maxLength:"40" doc:"按人算的材料要填"`
	ValidTo  model.Date `json:"valid_to,omitempty" maxLength:"10" doc:"有效到哪天"`
	Content  []byte     `json:"content" doc:"JPG、PNG或PDF,base64"`
}

// Paper is what is handed in, without its content.
func (b PaperBody) Paper() model.Paper {
	return model.Paper{PersonID: b.PersonID, Kind: b.Kind, ValidTo: b.ValidTo}
}

// Pending is an application of which money may still come.
type Pending struct {
	ApplicationID string                 `json:"application_id"`
	Title         string                 `json:"title"`
	State         model.ApplicationState `json:"state"`
	Says          string                 `json:"says"`
	Amount        Money                  `json:"amount" doc:"批准以前是0"`
}

// PendingOf are the household's, oldest first.
func PendingOf(ctx context.Context, s *aid.Service, house access.Household) ([]Pending, error) {
	list, err := s.Pending(ctx, house)
	views := []Pending{}
	for _, x := range list {
		what, err := s.What(ctx, x)
		if err != nil {
			return nil, err
		}
		views = append(views, Pending{ApplicationID: x.ID, Title: what, State: x.State, Says: x.Sentence(what), Amount: MoneyOf(x.Amount)})
	}
	return views, err
}
