package staff

import (
	"context"
	"time"

	"bangfu/handler/mini"
	"bangfu/service/access"
	"bangfu/service/account"
	"bangfu/service/model"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humagin"
)

// passwordInput is a log-in. Resolve adds where it comes from.
type passwordInput struct {
	address string
	Body    struct {
		Name     string `json:"name" minLength:"1" maxLength:"50" doc:"登录名"`
		Password string `json:"password" minLength:"1" maxLength:"200" doc:"密码"`
		Code     string `json:"code,omitempty" maxLength:"10" doc:"验证器上的6位验证码;开了验证码登录的人才要,没带时回答totp_needed"`
	}
}

// Resolve reads the client's address, as the trusted proxies tell it.
func (in *passwordInput) Resolve(ctx huma.Context) []error {
	in.address = humagin.Unwrap(ctx).ClientIP()
	return nil
}

type passwordOutput struct {
	Body struct {
		Token              string       `json:"token" doc:"放在Authorization: Bearer里"`
		ExpiresAt          time.Time    `json:"expires_at"`
		Name               string       `json:"name" doc:"姓名"`
		Posts              []model.Post `json:"posts" doc:"岗位和管的单位"`
		MustChangePassword bool         `json:"must_change_password" doc:"要先用 POST /staff/v1/password 换掉第一次的密码,别的事才能办"`
	}
}

func (a *api) logIn(ctx context.Context, in *passwordInput) (*passwordOutput, error) {
	token, staff, err := a.Account.LogInStaff(ctx, account.LogIn{
		Name: in.Body.Name, Password: in.Body.Password, Code: in.Body.Code, Address: in.address,
	})
	if err != nil {
		return nil, err
	}
	out := &passwordOutput{}
	out.Body.Token, out.Body.ExpiresAt = token.Value, token.ExpiresAt
	out.Body.Name, out.Body.Posts = staff.Name, posts(staff)
	out.Body.MustChangePassword = staff.MustChangePassword
	return out, nil
}

// posts are never null, so that a program need not ask.
func posts(s model.Staff) []model.Post { return append([]model.Post{}, s.Posts...) }

type logOutInput struct {
	Authorization string `header:"Authorization"`
}

func (a *api) logOut(ctx context.Context, own access.Own, in *logOutInput) (*struct{}, error) {
	return nil, a.Account.LogOut(ctx, mini.Token(in.Authorization))
}

type meOutput struct {
	Body struct {
		ID                 string       `json:"id" doc:"登录名"`
		Name               string       `json:"name" doc:"姓名"`
		Posts              []model.Post `json:"posts" doc:"岗位和管的单位"`
		CadreID            string       `json:"cadre_id" doc:"是帮扶干部时的干部编号"`
		MustChangePassword bool         `json:"must_change_password"`
		TOTP               bool         `json:"totp" doc:"开着验证码登录"`

		Permissions []model.Permission `json:"permissions" doc:"岗位合起来能办的事,见各接口的x-permission;能在哪些单位办,由岗位的单位定"`
		Today       model.Date         `json:"today" doc:"系统的今天,北京时间"`
	}
}

func (a *api) me(ctx context.Context, own access.Own, _ *struct{}) (*meOutput, error) {
	s, out := own.Staff(), &meOutput{}
	out.Body.ID, out.Body.Name, out.Body.Posts, out.Body.CadreID = s.ID, s.Name, posts(s), s.CadreID
	out.Body.MustChangePassword, out.Body.TOTP = s.MustChangePassword, len(s.TOTP) > 0
	out.Body.Permissions, out.Body.Today = s.Permissions(), model.DateOf(a.Now())
	return out, nil
}

type newPasswordInput struct {
	Body struct {
		Old string `json:"old" minLength:"1" maxLength:"200" doc:"现在的密码"`
		New string `json:"new" minLength:"1" maxLength:"200" doc:"新密码:至少10个字符,不能是登录名,不能太常见"`
	}
}

func (a *api) changePassword(ctx context.Context, own access.Own, in *newPasswordInput) (*struct{}, error) {
	return nil, a.Account.ChangePassword(ctx, own.Staff().ID, sessionOf(ctx).ID, in.Body.Old, in.Body.New)
}

type totpOutput struct {
	Body struct {
		Secret string `json:"secret" doc:"手工输入验证器的密钥;只显示这一次"`
		URL    string `json:"url" doc:"做成二维码给验证器扫:otpauth://…"`
	}
}

func (a *api) startTOTP(ctx context.Context, own access.Own, _ *struct{}) (*totpOutput, error) {
	fresh, err := a.Account.StartTOTP(ctx, own.Staff().ID)
	if err != nil {
		return nil, err
	}
	out := &totpOutput{}
	out.Body.Secret, out.Body.URL = fresh.Secret, fresh.URL
	return out, nil
}

type totpCodeInput struct {
	Body struct {
		Code string `json:"code" minLength:"6" maxLength:"6" doc:"验证器上的6位数字"`
	}
}

func (a *api) confirmTOTP(ctx context.Context, own access.Own, in *totpCodeInput) (*struct{}, error) {
	return nil, a.Account.ConfirmTOTP(ctx, own.Staff().ID, in.Body.Code)
}

type totpStopInput struct {
	Body struct {
		Password string `json:"password" minLength:"1" maxLength:"200" doc:"密码"`
	}
}

func (a *api) stopTOTP(ctx context.Context, own access.Own, in *totpStopInput) (*struct{}, error) {
	return nil, a.Account.StopTOTP(ctx, own.Staff().ID, in.Body.Password)
}

// sessionView is one log-in of the caller.
type sessionView struct {
	ID        string    `json:"id"`
	CreatedAt time.Time `json:"created_at" doc:"登录的时间"`
	ExpiresAt time.Time `json:"expires_at"`
	This      bool      `json:"this" doc:"就是现在用的这一次"`
}

type sessionsOutput struct {
	Body struct {
		Sessions []sessionView `json:"sessions"`
	}
}

func (a *api) sessions(ctx context.Context, own access.Own, _ *struct{}) (*sessionsOutput, error) {
	list, err := a.Account.StaffSessions(ctx, own.Staff())
	if err != nil {
		return nil, err
	}
	out := &sessionsOutput{}
	out.Body.Sessions = []sessionView{}
	for _, s := range list {
		out.Body.Sessions = append(out.Body.Sessions,
			sessionView{ID: s.ID, CreatedAt: s.CreatedAt, ExpiresAt: s.ExpiresAt, This: s.ID == sessionOf(ctx).ID})
	}
	return out, nil
}

type sessionInput struct {
	ID string `path:"id" maxLength:"64" doc:"GET /staff/v1/sessions 给的id"`
}

func (a *api) endSession(ctx context.Context, own access.Own, in *sessionInput) (*struct{}, error) {
	return nil, a.Account.EndSession(ctx, own.Staff(), in.ID)
}
