package notify

import (
	"context"
	"slices"
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
	return s.report(ctx, identity, byTemplate, wechatID, result)
}

// noticed takes WeChat's report on a subscription notice, of which its answer to our call gave no id.
func (s *Service) noticed(ctx context.Context, identity model.Identity, r model.TemplateReport) error {
	result := arrivedResult
	if r.ErrorCode != "0" {
		result = "failed: " + r.ErrorCode
	}
	return s.report(ctx, identity, bySubscription, r.MsgID, result)
}

func (s *Service) report(ctx context.Context, identity model.Identity, name, wechatID, result string) error {
	if wechatID == "" || result == "" {
		return nil
	}
	d, err := s.store.Deliver(ctx, model.Delivery{
		ID: deliveryID(identity.Channel, wechatID), IdentityID: identity.ID, Way: name, Result: result, At: s.now(),
	})
	if err != nil {
		return err
	}
	if d.MessageID != "" {
		return s.reported(ctx, d)
	}
	return s.reconcile(ctx, identity.ID, name)
}

// reportsWithin is how long after sending WeChat reports at the latest.
const reportsWithin = time.Hour

// went are the states of a message that WeChat may have.
var went = []model.MessageState{model.MessageAccepted, model.MessageUnknown}

// reported moves the message to what WeChat reports: it arrived, or the next way is tried. The same report again
// finds the message moved on.
func (s *Service) reported(ctx context.Context, d model.Delivery) error {
	if d.Result == arrivedResult {
		err := s.store.MoveMessage(ctx, d.MessageID, went, model.MessageArrived, time.Time{}, s.now())
		if !model.IsKind(err, model.KindConflict) {
			return err
		}
	}
	m, err := s.store.Message(ctx, d.MessageID)
	switch {
	case model.IsKind(err, model.KindNotFound):
		return nil
	case err != nil:
		return err
	case m.State == model.MessageSending:
		// Its sender has yet to write down that it went. Whoever does the work again finds the report.
		return s.queue.Ask(ctx, queue.SendMessage, m.ID)
	case !slices.Contains(went, m.State):
		return nil
	case d.Result == arrivedResult: // it was written down in this moment
		return settledAlready(s.store.MoveMessage(ctx, m.ID, went, model.MessageArrived, time.Time{}, s.now()))
	}
	step := &model.Step{Way: m.Way, At: s.now().UTC(), Reason: d.Result}
	if err := s.settle(ctx, m, repo.Settlement{State: model.MessageQueued, Way: m.Way, Spent: true, Reason: d.Result, Step: step}); err != nil {
		return err
	}
	return s.queue.Ask(ctx, queue.SendMessage, m.ID)
}

// lookForReport takes the report on the message that came while it was being sent.
func (s *Service) lookForReport(ctx context.Context, m model.Message) error {
	list, err := s.store.DeliveriesTo(ctx, m.IdentityID)
	if err != nil {
		return err
	}
	for _, d := range list {
		if d.MessageID == m.ID && d.Result != "" {
			return s.reported(ctx, d)
		}
	}
	return nil
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
	if err := s.lookForReport(ctx, m); err != nil {
		return err
	}
	return s.reconcile(ctx, m.IdentityID, o.Way)
}

// reconcile joins reports that belong to no message to the person's messages that have no report. Of a template's
// there must be one each, because only an answer that was lost leaves them apart; subscription notices go in their
// order. While another one is being sent it waits for that one's outcome.
func (s *Service) reconcile(ctx context.Context, identityID, name string) error {
	messages, err := s.store.MessagesFor(ctx, identityID)
	if err != nil {
		return err
	}
	var lost []model.Message
	for _, m := range messages {
		if m.Way != name {
			continue
		}
		noID := m.State == model.MessageUnknown || m.State == model.MessageAccepted && name == bySubscription
		switch {
		case m.State == model.MessageSending:
			return nil
		case noID && s.now().Sub(m.SettledAt) < reportsWithin:
			lost = append(lost, m)
		}
	}
	free, err := s.unclaimed(ctx, identityID, name)
	if err != nil || name == byTemplate && (len(lost) != 1 || len(free) != 1) {
		return err
	}
	for i := range min(len(lost), len(free)) {
		free[i].MessageID = lost[i].ID
		d, err := s.store.Deliver(ctx, free[i])
		if err != nil {
			return err
		}
		if err := s.reported(ctx, d); err != nil {
			return err
		}
	}
	return nil
}

// unclaimed are the reports on what went to the person this way that belong to no message yet, oldest first.
func (s *Service) unclaimed(ctx context.Context, identityID, name string) (free []model.Delivery, err error) {
	list, err := s.store.DeliveriesTo(ctx, identityID)
	for _, d := range list {
		if d.MessageID == "" && d.Way == name && s.now().Sub(d.At) < reportsWithin {
			free = append(free, d)
		}
	}
	return free, err
}
