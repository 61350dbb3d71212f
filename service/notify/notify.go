// Package notify is the one way out: everything we tell a person outside an answer goes through here.
// A message is a row with an idempotency key; it is claimed before it is sent, and the outcome that
// WeChat reported is kept with its reason. Nothing is sent twice because nobody knows whether it went.
package notify

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
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
	log    *slog.Logger
	guards map[string]Guard

	patience model.Patience
}

// Guard says, right before a message of its purpose goes out, whether what it is about still stands. It may put the
// words right that have become wrong since the message was asked for.
type Guard func(ctx context.Context, m *model.Message) (bool, error)

// New makes the service; oa and mini are the clients of the official account and the mini-program.
func New(store *repo.Store, q *queue.Client, oa, mini *wechat.Client, now model.Clock, log *slog.Logger) *Service {
	clients := map[model.Channel]*wechat.Client{model.ChannelOA: oa, model.ChannelMini: mini}
	return &Service{store: store, queue: q, wechat: clients, now: now, log: log, guards: map[string]Guard{}}
}

// GuardPurpose sets the guard of a purpose. Call it before anything is sent.
func (s *Service) GuardPurpose(purpose string, g Guard) { s.guards[purpose] = g }

// Patient lets messages take longer than usual, as the clients do. Call it before anything is sent.
func (s *Service) Patient(p model.Patience) { s.patience = p }

// sendLease is longer than a call to WeChat may take. Whoever held it past its end died in between.
const sendLease = 30 * time.Second

// Notice is something to tell a person. Key names the purpose and the occasion, so that telling twice
// tells once. After Until it is stale and not sent any more.
type Notice struct {
	Key, Purpose, IdentityID, Text string
	Until                          time.Time

	// Of what nobody asked for: it waits for the end of the quiet hours, counts for the day's cap, may go
	// by a template, and its purpose's guard is asked about Subject before it goes.
	OwnAccord         bool
	Uncapped          bool // the day's cap does not hold
	Subject           string
	About, When, More string // fields of the template

	// A household that it is about. If it cannot be told in WeChat, its cadre tells it in person until HandUntil;
	// the zero instant: it is not worth that.
	HouseholdID string
	HandUntil   time.Time
	Proxies     bool // who looks after a household for it may read this

	Choices []model.Choice // what a digit means to whoever has got it
}

// tellBatch is how many notices are stored at once.
const tellBatch = 100

// Tell stores notices and has them sent; telling the same key again does nothing more. Should we die between the
// two, Mend has them sent.
func (s *Service) Tell(ctx context.Context, notices ...Notice) error {
	for batch := range slices.Chunk(notices, tellBatch) {
		messages := make([]model.Message, len(batch))
		for i, n := range batch {
			messages[i] = s.message(n)
		}
		fresh, err := s.store.InsertMessages(ctx, messages...)
		if err != nil {
			return err
		}
		if err := s.queue.Ask(ctx, queue.SendMessage, fresh...); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) message(n Notice) model.Message {
	return model.Message{
		ID: n.Key, Purpose: n.Purpose, IdentityID: n.IdentityID, Text: n.Text, State: model.MessageQueued,
		CreatedAt: s.now().UTC(), ExpiresAt: n.Until.UTC(),
		OwnAccord: n.OwnAccord, Uncapped: n.Uncapped, Subject: n.Subject, About: n.About, When: n.When, More: n.More,
		HouseholdID: n.HouseholdID, HandUntil: n.HandUntil.UTC(), Choices: n.Choices,
	}
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
	switch m.State {
	case model.MessageQueued:
	case model.MessageSending:
		return s.resolveLease(ctx, m)
	case model.MessageAccepted:
		return s.lookForReport(ctx, m)
	default:
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
	if m.OwnAccord {
		if held, err := s.hold(ctx, &m); held || err != nil {
			return err
		}
	}
	today := model.DateOf(s.now())
	went, err := s.climb(ctx, m, identity)
	if m.OwnAccord && !m.Uncapped && !went {
		// Even when the attempt used up its time. Should it not be noted, the person gets one less today.
		if giveErr := s.store.GiveSent(context.WithoutCancel(ctx), m.IdentityID, today); giveErr != nil {
			s.log.ErrorContext(ctx, "place of the day not given back", "error", giveErr)
		}
	}
	return err
}

// resolveLease deals with a message that somebody is sending, or was when they died. Whether WeChat got
// it then cannot be known, and a second copy is worse than a gap that a person can see.
func (s *Service) resolveLease(ctx context.Context, m model.Message) error {
	if s.now().Before(m.LeaseUntil) {
		return queue.Later{At: m.LeaseUntil, Err: fmt.Errorf("message %s: being sent", m.ID)}
	}
	return s.unknown(ctx, m, repo.Settlement{Reason: "sender died", Way: m.Way})
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
	if o.State == model.MessageByHand {
		if err := s.handOver(ctx, m); err != nil {
			return err
		}
	}
	err := s.store.SettleMessage(ctx, m.ID, o)
	if model.IsKind(err, model.KindNotFound) {
		return nil // erased while it was under way
	}
	return err
}
