package account

import (
	"context"
	"fmt"
	"regexp"
	"slices"

	"bangfu/repo"
	"bangfu/service/access"
	"bangfu/service/model"
)

var (
	errOwnPost      = model.NewError(model.KindForbidden, "own_administrator", "不能去掉自己的系统管理岗位,也不能停用自己,请另一位系统管理员来办")
	errOwnPassword  = model.NewError(model.KindForbidden, "own_password", "自己的密码请用原密码修改")
	errOtherUnit    = model.NewError(model.KindForbidden, "not_your_unit", "这个单位不在您管的范围里")
	errStaffName    = model.NewError(model.KindInvalid, "staff_name", "登录名要以小写字母开头,只用小写字母、数字和 . _ -,2到30个")
	errStaffExists  = model.NewError(model.KindConflict, "staff_exists", "这个登录名已经有人用了,请换一个")
	errNoAssignment = model.NewError(model.KindInvalid, "no_post", "请至少写一个岗位")
	errCadreID      = model.NewError(model.KindInvalid, "cadre_id", "帮扶干部的登录名要写干部编号,其他人不要写")
	errCadre        = model.NewError(model.KindInvalid, "cadre_unknown", "没有这个干部编号")
	errRoleUnknown  = model.NewError(model.KindInvalid, "duty_unknown", "没有这种岗位")
	errUnit         = model.NewError(model.KindInvalid, "unit_unknown", "没有这个单位")
)

// StaffFile is what an administrator wants of a log-in. Posts are all that the person is to have: those that do not hold
// already are proposed (see assign), those that are not among them end at once.
type StaffFile struct {
	Name        string
	Assignments []model.RoleAssignment
	CadreID     string
	Disabled    bool
}

var staffName = regexp.MustCompile(`^[a-z][a-z0-9._-]{1,29}$`)

// MakeStaff makes a log-in with a first password, which is returned once and must be changed.
func (s *Service) MakeStaff(ctx context.Context, l access.Lists, id string, f StaffFile) (model.Staff, string, error) {
	if !staffName.MatchString(id) {
		return model.Staff{}, "", errStaffName
	}
	if err := s.checkFile(ctx, l.Pass, f); err != nil {
		return model.Staff{}, "", err
	}
	password := newPassword()
	hash, err := HashPassword(password)
	if err != nil {
		return model.Staff{}, "", err
	}
	staff := model.Staff{
		ID: id, Record: model.NewRecord(s.now(), l.Actor()), Name: f.Name, Disabled: f.Disabled,
		PasswordHash: hash, MustChangePassword: true,
	}
	assign(&staff, f, l.Actor(), s.now())
	err = s.store.InsertStaff(ctx, staff)
	if model.IsKind(err, model.KindConflict) {
		err = errStaffExists
	}
	if err != nil {
		return model.Staff{}, "", err
	}
	return staff, password, s.audit(ctx, l.Actor(), model.AuditStaff, id, "新建登录名"+waiting(staff), "posts")
}

// ChangeStaff changes a log-in that the administrator saw in revision rev. A post that is taken away ends with the next
// request; a log-in that is disabled loses its sessions. KindConflict with the newer revision when
// somebody changed it meanwhile.
func (s *Service) ChangeStaff(ctx context.Context, of access.Record[model.Staff], rev int64, f StaffFile) (model.Staff, error) {
	// Two administrators who take each other's post at once would leave none: one after the other, and
	// whoever has lost the post by then is refused.
	defer s.locks.Hold(ctx, "staff:administrators", lockLife)()
	id := of.ID()
	by, err := s.stillManages(ctx, of.Staff().ID)
	if err != nil {
		return model.Staff{}, err
	}
	// Asked again, of what the posts are by now.
	if of, err = s.access.StaffMember(ctx, by, model.MayManageStaff, id); err != nil {
		return model.Staff{}, err
	}
	if err := s.checkFile(ctx, of.Pass, f); err != nil {
		return model.Staff{}, err
	}
	next, err := s.store.ChangeStaff(ctx, id, rev, s.edit(by.Actor(), "改登录名"), func(st *model.Staff) error {
		if id == by.ID && (f.Disabled || !keepsAdministration(st.Assignments, f.Assignments)) {
			return errOwnPost
		}
		if f.Disabled && !st.Disabled {
			st.Epoch++
		}
		st.Name, st.Disabled = f.Name, f.Disabled
		assign(st, f, by.Actor(), s.now())
		return nil
	})
	if err != nil {
		return model.Staff{}, err
	}
	if next.Disabled {
		if err := s.store.DeleteStaffSessions(ctx, id, ""); err != nil {
			return model.Staff{}, err
		}
	}
	return next, s.audit(ctx, by.Actor(), model.AuditStaff, id, "改登录名"+waiting(next), next.Change.Names()...)
}

