package staff

import (
	"context"
	"strings"

	"bangfu/service/access"
	"bangfu/service/model"
	"bangfu/service/people"
)

// Household is a household as staff see it: what is sensitive is masked or left out.
type Household struct {
	No            string                     `json:"household_no"`
	Rev           int64                      `json:"rev" doc:"修改时带回来,别人改过就会提示"`
	UnitID        string                     `json:"unit_id"`
	Unit          string                     `json:"unit,omitempty"`
	Head          string                     `json:"head" doc:"户主,隐去名字"`
	Status        model.HouseholdStatus      `json:"status"`
	StatusLabel   string                     `json:"status_label"`
	StatusSince   model.Date                 `json:"status_since"`
	RegisteredOn  model.Date                 `json:"registered_on"`
	ExitedOn      model.Date                 `json:"exited_on"`
	PovertyCauses []string                   `json:"poverty_causes"`
	Attributes    []model.HouseholdAttribute `json:"attributes"`
	MergedInto    string                     `json:"merged_into,omitempty"`
	FormVersion   int                        `json:"form_version" doc:"补充项目是按第几版表填的"`
	Attrs         map[string]any             `json:"attrs,omitempty"`
	Members       int                        `json:"member_count" doc:"人口;只在列表里"`
	Cadres        []string                   `json:"cadre_names,omitempty" doc:"结对干部,牵头的在前;只在列表里"`
}

func viewOf(h model.Household, head, unit string) Household {
	return Household{
		No: h.ID, Rev: h.Rev, UnitID: h.UnitID, Unit: unit, Head: head, Status: h.Status, StatusLabel: h.Status.Label(),
		StatusSince: h.StatusSince, RegisteredOn: h.RegisteredOn, ExitedOn: h.ExitedOn, PovertyCauses: h.PovertyCauses,
		Attributes: h.Attributes, MergedInto: h.MergedInto, FormVersion: h.FormV, Attrs: h.Attrs,
	}
}

// HouseholdFile is one household with all that belongs to it.
type HouseholdFile struct {
	Household
	Members    []Member             `json:"members"`
	Cadres     []PairedCadre        `json:"cadres"`
	History    []model.StatusChange `json:"status_history" doc:"户情记录,更正过的也在"`
	Guarantees []model.Guarantee    `json:"guarantees"`
	Notices    []model.Notice       `json:"notices"`
	Signatures []model.Signature    `json:"signatures"`
	Plans      []model.Plan         `json:"plans"`
	Muted      model.Mute           `json:"muted"`
	Opens      []model.FieldGroup   `json:"opens" doc:"您的岗位写明原因就能看全的几类"`
}

// Member of a household; the name is masked.
type Member struct {
	ID       string         `json:"person_id"`
	Rev      int64          `json:"rev"`
	Name     string         `json:"name"`
	Relation model.Relation `json:"relation"`
	Label    string         `json:"relation_label"`
	Sex      string         `json:"sex,omitempty" doc:"male或female"`
	Age      int            `json:"age" doc:"周岁"`
	Stage    string         `json:"student_stage,omitempty"`
	Attrs    map[string]any `json:"attrs,omitempty"`
}

// PairedCadre is a cadre paired with the household.
type PairedCadre struct {
	PairingID string            `json:"pairing_id"`
	CadreID   string            `json:"cadre_id"`
	Name      string            `json:"name"`
	Role      model.PairingRole `json:"role"`
	Unit      string            `json:"unit"`
	From      model.Date        `json:"from"`
}

func fileView(f people.File) HouseholdFile {
	head := ""
	if len(f.Members) > 0 {
		head = f.Members[0].Name
	}
	v := HouseholdFile{
		Household: viewOf(f.Household, head, f.Unit.Name), History: f.Household.StatusHistory, Guarantees: f.Household.Guarantees,
		Notices: f.Household.Notices, Signatures: f.Household.Signatures, Plans: f.Household.Plans, Muted: f.Household.Muted, Members: []Member{}, Cadres: []PairedCadre{}, Opens: []model.FieldGroup{},
	}
	for _, m := range f.Members {
		v.Members = append(v.Members, Member{
			ID: m.ID, Rev: m.Rev, Name: m.Name, Relation: m.Relation, Label: m.Relation.Label(), Sex: m.Sex, Age: m.Age, Stage: m.StudentStage, Attrs: m.Attrs,
		})
	}
	for _, c := range f.Cadres {
		v.Cadres = append(v.Cadres, PairedCadre{PairingID: c.PairingID, CadreID: c.ID, Name: c.Name, Role: c.Role, Unit: c.Unit, From: c.From})
	}
	return v
}

