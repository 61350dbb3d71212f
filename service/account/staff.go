package account

import (
	"context"
	"fmt"
	"sync"

	"bangfu/service/model"

	"github.com/alexedwards/argon2id"
)

var errPassword = model.NewError(model.KindUnauthenticated, "wrong_password", "登录名或密码不对")

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
