package notify

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"bangfu/repo/wechat"
	"bangfu/service/model"
)

// Content is one thing to tell one person. Key makes WeChat send it once in ten minutes.
type Content struct {
	Key, Purpose            string
	Text, About, When, More string
	Spent                   []string  // ways that are not tried again
	Until                   time.Time // a way that rests as long is not waited for; zero: it is
}

// DeliveryPolicy is the ladder as it stands at one moment, for telling many people in a row without asking for settings and
// holds each time. Take a fresh one every few seconds.
type DeliveryPolicy struct {
	service  *Service
	settings model.Settings
	left     map[string]*atomic.Int64 // of the farm's own limit of the day, by way; none: no limit

	mu          sync.Mutex
	suspensions map[string]model.ChannelSuspension
	consents    map[string]model.Consent // nil: not read yet
}

// DeliveryPolicy now. Where an account is suspended because WeChat could not be reached, it is probed when its time has come.
func (s *Service) DeliveryPolicy(ctx context.Context) (*DeliveryPolicy, error) {
	settings, err := s.store.Settings(ctx)
	if err != nil {
		return nil, err
	}
	list, err := s.store.ChannelSuspensions(ctx)
	if err != nil {
		return nil, err
	}
	l := &DeliveryPolicy{service: s, settings: settings, suspensions: map[string]model.ChannelSuspension{}, left: map[string]*atomic.Int64{}}
	for _, h := range list {
		l.suspensions[h.ID] = h
	}
	for name, quota := range settings.DayQuota {
		left, err := s.leftOf(ctx, name, quota)
		if err != nil {
			return nil, err
		}
		if quota > 0 {
			l.left[name] = &atomic.Int64{}
			l.left[name].Store(left)
		}
	}
	return l, l.probe(ctx)
}

// leftOf is what a limit of the day leaves of a way.
func (s *Service) leftOf(ctx context.Context, name string, quota int) (int64, error) {
	sent, err := s.store.ChannelCount(ctx, model.ChannelKey(model.ChannelOA, name), model.DateOf(s.now()))
	return int64(quota - sent), err
}

// Left is what the farm's own limits leave for today, by way; -1 where there is no limit, or it cannot be read.
func (s *Service) Left(ctx context.Context) (map[string]int64, error) {
	settings, err := s.store.Settings(ctx)
	left := map[string]int64{}
	for name := range wayLabels {
		left[name] = -1
		if quota := settings.DayQuota[name]; err == nil && quota > 0 {
			n, failed := s.leftOf(ctx, name, quota)
			left[name], err = max(n, 0), failed
		}
	}
	return left, err
}

// Prefetch reads the consents of identities to a purpose's template at once.
func (l *DeliveryPolicy) Prefetch(ctx context.Context, purpose string, identityIDs ...string) error {
	t := l.Templates(purpose)
	if t.Subscription == "" {
		return nil
	}
	ids := make([]string, len(identityIDs))
	for i, id := range identityIDs {
		ids[i] = model.ConsentID(id, t.Subscription)
	}
	found, err := l.service.store.ConsentsByID(ctx, ids)
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.consents == nil {
		l.consents = map[string]model.Consent{}
	}
	for _, id := range ids {
		l.consents[id] = found[id]
	}
	return err
}

// consent of an identity; the zero one when they were never asked.
func (l *DeliveryPolicy) consent(ctx context.Context, id string) (model.Consent, error) {
	l.mu.Lock()
	c, known := l.consents[id]
	l.mu.Unlock()
	if known {
		return c, nil
	}
	c, err := l.service.store.Consent(ctx, id)
	if model.IsKind(err, model.KindNotFound) {
		err = nil
	}
	return c, err
}

// Templates of a purpose.
func (l *DeliveryPolicy) Templates(purpose string) model.Templates {
	return l.settings.Templates[purpose]
}

// Settings that the ladder goes by.
func (l *DeliveryPolicy) Settings() model.Settings { return l.settings }

// HeldUntil is until when no way of the purpose is open at all; past when one is.
func (l *DeliveryPolicy) HeldUntil(channel model.Channel, purpose string) time.Time {
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
		if until := l.suspendedUntil(channel, name).Until; i == 0 || until.Before(first) {
			first = until
		}
	}
	return first
}

// Left is what the farm's own limits leave for today, by way; a way without a limit is not in it.
func (l *DeliveryPolicy) Left() map[string]int {
	left := map[string]int{}
	for name, n := range l.left {
		left[name] = max(int(n.Load()), 0)
	}
	return left
}

// Attempt tells one identity, by the first way that carries it. It keeps no row: whoever calls has claimed the
// right to send and keeps the outcome. An error means that nothing was sent.
func (l *DeliveryPolicy) Attempt(ctx context.Context, c Content, to model.Identity) (Outcome, error) {
	list, err := l.channels(ctx, c, to)
	if err != nil {
		return Outcome{}, err
	}
	o := Outcome{State: model.MessageByHand, Reason: "outside the window", Spent: c.Spent}
	for _, w := range list {
		if h := l.suspendedUntil(to.Channel, w.name); l.service.now().Before(h.Until) {
			if c.Until.IsZero() || h.Until.Before(c.Until) {
				return Outcome{State: model.MessageQueued, Way: w.name, RetryAt: h.Until, Reason: h.Reason, ErrCode: h.ErrCode, Steps: o.Steps, Spent: o.Spent}, nil
			}
			o.Way, o.Reason, o.ErrCode = w.name, h.Reason, h.ErrCode // what is told does not live that long: the next way
			continue
		}
		if left := l.left[w.name]; left != nil {
			left.Add(-1)
		}
		wechatID, sendErr := w.send(ctx)
		l.service.count(to.Channel, w.name, sendErr)
		steps, spent := o.Steps, o.Spent
		o = l.outcome(ctx, to.Channel, w.name, wechatID, sendErr)
		if o.Steps, o.Spent = steps, spent; sendErr != nil && o.State != model.MessageAccepted {
			o.Steps = append(slices.Clip(steps), model.Step{Way: w.name, At: l.service.now().UTC(), ErrCode: o.ErrCode, RID: o.RID, Reason: o.Reason})
		}
		switch {
		case o.State == model.MessageByHand:
			o.Spent = append(slices.Clip(spent), w.name)
		case o.State == model.MessageQueued && !c.Until.IsZero() && !o.RetryAt.Before(c.Until):
			o.State = model.MessageByHand
		default:
			return o, nil
		}
	}
	return o, nil
}

// outcome is what follows from WeChat's answer to one attempt; by_hand says that the next way is to be tried.
func (l *DeliveryPolicy) outcome(ctx context.Context, channel model.Channel, name, wechatID string, sendErr error) Outcome {
	l.noteAnswer(ctx, channel, sendErr)
	o := Outcome{State: model.MessageAccepted, Way: name, WechatID: wechatID}
	if sendErr == nil {
		return o
	}
	class := wechat.ClassOf(sendErr)
	o.ErrCode, o.RID, o.Reason = wechat.CodeOf(sendErr), wechat.RIDOf(sendErr), string(class)
	e := effectOf(class)
	o.State, o.Account = e.state, class == wechat.ClassAccount
	switch {
	case e.rest != nil:
		o.RetryAt = l.suspendChannel(ctx, channel, name, class, o)
	case e.state == model.MessageQueued && wechat.IsOutage(sendErr):
		o.RetryAt = l.service.now().Add(outageRetry)
	}
	return o
}
