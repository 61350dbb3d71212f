package account

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"bangfu/service/model"
)

// Rules are what the operator decides about the log-ins of staff.
type Rules struct {
	Idle         time.Duration // how long a session may lie still; 0: as long as it lasts
	SecondFactor []model.Role  // that log in with a code, too
}

var (
	errPassword   = model.NewError(model.KindUnauthenticated, "wrong_password", "登录名或密码不对")
	errTOTPNeeded = model.NewError(model.KindUnauthenticated, "totp_needed", "请再输入验证器上的6位验证码")
	errTOTPWrong  = model.NewError(model.KindUnauthenticated, "totp_wrong", "验证码不对或已用过,请等验证器上出现下一个再试")
	errDisabled   = model.NewError(model.KindForbidden, "disabled", "这个登录名已停用,请找系统管理员")
)

// LogIn is what somebody types to log in, and from where.
type LogIn struct {
	Name, Password string
	Code           string // of the authenticator app; empty without one
	Address        string // IP address of the client
	Machine        string // the browser and the machine as its owner calls them
	Device         string // what an earlier log-in of this name left on the device; empty without one
}

// LoggedIn is a log-in that went well.
type LoggedIn struct {
	Token  Token
	Staff  model.Staff
	Device string // to be left on the device for the next log-in of this name
}

// LogInStaff checks a password, and a code where the log-in has a second factor, and opens a session. After StaffTries
// wrong ones the place that they came from is locked (see door), and the right one is refused there, too. A name that
// nobody has goes the same way and gets the same answers in the same time. Errors: wrong_password, locked, totp_needed,
// totp_wrong, disabled, too_many_tries.
func (s *Service) LogInStaff(ctx context.Context, in LogIn) (LoggedIn, error) {
	staff, err := s.staffOrNobody(ctx, strings.ToLower(strings.TrimSpace(in.Name)))
	if err != nil {
		return LoggedIn{}, err
	}
	d, err := s.doorOf(staff, in)
	if err != nil {
		return LoggedIn{}, err
	}
	if err := s.slowDown(ctx, d, in.Address); err != nil {
		return LoggedIn{}, err
	}
	if err := s.prove(ctx, staff, d, in); err != nil {
		return LoggedIn{}, err
	}
	// Nobody comes in without a line in the audit log.
	if err := s.audit(ctx, staff.Actor(), model.AuditLogin, staff.ID, ""); err != nil {
		return LoggedIn{}, err
	}
	token, err := s.openSession(ctx, newToken(), model.Session{StaffID: staff.ID, Epoch: staff.Epoch, Address: in.Address, Machine: in.Machine}, staffSessionLife)
	if err != nil {
		return LoggedIn{}, err
	}
	device, err := s.remember(ctx, staff, d, in.Device)
	return LoggedIn{Token: token, Staff: staff, Device: device}, err
}

// nobody stands in for the log-in of a name that nobody has; no password is right for it.
func nobody(name string) model.Staff { return model.Staff{ID: name, PasswordHash: nobodysHash} }

func isNobody(staff model.Staff) bool { return staff.PasswordHash == nobodysHash }

func (s *Service) staffOrNobody(ctx context.Context, name string) (model.Staff, error) {
	staff, err := s.store.Staff(ctx, name)
	if model.IsKind(err, model.KindNotFound) {
		return nobody(name), nil
	}
	return staff, err
}

// prove finds out whether it is really them.
func (s *Service) prove(ctx context.Context, staff model.Staff, d door, in LogIn) error {
	if err := s.tryPassword(ctx, staff, d, in.Password); err != nil {
		return err
	}
	if staff.Disabled {
		if err := s.audit(ctx, staff.Actor(), model.AuditLoginWrong, staff.ID, "登录名已停用"); err != nil {
			return err
		}
		return errDisabled
	}
	if len(staff.TOTP) == 0 {
		return nil
	}
	return s.tryCode(ctx, staff, d.code, strings.TrimSpace(in.Code))
}

// tryPassword takes a try and compares; a right password forgets the wrong ones.
func (s *Service) tryPassword(ctx context.Context, staff model.Staff, d door, password string) error {
	last, err := s.takeTries(ctx, d.password)
	if err != nil {
		return err
	}
	lane := hashing.strangers
	if d.known {
		lane = hashing.known
	}
	match, err := samePassword(ctx, lane, password, staff.PasswordHash)
	if err != nil {
		return err
	}
	if !match {
		return s.wrongStaffTry(ctx, staff, last, wrongPassword(staff), errPassword)
	}
	return s.forgetTries(ctx, d.password)
}

