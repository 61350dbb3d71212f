package account

import (
	"context"

	"bangfu/service/access"
	"bangfu/service/model"
)

var (
	errOldPassword  = model.NewError(model.KindInvalid, "wrong_old_password", "原来的密码不对")
	errSamePassword = model.NewError(model.KindInvalid, "password_same", "新密码和原来的一样,请换一个")
	errTOTPOn       = model.NewError(model.KindConflict, "totp_on", "已经开着验证码登录,要换验证器请先关掉")
	errTOTPOff      = model.NewError(model.KindConflict, "totp_off", "没有开验证码登录")
	errTOTPRequired = model.NewError(model.KindForbidden, "totp_required", "您的岗位要用验证码登录,不能关掉;换了手机请找系统管理员")
	errTOTPPending  = model.NewError(model.KindConflict, "totp_not_started", "请先取一个新的密钥,加到验证器里")
	errTOTPCode     = model.NewError(model.KindInvalid, "totp_wrong", "验证码不对,请看验证器上最新的6位数字再试")
	errNoSession    = model.NewError(model.KindNotFound, "session_gone", "没有这次登录,可能已经退出了")
	errMeanwhile    = model.NewError(model.KindConflict, "changed_meanwhile", "刚才有人改过这个登录名,请再试一次")
)

// Insider is somebody who is logged in: the log-in, and the session that they are in.
type Insider struct{ ID, SessionID string }

// provePassword asks for the password again, of somebody who is logged in. Wrong ones are counted with the session, so
// that one that was left open is no way to find the password, and nobody else is locked out by it.
func (s *Service) provePassword(ctx context.Context, staff model.Staff, sessionID, password string) error {
	own, err := s.tally(staff, "session:"+sessionID, model.StaffTries)
	if err != nil {
		return err
	}
	err = s.tryPassword(ctx, staff, door{known: true, password: []tally{own}}, password)
	if model.IsKind(err, model.KindUnauthenticated) {
		err = errOldPassword // the session itself is good
	}
	return err
}

// NewPassword is what somebody gives to have a password of their own. Code is of the secret that StartTOTP gave, for a
// log-in that has to enrol a second factor: password and factor are then one step.
type NewPassword struct{ Old, Fresh, Code string }

// ChangePassword gives the member of staff a password of their own and ends all their other sessions.
// Errors: wrong_old_password, locked, password_…, totp_….
func (s *Service) ChangePassword(ctx context.Context, who Insider, in NewPassword) error {
	staff, err := s.store.Staff(ctx, who.ID)
	if err != nil {
		return err
	}
	if in.Old == in.Fresh {
		return errSamePassword
	}
	if err := s.checkPassword(ctx, staff, in.Fresh); err != nil {
		return err
	}
	if err := s.provePassword(ctx, staff, who.SessionID, in.Old); err != nil {
		return err
	}
	hash, err := HashPassword(in.Fresh)
	if err != nil {
		return err
	}
	fields := []string{"password"}
	if s.MustEnrol(staff) {
		fields = append(fields, "totp")
	}
	next, err := s.store.ChangeStaff(ctx, who.ID, 0, s.edit(staff.Actor(), "改密码"), func(st *model.Staff) error {
		if st.PasswordHash != staff.PasswordHash {
			return errMeanwhile
		}
		if s.MustEnrol(*st) {
			if err := s.enrol(st, in.Code); err != nil {
				return err
			}
		}
		st.PasswordHash, st.MustChangePassword = hash, false
		st.Epoch++
		return nil
	})
	if err != nil {
		return err
	}
	// A crash here ends this session, too: the person logs in with the new password.
	if err := s.store.CarrySession(ctx, who.SessionID, next.Epoch); err != nil && !model.IsKind(err, model.KindNotFound) {
		return err
	}
	if err := s.store.DeleteStaffSessions(ctx, who.ID, who.SessionID); err != nil {
		return err
	}
	return s.audit(ctx, staff.Actor(), model.AuditStaff, who.ID, "改了自己的密码", fields...)
}

func (s *Service) edit(actor, why string) model.ChangeInfo {
	return model.ChangeInfo{Actor: actor, Why: why, At: s.now()}
}

