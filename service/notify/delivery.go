package notify

import (
	"context"
	"time"

	"bangfu/repo"
	"bangfu/repo/queue"
	"bangfu/service/model"
)

// arrivedResult is WeChat's word for a message that reached the phone.
const arrivedResult = "success"

func deliveryID(channel model.Channel, wechatID string) string {
	return string(channel) + "/" + wechatID
}

// Delivered takes WeChat's report on a template message (TEMPLATESENDJOBFINISH). It may come before the answer to
// our call, and for a message of which we never got one.
func (s *Service) Delivered(ctx context.Context, identity model.Identity, wechatID, result string) error {
	if wechatID == "" || result == "" {
		return nil
	}
	d, err := s.store.Deliver(ctx, model.Delivery{
		ID: deliveryID(identity.Channel, wechatID), IdentityID: identity.ID, Result: result, At: s.now(),
	})
	if err != nil {
		return err
	}
	if d.MessageID != "" {
		return s.reported(ctx, d)
	}
	return s.reconcile(ctx, identity.ID)
}

// Noticed takes WeChat's report on a subscription notice. It names no message of ours: it is the oldest one to
// the person that has no report yet.
func (s *Service) Noticed(ctx context.Context, identityID, errorCode string) error {
	list, err := s.store.MessagesFor(ctx, identityID)
	if err != nil {
		return err
	}
	for _, m := range list {
		recent := s.now().Sub(m.SettledAt) < reportsWithin
		if m.Way == bySubscription && recent && (m.State == model.MessageAccepted || m.State == model.MessageUnknown) {
			result := arrivedResult
			if errorCode != "0" {
				result = "failed: " + errorCode
			}
			return s.reported(ctx, model.Delivery{IdentityID: identityID, MessageID: m.ID, Result: result})
		}
	}
	return nil
}

// reportsWithin is how long after sending WeChat reports at the latest.
const reportsWithin = time.Hour

// reported moves the message to what WeChat reports: it arrived, or the next way is tried. The same report again
// finds the message moved on.
func (s *Service) reported(ctx context.Context, d model.Delivery) error {
	went := []model.MessageState{model.MessageAccepted, model.MessageUnknown}
	if d.Result == arrivedResult {
		return settledAlready(s.store.MoveMessage(ctx, d.MessageID, went, model.MessageArrived, time.Time{}, s.now()))
	}
	m, err := s.store.Message(ctx, d.MessageID)
	if model.IsKind(err, model.KindNotFound) {
		return nil
	}
	if err != nil || m.State != model.MessageAccepted && m.State != model.MessageUnknown {
		return err
	}
	step := &model.Step{Way: m.Way, At: s.now().UTC(), Reason: d.Result}
	if err := s.settle(ctx, m, repo.Settlement{State: model.MessageQueued, Way: m.Way, Spent: true, Reason: d.Result, Step: step}); err != nil {
		return err
	}
	return s.queue.Ask(ctx, queue.SendMessage, m.ID)
}

// settledAlready is no error: somebody else heard of it first.
func settledAlready(err error) error {
	if model.IsKind(err, model.KindConflict) {
		return nil
	}
	return err
}

// unknown settles a message of which nobody knows whether it went, unless WeChat's report says so already.
func (s *Service) unknown(ctx context.Context, m model.Message, o repo.Settlement) error {
	o.State = model.MessageUnknown
	if err := s.settle(ctx, m, o); err != nil {
		return err
	}
	return s.reconcile(ctx, m.IdentityID)
}

// reconcile joins a report that belongs to no message to the one message of the person whose outcome nobody
// knows. With several of either, or while another one is being sent, it leaves them to a person.
func (s *Service) reconcile(ctx context.Context, identityID string) error {
	messages, err := s.store.MessagesFor(ctx, identityID)
	if err != nil {
		return err
	}
	var lost []model.Message
	for _, m := range messages {
		switch {
		case m.State == model.MessageSending:
			return nil
		case m.State == model.MessageUnknown && m.Way == byTemplate && s.now().Sub(m.SettledAt) < reportsWithin:
			lost = append(lost, m)
		}
	}
	deliveries, err := s.store.DeliveriesTo(ctx, identityID)
	if err != nil {
		return err
	}
	var free []model.Delivery
	for _, d := range deliveries {
		if d.MessageID == "" && s.now().Sub(d.At) < reportsWithin {
			free = append(free, d)
		}
	}
	if len(lost) != 1 || len(free) != 1 {
		return nil
	}
	free[0].MessageID = lost[0].ID
	d, err := s.store.Deliver(ctx, free[0])
	if err != nil {
		return err
	}
	return s.reported(ctx, d)
}
