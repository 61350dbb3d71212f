package staff

import (
	"context"

	"bangfu/service/access"
	"bangfu/service/model"
)

// Unit is an organisation of the tree.
type Unit struct {
	ID       string   `json:"id" minLength:"2" maxLength:"40"`
	Rev      int64    `json:"rev,omitempty" minimum:"0" doc:"新的不写"`
	Name     string   `json:"name" minLength:"1" maxLength:"50"`
	Kind     string   `json:"kind" minLength:"1" maxLength:"30"`
	ParentID string   `json:"parent_id,omitempty" maxLength:"40"`
	Path     []string `json:"path,omitempty" readOnly:"true" doc:"从最上级到上级"`
}

func unitView(u model.Unit) Unit {
	return Unit{ID: u.ID, Rev: u.Rev, Name: u.Name, Kind: string(u.Kind), ParentID: u.ParentID, Path: u.Path}
}

type unitsOutput struct {
	Body struct {
		Units []Unit `json:"units"`
	}
}

func (a *api) units(ctx context.Context, shared access.Shared, _ *struct{}) (*unitsOutput, error) {
	list, err := a.People.Units(ctx)
	if err != nil {
		return nil, err
	}
	out := &unitsOutput{}
	out.Body.Units = []Unit{}
	for _, u := range list {
		out.Body.Units = append(out.Body.Units, unitView(u))
	}
	return out, nil
}

type (
	unitInput  struct{ Body Unit }
	unitOutput struct{ Body Unit }
)

func (a *api) putUnit(ctx context.Context, unit access.Unit, in *unitInput) (*unitOutput, error) {
	b := in.Body
	u, err := a.People.PutUnit(ctx, unit, model.Unit{ID: b.ID, Name: b.Name, Kind: model.UnitKind(b.Kind), ParentID: b.ParentID}, b.Rev)
	if err != nil {
		return nil, err
	}
	return &unitOutput{Body: unitView(u)}, nil
}

// Cadre is a cadre; the phone is never given out here.
type Cadre struct {
	ID       string  `json:"id" minLength:"2" maxLength:"40"`
	Rev      int64   `json:"rev,omitempty" minimum:"0" doc:"新的不写"`
	Name     string  `json:"name" minLength:"1" maxLength:"50"`
	Rank     string  `json:"rank" maxLength:"30"`
	UnitID   string  `json:"unit_id" maxLength:"40"`
	BranchID string  `json:"branch_id,omitempty" maxLength:"40"`
	Status   string  `json:"status,omitempty" enum:"active,away,left" doc:"在岗、外出、调离"`
	Phone    *string `json:"phone,omitempty" maxLength:"11" writeOnly:"true" doc:"不写就不改"`
}

func cadreView(c model.Cadre) Cadre {
	return Cadre{ID: c.ID, Rev: c.Rev, Name: c.Name, Rank: c.Rank, UnitID: c.UnitID, BranchID: c.BranchID, Status: string(c.Status)}
}

type cadresOutput struct {
	Body struct {
		Cadres []Cadre `json:"cadres"`
	}
}

func (a *api) cadres(ctx context.Context, shared access.Shared, _ *struct{}) (*cadresOutput, error) {
	list, err := a.People.Cadres(ctx)
	if err != nil {
		return nil, err
	}
	out := &cadresOutput{}
	out.Body.Cadres = []Cadre{}
	for _, c := range list {
		out.Body.Cadres = append(out.Body.Cadres, cadreView(c))
	}
	return out, nil
}

type (
	cadreInput  struct{ Body Cadre }
	cadreOutput struct{ Body Cadre }
)

func (a *api) putCadre(ctx context.Context, cadre access.Cadre, in *cadreInput) (*cadreOutput, error) {
	b := in.Body
	c, err := a.People.PutCadre(ctx, cadre, model.Cadre{
		ID: b.ID, Name: b.Name, Rank: b.Rank, UnitID: b.UnitID, BranchID: b.BranchID, Status: model.CadreStatus(b.Status),
	}, b.Phone, b.Rev)
	if err != nil {
		return nil, err
	}
	return &cadreOutput{Body: cadreView(c)}, nil
}