// NewTOTP is a secret for an authenticator app; it counts once a code of it has come back.
type NewTOTP struct{ Secret, URL string }

// StartTOTP makes a secret for a second factor. Starting again replaces one that was not confirmed.
func (s *Service) StartTOTP(ctx context.Context, own access.Own) (NewTOTP, error) {
	id := own.Staff().ID
	secret := newTOTPSecret()
	sealed, err := s.store.Sealer().Seal(secret, "totp_pending", id)
	if err != nil {
		return NewTOTP{}, err
	}
	_, err = s.store.ChangeStaff(ctx, id, 0, s.edit("staff:"+id, "取验证器密钥"), func(st *model.Staff) error {
		if len(st.TOTP) > 0 {
			return errTOTPOn
		}
		st.TOTPPending = sealed
		return nil
	})
	return NewTOTP{Secret: secret, URL: totpURL(secret, id)}, err
}

// ConfirmTOTP turns the second factor on with a code of the new secret.
func (s *Service) ConfirmTOTP(ctx context.Context, own access.Own, code string) error {
	id := own.Staff().ID
	_, err := s.store.ChangeStaff(ctx, id, 0, s.edit("staff:"+id, "开验证码登录"), func(st *model.Staff) error {
		return s.enrol(st, code)
	})
	if err != nil {
		return err
	}
	return s.audit(ctx, "staff:"+id, model.AuditStaff, id, "开了验证码登录", "totp")
}

// enrol puts the secret that waits in place, if the code is of it.
func (s *Service) enrol(st *model.Staff, code string) error {
	switch {
	case len(st.TOTP) > 0:
		return errTOTPOn
	case len(st.TOTPPending) == 0:
		return errTOTPPending
	}
	secret, err := s.store.Sealer().Open(st.TOTPPending, "totp_pending", st.ID)
	if err != nil {
		return err
	}
	step, ok := totpMatch(secret, code, s.now())
	if !ok {
		return errTOTPCode
	}
	st.TOTP, err = s.store.Sealer().Seal(secret, "totp", st.ID)
	st.TOTPPending, st.TOTPUsed = nil, step
	return err
}

// StopTOTP turns the second factor off; the password says that it is really them. Whose posts need it cannot: for a new
// telephone an administrator takes the old one away, and the person enrols again.
func (s *Service) StopTOTP(ctx context.Context, who Insider, password string) error {
	staff, err := s.store.Staff(ctx, who.ID)
	if err != nil {
		return err
	}
	if err := s.provePassword(ctx, staff, who.SessionID, password); err != nil {
		return err
	}
	if len(staff.TOTP) == 0 {
		return errTOTPOff
	}
	if s.NeedsCode(staff) {
		return errTOTPRequired
	}
	_, err = s.store.ChangeStaff(ctx, who.ID, 0, s.edit(staff.Actor(), "关验证码登录"), func(st *model.Staff) error {
		st.TOTP, st.TOTPPending = nil, nil
		return nil
	})
	if err != nil {
		return err
	}
	return s.audit(ctx, staff.Actor(), model.AuditStaff, who.ID, "关了验证码登录", "totp")
}

// StaffSessions are the sessions of a member of staff that hold now, oldest first.
func (s *Service) StaffSessions(ctx context.Context, own access.Own) ([]model.Session, error) {
	staff := own.Staff()
	all, err := s.store.StaffSessions(ctx, staff.ID)
	held := []model.Session{}
	for _, session := range all {
		if staff.Holds(session, s.now()) && !s.idle(session) {
			held = append(held, session)
		}
	}
	return held, err
}

// EndSession ends one session of the member of staff; KindNotFound when it is not theirs.
func (s *Service) EndSession(ctx context.Context, own access.Own, id string) error {
	staff := own.Staff()
	session, err := s.store.Session(ctx, id)
	if model.IsKind(err, model.KindNotFound) || err == nil && session.StaffID != staff.ID {
		return errNoSession
	}
	if err != nil {
		return err
	}
	if err := s.store.DeleteSession(ctx, id); err != nil {
		return err
	}
	return s.audit(ctx, staff.Actor(), model.AuditStaff, staff.ID, "退出了自己的另一次登录", "sessions")
}
