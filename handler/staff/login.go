package staff

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strings"
	"time"

	"bangfu/handler/scope"
	"bangfu/service/access"
	"bangfu/service/account"
	"bangfu/service/model"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humagin"
)

// passwordInput is a log-in. Resolve adds where it comes from.
type passwordInput struct {
	address, device, machine string

	Body struct {
		Name     string `json:"name" minLength:"1" maxLength:"50" doc:"登录名"`
		Password string `json:"password" minLength:"1" maxLength:"200" doc:"密码"`
		Code     string `json:"code,omitempty" maxLength:"10" doc:"验证器上的6位验证码;开了验证码登录的人才要,没带时回答totp_needed"`
	}
}

// Resolve reads the client's address, as the trusted proxies tell it, and what an earlier log-in of the name left.
func (in *passwordInput) Resolve(ctx huma.Context) []error {
	c := humagin.Unwrap(ctx)
	in.address, in.machine = c.ClientIP(), machineOf(c.Request.UserAgent())
	in.device, _ = c.Cookie(deviceCookie(in.Body.Name)) // none: a device that is not known
	return nil
}

// knownMachines and knownBrowsers are what browsers say of themselves, and what people call it. Of several that fit the first is meant: each
// browser names those that it resembles.
var knownMachines, knownBrowsers = [][2]string{
	{"Windows", "Windows电脑"}, {"Android", "安卓手机"}, {"iPhone", "苹果手机"}, {"iPad", "苹果平板"}, {"Mac OS", "苹果电脑"}, {"Linux", "Linux电脑"},
}, [][2]string{
	{"MicroMessenger", "微信"}, {"Edg/", "Edge浏览器"}, {"QQBrowser", "QQ浏览器"}, {"Firefox", "火狐浏览器"}, {"Chrome", "谷歌浏览器"}, {"Safari", "Safari浏览器"},
}

// machineOf is what a person calls the machine and the browser; the browser's own words are not kept.
func machineOf(agent string) string {
	called := func(list [][2]string) string {
		for _, k := range list {
			if strings.Contains(agent, k[0]) {
				return k[1]
			}
		}
		return ""
	}
	return strings.Trim(called(knownMachines)+"，"+called(knownBrowsers), "，")
}

// deviceCookie is the cookie by which a device is known to one log-in name: several people may share a computer.
func deviceCookie(name string) string {
	sum := sha256.Sum256([]byte(strings.ToLower(strings.TrimSpace(name))))
	return "bangfu_device_" + hex.EncodeToString(sum[:8])
}

type passwordOutput struct {
	Device http.Cookie `header:"Set-Cookie" doc:"记住这台设备:别处有人乱试这个登录名,也锁不住这里;它什么权限也没有"`
	Body   struct {
		Token              string                 `json:"token" doc:"放在Authorization: Bearer里"`
		ExpiresAt          time.Time              `json:"expires_at"`
		Name               string                 `json:"name" doc:"姓名"`
		Posts              []model.RoleAssignment `json:"posts" doc:"岗位和管的单位"`
		MustChangePassword bool                   `json:"must_change_password" doc:"要先用 POST /staff/v1/password 换掉第一次的密码,别的事才能办"`
		MustEnrol          bool                   `json:"must_enrol_totp" doc:"岗位要用验证码登录,还没开:先取密钥,和换密码一起或者单独确认,别的事才能办"`
	}
}

func (a *api) logIn(ctx context.Context, in *passwordInput) (*passwordOutput, error) {
	done, err := a.Account.LogInStaff(ctx, account.LogIn{
		Name: in.Body.Name, Password: in.Body.Password, Code: in.Body.Code, Address: in.address, Device: in.device, Machine: in.machine,
	})
	if err != nil {
		return nil, err
	}
	out := &passwordOutput{Device: http.Cookie{
		Name: deviceCookie(in.Body.Name), Value: done.Device, Path: "/staff/v1/login", MaxAge: int(account.DeviceLife / time.Second),
		HttpOnly: true, SameSite: http.SameSiteStrictMode, Secure: strings.HasPrefix(a.BaseURL, "https://"),
	}}
	out.Body.Token, out.Body.ExpiresAt = done.Token.Value, done.Token.ExpiresAt
	out.Body.Name, out.Body.Posts = done.Staff.Name, posts(done.Staff)
	out.Body.MustChangePassword, out.Body.MustEnrol = done.Staff.MustChangePassword, a.Account.MustEnrol(done.Staff)
	return out, nil
}

// posts are never null, so that a program need not ask.
func posts(s model.Staff) []model.RoleAssignment {
	return append([]model.RoleAssignment{}, s.Assignments...)
}

type logOutInput struct {
	Authorization string `header:"Authorization"`
}

func (a *api) logOut(ctx context.Context, own access.Own, in *logOutInput) (*struct{}, error) {
	return nil, a.Account.LogOut(ctx, scope.Token(in.Authorization))
}

