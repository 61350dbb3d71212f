package staff

import (
	"context"

	"bangfu/handler/view"
	"bangfu/service/access"
	"bangfu/service/model"
	"bangfu/service/people"
)

type memberInput struct {
	ByNo
	Body struct {
		Name        string         `json:"name" minLength:"1" maxLength:"50"`
		NationalID  string         `json:"national_id" minLength:"18" maxLength:"18"`
		Phone       string         `json:"phone,omitempty" maxLength:"11"`
		BankAccount string         `json:"bank_account,omitempty" maxLength:"40"`
		Relation    string         `json:"relation" enum:"head,spouse,child,daughter_in_law,son_in_law,grandchild,parent,grandparent,sibling,other"`
		From        string         `json:"from" format:"date"`
		Labour      string         `json:"labour_ability,omitempty" maxLength:"30"`
		Stage       string         `json:"student_stage,omitempty" maxLength:"30"`
		Disability  string         `json:"disability,omitempty" maxLength:"50"`
		Chronic     []string       `json:"chronic,omitempty" maxItems:"10"`
		Attrs       map[string]any `json:"attrs,omitempty"`
	}
}

type memberOutput struct{ Body Member }

func memberAnswer(p model.Person, relation model.Relation, err error) (*memberOutput, error) {
	if err != nil {
		return nil, err
	}
	return &memberOutput{Body: Member{ID: p.ID, Rev: p.Rev, Name: model.MaskName(p.Name), Relation: relation, Label: relation.Label()}}, nil
}

func (a *api) addMember(ctx context.Context, house access.Household, in *memberInput) (*memberOutput, error) {
	b := in.Body
	p, err := a.People.AddMember(ctx, house, people.NewMember{
		Name: b.Name, NationalID: b.NationalID, Phone: b.Phone, BankAccount: b.BankAccount, Relation: model.Relation(b.Relation),
		From: model.Date(b.From), LabourAbility: b.Labour, StudentStage: b.Stage, Disability: b.Disability, Chronic: b.Chronic, Attrs: b.Attrs,
	})
	return memberAnswer(p, model.Relation(b.Relation), err)
}

type memberEditInput struct {
	ByNo
	Person string `path:"person" maxLength:"50"`
	Body   struct {
		Rev         int64          `json:"rev" minimum:"1"`
		Why         string         `json:"why" minLength:"1" maxLength:"500"`
		Name        *string        `json:"name,omitempty" maxLength:"50"`
		Phone       *string        `json:"phone,omitempty" maxLength:"11"`
		BankAccount *string        `json:"bank_account,omitempty" maxLength:"40"`
		Labour      *string        `json:"labour_ability,omitempty" maxLength:"30"`
		Stage       *string        `json:"student_stage,omitempty" maxLength:"30"`
		Disability  *string        `json:"disability,omitempty" maxLength:"50"`
		Chronic     *[]string      `json:"chronic,omitempty"`
		NationalID  *string        `json:"national_id,omitempty" maxLength:"18" doc:"写错了的改成对的;出生日期和性别跟着它"`
		Sex         *string        `json:"sex,omitempty" enum:"male,female" doc:"没有身份证号的才填"`
		BirthDate   *string        `json:"birth_date,omitempty" format:"date" doc:"没有身份证号的才填"`
		Relation    string         `json:"relation,omitempty" enum:"head,spouse,child,daughter_in_law,son_in_law,grandchild,parent,grandparent,sibling,other" doc:"与户主关系;改成head就换户主,原来的户主成为other"`
		Attrs       map[string]any `json:"attrs,omitempty"`
	}
}

func (a *api) editMember(ctx context.Context, person access.Person, in *memberEditInput) (*memberOutput, error) {
	b := in.Body
	p, err := a.People.EditMember(ctx, person, people.PersonEdit{
		Rev: b.Rev, Why: b.Why, Name: b.Name, Phone: b.Phone, BankAccount: b.BankAccount, LabourAbility: b.Labour,
		StudentStage: b.Stage, Disability: b.Disability, Chronic: b.Chronic, Relation: relationOf(b.Relation), Attrs: b.Attrs,
		NationalID: b.NationalID, Sex: b.Sex, BirthDate: (*model.Date)(b.BirthDate),
	})
	m, _ := p.Member(in.No, model.DateOf(a.Now()))
	return memberAnswer(p, m.Relation, err)
}

