// Package mini is the API of the mini-program, /mini/v1.
package mini

import (
	"context"
	"net/http"
	"time"

	"bangfu/handler/h5"
	"bangfu/handler/scope"
	"bangfu/service/access"
	"bangfu/service/account"
	"bangfu/service/aid"
	"bangfu/service/broadcast"
	"bangfu/service/coop"
	"bangfu/service/fund"
	"bangfu/service/ledger"
	"bangfu/service/model"
	"bangfu/service/notify"
	"bangfu/service/people"
	"bangfu/service/visit"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humagin"
)

// Services answer the mini-program.
type Services struct {
	Access  *access.Service
	Account *account.Service
	People  *people.Service
	Ledger  *ledger.Service
	Fund    *fund.Service
	Visit   *visit.Service
	Aid     *aid.Service
	Notify  *notify.Service
	Coop    *coop.Service
	Now     model.Clock

	Broadcast *broadcast.Service
}

type api struct {
	Services
	huma huma.API
}

// Bearer is the security scheme of a mini-program log-in.
const Bearer = "mini"

var loggedIn = []map[string][]string{{Bearer: {}}}

// Register adds the operations.
func Register(h huma.API, s Services) {
	a := &api{Services: s, huma: h}
	open(a, post("/login", "mini-login", "用wx.login的code登录"), a.logIn)
	route(a, noContent(post("/logout", "mini-logout", "退出登录")), ofOneself, a.logOut)
	route(a, noContent(post("/logout-everywhere", "mini-logout-everywhere", "退出我在所有手机上的登录")), ofOneself, a.logOutEverywhere)
	route(a, get("/me", "mini-me", "我能看哪几户"), ofOneself, a.me)
	route(a, post("/bind", "mini-bind", "用一次性绑定码登记"), ofOneself, a.bind)
	route(a, post("/phone", "mini-phone", "用微信验证过的手机号登记"), ofOneself, a.bindByPhone)
	route(a, get("/month", "mini-month", "干部:本月要走访哪几户"), ofCadre, a.month)
	route(a, post("/visits", "mini-record-visit", "干部:记一次走访"), ofVisited("household_no"), a.recordVisit)
	route(a, put("/visits", "mini-amend-visit", "干部:更正自己记的走访,原来的留着"), ofCadre, a.amendVisit)
	route(a, scope.WithPaper(post("/visits/files", "mini-add-visit-file", "干部:给自己的走访放一张照片,可以不放")), ofCadre, a.addFile)
	route(a, get("/scene", "mini-scene", "扫门上的码打开什么"), ofOneself, a.scene)
	route(a, post("/visits/answer", "mini-answer-visit", "户里说来过没有,打几分"), ofMineInFull("household_no"), a.answerVisit)
	route(a, get("/needs", "mini-needs", "户里反映过的事,办到哪一步"), ofMine("household_no"), a.needs)
	route(a, post("/needs", "mini-raise-need", "反映一件难处"), ofMineOrPaired("household_no"), a.raiseNeed)
	route(a, post("/needs/settle", "mini-settle-need", "户里说办好了没有"), ofMineInFull("household_no"), a.settleNeed)
	route(a, noContent(post("/consents", "mini-consents", "页面上问过的订阅,人怎么回答的")), ofOneself, a.consents)
	a.registerAid()
	a.registerBindings()
	route(a, get("/notices", "mini-notices", "查政策"), ofOneself, a.notices)
	route(a, get("/notices/{id}", "mini-notice", "看一条政策;算这户已经知道"), ofOneself, a.notice)
	open(a, get("/archive", "mini-archive", "发布过的政策,过期的也在,不用登录"), a.archive)
	open(a, get("/archive/{id}", "mini-archived", "发布过的一条政策,不用登录"), a.archived)
	route(a, get("/household/looks", "mini-looks", "谁看过我家资料"), ofMineInFull("household_no"), a.looks)
	route(a, get("/household/dividends", "mini-dividends", "我家的股份、分红怎么算的、务工和卖木耳的钱"), ofMine("household_no"), a.dividends)
	route(a, get("/household/ledger", "mini-ledger", "我家的账:每一笔一句话"), ofMine("household_no"), a.ledger)
	route(a, post("/household/questions", "mini-question", "问一笔账:反映给干部"), ofMineInFull("household_no"), a.question)
	route(a, get("/household", "mini-household", "我家:户情、家人、帮扶、走访、干部"), ofMine("household_no"), a.household)
}

type (
	callerKey struct{}
	tokenKey  struct{}
)

func (a *api) authenticate(ctx huma.Context, next func(huma.Context)) {
	token := scope.Token(ctx.Header("Authorization"))
	if cookie, err := huma.ReadCookie(ctx, h5.SessionCookie); token == "" && err == nil {
		token = cookie.Value // of a web page; SameSite keeps other sites from using it
	}
	caller, err := a.Account.BySession(ctx.Context(), token)
	if err != nil {
		_ = huma.WriteErr(a.huma, ctx, http.StatusInternalServerError, "", err)
		return
	}
	next(huma.WithValue(huma.WithValue(ctx, callerKey{}, caller), tokenKey{}, token))
}

