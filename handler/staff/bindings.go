package staff

import (
	"context"
	"strings"

	"bangfu/handler/mini"
	"bangfu/service/model"
)

func (a *api) bindingRoutes() {
	route(a, get("/households/{no}/bindings", "staff-bindings", "谁在微信里能看这一户"), model.MayIssueCodes, a.bindings)
	route(a, gone("/households/{no}/bindings/{id}", "staff-end-binding", "停掉一个人看这一户的登记,要写原因"), model.MayIssueCodes, a.endBinding)
	route(a, get("/cadres/{cadre}/bindings", "staff-cadre-bindings", "谁在微信里登记成了这位干部"), model.MayIssueCodes, a.cadreBindings)
	route(a, gone("/cadres/{cadre}/bindings/{id}", "staff-end-cadre-binding", "停掉一个人的干部登记,要写原因"), model.MayIssueCodes, a.endCadreBinding)
}

type bindingsOutput struct {
	Body struct {
		Bindings []mini.Binding `json:"bindings" doc:"先登记的在前"`
	}
}

func (a *api) bindings(ctx context.Context, in *ByNo) (*bindingsOutput, error) {
	h, err := a.Access.Within(ctx, staffOf(ctx), model.MayIssueCodes, strings.ToUpper(in.No))
	if err != nil {
		return nil, err
	}
	seats, err := a.Account.SeatsFor(ctx, h.ID)
	out := &bindingsOutput{}
	out.Body.Bindings = mini.BindingsOf(seats)
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

func (a *api) endBinding(ctx context.Context, in *endBindingInput) (*struct{}, error) {
	h, err := a.Access.Within(ctx, staffOf(ctx), model.MayIssueCodes, strings.ToUpper(in.No))
	if err != nil {
		return nil, err
	}
	return nil, a.Account.EndSeatFor(ctx, staffOf(ctx).Actor(), h.ID, in.ID, in.Why)
}

// ByCadre names a cadre.
type ByCadre struct {
	Cadre string `path:"cadre" maxLength:"20" doc:"干部编号,如C-001"`
}

func (a *api) cadreBindings(ctx context.Context, in *ByCadre) (*bindingsOutput, error) {
	c, err := a.Access.WithinCadre(ctx, staffOf(ctx), model.MayIssueCodes, strings.ToUpper(in.Cadre))
	if err != nil {
		return nil, err
	}
	seats, err := a.Account.CadreSeats(ctx, c.ID)
	out := &bindingsOutput{}
	out.Body.Bindings = mini.BindingsOf(seats)
	return out, err
}

type endCadreBindingInput struct {
	ByCadre
	Ended
}

func (a *api) endCadreBinding(ctx context.Context, in *endCadreBindingInput) (*struct{}, error) {
	c, err := a.Access.WithinCadre(ctx, staffOf(ctx), model.MayIssueCodes, strings.ToUpper(in.Cadre))
	if err != nil {
		return nil, err
	}
	return nil, a.Account.EndCadreSeat(ctx, staffOf(ctx).Actor(), c.ID, in.ID, in.Why)
}
