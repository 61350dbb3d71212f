package mini

import (
	"context"

	"bangfu/handler/view"
	"bangfu/service/access"
)

func (a *api) registerBindings() {
	route(a, get("/household/bindings", "mini-bindings", "谁能看我家;代看的人只看到自己"), ofMine("household_no"), a.bindings)
	route(a, gone("/household/bindings/{id}", "mini-end-binding", "解除自己的登记,或者停掉家里别人的"), ofMine("household_no"), a.endBinding)
	route(a, gone("/cadre-binding", "mini-end-cadre-binding", "干部:解除自己的干部身份"), ofCadre, a.endCadreBinding)
}

type bindingsOutput struct {
	Body struct {
		Bindings []view.Binding `json:"bindings" doc:"先登记的在前"`
	}
}

func (a *api) bindings(ctx context.Context, house access.Household, _ *OfHousehold) (*bindingsOutput, error) {
	seats, err := a.Account.Seats(ctx, house)
	out := &bindingsOutput{}
	out.Body.Bindings = view.BindingsOf(seats)
	return out, err
}

type endBindingInput struct {
	ID string `path:"id" maxLength:"64"`
	OfHousehold
	Stranger bool `query:"stranger" doc:"家里人都不认识他:同时告诉扶贫办"`
}

func (a *api) endBinding(ctx context.Context, house access.Household, in *endBindingInput) (*struct{}, error) {
	_, err := a.Account.EndSeat(ctx, house, in.ID, in.Stranger)
	return nil, err
}

func (a *api) endCadreBinding(ctx context.Context, cadre access.Cadre, _ *struct{}) (*struct{}, error) {
	return nil, a.Account.LeaveCadre(ctx, cadre)
}
