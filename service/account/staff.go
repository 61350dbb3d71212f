package account

import (
	"context"
	"fmt"
	"strings"
	"time"

	"bangfu/service/model"
)

var (
	errPassword   = model.NewError(model.KindUnauthenticated, "wrong_password", "登录名或密码不对")
	errTOTPNeeded = model.NewError(model.KindUnauthenticated, "totp_needed", "请再输入验证器上的6位验证码")
	errTOTPWrong  = model.NewError(model.KindUnauthenticated, "totp_wrong", "验证码不对或已用过,请等验证器上出现下一个再试")
	errDisabled   = model.NewError(model.KindForbidden, "disabled", "这个登录名已停用,请找系统管理员")
)

// errLocked is KindTooMany and says for how long.
func errLocked(left time.Duration) error {
	return model.NewError(model.KindTooMany, "locked",
		fmt.Sprintf("密码错了%d次,这个登录名先锁住了,请过%d分钟再试;忘了密码请找系统管理员", model.StaffTries, minutes(left)))
}

// minutes rounds up, so that whoever waits as long does not come too early.
func minutes(d time.Duration) int { return max(1, int((d+time.Minute-1)/time.Minute)) }

// How many log-ins one address may try. A whole office may sit behind one address, so this only slows
// down who tries many names; the tries at one name are counted with the name.
const (
	addressTries = 60
	addressTime  = 15 * time.Minute
)

// LogIn is what somebody types to log in, and from where.
type LogIn struct {
	Name, Password string
	Code           string // of the authenticator app; empty without one
	Address        string // IP address of the client
}

// LogInStaff checks a password, and a code where the log-in has a second factor, and opens a session.
// After StaffTries wrong ones the name is locked, and the right one is refused, too. A name that nobody
// has gets the same answers in the same time. Errors: wrong_password, locked, totp_needed, totp_wrong,
// disabled, too_many_tries.
func (s *Service) LogInStaff(ctx context.Context, in LogIn) (Token, model.Staff, error) {
	if wait := s.limits.Allow(ctx, "login:"+in.Address, addressTries, addressTime); wait > 0 {
		return Token{}, model.Staff{}, model.NewError(model.KindTooMany, "too_many_tries",
			fmt.Sprintf("这个网络上试登录的次数太多了,请过%d分钟再试", minutes(wait)))
	}
	staff, err := s.prove(ctx, in)
	if err != nil {
		return Token{}, model.Staff{}, err
	}
	if err := s.store.ForgetTries(ctx, staff.ID); err != nil {
		return Token{}, model.Staff{}, err
	}
	// Nobody comes in without a line in the audit log.
	if err := s.audit(ctx, staff.Actor(), model.AuditLogin, staff.ID, ""); err != nil {
		return Token{}, model.Staff{}, err
	}
	token, err := s.openSession(ctx, newToken(), model.Session{StaffID: staff.ID, Epoch: staff.Epoch}, staffSessionLife)
	return token, staff, err
}

// prove finds who it is that logs in.
func (s *Service) prove(ctx context.Context, in LogIn) (model.Staff, error) {
	name := strings.ToLower(strings.TrimSpace(in.Name))
	staff, err := s.store.Staff(ctx, name)
	if model.IsKind(err, model.KindNotFound) {
		return staff, s.refuseUnknown(ctx, name, in.Password)
	}
	if err != nil {
		return staff, err
	}
	if staff, err = s.tryPassword(ctx, name, in.Password); err != nil {
		return staff, err
	}
	if staff.Disabled {
		if err := s.audit(ctx, staff.Actor(), model.AuditLoginWrong, staff.ID, "登录名已停用"); err != nil {
			return staff, err
		}
		return staff, errDisabled
	}
	if len(staff.TOTP) == 0 {
		return staff, nil
	}
	return staff, s.tryCode(ctx, staff, strings.TrimSpace(in.Code))
}