// keepsAdministration reports whether every administrator's post is still among the next ones.
func keepsAdministration(posts, next []model.RoleAssignment) bool {
	return !slices.ContainsFunc(posts, func(p model.RoleAssignment) bool {
		return p.Role == model.RoleAdministrator && !slices.Contains(next, p)
	})
}

func (s *Service) stillManages(ctx context.Context, id string) (model.Staff, error) {
	by, err := s.store.Staff(ctx, id)
	if err == nil && (by.Disabled || !by.May(model.MayManageStaff)) {
		err = ErrSession
	}
	return by, err
}

// ResetPassword gives somebody who lost theirs a first password again, and frees a locked log-in. With
// withoutTOTP the second factor is turned off, for who lost the telephone. All sessions end.
//
// The administrator then knows the password. Where no second factor is left beside it, that would be a way to give the
// posts of somebody else to oneself: they have to be confirmed again by a second person.
func (s *Service) ResetPassword(ctx context.Context, of access.Record[model.Staff], withoutTOTP bool) (string, error) {
	id := of.ID()
	if id == of.Staff().ID {
		return "", errOwnPassword
	}
	password := newPassword()
	hash, err := HashPassword(password)
	if err != nil {
		return "", err
	}
	fields := []string{"password"}
	next, err := s.store.ChangeStaff(ctx, id, 0, s.edit(of.Actor(), "重置密码"), func(st *model.Staff) error {
		reset(st, hash)
		if withoutTOTP {
			st.TOTP, st.TOTPPending = nil, nil
		}
		if len(st.TOTP) == 0 {
			suspend(st, of.Actor(), s.now())
		}
		return nil
	})
	if err != nil {
		return "", err
	}
	if withoutTOTP {
		fields = append(fields, "totp")
	}
	if err := s.store.DeleteStaffSessions(ctx, id, ""); err != nil {
		return "", err
	}
	return password, s.audit(ctx, of.Actor(), model.AuditStaff, id, "重置密码"+waiting(next), fields...)
}

// reset puts a first password in place. The epoch ends the sessions, and leaves the counts of wrong tries behind; the
// devices may be in the hands of somebody else.
func reset(st *model.Staff, hash string) {
	st.PasswordHash, st.MustChangePassword, st.Devices = hash, true, nil
	st.Epoch++
}

// EndStaffSessions ends every session of a log-in.
func (s *Service) EndStaffSessions(ctx context.Context, of access.Record[model.Staff]) error {
	id := of.ID()
	_, err := s.store.ChangeStaff(ctx, id, 0, s.edit(of.Actor(), "退出所有登录"), func(st *model.Staff) error {
		st.Epoch++
		return nil
	})
	if err != nil {
		return err
	}
	if err := s.store.DeleteStaffSessions(ctx, id, ""); err != nil {
		return err
	}
	return s.audit(ctx, of.Actor(), model.AuditStaff, id, "让这个登录名的所有登录都退出", "sessions")
}

// ListStaff are the log-ins after a name that the administrator looks after, and the name to go on after;
// empty at the end.
func (s *Service) ListStaff(ctx context.Context, l access.Lists, after string, limit int64) (list []model.Staff, next string, err error) {
	page, err := s.store.StaffAfter(ctx, after, limit)
	if err != nil {
		return nil, "", err
	}
	list = []model.Staff{}
	for _, st := range page {
		in, err := s.access.LooksAfter(ctx, l.Pass, st)
		if err != nil {
			return nil, "", err
		}
		if in {
			list = append(list, st)
		}
	}
	if int64(len(page)) == limit {
		next = page[len(page)-1].ID
	}
	return list, next, nil
}