type listInput struct {
	Text      string   `query:"text" maxLength:"50" doc:"姓名、拼音、拼音首字母或户号的开头"`
	UnitID    string   `query:"unit_id" maxLength:"50" doc:"这个单位和它下面的"`
	Status    string   `query:"status" maxLength:"30"`
	Attribute string   `query:"attribute" maxLength:"30"`
	Attr      []string `query:"attr" maxItems:"10" doc:"补充项目,写成“项目:值”"`
	Names     bool     `query:"names" doc:"户主的姓名看全的:岗位看得到的才全,户里看得到是谁看的"`
	Sort      string   `query:"sort" maxLength:"20" doc:"按列表的哪一列排,例如unit、members;不写就是户编号"`
	Down      bool     `query:"down" doc:"倒过来排"`
	Totals    bool     `query:"totals" doc:"带上整个名单的户数和人口"`
	After     string   `query:"after" maxLength:"30" doc:"上一页给的next"`
	Limit     int      `query:"limit" minimum:"1" maximum:"200" default:"50"`
}

// HouseholdTotals are what a whole list comes to.
type HouseholdTotals struct {
	Households int `json:"households"`
	People     int `json:"people"`
}

type listOutput struct {
	Body struct {
		Households []Household `json:"households"`
		Next       string      `json:"next,omitempty" doc:"下一页从这里开始;没有就是最后一页"`

		Totals *HouseholdTotals `json:"totals,omitempty" doc:"整个名单的合计;要了才有"`
	}
}

func (a *api) listHouseholds(ctx context.Context, cut access.Lists, in *listInput) (*listOutput, error) {
	q := people.Query{
		Text: in.Text, UnitID: in.UnitID, Status: model.HouseholdStatus(in.Status), Attribute: in.Attribute, Names: in.Names, After: in.After,
		Sort: in.Sort, Down: in.Down, Totals: in.Totals, Limit: in.Limit, Attrs: map[string]string{},
	}
	for _, pair := range in.Attr {
		key, value, _ := strings.Cut(pair, ":")
		q.Attrs[key] = value
	}
	page, err := a.People.Search(ctx, cut, q)
	if err != nil {
		return nil, err
	}
	out := &listOutput{}
	out.Body.Next, out.Body.Households = page.Next, []Household{}
	if page.Totals != nil {
		out.Body.Totals = &HouseholdTotals{page.Totals.Households, page.Totals.People}
	}
	for _, f := range page.Rows {
		v := viewOf(f.Household, f.Head, f.Unit)
		v.Members, v.Cadres = f.Members, f.Cadres
		out.Body.Households = append(out.Body.Households, v)
	}
	return out, nil
}

type newHouseholdInput struct {
	Body struct {
		No           string         `json:"household_no" minLength:"2" maxLength:"40"`
		UnitID       string         `json:"unit_id" minLength:"1" maxLength:"50"`
		Address      string         `json:"address,omitempty" maxLength:"200"`
		Causes       []string       `json:"poverty_causes,omitempty" maxItems:"10"`
		IdentifiedOn string         `json:"identified_on" format:"date"`
		Evidence     string         `json:"evidence" minLength:"1" maxLength:"500"`
		Attrs        map[string]any `json:"attrs,omitempty"`
	}
}

type householdOutput struct{ Body Household }

func (a *api) identify(ctx context.Context, unit access.Unit, in *newHouseholdInput) (*householdOutput, error) {
	b := in.Body
	h, err := a.People.Identify(ctx, unit, people.NewHousehold{
		ID: b.No, UnitID: b.UnitID, Address: b.Address, PovertyCauses: b.Causes, IdentifiedOn: model.Date(b.IdentifiedOn),
		Evidence: b.Evidence, Attrs: b.Attrs,
	})
	return answer(h, err)
}

