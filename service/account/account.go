// Package account knows who is calling: it turns an openid, a log-in code or a session token into
// a person, ties persons to households by one-time codes, and forgets them when they leave.
package account

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"bangfu/repo"
	"bangfu/repo/queue"
	"bangfu/repo/wechat"
	"bangfu/service/access"
	"bangfu/service/model"
)

// Service answers who is calling. Safe for concurrent use.
type Service struct {
	store *repo.Store
	queue *queue.Client
	oa    *wechat.Client
	mini  *wechat.Client
	locks *queue.Locks
	now   model.Clock

	limits *queue.Limits
	rules  Rules
	access *access.Service
}

// New makes the service; oa and mini are the clients of the official account and the mini-program.
func New(store *repo.Store, q *queue.Client, locks *queue.Locks, limits *queue.Limits, oa, mini *wechat.Client, rules Rules, now model.Clock) *Service {
	return &Service{store: store, queue: q, locks: locks, limits: limits, oa: oa, mini: mini, rules: rules, now: now,
		access: access.New(store, now)}
}

// Now is the time of the clock that everything is measured by.
func (s *Service) Now() time.Time { return s.now() }

// Caller is a person, seen through one of their identities.
type Caller struct {
	Identity model.Identity
	Account  model.Account
}

// IsCadre reports whether the caller is a cadre.
func (c Caller) IsCadre() bool { return c.Account.CadreID != "" }

// Identify finds the person behind an openid; somebody new gets an account of their own, which sees
// nothing yet. Two first messages at once make one account. The account that is likely theirs, empty for the one that they began
// with, is read together with the identity, which decides.
func (s *Service) Identify(ctx context.Context, channel model.Channel, openID, likely string) (Caller, error) {
	id := model.IdentityID(channel, openID)
	var (
		identity       model.Identity
		a              model.Account
		noID, noLikely error
		both           sync.WaitGroup
	)
	both.Go(func() { identity, noID = s.store.Identity(ctx, id) })
	both.Go(func() { a, noLikely = s.store.Account(ctx, cmp.Or(likely, model.AccountID(id))) })
	both.Wait()
	if model.IsKind(noID, model.KindNotFound) {
		return s.welcome(ctx, channel, openID, "")
	}
	if noID != nil {
		return Caller{}, noID
	}
	if noLikely != nil || a.ID != identity.AccountID {
		return s.callerOf(ctx, identity)
	}
	return s.caller(ctx, identity, a)
}

func (s *Service) caller(ctx context.Context, identity model.Identity, a model.Account) (c Caller, err error) {
	a.Bindings, err = s.notAsCadre(ctx, a)
	return Caller{Identity: identity, Account: a}, err
}

// callerOf follows the identity to its account. The account is missing only for the moment in which
// Link moves it, or after a crash in the middle of Meet; both end with an account that its identity names.
func (s *Service) callerOf(ctx context.Context, identity model.Identity) (Caller, error) {
	a, err := s.store.Account(ctx, identity.AccountID)
	if model.IsKind(err, model.KindNotFound) {
		if identity, err = s.store.Identity(ctx, identity.ID); err != nil {
			return Caller{}, err
		}
		a, err = s.ensureAccount(ctx, identity.AccountID)
	}
	if err != nil {
		return Caller{Identity: identity, Account: a}, err
	}
	return s.caller(ctx, identity, a)
}

// notAsCadre are the account's bindings without those to households that the person helps as a cadre, however both
// came about: they would speak for the household about their own visits.
func (s *Service) notAsCadre(ctx context.Context, a model.Account) ([]model.Binding, error) {
	if a.CadreID == "" || len(a.Bindings) == 0 {
		return a.Bindings, nil
	}
	pairings, err := s.store.PairingsOfCadre(ctx, a.CadreID)
	today, kept := model.DateOf(s.now()), []model.Binding(nil)
	for _, b := range a.Bindings {
		if !slices.ContainsFunc(pairings, func(p model.Pairing) bool { return p.HouseholdID == b.HouseholdID && p.OpenOn(today) }) {
			kept = append(kept, b)
		}
	}
	return kept, err
}

// welcome makes identity and account of somebody new; a unionid, when known, names the account.
func (s *Service) welcome(ctx context.Context, channel model.Channel, openID, unionID string) (Caller, error) {
	now := s.now().UTC()
	id := model.IdentityID(channel, openID)
	accountID := model.AccountID(id)
	if unionID != "" {
		accountID = model.UnionAccountID(unionID)
	}
	if _, err := s.ensureAccount(ctx, accountID); err != nil {
		return Caller{}, err
	}
	err := s.store.InsertIdentity(ctx, model.Identity{
		ID: id, Channel: channel, OpenID: openID, UnionID: unionID, AccountID: accountID, FirstSeenAt: now,
	})
	if err != nil && !model.IsKind(err, model.KindConflict) {
		return Caller{}, err
	}
	if channel == model.ChannelOA {
		// WeChat tells the unionid of a follower only when asked, which must not hold up the answer.
		if err := s.queue.Enqueue(ctx, queue.LinkIdentity, id); err != nil {
			return Caller{}, err
		}
	}
	identity, err := s.store.Identity(ctx, id)
	if err != nil {
		return Caller{}, err
	}
	return s.callerOf(ctx, identity)
}

func (s *Service) ensureAccount(ctx context.Context, id string) (model.Account, error) {
	a := model.Account{ID: id, Rev: 1, CreatedAt: s.now().UTC()}
	err := s.store.InsertAccount(ctx, a)
	if model.IsKind(err, model.KindConflict) {
		return s.store.Account(ctx, id)
	}
	return a, err
}

// change applies edit to the account as it stands; edit reports false when there is nothing to do.
func (s *Service) change(ctx context.Context, id string, edit func(*model.Account) bool) error {
	for contest := (repo.Contest{}); ; {
		a, err := s.store.Account(ctx, id)
		if err != nil {
			return err
		}
		if !edit(&a) {
			return nil
		}
		if err = s.store.ReplaceAccount(ctx, a); !model.IsKind(err, model.KindConflict) {
			return err
		}
		if !contest.Again(ctx) {
			return fmt.Errorf("account %s: others keep changing it", id)
		}
	}
}

// Erase erases what WeChat gave us about a person who unfollows: the identity, what it said and was
// told, and the account with its log-ins when no other identity leads to it.
func (s *Service) Erase(ctx context.Context, channel model.Channel, openID string) error {
	id := model.IdentityID(channel, openID)
	if err := s.store.DeleteMessagesOf(ctx, id); err != nil {
		return err
	}
	if err := errors.Join(s.store.DeleteInboxOf(ctx, openID), s.store.DeleteConsentsOf(ctx, id), s.store.DeleteDeliveriesTo(ctx, id),
		s.store.ForgetRecipient(ctx, id, s.now())); err != nil {
		return err
	}
	identity, err := s.store.Identity(ctx, id)
	if model.IsKind(err, model.KindNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	// The account goes first: after a crash here the identity is still there to begin again with.
	others, err := s.store.IdentitiesOf(ctx, identity.AccountID)
	if err != nil {
		return err
	}
	if len(others) <= 1 {
		if err := s.keepWayBack(ctx, identity); err != nil {
			return err
		}
		if err := errors.Join(s.store.DeleteSessionsOf(ctx, identity.AccountID),
			s.store.DeleteAccount(ctx, identity.AccountID)); err != nil {
			return err
		}
	}
	return s.store.DeleteIdentity(ctx, id)
}
