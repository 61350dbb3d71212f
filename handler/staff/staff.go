// Package staff is the API of the office, /staff/v1.
package staff

import (
	"context"
	"net/http"
	"slices"

	"bangfu/handler/scope"
	"bangfu/service/access"
	"bangfu/service/account"
	"bangfu/service/aid"
	"bangfu/service/backups"
	"bangfu/service/bot"
	"bangfu/service/broadcast"
	"bangfu/service/coop"
	"bangfu/service/disclose"
	"bangfu/service/fund"
	"bangfu/service/ledger"
	"bangfu/service/model"
	"bangfu/service/notify"
	"bangfu/service/people"
	"bangfu/service/sheets"
	"bangfu/service/visit"

	"github.com/danielgtaylor/huma/v2"
)

type (
	staffKey   struct{}
	sessionKey struct{}
)

// Unattended is the header of what a page asks by itself, with nobody there: it keeps no session from ending.
const Unattended = "X-Unattended"

func (a *api) authenticate(ctx huma.Context, next func(huma.Context)) {
	staff, session, err := a.Account.StaffBySession(ctx.Context(), scope.Token(ctx.Header("Authorization")), ctx.Header(Unattended) == "")
	if err != nil {
		_ = huma.WriteErr(a.huma, ctx, http.StatusInternalServerError, "", err)
		return
	}
	next(huma.WithValue(huma.WithValue(ctx, staffKey{}, staff), sessionKey{}, session))
}

var (
	errForbidden = model.NewError(model.KindForbidden, "not_your_duty", "您的岗位不能办这件事")
	errMustFirst = model.NewError(model.KindForbidden, "must_change_password", "请先换掉第一次的密码,再办别的事")
	errMustEnrol = model.NewError(model.KindForbidden, "must_enrol_totp", "您的岗位要用验证码登录,请先在手机上加好验证器,再办别的事")
)

// withFirstPassword are the operations that somebody may call who has yet to change their first password; toEnrol those
// that they may call besides who have yet to add a second factor.
var (
	withFirstPassword = []string{"staff-password", "staff-logout", "staff-me"}
	toEnrol           = []string{"staff-totp-start", "staff-totp-confirm"}
)

// first is what somebody has to do before the operation, if anything.
func (a *api) first(staff model.Staff, operation string) error {
	enrols := a.Account.MustEnrol(staff)
	switch {
	case slices.Contains(withFirstPassword, operation), enrols && slices.Contains(toEnrol, operation):
		return nil
	case staff.MustChangePassword:
		return errMustFirst
	case enrols:
		return errMustEnrol
	}
	return nil
}

func (a *api) require(may model.Permission) func(huma.Context, func(huma.Context)) {
	return func(ctx huma.Context, next func(huma.Context)) {
		staff := staffOf(ctx.Context())
		err := a.first(staff, ctx.Operation().OperationID)
		if err == nil && !staff.May(may) {
			err = errForbidden
		}
		if err != nil {
			_ = huma.WriteErr(a.huma, ctx, http.StatusInternalServerError, "", err)
			return
		}
		next(ctx)
	}
}

func staffOf(ctx context.Context) model.Staff {
	s, _ := ctx.Value(staffKey{}).(model.Staff)
	return s
}

// sessionOf is the log-in that the request came with.
func sessionOf(ctx context.Context) model.Session {
	s, _ := ctx.Value(sessionKey{}).(model.Session)
	return s
}

// Services answer the office.
type Services struct {
	Access   *access.Service
	Account  *account.Service
	People   *people.Service
	Ledger   *ledger.Service
	Fund     *fund.Service
	Visit    *visit.Service
	Aid      *aid.Service
	Notify   *notify.Service
	Now      model.Clock
	Sheets   *sheets.Service
	Coop     *coop.Service
	Disclose *disclose.Service
	BaseURL  string // how the outside reaches us

	Broadcast *broadcast.Service
	Backups   *backups.Service
	Bot       *bot.Service
}

type api struct {
	Services
	huma huma.API
}

// Bearer is the security scheme of a staff log-in.
const Bearer = "staff"

type staffNamesOutput struct {
	Body struct {
		Names map[string]string `json:"names" doc:"登录名 → 姓名"`
	}
}

// staffNames are who is behind the log-in names of histories: of people who work here, and nothing else of them.
func (a *api) staffNames(ctx context.Context, shared access.Shared, _ *struct{}) (*staffNamesOutput, error) {
	names, err := a.Account.StaffNames(ctx, shared)
	if err != nil {
		return nil, err
	}
	out := &staffNamesOutput{}
	out.Body.Names = names
	return out, nil
}
