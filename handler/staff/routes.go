package staff

import (
	"context"
	"net/http"

	"bangfu/service/account"
	"bangfu/service/model"
	"bangfu/service/people"

	"github.com/danielgtaylor/huma/v2"
)

// Services answer the office.
type Services struct {
	Account *account.Service
	People  *people.Service
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
	open(a, post("/login", "staff-login", "用登录名和密码登录"), a.logIn)
	route(a, done("/logout", "staff-logout", "退出登录"), model.MaySelf, a.logOut)
	route(a, get("/me", "staff-me", "我是谁,有哪些岗位"), model.MaySelf, a.me)
	route(a, done("/password", "staff-password", "改我的密码,我的其他登录都退出"), model.MaySelf, a.changePassword)
	route(a, post("/totp", "staff-totp-start", "取一个验证器密钥,确认后才算"), model.MaySelf, a.startTOTP)
	route(a, done("/totp/confirm", "staff-totp-confirm", "用验证器上的数字确认,开验证码登录"), model.MaySelf, a.confirmTOTP)
	route(a, gone("/totp", "staff-totp-stop", "关掉验证码登录"), model.MaySelf, a.stopTOTP)
	route(a, get("/sessions", "staff-sessions", "我在哪几处登录着"), model.MaySelf, a.sessions)
	route(a, gone("/sessions/{id}", "staff-session-end", "退出我的一次登录"), model.MaySelf, a.endSession)
	route(a, get("/staff", "staff-list", "登录名"), model.MayManageStaff, a.listStaff)
	route(a, made("/staff", "staff-make", "新建一个登录名"), model.MayManageStaff, a.makeStaff)
	route(a, put("/staff/{id}", "staff-change", "改一个登录名的姓名、岗位,或者停用"), model.MayManageStaff, a.changeStaff)
	route(a, post("/staff/{id}/password", "staff-reset-password", "重置密码,解锁"), model.MayManageStaff, a.resetPassword)
	route(a, gone("/staff/{id}/sessions", "staff-end-sessions", "让一个登录名的所有登录都退出"), model.MayManageStaff, a.endStaffSessions)
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

// made is a POST that makes something.
func made(path, id, summary string) huma.Operation {
	o := post(path, id, summary)
	o.DefaultStatus = http.StatusCreated
	return o
}

// gone is a DELETE; its answer is empty.
func gone(path, id, summary string) huma.Operation {
	o := op(http.MethodDelete, path, id, summary)
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
