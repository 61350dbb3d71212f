package bot

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"bangfu/repo/queue"
	"bangfu/service/model"
	"bangfu/service/notify"
)

const (
	// handleLimit bounds the handling of one push. It may outlast the time WeChat waits for the answer.
	handleLimit = 7 * time.Second
	// lateLife is how long an answer that missed its reply is still worth sending.
	lateLife = 10 * time.Minute
	// repeatPoll is how often a repeat looks whether the first delivery has its answer.
	repeatPoll = 50 * time.Millisecond
)

// push is one push on its way. It is claimed in the database before anything is done for it; one that changes nothing is not,
// because its repeat does no harm.
type push struct {
	model.Inbound
	turn queue.Turn

	mu      sync.Mutex
	row     model.InboxRow
	claimed bool
}

type pushKey struct{}

// pushIn is the push that is being answered.
func pushIn(ctx context.Context) *push {
	p, _ := ctx.Value(pushKey{}).(*push)
	return p
}

// pushOf is the key of the push that is being answered: it makes what the answer does happen once.
func pushOf(ctx context.Context) string {
	if p := pushIn(ctx); p != nil {
		return p.Key()
	}
	return ""
}

// person is whose messages are answered one at a time.
func (p *push) person() string { return model.IdentityID(p.Channel, p.OpenID) }

// repeated is the error of a push that somebody else has done: what was answered then is the answer now.
type repeated struct{ reply []byte }

func (repeated) Error() string { return "a push that was answered before" }

// Reply is what a push is answered with.
type Reply struct {
	Body     []byte // exactly; nil when there is nothing to say
	Late     bool   // the answer follows as a message, because it was not ready in time
	Repeated bool   // the push was answered before, and this is the answer of then
}

// Receive handles one push and returns what to answer.
// encode turns a text into that body. WeChat repeats a push up to three times: what the push does is done once, and as
// long as Redis remembers, every repeat gets the same bytes. When ctx ends before the answer is ready, the answer is
// nil and the text follows as a customer message; so it does always when encode is nil, because a
// mini-program's pushes take no reply.
//
// An error means that nothing was done, so WeChat should repeat the push.
func (s *Service) Receive(ctx context.Context, in model.Inbound, encode func(string) ([]byte, error)) (Reply, error) {
	if notify.IsReport(in) {
		return Reply{}, s.Notify.Take(ctx, in)
	}
	p := &push{Inbound: in, row: model.InboxRow{
		ID: in.Key(), OpenID: in.OpenID, ReceivedAt: s.Now().UTC(), LeaseUntil: s.Now().Add(s.lease()).UTC(),
	}}
	// The place in line is taken before anything else, so that it is the order of arrival.
	place := s.line.join(p.person())
	s.Log.DebugContext(ctx, "a push is in line", "type", p.Type, "event", p.Event)
	done := make(chan outcome, 1)
	var settled atomic.Bool // whoever sets it decides whether the answer is the reply or a message
	go func() {             // of its own, so that an answer outlives a caller who cannot wait
		defer place.leave()
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.Patience.Of(handleLimit))
		defer cancel()
		done <- s.inTurn(context.WithValue(ctx, pushKey{}, p), p, place, encode, &settled)
	}()
	select {
	case o := <-done:
		return o.reply, o.err
	case <-ctx.Done():
		if settled.CompareAndSwap(false, true) {
			return Reply{Late: true}, s.claimLate(ctx, p)
		}
		o := <-done // the answer got ready in the same moment
		return o.reply, o.err
	}
}

// lease outlasts the handling, so that a repeat takes over only from somebody who died.
func (s *Service) lease() time.Duration { return s.Patience.Of(handleLimit) + time.Second }

// claim makes the push that is being answered ours before something is done for it. It has the time of the handling and not
// that of the answer: a claim that is broken off may be stored all the same, and then nobody works at it until its
// lease ends. The error is repeated when another delivery has done it.
func (s *Service) claim(ctx context.Context) error {
	p := pushIn(ctx)
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.claimed {
		return nil
	}
	inserting, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.Patience.Of(handleLimit))
	defer cancel()
	err := s.Store.InsertInbox(inserting, p.row)
	if model.IsKind(err, model.KindConflict) {
		mine, reply, err := s.awaitFirst(ctx, p.row)
		if err == nil && !mine {
			err = repeated{reply}
		}
		p.claimed = mine
		return err
	}
	p.claimed = err == nil
	return err
}

// claimLate claims a push whose answer will be a message, before WeChat is told to repeat it no more.
func (s *Service) claimLate(ctx context.Context, p *push) error {
	err := s.claim(context.WithValue(ctx, pushKey{}, p))
	if errors.As(err, new(repeated)) {
		return nil
	}
	return err
}

// awaitFirst waits for the answer of the delivery that came first. It reports mine when that one died
// and this delivery has taken the work over.
func (s *Service) awaitFirst(ctx context.Context, row model.InboxRow) (mine bool, reply []byte, err error) {
	tick := time.NewTicker(repeatPoll)
	defer tick.Stop()
	for {
		first, err := s.Store.Inbox(ctx, row.ID)
		if model.IsKind(err, model.KindNotFound) {
			return false, nil, nil // erased: the push was the unfollowing itself
		}
		// The answer is looked at after the row: one that comes before the lease ends is seen.
		answer, noAnswer := s.Store.Answer(ctx, row.ID)
		switch {
		case ctx.Err() != nil:
			return false, nil, nil // the first delivery will send its answer by itself
		case err != nil:
			return false, nil, err
		case noAnswer == nil:
			return false, answer.Reply, nil
		case !model.IsKind(noAnswer, model.KindNotFound):
			return false, nil, noAnswer
		case !s.Now().Before(first.LeaseUntil):
			err := s.Store.ReclaimInbox(ctx, first, row.LeaseUntil)
			if err == nil {
				return true, nil, nil
			}
			if !model.IsKind(err, model.KindConflict) {
				return false, nil, err
			}
		}
		select {
		case <-ctx.Done():
			return false, nil, nil
		case <-tick.C:
		}
	}
}

