package staff

import (
	"context"

	"bangfu/handler/view"
	"bangfu/service/access"
)

type bindingsOutput struct {
	Body struct {
		Bindings []view.Binding `json:"bindings" doc:"先登记的在前"`
	}
}

func (a *api) bindings(ctx context.Context, house access.Household, _ *ByNo) (*bindingsOutput, error) {
	seats, err := a.Account.SeatsFor(ctx, house)
	out := &bindingsOutput{}
	out.Body.Bindings = view.BindingsOf(seats)
	return out, err
}

// Ended names a binding that ends, and says why.
type Ended struct {
	ID  string `path:"id" maxLength:"64"`
	Why string `query:"why" required:"true" minLength:"2" maxLength:"200" doc:"为什么停掉;记在审计记录里"`
}

type endBindingInput struct {
	ByNo
	Ended
}

func (a *api) endBinding(ctx context.Context, house access.Household, in *endBindingInput) (*struct{}, error) {
	return nil, a.Account.EndSeatFor(ctx, house, in.ID, in.Why)
}

// ByCadre names a cadre.
type ByCadre struct {
	Cadre string `path:"cadre" maxLength:"40" doc:"干部编号,如C-001"`
}

func (a *api) cadreBindings(ctx context.Context, cadre access.Cadre, _ *ByCadre) (*bindingsOutput, error) {
	seats, err := a.Account.CadreSeats(ctx, cadre)
	out := &bindingsOutput{}
	out.Body.Bindings = view.BindingsOf(seats)
	return out, err
}

type endCadreBindingInput struct {
	ByCadre
	Ended
}

func (a *api) endCadreBinding(ctx context.Context, cadre access.Cadre, in *endCadreBindingInput) (*struct{}, error) {
	return nil, a.Account.EndCadreSeat(ctx, cadre, in.ID, in.Why)
}