// pathOf is a unit's ancestors and itself; empty for the whole farm, and for a unit that is gone.
func (s *Service) pathOf(ctx context.Context, unitID string) ([]string, error) {
	if unitID == "" {
		return nil, nil
	}
	unit, err := s.store.Unit(ctx, unitID)
	if model.IsKind(err, model.KindNotFound) {
		return nil, nil
	}
	return unit.UnitPath(), err
}

func (s *Service) checkFile(ctx context.Context, by access.Pass, f StaffFile) error {
	if len(f.Assignments) == 0 {
		return errNoAssignment
	}
	cadre := false
	for _, p := range f.Assignments {
		cadre = cadre || p.Role == model.RoleCadre
		if !slices.Contains(model.Roles, p.Role) {
			return errRoleUnknown
		}
		if p.UnitID != "" {
			if _, err := s.store.Unit(ctx, p.UnitID); err != nil {
				return insteadOfMissing(err, errUnit)
			}
		}
	}
	if cadre != (f.CadreID != "") {
		return errCadreID
	}
	if cadre {
		if err := s.checkCadre(ctx, by, f.CadreID); err != nil {
			return err
		}
	}
	in, err := s.access.InAssignments(ctx, by, f.Assignments)
	if err == nil && !in {
		err = errOtherUnit
	}
	return err
}

// checkCadre answers for a cadre of another's unit as for one that does not exist: whoever logs in as a cadre reads what
// that cadre's households are.
func (s *Service) checkCadre(ctx context.Context, by access.Pass, id string) error {
	cadre, err := s.store.Cadre(ctx, id)
	if err != nil {
		return insteadOfMissing(err, errCadre)
	}
	path, err := s.pathOf(ctx, cadre.UnitID)
	if err == nil && !by.Covers(path) {
		err = errCadre
	}
	return err
}

func insteadOfMissing(err, better error) error {
	if model.IsKind(err, model.KindNotFound) {
		return better
	}
	return err
}

// AppointAdministrator makes the log-in of the first administrator, or gives one that has lost its way a
// first password and the post again. It is for whoever runs the server.
func AppointAdministrator(ctx context.Context, store *repo.Store, now model.Clock, id string) (password string, err error) {
	if !staffName.MatchString(id) {
		return "", errStaffName
	}
	password = newPassword()
	hash, err := HashPassword(password)
	if err != nil {
		return "", err
	}
	post := model.RoleAssignment{Role: model.RoleAdministrator}
	err = store.InsertStaff(ctx, model.Staff{
		ID: id, Record: model.NewRecord(now(), "command"), Name: "系统管理员", Assignments: []model.RoleAssignment{post},
		PasswordHash: hash, MustChangePassword: true,
	})
	if model.IsKind(err, model.KindConflict) {
		edit := model.ChangeInfo{Actor: "command", Why: "重新任命系统管理员", At: now()}
		_, err = store.ChangeStaff(ctx, id, 0, edit, func(st *model.Staff) error {
			reset(st, hash)
			st.Disabled, st.TOTP, st.TOTPPending = false, nil, nil
			if !slices.Contains(st.Assignments, post) {
				st.Assignments = append(st.Assignments, post)
			}
			return nil
		})
	}
	if err != nil {
		return "", fmt.Errorf("administrator %s: %w", id, err)
	}
	return password, store.AppendAudit(ctx, model.AuditEntry{
		At: now(), Actor: "command", Action: model.AuditStaff, Record: "staff/" + id, Reason: "在服务器上任命系统管理员", Fields: []string{"posts", "password", "totp"},
	})
}

// StaffNames are the names of everybody who has or had a log-in, by it.
func (s *Service) StaffNames(ctx context.Context, _ access.Shared) (map[string]string, error) {
	list, err := s.store.StaffList(ctx)
	names := make(map[string]string, len(list))
	for _, m := range list {
		names[m.ID] = m.Name
	}
	return names, err
}
