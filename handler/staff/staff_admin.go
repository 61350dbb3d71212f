package staff

import (
	"context"
	"time"

	"bangfu/service/access"
	"bangfu/service/account"
	"bangfu/service/model"
)

// staffView is a log-in as an administrator sees it.
type staffView struct {
	ID                 string                 `json:"id" doc:"登录名"`
	Rev                int64                  `json:"rev" doc:"修改时带上,别人改过就会回答409"`
	Name               string                 `json:"name" doc:"姓名"`
	Posts              []model.RoleAssignment `json:"posts" doc:"岗位和管的单位,现在有效的"`
	Proposed           []proposal             `json:"proposed" doc:"提出了、等另一个人确认的岗位,和没同意的"`
	CadreID            string                 `json:"cadre_id"`
	Disabled           bool                   `json:"disabled" doc:"停用"`
	MustChangePassword bool                   `json:"must_change_password" doc:"还没换掉第一次的密码"`
	TOTP               bool                   `json:"totp" doc:"开着验证码登录"`
	LockedTill         *time.Time             `json:"locked_till,omitempty" doc:"有人从不认识的设备上乱试,那些设备锁到这个时候;本人登录过的设备不受影响"`
}

// proposal is a post that does not hold.
type proposal struct {
	model.RoleAssignment
	CadreID string    `json:"cadre_id,omitempty" doc:"帮扶干部的岗位:干部编号"`
	By      string    `json:"by" doc:"谁提出的"`
	At      time.Time `json:"at"`
	Refused string    `json:"refused,omitempty" doc:"没同意的原因"`
}

func viewProposal(p model.Proposal) proposal {
	return proposal{RoleAssignment: p.RoleAssignment, CadreID: p.CadreID, By: p.By, At: p.At, Refused: p.RefusedWhy}
}

func viewStaff(s model.Staff) staffView {
	v := staffView{
		ID: s.ID, Rev: s.Rev, Name: s.Name, Posts: posts(s), CadreID: s.CadreID, Disabled: s.Disabled,
		MustChangePassword: s.MustChangePassword, TOTP: len(s.TOTP) > 0, Proposed: []proposal{},
	}
	for _, p := range s.Proposed {
		v.Proposed = append(v.Proposed, viewProposal(p))
	}
	return v
}

// File is what an administrator writes.
type File struct {
	Name     string                 `json:"name" minLength:"1" maxLength:"50" doc:"姓名"`
	Posts    []model.RoleAssignment `json:"posts" minItems:"1" maxItems:"20" doc:"要有的全部岗位;unit_id空着是整个农场。新的要另一个人确认才有效,没写的马上去掉"`
	CadreID  string                 `json:"cadre_id,omitempty" maxLength:"40" doc:"帮扶干部的干部编号,如C-001"`
	Disabled bool                   `json:"disabled,omitempty" doc:"停用:马上退出所有登录"`
}

func (f File) file() account.StaffFile {
	return account.StaffFile{Name: f.Name, Assignments: f.Posts, CadreID: f.CadreID, Disabled: f.Disabled}
}

type staffListInput struct {
	After string `query:"after" maxLength:"50" doc:"上一页给的next"`
	Limit int64  `query:"limit" minimum:"1" maximum:"200" default:"100"`
}

type staffListOutput struct {
	Body struct {
		Staff []staffView `json:"staff"`
		Next  string      `json:"next" doc:"还有时,下一页用它作after"`
	}
}

func (a *api) listStaff(ctx context.Context, cut access.Lists, in *staffListInput) (*staffListOutput, error) {
	list, next, err := a.Account.ListStaff(ctx, cut, in.After, in.Limit)
	if err != nil {
		return nil, err
	}
	out := &staffListOutput{}
	out.Body.Staff, out.Body.Next = []staffView{}, next
	for _, s := range list {
		v := viewStaff(s)
		till, err := a.Account.LockedTill(ctx, s)
		if err != nil {
			return nil, err
		}
		if !till.IsZero() {
			v.LockedTill = &till
		}
		out.Body.Staff = append(out.Body.Staff, v)
	}
	return out, nil
}

type makeStaffInput struct {
	Body struct {
		ID string `json:"id" minLength:"2" maxLength:"30" doc:"登录名:小写字母开头,小写字母、数字和 . _ -"`
		File
	}
}

type firstPasswordOutput struct {
	Body struct {
		Password string     `json:"password" doc:"第一次的密码,只显示这一次;登录后要先换掉"`
		Staff    *staffView `json:"staff,omitempty"`
	}
}

func (a *api) makeStaff(ctx context.Context, cut access.Lists, in *makeStaffInput) (*firstPasswordOutput, error) {
	made, password, err := a.Account.MakeStaff(ctx, cut, in.Body.ID, in.Body.file())
	if err != nil {
		return nil, err
	}
	out, view := &firstPasswordOutput{}, viewStaff(made)
	out.Body.Password, out.Body.Staff = password, &view
	return out, nil
}

type changeStaffInput struct {
	ID   string `path:"id" maxLength:"50" doc:"登录名"`
	Body struct {
		Rev int64 `json:"rev" minimum:"1" doc:"看到的那一版"`
		File
	}
}

type staffOutput struct{ Body staffView }

func (a *api) changeStaff(ctx context.Context, of access.Record[model.Staff], in *changeStaffInput) (*staffOutput, error) {
	next, err := a.Account.ChangeStaff(ctx, of, in.Body.Rev, in.Body.file())
	if err != nil {
		return nil, err
	}
	return &staffOutput{Body: viewStaff(next)}, nil
}

type resetPasswordInput struct {
	ID   string `path:"id" maxLength:"50" doc:"登录名"`
	Body struct {
		WithoutTOTP bool `json:"without_totp,omitempty" doc:"手机丢了:同时关掉验证码登录。没有验证码的登录名重置后,岗位要另一个人再确认"`
	}
}

func (a *api) resetPassword(ctx context.Context, of access.Record[model.Staff], in *resetPasswordInput) (*firstPasswordOutput, error) {
	password, err := a.Account.ResetPassword(ctx, of, in.Body.WithoutTOTP)
	if err != nil {
		return nil, err
	}
	out := &firstPasswordOutput{}
	out.Body.Password = password
	return out, nil
}

type staffIDInput struct {
	ID string `path:"id" maxLength:"50" doc:"登录名"`
}

func (a *api) endStaffSessions(ctx context.Context, of access.Record[model.Staff], in *staffIDInput) (*struct{}, error) {
	return nil, a.Account.EndStaffSessions(ctx, of)
}

// RoleView is a role with what it may do.
type RoleView struct {
	Role        model.Role         `json:"duty"`
	Label       string             `json:"label"`
	Permissions []model.Permission `json:"permissions"`
	Groups      []model.FieldGroup `json:"groups" doc:"能看哪些隐去的内容"`
}

type dutiesOutput struct {
	Body struct {
		Duties []RoleView `json:"duties"`
	}
}

func (a *api) roles(_ context.Context, _ access.Shared, _ *struct{}) (*dutiesOutput, error) {
	out := &dutiesOutput{}
	for _, d := range model.Roles {
		s := model.Staff{Assignments: []model.RoleAssignment{{Role: d}}}
		out.Body.Duties = append(out.Body.Duties, RoleView{Role: d, Label: d.Label(), Permissions: s.Permissions(), Groups: d.Groups()})
	}
	return out, nil
}
