package staff

import (
	"context"
	"net/http"

	"bangfu/service/account"
	"bangfu/service/exchange"
	"bangfu/service/model"
	"bangfu/service/people"

	"github.com/danielgtaylor/huma/v2"
)

// Services answer the office.
type Services struct {
	Account  *account.Service
	People   *people.Service
	Exchange *exchange.Service
}

type api struct {
	Services
	huma huma.API
}

// Bearer is the security scheme of a staff log-in.
const Bearer = "staff"

// Register adds the operations. Who may call one stands on its line; in which units, the services decide.
func Register(h huma.API, s Services) {
	a := &api{Services: s, huma: h}
	a.registerExchange()
	open(a, post("/login", "staff-login", "用登录名和密码登录"), a.logIn)
	route(a, done("/logout", "staff-logout", "退出登录"), model.MaySelf, a.logOut)
	route(a, post("/bind-codes", "staff-bind-code", "给一户或一位干部发一次性绑定码"), model.MayIssueCodes, a.issueCode)
	route(a, post("/household-cards", "staff-household-card", "做一户的二维码:没登记的人扫了什么也看不到"), model.MayIssueCodes, a.makeCard)
}

func get(path, id, summary string) huma.Operation { return op(http.MethodGet, path, id, summary) }

func post(path, id, summary string) huma.Operation { return op(http.MethodPost, path, id, summary) }

func put(path, id, summary string) huma.Operation { return op(http.MethodPut, path, id, summary) }

// done is a POST whose answer is empty.
func done(path, id, summary string) huma.Operation {
	o := post(path, id, summary)
	o.DefaultStatus = http.StatusNoContent
	return o
}

func op(method, path, id, summary string) huma.Operation {
	return huma.Operation{OperationID: id, Method: method, Path: "/staff/v1" + path, Summary: summary, Tags: []string{"扶贫办"}}
}

// open adds an operation that needs no log-in.
func open[I, O any](a *api, o huma.Operation, do func(context.Context, *I) (*O, error)) {
	huma.Register(a.huma, o, do)
}

// route adds an operation for staff who may do this somewhere.
func route[I, O any](a *api, o huma.Operation, may model.Permission, do func(context.Context, *I) (*O, error)) {
	o.Security = []map[string][]string{{Bearer: {}}}
	o.Middlewares = huma.Middlewares{a.authenticate, a.require(may)}
	o.Extensions = map[string]any{"x-permission": may}
	huma.Register(a.huma, o, do)
}