// relationOf is nothing when nothing was said.
func relationOf(said string) *model.Relation {
	if said == "" {
		return nil
	}
	r := model.Relation(said)
	return &r
}

type fieldsInput struct {
	ByNo
	Body struct {
		Groups     []string `json:"groups" minItems:"1" maxItems:"4" doc:"identity、health、money、contact"`
		Reason     string   `json:"reason" minLength:"1" maxLength:"500" doc:"为什么要看;这一户看得到"`
		BreakGlass bool     `json:"break_glass,omitempty" doc:"紧急情况下看本来看不了的,扶贫办会知道"`
	}
}

// MemberFields are a member's sensitive fields in full.
type MemberFields struct {
	ID          string     `json:"person_id"`
	Name        string     `json:"name,omitempty"`
	NationalID  string     `json:"national_id,omitempty"`
	BirthDate   model.Date `json:"birth_date,omitempty"`
	Phone       string     `json:"phone,omitempty"`
	BankAccount string     `json:"bank_account,omitempty"`
	Labour      string     `json:"labour_ability,omitempty"`
	Disability  string     `json:"disability,omitempty"`
	Chronic     []string   `json:"chronic,omitempty"`
}

// Income is one year's income of a household.
type Income struct {
	Year      int    `json:"year"`
	Rev       int64  `json:"rev"`
	Wage      string `json:"wage_yuan"`
	Operating string `json:"operating_yuan"`
	Property  string `json:"property_yuan"`
	Transfer  string `json:"transfer_yuan"`
	Costs     string `json:"costs_yuan"`
	Members   int    `json:"members"`
	Net       string `json:"net_yuan"`
	PerHead   string `json:"per_head_yuan"`
}

func incomeView(i model.IncomeRecord) Income {
	v := Income{
		Year: i.Year, Rev: i.Rev, Wage: i.Wage.Yuan(), Operating: i.Operating.Yuan(), Property: i.Property.Yuan(), Transfer: i.Transfer.Yuan(),
		Costs: i.Costs.Yuan(), Members: i.Members,
	}
	net, err1 := i.Net()
	each, err2 := i.PerHead()
	if err1 == nil && err2 == nil { // else it has none, and the parts show why
		v.Net, v.PerHead = net.Yuan(), each.Yuan()
	}
	return v
}

type fieldsOutput struct {
	Body struct {
		Members []MemberFields `json:"members"`
		Address string         `json:"address,omitempty"`
		Incomes []Income       `json:"incomes,omitempty"`
	}
}

func (a *api) readFields(ctx context.Context, house access.Household, in *fieldsInput) (*fieldsOutput, error) {
	r := people.Reading{Reason: in.Body.Reason, BreakGlass: in.Body.BreakGlass}
	for _, g := range in.Body.Groups {
		r.Groups = append(r.Groups, model.FieldGroup(g))
	}
	f, err := a.People.ReadFields(ctx, house, r)
	if err != nil {
		return nil, err
	}
	out := &fieldsOutput{}
	out.Body.Address, out.Body.Members = f.Address, []MemberFields{}
	for _, m := range f.Members {
		out.Body.Members = append(out.Body.Members, MemberFields{
			ID: m.PersonID, Name: m.Name, NationalID: m.NationalID, BirthDate: m.BirthDate, Phone: m.Phone,
			BankAccount: m.BankAccount, Labour: m.LabourAbility, Disability: m.Disability, Chronic: m.Chronic,
		})
	}
	for _, i := range f.Incomes {
		out.Body.Incomes = append(out.Body.Incomes, incomeView(i))
	}
	return out, nil
}

type readingsOutput struct {
	Body struct {
		Looks []view.AccessRecord `json:"looks"`
	}
}

func (a *api) looks(ctx context.Context, house access.Household, in *ByNo) (*readingsOutput, error) {
	list, err := a.People.AccessRecords(ctx, house, 100)
	if err != nil {
		return nil, err
	}
	out := &readingsOutput{}
	out.Body.Looks = view.AccessRecordsOf(list)
	return out, nil
}
