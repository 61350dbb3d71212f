package mini

import (
	"context"
	"net/http"
	"time"

	"bangfu/service/access"
	"bangfu/service/account"
)

func (a *api) registerBindings() {
	route(a, get("/household/bindings", "mini-bindings", "谁能看我家;代看的人只看到自己"), ofMine("household_no"), a.bindings)
	end := noContent(op(http.MethodDelete, "/household/bindings/{id}", "mini-end-binding", "解除自己的登记,或者停掉家里别人的"))
	route(a, end, ofMine("household_no"), a.endBinding)
	route(a, noContent(op(http.MethodDelete, "/cadre-binding", "mini-end-cadre-binding", "干部:解除自己的干部身份")), ofCadre, a.endCadreBinding)
}

// Binding is one person who sees the household.
type Binding struct {
	ID     string     `json:"id"`
	View   string     `json:"view" enum:"full,proxy" doc:"full能看全部;proxy是代看"`
	Since  time.Time  `json:"since" doc:"什么时候登记的"`
	Until  *time.Time `json:"until,omitempty" doc:"代看到什么时候"`
	By     string     `json:"by" doc:"凭什么登记的:谁发的码,或者手机号;微信不给名字"`
	Mine   bool       `json:"mine" doc:"就是自己"`
	CanEnd bool       `json:"can_end" doc:"现在能停掉"`
}

// BindingsOf are the bindings in the words of the API; staff see them in the same ones.
func BindingsOf(seats []account.Seat) []Binding {
	list := []Binding{}
	for _, x := range seats {
		b := Binding{ID: x.ID, View: string(x.View), Since: x.Since, By: x.By, Mine: x.Mine, CanEnd: x.MayEnd}
		if !x.Until.IsZero() {
			b.Until = &x.Until
		}
		list = append(list, b)
	}
	return list
}

type bindingsOutput struct {
	Body struct {
		Bindings []Binding `json:"bindings" doc:"先登记的在前"`
	}
}

func (a *api) bindings(ctx context.Context, house access.Household, _ *OfHousehold) (*bindingsOutput, error) {
	seats, err := a.Account.Seats(ctx, house)
	out := &bindingsOutput{}
	out.Body.Bindings = BindingsOf(seats)
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
