// Package staff is the API of the office, /staff/v1.
package staff

import (
	"context"
	"encoding/base64"
	"net/http"
	"slices"
	"time"

	"bangfu/handler/mini"
	"bangfu/service/access"
	"bangfu/service/model"

	"github.com/danielgtaylor/huma/v2"
)

type (
	staffKey   struct{}
	sessionKey struct{}
)

// Unattended is the header of what a page asks by itself, with nobody there: it keeps no session from ending.
const Unattended = "X-Unattended"

func (a *api) authenticate(ctx huma.Context, next func(huma.Context)) {
	staff, session, err := a.Account.StaffBySession(ctx.Context(), mini.Token(ctx.Header("Authorization")), ctx.Header(Unattended) == "")
	if err != nil {
		_ = huma.WriteErr(a.huma, ctx, http.StatusInternalServerError, "", err)
		return
	}
	next(huma.WithValue(huma.WithValue(ctx, staffKey{}, staff), sessionKey{}, session))
}

var (
	errForbidden = model.NewError(model.KindForbidden, "not_your_duty", "您的岗位不能办这件事")
	errMustFirst = model.NewError(model.KindForbidden, "must_change_password", "请先换掉第一次的密码,再办别的事")
	errMustEnrol = model.NewError(model.KindForbidden, "must_enrol_totp", "您的岗位要用验证码登录，请先在手机上加好验证器，再办别的事")
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

type codeInput struct {
	Body struct {
		HouseholdNo string `json:"household_no,omitempty" maxLength:"20" doc:"户号,如H-001"`
		Proxy       bool   `json:"proxy,omitempty" doc:"给代看的人:只看合计和走访,90天有效"`
		CadreID     string `json:"cadre_id,omitempty" maxLength:"20" doc:"干部编号,如C-001"`
	}
}

type codeOutput struct {
	Body struct {
		Code      string    `json:"code" doc:"绑定码:户的6位,干部的10位;10分钟内有效,只能用一次,发的人自己用不了"`
		ExpiresAt time.Time `json:"expires_at"`
	}
}

func (a *api) issueCode(ctx context.Context, holder access.Holder, in *codeInput) (*codeOutput, error) {
	code, err := a.Account.IssueCode(ctx, holder, in.Body.Proxy)
	if err != nil {
		return nil, err
	}
	out := &codeOutput{}
	out.Body.Code, out.Body.ExpiresAt = code.Code, code.ExpiresAt
	return out, nil
}

type cardInput struct {
	Body struct {
		HouseholdNo string `json:"household_no" minLength:"1" maxLength:"20" doc:"户号,如H-001"`
		Renew       bool   `json:"renew,omitempty" doc:"换一张,以前的都作废"`
		Draw        bool   `json:"draw,omitempty" doc:"也画小程序码"`
	}
}

type cardOutput struct {
	Body struct {
		URL       string `json:"url" doc:"服务号二维码里的内容"`
		ImageURL  string `json:"image_url" doc:"微信画好的服务号二维码"`
		MiniScene string `json:"mini_scene" doc:"小程序码的scene"`
		MiniImage string `json:"mini_image,omitempty" doc:"小程序码,data:地址"`
	}
}

func (a *api) makeCard(ctx context.Context, house access.Household, in *cardInput) (*cardOutput, error) {
	card, err := a.Account.HouseholdCard(ctx, house, in.Body.Renew)
	if err != nil {
		return nil, err
	}
	out := &cardOutput{}
	out.Body.URL, out.Body.ImageURL, out.Body.MiniScene = card.OA.URL, card.OA.ImageURL, card.MiniScene
	if !in.Body.Draw {
		return out, nil
	}
	picture, err := a.Account.MiniCardPicture(ctx, card.MiniScene)
	if err != nil {
		return nil, err
	}
	out.Body.MiniImage = "data:" + picture.Type + ";base64," + base64.StdEncoding.EncodeToString(picture.Data)
	return out, nil
}