func callerOf(ctx context.Context) account.Caller {
	c, _ := ctx.Value(callerKey{}).(account.Caller)
	return c
}

// logInInput is a log-in. Resolve adds where it comes from.
type logInInput struct {
	address string
	Body    struct {
		Code string `json:"code" minLength:"1" maxLength:"200" doc:"wx.login给的code,只能用一次"`
	}
}

// Resolve reads the client's address, as the trusted proxies tell it.
func (in *logInInput) Resolve(ctx huma.Context) []error {
	in.address = humagin.Unwrap(ctx).ClientIP()
	return nil
}

type logInOutput struct {
	Body struct {
		Token     string    `json:"token" doc:"放在Authorization: Bearer里"`
		ExpiresAt time.Time `json:"expires_at"`
		Me
	}
}

func (a *api) logIn(ctx context.Context, in *logInInput) (*logInOutput, error) {
	token, caller, err := a.Account.LogInMini(ctx, in.Body.Code, in.address)
	if err != nil {
		return nil, err
	}
	out := &logInOutput{}
	out.Body.Token, out.Body.ExpiresAt = token.Value, token.ExpiresAt
	out.Body.Me, err = a.describe(ctx, caller.Account)
	return out, err
}

func (a *api) logOut(ctx context.Context, own access.Account, _ *struct{}) (*struct{}, error) {
	token, _ := ctx.Value(tokenKey{}).(string)
	return nil, a.Account.LogOut(ctx, token)
}

func (a *api) logOutEverywhere(ctx context.Context, own access.Account, _ *struct{}) (*struct{}, error) {
	return nil, a.Account.LogOutEverywhere(ctx, own)
}

// Me is what the person can see.
type Me struct {
	Households []Brief `json:"households" doc:"登记过的户"`
	CadreID    string  `json:"cadre_id,omitempty" doc:"帮扶干部才有"`
}

// Brief is one household of a list.
type Brief struct {
	HouseholdNo string `json:"household_no"`
	Head        string `json:"head" doc:"户主,隐去名字"`
	Unit        string `json:"unit"`
}

func (a *api) describe(ctx context.Context, acc model.Account) (Me, error) {
	me := Me{Households: []Brief{}, CadreID: acc.CadreID}
	list, err := a.People.Briefs(ctx, a.Access.AllMine(acc)...)
	if err != nil {
		return me, err
	}
	for _, b := range list {
		me.Households = append(me.Households, Brief{HouseholdNo: b.ID, Head: b.Head, Unit: b.Unit})
	}
	return me, nil
}

type meOutput struct{ Body Me }

func (a *api) me(ctx context.Context, own access.Account, _ *struct{}) (*meOutput, error) {
	me, err := a.describe(ctx, callerOf(ctx).Account)
	return &meOutput{Body: me}, err
}

type bindInput struct {
	Body struct {
		Code        string `json:"code" minLength:"1" maxLength:"20" doc:"绑定码:户的6位,干部的10位;中间有空格也行"`
		HouseholdNo string `json:"household_no,omitempty" maxLength:"40" doc:"可以不填;填了就要与绑定码的户相符"`
	}
}

type bindOutput struct {
	Body struct {
		HouseholdNo string `json:"household_no,omitempty"`
		CadreID     string `json:"cadre_id,omitempty"`
		Already     bool   `json:"already" doc:"以前已经登记过"`
	}
}

func (a *api) bind(ctx context.Context, own access.Account, in *bindInput) (*bindOutput, error) {
	bound, err := a.Account.Redeem(ctx, callerOf(ctx), in.Body.Code, model.FoldID(in.Body.HouseholdNo))
	if err != nil {
		return nil, err
	}
	out := &bindOutput{}
	out.Body.HouseholdNo, out.Body.CadreID, out.Body.Already = bound.HouseholdID, bound.CadreID, bound.Already
	return out, nil
}

type phoneInput struct {
	Body struct {
		Code string `json:"code" minLength:"1" maxLength:"200" doc:"点手机号按钮得到的code,只能用一次"`
	}
}

func (a *api) bindByPhone(ctx context.Context, own access.Account, in *phoneInput) (*meOutput, error) {
	caller := callerOf(ctx)
	if _, err := a.Account.BindByPhone(ctx, caller, in.Body.Code); err != nil {
		return nil, err
	}
	caller, err := a.Account.Identify(ctx, caller.Identity.Channel, caller.Identity.OpenID, caller.Account.ID)
	if err != nil {
		return nil, err
	}
	me, err := a.describe(ctx, caller.Account)
	return &meOutput{Body: me}, err
}