func wrongPassword(staff model.Staff) string {
	if isNobody(staff) {
		return "没有这个登录名"
	}
	return "密码不对"
}

// tryCode checks the second factor of somebody whose password is right. Only they can use up its tries.
func (s *Service) tryCode(ctx context.Context, staff model.Staff, at []tally, code string) error {
	if code == "" {
		return errTOTPNeeded
	}
	last, err := s.takeTries(ctx, at)
	if err != nil {
		return err
	}
	secret, err := s.store.Sealer().Open(staff.TOTP, "totp", staff.ID)
	if err != nil {
		return err
	}
	step, ok := totpMatch(secret, code, s.now())
	if ok {
		err = s.store.UseTOTP(ctx, staff.ID, step)
		ok = err == nil
		if err != nil && !model.IsKind(err, model.KindConflict) {
			return err
		}
	}
	if !ok {
		return s.wrongStaffTry(ctx, staff, last, "验证码不对", errTOTPWrong)
	}
	return s.forgetTries(ctx, at)
}

// wrongStaffTry records a wrong try, locks the places where it was the last, and returns the answer.
func (s *Service) wrongStaffTry(ctx context.Context, staff model.Staff, last []tally, why string, answer error) error {
	actor, id := staff.Actor(), staff.ID
	if isNobody(staff) {
		actor, id = "staff:?", "" // the name is never written down: it may be a password in the wrong place
	}
	if err := s.audit(ctx, actor, model.AuditLoginWrong, id, why); err != nil {
		return err
	}
	for _, t := range last {
		answer = s.lockedOut(ctx, t)
	}
	return answer
}

// audit adds a line about a log-in to the audit log.
func (s *Service) audit(ctx context.Context, actor, action, staffID, reason string, fields ...string) error {
	e := model.AuditEntry{At: s.now(), Actor: actor, Action: action, Reason: reason, Fields: fields}
	if staffID != "" {
		e.Record = "staff/" + staffID
	}
	return s.store.AppendAudit(ctx, e)
}

// MustEnrol reports whether the person has to add a second factor before anything else. A post that is only proposed
// counts, so that the code is there when the post is.
func (s *Service) MustEnrol(staff model.Staff) bool {
	return len(staff.TOTP) == 0 && s.NeedsCode(staff)
}

// NeedsCode reports whether a post of the person, held or proposed, asks for a second factor.
func (s *Service) NeedsCode(staff model.Staff) bool {
	return slices.ContainsFunc(staff.Wanted(), func(p model.RoleAssignment) bool { return slices.Contains(s.rules.SecondFactor, p.Role) })
}

// seenEvery is how exactly it is known when somebody last did something.
const seenEvery = time.Minute

// StaffBySession is the member of staff who logged in with the token, and the log-in; ErrSession otherwise, or idle when
// nobody has done anything in it for too long. What a page asks by itself, unattended, does not count as doing something.
func (s *Service) StaffBySession(ctx context.Context, token string, attended bool) (model.Staff, model.Session, error) {
	session, err := s.session(ctx, token)
	if err != nil {
		return model.Staff{}, session, err
	}
	staff, err := s.store.Staff(ctx, session.StaffID)
	if model.IsKind(err, model.KindNotFound) || err == nil && !staff.Holds(session, s.now()) {
		return model.Staff{}, session, ErrSession
	}
	if err != nil {
		return staff, session, err
	}
	if s.idle(session) {
		return model.Staff{}, session, errIdle(s.rules.Idle)
	}
	if attended && s.rules.Idle > 0 && session.Idle(s.now()) >= seenEvery {
		err = s.store.SeeSession(ctx, session.ID, s.now())
		if model.IsKind(err, model.KindNotFound) {
			err = ErrSession // it ended at this moment
		}
	}
	return staff, session, err
}

// idle reports whether nobody has done anything in the session for too long.
func (s *Service) idle(session model.Session) bool {
	return s.rules.Idle > 0 && session.Idle(s.now()) >= s.rules.Idle
}

func errIdle(after time.Duration) error {
	return model.NewError(model.KindUnauthenticated, "idle", fmt.Sprintf("有%d分钟没有动过,已经替您退出,请再登录", minutes(after)))
}
