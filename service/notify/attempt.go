package notify

import (
	"context"
	"slices"
	"sync/atomic"
	"time"

	"bangfu/repo"
	"bangfu/repo/wechat"
	"bangfu/service/model"
)

// Content is one thing to tell one person, of our own accord. Key makes WeChat send it once in ten minutes.
type Content struct {
	Key, Purpose            string
	Text, About, When, More string
}

// Outcome is how an attempt to tell somebody ended. State is accepted, failed, by_hand (no way carried it), unknown,
// or queued: then it may be tried again from RetryAt on (zero: after a while).
type Outcome struct {
	State    model.MessageState
	Way      string // that carried it, or was tried last
	WechatID string
	ErrCode  int64
	RID      string
	Reason   string // the class of WeChat's answer
	Steps    []model.Step
	RetryAt  time.Time
	Account  bool // WeChat refuses the account: nothing else will go either
}

// Ladder is the ladder as it stands at one moment, for telling many people in a row without asking for settings and
// holds each time. Take a fresh one every few seconds.
type Ladder struct {
	service  *Service
	settings model.Settings
	holds    map[string]model.Hold
	left     map[string]*atomic.Int64 // of the farm's own limit of the day, by way; none: no limit
}

// Ladder now.
func (s *Service) Ladder(ctx context.Context) (*Ladder, error) {
	settings, err := s.store.Settings(ctx)
	if err != nil {
		return nil, err
	}
	list, err := s.store.Holds(ctx)
	if err != nil {
		return nil, err
	}
	l := &Ladder{service: s, settings: settings, holds: map[string]model.Hold{}, left: map[string]*atomic.Int64{}}
	for _, h := range list {
		l.holds[h.ID] = h
	}
	for name, quota := range settings.DayQuota {
		sent, err := s.store.SentWay(ctx, model.WayID(model.ChannelOA, name), model.DateOf(s.now()))
		if err != nil {
			return nil, err
		}
		if quota > 0 {
			l.left[name] = &atomic.Int64{}
			l.left[name].Store(int64(quota - sent))
		}
	}
	return l, nil
}

// Templates of a purpose.
func (l *Ladder) Templates(purpose string) model.Templates { return l.settings.Templates[purpose] }

// Settings that the ladder goes by.
func (l *Ladder) Settings() model.Settings { return l.settings }

// rests is what stops a way now; its Until is past when nothing does.
func (l *Ladder) rests(channel model.Channel, name string) model.Hold {
	if left := l.left[name]; left != nil && left.Load() <= 0 {
		return model.Hold{Until: l.service.midnight(), Reason: string(wechat.ClassDay)}
	}
	return l.holds[model.WayID(channel, name)]
}

// HeldUntil is until when no way of the purpose is open at all; past when one is.
func (l *Ladder) HeldUntil(channel model.Channel, purpose string) time.Time {
	t, names := l.Templates(purpose), []string{}
	if t.Subscription != "" {
		names = append(names, bySubscription)
	}
	if t.Message != "" {
		names = append(names, byTemplate)
	}
	if len(names) == 0 {
		names = []string{byWindow}
	}
	first := time.Time{}
	for i, name := range names {
		if until := l.rests(channel, name).Until; i == 0 || until.Before(first) {
			first = until
		}
	}
	return first
}

// Attempt tells one identity, by the first way that carries it. It keeps no row: whoever calls has claimed the
// right to send and keeps the outcome. An error means that nothing was sent.
func (l *Ladder) Attempt(ctx context.Context, c Content, to model.Identity) (Outcome, error) {
	m := model.Message{
		ID: c.Key, Purpose: c.Purpose, IdentityID: to.ID, Text: c.Text, About: c.About, When: c.When, More: c.More, OwnAccord: true,
	}
	list, err := l.service.waysWith(ctx, l.Templates(c.Purpose), m, to)
	if err != nil {
		return Outcome{}, err
	}
	o := Outcome{State: model.MessageByHand, Reason: "no way"}
	for _, w := range list {
		if h := l.rests(to.Channel, w.name); l.service.now().Before(h.Until) {
			return Outcome{State: model.MessageQueued, Way: w.name, RetryAt: h.Until, Reason: h.Reason, ErrCode: h.ErrCode, Steps: o.Steps}, nil
		}
		steps := o.Steps
		if left := l.left[w.name]; left != nil {
			left.Add(-1)
		}
		wechatID, sendErr := w.send(ctx)
		o = l.service.outcome(ctx, to.Channel, w.name, wechatID, sendErr)
		if sendErr != nil {
			steps = append(slices.Clip(steps), model.Step{Way: w.name, At: l.service.now().UTC(), ErrCode: o.ErrCode, RID: o.RID, Reason: o.Reason})
		}
		if o.Steps = steps; o.State != model.MessageByHand {
			return o, nil
		}
	}
	return o, nil
}

// outcome is what follows from WeChat's answer to one attempt; by_hand says that the next way is to be tried.
func (s *Service) outcome(ctx context.Context, channel model.Channel, name, wechatID string, sendErr error) Outcome {
	o := Outcome{State: model.MessageAccepted, Way: name, WechatID: wechatID}
	if sendErr == nil {
		return o
	}
	class := wechat.ClassOf(sendErr)
	o.ErrCode, o.RID, o.Reason = wechat.CodeOf(sendErr), wechat.RIDOf(sendErr), string(class)
	switch class {
	case wechat.ClassDone:
	case wechat.ClassRetry, wechat.ClassToken:
		o.State = model.MessageQueued
	case wechat.ClassMinute, wechat.ClassDay, wechat.ClassAccount:
		o.State, o.Account = model.MessageQueued, class == wechat.ClassAccount
		until, err := s.stop(context.WithoutCancel(ctx), channel, name, class, repo.Settlement{ErrCode: o.ErrCode, RID: o.RID})
		if err != nil {
			s.log.ErrorContext(ctx, "hold not kept", "error", err)
		}
		o.RetryAt = until
	case wechat.ClassUnknown:
		o.State = model.MessageUnknown
	case wechat.ClassUser, wechat.ClassWindow:
		o.State = model.MessageByHand
	default:
		o.State = model.MessageFailed
	}
	return o
}

// Left is what the farm's own limits leave for today, by way; a way without a limit is not in it.
func (l *Ladder) Left() map[string]int {
	left := map[string]int{}
	for name, n := range l.left {
		left[name] = max(int(n.Load()), 0)
	}
	return left
}