// tryPassword takes a try at the log-in, which must exist, and compares.
func (s *Service) tryPassword(ctx context.Context, id, password string) (model.Staff, error) {
	staff, err := s.store.TakeTry(ctx, id, s.now())
	if model.IsKind(err, model.KindTooMany) {
		return staff, s.lockedOut(ctx, id)
	}
	if err != nil {
		return staff, err
	}
	match, err := samePassword(ctx, password, staff.PasswordHash)
	if err != nil {
		return staff, err
	}
	if !match {
		return staff, s.wrongTry(ctx, staff, "密码不对", errPassword)
	}
	return staff, nil
}

// tryCode checks the second factor of somebody whose password is right.
func (s *Service) tryCode(ctx context.Context, staff model.Staff, code string) error {
	if code == "" {
		// Asking for the code is no wrong try; but neither does it forget the wrong ones.
		if err := s.store.ReturnTry(ctx, staff.ID); err != nil {
			return err
		}
		return errTOTPNeeded
	}
	secret, err := s.store.Sealer().Open(staff.TOTP, "totp", staff.ID)
	if err != nil {
		return err
	}
	step, ok := totpMatch(secret, code, s.now())
	if ok {
		err = s.store.UseTOTP(ctx, staff.ID, step)
		if !model.IsKind(err, model.KindConflict) {
			return err
		}
	}
	return s.wrongTry(ctx, staff, "验证码不对", errTOTPWrong)
}

// wrongTry records a wrong try, locks the log-in if it was the last, and returns the answer.
func (s *Service) wrongTry(ctx context.Context, staff model.Staff, why string, answer error) error {
	if err := s.audit(ctx, staff.Actor(), model.AuditLoginWrong, staff.ID, why); err != nil {
		return err
	}
	if staff.Failures < model.StaffTries {
		return answer
	}
	return s.lockedOut(ctx, staff.ID)
}

// lockedOut locks a log-in that has no try left, unless it is locked already, and says for how long.
func (s *Service) lockedOut(ctx context.Context, id string) error {
	now := s.now()
	if err := s.store.LockStaff(ctx, id, now); err != nil {
		return err
	}
	staff, err := s.store.Staff(ctx, id)
	if err != nil {
		return err
	}
	return errLocked(staff.LockedTill.Sub(now))
}

// refuseUnknown answers for a name that nobody has as tryPassword does for one that somebody has. The
// name is counted by its keyed hash, and never written down: it may be a password in the wrong place.
func (s *Service) refuseUnknown(ctx context.Context, name, password string) error {
	counted, err := s.store.Sealer().Hash(name, "log_in_name")
	if err != nil {
		return err
	}
	if left := s.limits.Locked(ctx, counted); left > 0 {
		return errLocked(left)
	}
	if _, err := samePassword(ctx, password, nobodysHash); err != nil {
		return err
	}
	if err := s.audit(ctx, "staff:?", model.AuditLoginWrong, "", "没有这个登录名"); err != nil {
		return err
	}
	if locked := s.limits.Strike(ctx, counted, model.StaffTries, model.StaffLock); locked > 0 {
		return errLocked(locked)
	}
	return errPassword
}

// audit adds a line about a log-in to the audit log.
func (s *Service) audit(ctx context.Context, actor, action, staffID, reason string, fields ...string) error {
	e := model.AuditEntry{At: s.now(), Actor: actor, Action: action, Reason: reason, Fields: fields}
	if staffID != "" {
		e.Record = "staff/" + staffID
	}
	return s.store.AppendAudit(ctx, e)
}

// StaffBySession is the member of staff who logged in with the token, and the log-in; ErrSession otherwise.
func (s *Service) StaffBySession(ctx context.Context, token string) (model.Staff, model.Session, error) {
	session, err := s.session(ctx, token)
	if err != nil {
		return model.Staff{}, session, err
	}
	staff, err := s.store.Staff(ctx, session.StaffID)
	if model.IsKind(err, model.KindNotFound) || err == nil && !staff.Holds(session, s.now()) {
		return model.Staff{}, session, ErrSession
	}
	return staff, session, err
}
