package account

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"sync"
	"time"

	"bangfu/repo/wechat"
	"bangfu/service/model"

	"github.com/alexedwards/argon2id"
)

// How long a log-in lasts.
const (
	miniSessionLife  = 30 * 24 * time.Hour
	staffSessionLife = 12 * time.Hour
)

var (
	// ErrSession is KindUnauthenticated: no valid log-in.
	ErrSession = model.NewError(model.KindUnauthenticated, "not_logged_in", "请先登录")

	errLoginCode  = model.NewError(model.KindUnauthenticated, "login_code", "登录码已用过或已过期,请重新进入小程序")
	errWeChatAway = model.NewError(model.KindUnavailable, "wechat_away", "暂时连不上微信,请稍后再试")
	errPassword   = model.NewError(model.KindUnauthenticated, "wrong_password", "登录名或密码不对")
)

// Token is what a client keeps of its log-in; we keep only its hash.
type Token struct {
	Value     string
	ExpiresAt time.Time
}

// loginCodeLife is how long WeChat takes a code, and so how long a repeat of it is the same log-in.
const loginCodeLife = 5 * time.Minute

// LogInMini logs a person in with a code of wx.login. WeChat takes a code once, but a bad network sends
// it twice: the token follows from the code, so the repeat finds the first's session and gets the same.
func (s *Service) LogInMini(ctx context.Context, code string) (Token, Caller, error) {
	value, err := s.store.Sealer().Hash(code, "mini_session")
	if err != nil {
		return Token{}, Caller{}, err
	}
	defer s.locks.Hold(ctx, "login:"+sessionID(value), lockLife)()
	session, err := s.session(ctx, value)
	if err == nil && s.now().Before(session.CreatedAt.Add(loginCodeLife)) {
		caller, err := s.BySession(ctx, value)
		return Token{Value: value, ExpiresAt: session.ExpiresAt}, caller, err
	}
	if err != nil && !model.IsKind(err, model.KindUnauthenticated) {
		return Token{}, Caller{}, err
	}
	return s.exchangeCode(ctx, code, value)
}

// lockLife outlasts a call to WeChat.
const lockLife = 15 * time.Second

func (s *Service) exchangeCode(ctx context.Context, code, value string) (Token, Caller, error) {
	who, err := s.mini.Login(ctx, code)
	if err != nil {
		switch wechat.ClassOf(err) {
		case wechat.ClassCode:
			return Token{}, Caller{}, errLoginCode.Wrap(err)
		default:
			return Token{}, Caller{}, errWeChatAway.Wrap(err)
		}
	}
	caller, err := s.meetMini(ctx, who)
	if err != nil {
		return Token{}, Caller{}, err
	}
	token, err := s.openSession(ctx, value, model.Session{AccountID: caller.Account.ID, IdentityID: caller.Identity.ID}, miniSessionLife)
	return token, caller, err
}

func (s *Service) meetMini(ctx context.Context, who wechat.MiniLogin) (Caller, error) {
	identity, err := s.store.Identity(ctx, model.IdentityID(model.ChannelMini, who.OpenID))
	if model.IsKind(err, model.KindNotFound) {
		return s.welcome(ctx, model.ChannelMini, who.OpenID, who.UnionID)
	}
	if err != nil {
		return Caller{}, err
	}
	if who.UnionID != "" && who.UnionID != identity.UnionID {
		if err := s.join(ctx, identity, who.UnionID); err != nil {
			return Caller{}, err
		}
		if identity, err = s.store.Identity(ctx, identity.ID); err != nil {
			return Caller{}, err
		}
	}
	return s.callerOf(ctx, identity)
}

func newToken() string {
	raw := make([]byte, 32)
	_, _ = rand.Read(raw) // never fails: crypto/rand ends the process first
	return base64.RawURLEncoding.EncodeToString(raw)
}

func (s *Service) openSession(ctx context.Context, value string, session model.Session, life time.Duration) (Token, error) {
	now := s.now().UTC()
	session.ID, session.CreatedAt, session.ExpiresAt = sessionID(value), now, now.Add(life)
	return Token{Value: value, ExpiresAt: session.ExpiresAt}, s.store.InsertSession(ctx, session)
}

func sessionID(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

// session finds a log-in that has not ended.
func (s *Service) session(ctx context.Context, token string) (model.Session, error) {
	if token == "" {
		return model.Session{}, ErrSession
	}
	session, err := s.store.Session(ctx, sessionID(token))
	if model.IsKind(err, model.KindNotFound) || err == nil && !s.now().Before(session.ExpiresAt) {
		return model.Session{}, ErrSession
	}
	return session, err
}

// BySession is the person who logged in to the mini-program with the token; ErrSession otherwise.
func (s *Service) BySession(ctx context.Context, token string) (Caller, error) {
	session, err := s.session(ctx, token)
	if err != nil {
		return Caller{}, err
	}
	if session.IdentityID == "" {
		return Caller{}, ErrSession
	}
	identity, err := s.store.Identity(ctx, session.IdentityID)
	if model.IsKind(err, model.KindNotFound) {
		return Caller{}, ErrSession
	}
	if err != nil {
		return Caller{}, err
	}
	return s.callerOf(ctx, identity)
}

// LogOut ends a log-in; ending it twice is no error.
func (s *Service) LogOut(ctx context.Context, token string) error {
	return s.store.DeleteSession(ctx, sessionID(token))
}

// LogOutEverywhere ends all log-ins of the account.
func (s *Service) LogOutEverywhere(ctx context.Context, accountID string) error {
	return s.store.DeleteSessionsOf(ctx, accountID)
}

// nobodysHash is checked for log-in names that do not exist, so that they take as long as others.
var nobodysHash = sync.OnceValues(func() (string, error) {
	return argon2id.CreateHash("nobody", argon2id.DefaultParams)
})

// HashPassword is the form in which a staff password is stored.
func HashPassword(password string) (string, error) {
	return argon2id.CreateHash(password, argon2id.DefaultParams)
}

// LogInStaff checks a password and opens a staff session.
func (s *Service) LogInStaff(ctx context.Context, name, password string) (Token, model.Staff, error) {
	staff, err := s.store.Staff(ctx, name)
	unknown := model.IsKind(err, model.KindNotFound)
	if err != nil && !unknown {
		return Token{}, staff, err
	}
	hash := staff.PasswordHash
	if unknown {
		if hash, err = nobodysHash(); err != nil {
			return Token{}, staff, fmt.Errorf("log in: %w", err)
		}
	}
	match, err := argon2id.ComparePasswordAndHash(password, hash)
	if err != nil {
		return Token{}, staff, fmt.Errorf("log in: %w", err)
	}
	if unknown || !match {
		return Token{}, model.Staff{}, errPassword
	}
	token, err := s.openSession(ctx, newToken(), model.Session{StaffID: staff.ID}, staffSessionLife)
	return token, staff, err
}

// StaffBySession is the member of staff who logged in with the token; ErrSession otherwise.
func (s *Service) StaffBySession(ctx context.Context, token string) (model.Staff, error) {
	session, err := s.session(ctx, token)
	if err != nil {
		return model.Staff{}, err
	}
	staff, err := s.store.Staff(ctx, session.StaffID)
	if model.IsKind(err, model.KindNotFound) {
		return staff, ErrSession
	}
	return staff, err
}
