package account

import (
	"context"
	"time"

	"bangfu/repo/wechat"
	"bangfu/service/model"
)

var (
	errLoginCode  = model.NewError(model.KindUnauthenticated, "login_code", "登录码已用过或已过期,请重新进入")
	errWeChatAway = model.NewError(model.KindUnavailable, "wechat_away", "暂时连不上微信,请稍后再试")

	// ErrSnapshot is KindForbidden: WeChat shows a snapshot of the page to somebody it has made up, who
	// must never be tied to anything.
	ErrSnapshot = model.NewError(model.KindForbidden, "snapshot_user", "这是网页快照,请点右下角“使用完整服务”再来")
)

// visitor is who WeChat says has come.
type visitor struct {
	channel         model.Channel
	openID, unionID string
}

// LogInMini logs a person in with a code of wx.login.
func (s *Service) LogInMini(ctx context.Context, code string) (Token, Caller, error) {
	return s.logInByCode(ctx, code, "mini_session", func() (visitor, error) {
		who, err := s.mini.Login(ctx, code)
		return visitor{model.ChannelMini, who.OpenID, who.UnionID}, err
	})
}

// WebAddress is where a web page sends a person to log in, and the state that must come back with them
// to redirect.
func (s *Service) WebAddress(redirect string) (address, state string, err error) {
	return s.oa.AuthorizeURL(redirect, wechat.ScopeBase)
}

// LogInWeb logs a person in with the code that WeChat sent them back to a web page with.
func (s *Service) LogInWeb(ctx context.Context, code string) (Token, Caller, error) {
	return s.logInByCode(ctx, code, "web_session", func() (visitor, error) {
		who, err := s.oa.WebLogin(ctx, code)
		if err == nil && who.Snapshot {
			err = ErrSnapshot
		}
		return visitor{model.ChannelOA, who.OpenID, who.UnionID}, err
	})
}

const (
	// loginCodeLife is how long WeChat takes a code, and so how long a repeat of it is the same log-in.
	loginCodeLife = 5 * time.Minute
	// lockLife outlasts a call to WeChat.
	lockLife = 15 * time.Second
)

// logInByCode opens a session for a code. WeChat takes a code once, but a bad network sends it twice: the
// token follows from the code, so the repeat finds the first's session and gets the same.
func (s *Service) logInByCode(ctx context.Context, code, purpose string, ask func() (visitor, error)) (Token, Caller, error) {
	value, err := s.store.Sealer().Hash(code, purpose)
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
	who, err := ask()
	if err != nil {
		return Token{}, Caller{}, loginError(err)
	}
	caller, err := s.meetKnown(ctx, who)
	if err != nil {
		return Token{}, Caller{}, err
	}
	token, err := s.openSession(ctx, value, model.Session{AccountID: caller.Account.ID, IdentityID: caller.Identity.ID}, SessionLife)
	return token, caller, err
}

func loginError(err error) error {
	switch {
	case model.IsKind(err, model.KindForbidden):
		return err
	case wechat.ClassOf(err) == wechat.ClassCode:
		return errLoginCode.Wrap(err)
	}
	return errWeChatAway.Wrap(err)
}

// meetKnown is Meet for somebody whose unionid WeChat has told, if they have one.
func (s *Service) meetKnown(ctx context.Context, who visitor) (Caller, error) {
	identity, err := s.store.Identity(ctx, model.IdentityID(who.channel, who.openID))
	if model.IsKind(err, model.KindNotFound) {
		return s.welcome(ctx, who.channel, who.openID, who.unionID)
	}
	if err != nil {
		return Caller{}, err
	}
	if who.unionID != "" && who.unionID != identity.UnionID {
		if err := s.join(ctx, identity, who.unionID); err != nil {
			return Caller{}, err
		}
		if identity, err = s.store.Identity(ctx, identity.ID); err != nil {
			return Caller{}, err
		}
	}
	return s.callerOf(ctx, identity)
}