type meOutput struct {
	Body struct {
		ID                 string                 `json:"id" doc:"登录名"`
		Name               string                 `json:"name" doc:"姓名"`
		Posts              []model.RoleAssignment `json:"posts" doc:"岗位和管的单位"`
		CadreID            string                 `json:"cadre_id" doc:"是帮扶干部时的干部编号"`
		MustChangePassword bool                   `json:"must_change_password"`
		MustEnrol          bool                   `json:"must_enrol_totp" doc:"岗位要用验证码登录,还没开"`
		TOTP               bool                   `json:"totp" doc:"开着验证码登录"`
		TOTPRequired       bool                   `json:"totp_required" doc:"岗位要用验证码登录,不能关掉"`
		Waiting            []model.RoleAssignment `json:"waiting_posts" doc:"等另一个人确认的岗位,现在还什么也打不开"`

		Permissions []model.Permission `json:"permissions" doc:"岗位合起来能办的事,见各接口的x-permission;能在哪些单位办,由岗位的单位定"`
		Today       model.Date         `json:"today" doc:"系统的今天,北京时间"`
	}
}

func (a *api) me(ctx context.Context, own access.Own, _ *struct{}) (*meOutput, error) {
	s, out := own.Staff(), &meOutput{}
	out.Body.ID, out.Body.Name, out.Body.Posts, out.Body.CadreID = s.ID, s.Name, posts(s), s.CadreID
	out.Body.MustChangePassword, out.Body.TOTP = s.MustChangePassword, len(s.TOTP) > 0
	out.Body.MustEnrol, out.Body.TOTPRequired, out.Body.Waiting = a.Account.MustEnrol(s), a.Account.NeedsCode(s), s.Wanted()[len(s.Assignments):]
	out.Body.Permissions, out.Body.Today = s.Permissions(), model.DateOf(a.Now())
	return out, nil
}

type newPasswordInput struct {
	Body struct {
		Old  string `json:"old" minLength:"1" maxLength:"200" doc:"现在的密码"`
		New  string `json:"new" minLength:"1" maxLength:"200" doc:"新密码:至少8个字符,不容易猜到,不用名字、登录名、单位的名字"`
		Code string `json:"code,omitempty" maxLength:"10" doc:"must_enrol_totp时:新加到验证器里的密钥现在的6位数字"`
	}
}

func (a *api) changePassword(ctx context.Context, own access.Own, in *newPasswordInput) (*struct{}, error) {
	return nil, a.Account.ChangePassword(ctx, insider(ctx), account.NewPassword{Old: in.Body.Old, Fresh: in.Body.New, Code: in.Body.Code})
}

// insider is who calls, and in which session.
func insider(ctx context.Context) account.Insider {
	return account.Insider{ID: staffOf(ctx).ID, SessionID: sessionOf(ctx).ID}
}

type totpOutput struct {
	Body struct {
		Secret string `json:"secret" doc:"手工输入验证器的密钥;只显示这一次"`
		URL    string `json:"url" doc:"做成二维码给验证器扫:otpauth://…"`
	}
}

func (a *api) startTOTP(ctx context.Context, own access.Own, _ *struct{}) (*totpOutput, error) {
	fresh, err := a.Account.StartTOTP(ctx, own)
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
	return nil, a.Account.ConfirmTOTP(ctx, own, in.Body.Code)
}

type totpStopInput struct {
	Body struct {
		Password string `json:"password" minLength:"1" maxLength:"200" doc:"密码"`
	}
}

func (a *api) stopTOTP(ctx context.Context, own access.Own, in *totpStopInput) (*struct{}, error) {
	return nil, a.Account.StopTOTP(ctx, insider(ctx), in.Body.Password)
}

// sessionView is one log-in of the caller.
type sessionView struct {
	ID        string    `json:"id"`
	CreatedAt time.Time `json:"created_at" doc:"登录的时间"`
	ExpiresAt time.Time `json:"expires_at"`
	Address   string    `json:"address,omitempty" doc:"从哪个网络地址登录的"`
	Machine   string    `json:"machine,omitempty" doc:"什么机器上的什么浏览器"`
	This      bool      `json:"this" doc:"就是现在用的这一次"`
}

type sessionsOutput struct {
	Body struct {
		Sessions []sessionView `json:"sessions"`
	}
}

func (a *api) sessions(ctx context.Context, own access.Own, _ *struct{}) (*sessionsOutput, error) {
	list, err := a.Account.StaffSessions(ctx, own)
	if err != nil {
		return nil, err
	}
	out := &sessionsOutput{}
	out.Body.Sessions = []sessionView{}
	for _, s := range list {
		out.Body.Sessions = append(out.Body.Sessions,
			sessionView{ID: s.ID, CreatedAt: s.CreatedAt, ExpiresAt: s.ExpiresAt, Address: s.Address, Machine: s.Machine, This: s.ID == sessionOf(ctx).ID})
	}
	return out, nil
}

type sessionInput struct {
	ID string `path:"id" maxLength:"64" doc:"GET /staff/v1/sessions 给的id"`
}

func (a *api) endSession(ctx context.Context, own access.Own, in *sessionInput) (*struct{}, error) {
	return nil, a.Account.EndSession(ctx, own, in.ID)
}
