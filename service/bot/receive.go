package bot

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"strings"
	"sync/atomic"
	"time"

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

// Receive handles one push and returns the exact body to answer with, nil when there is nothing to say.
// encode turns a text into that body. WeChat repeats a push up to three times: the first delivery does
// the work, every other gets the same bytes. When ctx ends before the answer is ready, the answer is
// nil and the text follows as a customer message; so it does always when encode is nil, because a
// mini-program's pushes take no reply.
//
// An error means that nothing was done, so WeChat should repeat the push.
func (s *Service) Receive(ctx context.Context, in model.Inbound, encode func(string) ([]byte, error)) ([]byte, error) {
	if notify.IsReport(in) {
		return nil, s.Notify.Take(ctx, in)
	}
	// The place in line is taken before anything else, so that it is the order of arrival.
	place := s.line.join(string(in.Channel) + ":" + in.OpenID)
	row := model.InboxRow{
		ID: in.Key(), OpenID: in.OpenID, ReceivedAt: s.Now().UTC(), LeaseUntil: s.Now().Add(s.lease()).UTC(),
	}
	err := s.claim(ctx, row)
	if model.IsKind(err, model.KindConflict) {
		// A repeat stands in nobody's way, least of all in the first's, which may have joined after it.
		place.leave()
		mine, reply, err := s.awaitFirst(ctx, row)
		if err != nil || !mine {
			return reply, err
		}
		place = s.line.join(string(in.Channel) + ":" + in.OpenID)
	} else if err != nil {
		place.leave()
		return nil, err
	}
	return s.work(ctx, in, row, place, encode), nil
}

// lease outlasts the handling, so that a repeat takes over only from somebody who died.
func (s *Service) lease() time.Duration { return s.Patience.Of(handleLimit) + time.Second }

// claim makes the push ours. It has the time of the handling and not that of the answer: a claim that is broken off may be
// stored all the same, and then nobody works at it until its lease ends.
func (s *Service) claim(ctx context.Context, row model.InboxRow) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.Patience.Of(handleLimit))
	defer cancel()
	return s.Store.InsertInbox(ctx, row)
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

// work answers in a goroutine of its own, so that an answer outlives a caller who cannot wait.
func (s *Service) work(ctx context.Context, in model.Inbound, row model.InboxRow, place *place, encode func(string) ([]byte, error)) []byte {
	done := make(chan []byte, 1)
	var settled atomic.Bool // whoever sets it decides whether the answer is the reply or a message
	go func() {
		defer place.leave()
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.Patience.Of(handleLimit))
		defer cancel()
		text := s.inTurn(ctx, in, place)
		reply := s.encode(ctx, text, encode)
		inTime := settled.CompareAndSwap(false, true)
		if inTime && (reply != nil || text == "") {
			s.finish(ctx, in, row, reply)
			done <- reply
			return
		}
		s.sendLate(ctx, in, row.ID, text)
		s.finish(ctx, in, row, nil)
		if inTime {
			done <- nil
		}
	}()
	select {
	case reply := <-done:
		return reply
	case <-ctx.Done():
		if settled.CompareAndSwap(false, true) {
			return nil
		}
		return <-done // the answer got ready in the same moment
	}
}

// inTurn waits until the person's earlier messages are answered, here and in other processes, and
// contains whatever goes wrong in the answering.
func (s *Service) inTurn(ctx context.Context, in model.Inbound, place *place) (text string) {
	defer func() {
		if p := recover(); p != nil {
			s.Log.ErrorContext(ctx, "bot panicked", "panic", fmt.Sprintf("%T", p), "stack", string(debug.Stack()))
			text = apology(nil)
		}
	}()
	if err := place.wait(ctx); err != nil {
		return apology(err)
	}
	defer s.Locks.Hold(ctx, "person:"+string(in.Channel)+":"+in.OpenID, s.lease())()
	text, err := s.respond(ctx, in)
	if err != nil {
		s.Log.ErrorContext(ctx, "bot failed", "type", in.Type, "event", in.Event, "error", err)
		if text == "" && !in.IsEvent() {
			text = apology(err)
		}
	}
	return text
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

// finish keeps the answer for repeats. Without it a repeat would do the work again once the lease ends.
func (s *Service) finish(ctx context.Context, in model.Inbound, row model.InboxRow, reply []byte) {
	if in.Event == "unsubscribe" {
		return // the person is erased, and so is the row: nothing may be kept of them
	}
	// The answering may have used up its time; keeping the answer has a little of its own.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.Patience.Of(2*time.Second))
	defer cancel()
	err := s.Store.InsertAnswer(ctx, model.InboxAnswer{ID: row.ID, OpenID: row.OpenID, ReceivedAt: row.ReceivedAt, Reply: reply})
	if err != nil && !model.IsKind(err, model.KindConflict) {
		s.Log.ErrorContext(ctx, "answer not kept", "error", err)
	}
}

// sendLate sends as a message what came too late for the reply.
func (s *Service) sendLate(ctx context.Context, in model.Inbound, key, text string) {
	if text == "" {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.Patience.Of(5*time.Second))
	defer cancel()
	err := s.Notify.Tell(ctx, notify.Notice{
		Key: "late:" + model.Opaque("push", key), Purpose: "late_answer", IdentityID: model.IdentityID(in.Channel, in.OpenID),
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
