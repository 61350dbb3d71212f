package account

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"time"

	"bangfu/service/access"
	"bangfu/service/model"
)

// SessionLife is how long a person's log-in lasts; staff log in every day.
const (
	SessionLife      = 30 * 24 * time.Hour
	staffSessionLife = 12 * time.Hour
)

// ErrSession is KindUnauthenticated: no valid log-in.
var ErrSession = model.NewError(model.KindUnauthenticated, "not_logged_in", "请先登录")

// Token is what a client keeps of its log-in; we keep only its hash.
type Token struct {
	Value     string
	ExpiresAt time.Time
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

// BySession is the person who logged in with the token; ErrSession otherwise.
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
func (s *Service) LogOutEverywhere(ctx context.Context, own access.Account) error {
	return s.store.DeleteSessionsOf(ctx, own.Account().ID)
}