func answer(h model.Household, err error) (*householdOutput, error) {
	if err != nil {
		return nil, err
	}
	return &householdOutput{Body: viewOf(h, "", "")}, nil
}

type fileInput struct {
	ByNo
	On string `query:"on" format:"date" doc:"看那一天的样子"`
}

type fileOutput struct{ Body HouseholdFile }

func (a *api) readHousehold(ctx context.Context, house access.Household, in *fileInput) (*fileOutput, error) {
	f, err := a.People.FileOn(ctx, house, model.Date(in.On))
	if err != nil {
		return nil, err
	}
	out := &fileOutput{Body: fileView(f)}
	for _, g := range model.FieldGroups {
		ok, err := a.Access.CanReadFields(ctx, house, g)
		if err != nil {
			return nil, err
		}
		if ok {
			out.Body.Opens = append(out.Body.Opens, g)
		}
	}
	return out, nil
}

type editInput struct {
	ByNo
	Body struct {
		Rev        int64                       `json:"rev" minimum:"1" doc:"您看到的是第几版"`
		Why        string                      `json:"why" minLength:"1" maxLength:"500" doc:"为什么改"`
		UnitID     *string                     `json:"unit_id,omitempty" maxLength:"50"`
		Address    *string                     `json:"address,omitempty" maxLength:"200"`
		HeadID     *string                     `json:"head_person_id,omitempty" maxLength:"50"`
		Causes     *[]string                   `json:"poverty_causes,omitempty"`
		Attributes *[]model.HouseholdAttribute `json:"attributes,omitempty"`
		Guarantees *[]model.Guarantee          `json:"guarantees,omitempty"`
		Notices    *[]model.Notice             `json:"notices,omitempty"`
		Signatures *[]model.Signature          `json:"signatures,omitempty"`
		Plans      *[]model.Plan               `json:"plans,omitempty"`
		Muted      *model.Mute                 `json:"muted,omitempty" doc:"暂停走访和主动发消息;空的就是恢复"`
		Attrs      map[string]any              `json:"attrs,omitempty" doc:"补充项目,整个换掉"`
	}
}

func (a *api) editHousehold(ctx context.Context, house access.Household, in *editInput) (*householdOutput, error) {
	b := in.Body
	return answer(a.People.EditHousehold(ctx, house, people.HouseholdEdit{
		Rev: b.Rev, Why: b.Why, UnitID: b.UnitID, Address: b.Address, HeadID: b.HeadID, PovertyCauses: b.Causes, Attributes: b.Attributes,
		Guarantees: b.Guarantees, Notices: b.Notices, Signatures: b.Signatures, Plans: b.Plans, Muted: b.Muted, Attrs: b.Attrs,
	}))
}

// Revision is one change of a household. Sensitive values are left out.
type Revision struct {
	Rev    int64               `json:"rev"`
	At     string              `json:"at" format:"date-time"`
	By     string              `json:"by"`
	Why    string              `json:"why"`
	Of     string              `json:"of,omitempty" doc:"哪位成员的资料,隐去名字;户的资料没有这一项"`
	Fields []model.FieldChange `json:"fields"`
}

type historyOutput struct {
	Body struct {
		Revisions []Revision `json:"revisions"`
	}
}

func (a *api) history(ctx context.Context, house access.Household, in *ByNo) (*historyOutput, error) {
	list, err := a.People.History(ctx, house)
	if err != nil {
		return nil, err
	}
	out := &historyOutput{}
	out.Body.Revisions = []Revision{}
	for _, r := range list {
		v := Revision{Rev: r.Rev, At: r.At.Format("2006-01-02T15:04:05Z07:00"), By: model.Unnamed(r.Actor), Why: r.Why, Of: r.Of, Fields: []model.FieldChange{}}
		for _, f := range r.Fields {
			v.Fields = append(v.Fields, f.Masked())
		}
		out.Body.Revisions = append(out.Body.Revisions, v)
	}
	return out, nil
}