// outcome is the answer of a push, or why nothing was done.
type outcome struct {
	reply Reply
	err   error
}

// inTurn answers the push when the person's earlier messages are answered, here and in other processes.
func (s *Service) inTurn(ctx context.Context, p *push, place *place, encode func(string) ([]byte, error), settled *atomic.Bool) outcome {
	if err := place.wait(ctx); err != nil {
		p.turn.Away = true
	} else {
		p.turn = s.Turns.Take(ctx, p.person(), p.Key(), s.lease())
	}
	if reply, ok := s.answeredBefore(p); ok {
		settled.CompareAndSwap(false, true)
		return outcome{reply: Reply{Body: reply, Repeated: true}}
	}
	text, show, err := s.contained(ctx, p)
	if before := (repeated{}); errors.As(err, &before) {
		s.endTurn(ctx, p, nil, shown{})
		settled.CompareAndSwap(false, true)
		return outcome{reply: Reply{Body: before.reply, Repeated: true}}
	}
	if err != nil && !p.isClaimed() && model.IsKind(err, model.KindUnavailable) && settled.CompareAndSwap(false, true) {
		s.endTurn(ctx, p, nil, shown{})
		return outcome{err: err}
	}
	reply := s.encode(ctx, text, encode)
	if inTime := settled.CompareAndSwap(false, true); !inTime || reply == nil && text != "" {
		s.sendLate(ctx, p, text)
		reply = nil
	}
	s.finish(ctx, p, reply, show)
	return outcome{reply: Reply{Body: reply}}
}

func (p *push) isClaimed() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.claimed
}

// contained answers, and contains whatever goes wrong in the answering.
func (s *Service) contained(ctx context.Context, p *push) (text string, show shown, err error) {
	defer func() {
		if v := recover(); v != nil {
			s.Log.ErrorContext(ctx, "bot panicked", "panic", fmt.Sprintf("%T", v), "stack", string(debug.Stack()))
			text, err = apology(nil), nil
		}
	}()
	if ctx.Err() != nil {
		return apology(ctx.Err()), shown{}, nil
	}
	text, show, err = s.respond(ctx, p)
	if err != nil && !errors.As(err, new(repeated)) {
		s.Log.ErrorContext(ctx, "bot failed", "type", p.Type, "event", p.Event, "error", err)
		if text == "" && !p.IsEvent() {
			text = apology(err)
		}
	}
	return text, show, err
}

func (s *Service) encode(ctx context.Context, text string, encode func(string) ([]byte, error)) []byte {
	if text == "" || encode == nil {
		return nil
	}
	reply, err := encode(text)
	if err != nil {
		s.Log.ErrorContext(ctx, "reply not encoded", "error", err)
		return nil
	}
	return reply
}

// finish keeps the answer for repeats: in Redis, and in the database if the push did something. Without it a repeat would do
// the work again once the lease ends.
func (s *Service) finish(ctx context.Context, p *push, reply []byte, show shown) {
	// The answering may have used up its time; keeping the answer has a little of its own.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.Patience.Of(2*time.Second))
	defer cancel()
	if p.Event == "unsubscribe" {
		s.forget(ctx, p) // the person is erased, and so is the row: nothing may be kept of them
		return
	}
	if p.isClaimed() {
		err := s.Store.InsertAnswer(ctx, model.InboxAnswer{ID: p.row.ID, OpenID: p.row.OpenID, ReceivedAt: p.row.ReceivedAt, Reply: reply})
		if err != nil && !model.IsKind(err, model.KindConflict) {
			s.Log.ErrorContext(ctx, "answer not kept", "error", err)
		}
	}
	s.endTurn(ctx, p, &reply, show)
}

// sendLate sends as a message what came too late for the reply.
func (s *Service) sendLate(ctx context.Context, p *push, text string) {
	if text == "" {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.Patience.Of(5*time.Second))
	defer cancel()
	err := s.Notify.Tell(ctx, notify.Notice{
		Key: "late:" + model.Opaque("push", p.Key()), Purpose: "late_answer", IdentityID: p.person(),
		Text: text, Until: s.Now().Add(lateLife),
	})
	if err != nil {
		s.Log.ErrorContext(ctx, "late answer not sent", "error", err)
	}
}

// note logs a failure that is ours; what the person did wrong is no news.
func (s *Service) note(ctx context.Context, err error) error {
	switch model.KindOf(err) {
	case model.KindInternal, model.KindUnavailable:
		return err
	}
	return nil
}

func asModel(err error) (*model.Error, bool) {
	var e *model.Error
	ok := errors.As(err, &e)
	return e, ok
}

// messageOf is the sentence for the person, without its full stop.
func messageOf(err error) string {
	if e, ok := asModel(err); ok {
		return strings.TrimRight(e.Msg, "。")
	}
	return "没有办成"
}
