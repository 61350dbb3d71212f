package staff

import (
	"context"

	"bangfu/service/access"
	"bangfu/service/model"
)

type formInput struct {
	Kind    string `path:"kind" enum:"household,person"`
	Version int    `query:"version" minimum:"0" doc:"第几版;不写就是最新的"`
}

// Form is one version of a form.
type Form struct {
	Kind    string         `json:"kind"`
	Version int            `json:"version"`
	Schema  map[string]any `json:"schema" doc:"JSON Schema:中文名title,单位x-unit,顺序x-order"`
}

type formOutput struct{ Body Form }

func (a *api) form(ctx context.Context, shared access.Shared, in *formInput) (*formOutput, error) {
	return formAnswer(a.People.Form(ctx, in.Kind, in.Version))
}

func formAnswer(f model.Form, err error) (*formOutput, error) {
	if err != nil {
		return nil, err
	}
	return &formOutput{Body: Form{Kind: f.Kind, Version: f.Version, Schema: f.Schema}}, nil
}

type newFormInput struct {
	Kind string `path:"kind" enum:"household,person"`
	Body struct {
		After  int            `json:"after" minimum:"0" doc:"在第几版上改的"`
		Schema map[string]any `json:"schema"`
	}
}

func (a *api) newForm(ctx context.Context, farm access.Farm, in *newFormInput) (*formOutput, error) {
	return formAnswer(a.People.AddFormVersion(ctx, farm, in.Kind, in.Body.After, in.Body.Schema))
}

// Filter is a search that is kept under a name.
type Filter struct {
	Name      string            `json:"name" minLength:"1" maxLength:"30"`
	Text      string            `json:"text,omitempty" maxLength:"50"`
	UnitID    string            `json:"unit_id,omitempty" maxLength:"50"`
	Status    string            `json:"status,omitempty" maxLength:"30"`
	Attribute string            `json:"attribute,omitempty" maxLength:"30"`
	Attrs     map[string]string `json:"attrs,omitempty"`
}

type filtersOutput struct {
	Body struct {
		Filters []Filter `json:"filters"`
	}
}

func (a *api) filters(ctx context.Context, own access.Own, _ *struct{}) (*filtersOutput, error) {
	list, err := a.People.Filters(ctx, own)
	if err != nil {
		return nil, err
	}
	out := &filtersOutput{}
	out.Body.Filters = []Filter{}
	for _, f := range list {
		out.Body.Filters = append(out.Body.Filters, Filter{
			Name: f.Name, Text: f.Text, UnitID: f.UnitID, Status: string(f.Status), Attribute: f.Attribute, Attrs: f.Attrs,
		})
	}
	return out, nil
}

type keepFilterInput struct{ Body Filter }

func (a *api) keepFilter(ctx context.Context, own access.Own, in *keepFilterInput) (*struct{}, error) {
	b := in.Body
	return nil, a.People.KeepFilter(ctx, own, model.SavedFilter{
		Name: b.Name, Text: b.Text, UnitID: b.UnitID, Status: model.HouseholdStatus(b.Status), Attribute: b.Attribute, Attrs: b.Attrs,
	})
}

type dropFilterInput struct {
	Name string `path:"name" maxLength:"100"`
}

func (a *api) dropFilter(ctx context.Context, own access.Own, in *dropFilterInput) (*struct{}, error) {
	return nil, a.People.DropFilter(ctx, own, in.Name)
}
