// Package notify is the one way out: everything we tell a person outside an answer goes through here.
// A message is a row with an idempotency key; it is claimed before it is sent, and the outcome that
// WeChat reported is kept with its reason. Nothing is sent twice because nobody knows whether it went.
package notify

import (
	"context"
	"fmt"
	"time"

	"bangfu/repo"
	"bangfu/repo/queue"
	"bangfu/repo/wechat"
	"bangfu/service/model"
)

// Service tells people things. Safe for concurrent use.
type Service struct {
	store  *repo.Store
	queue  *queue.Client
	wechat map[model.Channel]*wechat.Client
	now    model.Clock
}

// New makes the service; oa and mini are the clients of the official account and the mini-program.
func New(store *repo.Store, q *queue.Client, oa, mini *wechat.Client, now model.Clock) *Service {
	clients := map[model.Channel]*wechat.Client{model.ChannelOA: oa, model.ChannelMini: mini}
	return &Service{store: store, queue: q, wechat: clients, now: now}
}

// sendLease is longer than a call to WeChat may take. Whoever held it past its end died in between.
const sendLease = 30 * time.Second

// Notice is something to tell a person. Key names the purpose and the occasion, so that telling twice
// tells once. After Until it is stale and not sent any more.
type Notice struct {
	Key, Purpose, IdentityID, Text string
	Until                          time.Time
}

// Tell stores the notice and has it sent; telling the same key again does nothing more.
func (s *Service) Tell(ctx context.Context, n Notice) error {
	err := s.store.InsertMessage(ctx, model.Message{
		ID: n.Key, Purpose: n.Purpose, IdentityID: n.IdentityID, Text: n.Text, State: model.MessageQueued,
		CreatedAt: s.now().UTC(), ExpiresAt: n.Until.UTC(),
	})
	if err != nil && !model.IsKind(err, model.KindConflict) {
		return err
	}
	return s.queue.Ask(ctx, queue.SendMessage, n.Key)
}

// Send brings one message one step on. An error means that it is to be tried again, queue.Later when.
func (s *Service) Send(ctx context.Context, messageID string) error {
	m, err := s.store.Message(ctx, messageID)
	if model.IsKind(err, model.KindNotFound) {
		return nil // the person unfollowed
	}
	if err != nil {
		return err
	}
	if m.State == model.MessageSending {
		return s.resolveLease(ctx, m)
	}
	if m.State != model.MessageQueued {
		return nil
	}
	if !s.now().Before(m.ExpiresAt) {
		return s.settle(ctx, m, repo.Settlement{State: model.MessageExpired, Reason: "stale"})
	}
	identity, err := s.store.Identity(ctx, m.IdentityID)
	if model.IsKind(err, model.KindNotFound) {
		return s.settle(ctx, m, repo.Settlement{State: model.MessageByHand, Reason: "no identity"})
	}
	if err != nil {
		return err
	}
	if !s.now().Before(identity.WindowUntil) {
		return s.settle(ctx, m, repo.Settlement{State: model.MessageByHand, Reason: "outside the window"})
	}
	return s.deliver(ctx, m, identity)
}

// resolveLease deals with a message that somebody is sending, or was when they died. Whether WeChat got
// it then cannot be known, and a second copy is worse than a gap that a person can see.
func (s *Service) resolveLease(ctx context.Context, m model.Message) error {
	if s.now().Before(m.LeaseUntil) {
		return queue.Later{At: m.LeaseUntil, Err: fmt.Errorf("message %s: being sent", m.ID)}
	}
	return s.settle(ctx, m, repo.Settlement{State: model.MessageUnknown, Reason: "sender died"})
}

func (s *Service) deliver(ctx context.Context, m model.Message, to model.Identity) error {
	err := s.store.ClaimMessage(ctx, m.ID, s.now().Add(sendLease))
	if model.IsKind(err, model.KindConflict) {
		return nil
	}
	if err != nil {
		return err
	}
	return s.record(ctx, m, s.wechat[to.Channel].SendText(ctx, to.OpenID, m.Text))
}

// record writes down how an attempt ended and decides what follows from its class.
func (s *Service) record(ctx context.Context, m model.Message, sendErr error) error {
	// The outcome must be kept even when the attempt used up its time.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	if sendErr == nil {
		return s.settle(ctx, m, repo.Settlement{State: model.MessageAccepted})
	}
	o := repo.Settlement{ErrCode: wechat.CodeOf(sendErr), RID: wechat.RIDOf(sendErr), Reason: string(wechat.ClassOf(sendErr))}
	switch wechat.ClassOf(sendErr) {
	case wechat.ClassDone:
		o.State = model.MessageAccepted
	case wechat.ClassRetry, wechat.ClassToken:
		return s.again(ctx, m, o, time.Time{}, sendErr)
	case wechat.ClassMinute:
		return s.again(ctx, m, o, s.now().Add(time.Minute), sendErr)
	case wechat.ClassDay:
		return s.again(ctx, m, o, model.DateOf(s.now()).AddDays(1).Start(), sendErr)
	case wechat.ClassUser, wechat.ClassWindow:
		o.State = model.MessageByHand
	case wechat.ClassUnknown:
		o.State = model.MessageUnknown
	default:
		o.State = model.MessageFailed
	}
	return s.settle(ctx, m, o)
}

// again puts the message back; the zero instant means the queue's usual wait.
func (s *Service) again(ctx context.Context, m model.Message, o repo.Settlement, at time.Time, cause error) error {
	o.State = model.MessageQueued
	if err := s.settle(ctx, m, o); err != nil {
		return err
	}
	return queue.Later{At: at, Err: cause}
}

func (s *Service) settle(ctx context.Context, m model.Message, o repo.Settlement) error {
	o.At = s.now()
	err := s.store.SettleMessage(ctx, m.ID, o)
	if model.IsKind(err, model.KindNotFound) {
		return nil // erased while it was under way
	}
	return err
}
