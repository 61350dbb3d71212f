// Package notify is the one way out: everything we tell a person outside an answer goes through here.
// A message is a row with an idempotency key; it is claimed before it is sent, and the outcome that
// WeChat reported is kept with its reason. Nothing is sent twice because nobody knows whether it went.
package notify

import (
	"context"
	"log/slog"
	"slices"
	"sync/atomic"
	"time"

	"bangfu/repo"
	"bangfu/repo/queue"
	"bangfu/repo/wechat"
	"bangfu/service/model"

	"github.com/prometheus/client_golang/prometheus"
)

// Service tells people things. Safe for concurrent use.
type Service struct {
	store  *repo.Store
	queue  *queue.Client
	wechat map[model.Channel]*wechat.Client
	now    model.Clock
	log    *slog.Logger
	silent map[model.Channel]*atomic.Int64 // calls in a row that WeChat did not answer

	purposes map[string]Purpose
	patience model.Patience
	sends    *prometheus.CounterVec
}

// New makes the service; oa and mini are the clients of the official account and the mini-program.
func New(store *repo.Store, q *queue.Client, oa, mini *wechat.Client, now model.Clock, log *slog.Logger) *Service {
	clients := map[model.Channel]*wechat.Client{model.ChannelOA: oa, model.ChannelMini: mini}
	s := &Service{store: store, queue: q, wechat: clients, now: now, log: log, silent: map[model.Channel]*atomic.Int64{}, purposes: map[string]Purpose{}}
	for channel := range clients {
		s.silent[channel] = &atomic.Int64{}
	}
	s.sends = newSends()
	return s
}

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
	Urgent            bool // neither the quiet hours nor the cap hold: somebody is in danger
	Subject           string
	About, When, More string // fields of the template

	// A household that it is about. If it cannot be told in WeChat, its cadre tells it in person until HandUntil;
	// the zero instant: it is not worth that.
	HouseholdID string
	HandUntil   time.Time
	Proxies     bool // who looks after a household for it may read this

	// A question: what can be answered, each with the command that it stands for. Every answer gets a code of two digits
	// that no other open question of the person has, in the place of {1}, {2}, … in Text and More (TellAccount).
	Choices []model.Choice
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
		if err := s.queue.Enqueue(ctx, queue.SendMessage, fresh...); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) message(n Notice) model.Message {
	return model.Message{
		ID: n.Key, Purpose: n.Purpose, IdentityID: n.IdentityID, Text: n.Text, State: model.MessageQueued,
		CreatedAt: s.now().UTC(), ExpiresAt: n.Until.UTC(),
		OwnAccord: n.OwnAccord, Uncapped: n.Uncapped || n.Urgent, Urgent: n.Urgent, Subject: n.Subject, About: n.About, When: n.When, More: n.More,
		HouseholdID: n.HouseholdID, HandUntil: n.HandUntil.UTC(), Choices: n.Choices,
	}
}
