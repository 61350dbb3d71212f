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

// LogInMini logs a person in with a code of wx.login. address is where the request comes from.
func (s *Service) LogInMini(ctx context.Context, code, address string) (Token, Caller, error) {
	return s.logInByCode(ctx, codeLogIn{code, "mini_session", address}, func() (visitor, error) {
		who, err := s.mini.Login(ctx, code)
		return visitor{model.ChannelMini, who.OpenID, who.UnionID}, err
	})
}

// WebAddress is where a web page sends a person to log in; they come back to redirect with the state.
func (s *Service) WebAddress(redirect, state string) (address string, err error) {
	return s.oa.AuthorizeURL(redirect, wechat.ScopeBase, state)
}

// LogInWeb logs a person in with the code that WeChat sent them back to a web page with. browser is a secret that only
// the browser has that began the log-in: whoever else gets hold of the code finds no session under it.
func (s *Service) LogInWeb(ctx context.Context, code, browser, address string) (Token, Caller, error) {
	return s.logInByCode(ctx, codeLogIn{code + "|" + browser, "web_session", address}, func() (visitor, error) {
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

// codeLogIn is a log-in by a code: what its token follows from, and where it comes from.
type codeLogIn struct{ secret, purpose, address string }

// logInByCode opens a session for a code. WeChat takes a code once, but a bad network sends it twice: the
// token follows from the code, so the repeat finds the first's session and gets the same.
func (s *Service) logInByCode(ctx context.Context, in codeLogIn, ask func() (visitor, error)) (Token, Caller, error) {
	value, err := s.store.Sealer().Hash(in.secret, in.purpose)
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
	who, err := s.askWeChat(ctx, in.address, ask)
	if err != nil {
		return Token{}, Caller{}, err
	}
	caller, err := s.identifyKnown(ctx, who)
	if err != nil {
		return Token{}, Caller{}, err
	}
	token, err := s.openSession(ctx, value, model.Session{AccountID: caller.Account.ID, IdentityID: caller.Identity.ID}, SessionLife)
	return token, caller, err
}

// How often an address may make us ask WeChat who has come. Many phones share one address, so what counts most is how
// many codes WeChat did not know.
const (
	addressAsks   = 120 // a minute
	addressWrongs = 20
	wrongTime     = 10 * time.Minute
)

var errLoginOften = model.NewError(model.KindTooMany, "login_too_often", "这里登录不成的次数多了,请过十分钟再试")

// askWeChat asks who has come, unless the address has sent too many codes that are none: a stranger must not use up
// what WeChat lets us ask.
func (s *Service) askWeChat(ctx context.Context, address string, ask func() (visitor, error)) (visitor, error) {
	place := "code:" + network(address)
	if s.limits.Counted(ctx, place) >= addressWrongs || s.limits.Allow(ctx, place, addressAsks, time.Minute) > 0 {
		return visitor{}, errLoginOften
	}
	who, err := ask()
	if wechat.ClassOf(err) == wechat.ClassCode {
		s.limits.Count(ctx, place, wrongTime)
	}
	if err != nil {
		return who, loginError(err)
	}
	return who, nil
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

// identifyKnown is Meet for somebody whose unionid WeChat has told, if they have one.
func (s *Service) identifyKnown(ctx context.Context, who visitor) (Caller, error) {
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
