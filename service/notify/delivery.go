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
const arrivedResult = model.ReportArrived

func deliveryID(channel model.Channel, wechatID string) string {
	return string(channel) + "/" + wechatID
}

// Joined is something that WeChat will report on: our key, who got it, and WeChat's id of it, where its answer gave one.
type Joined struct {
	Key      string
	To       model.Identity
	Way      string
	WechatID string
	Unknown  bool // WeChat gave no answer
}

func (j Joined) matched() bool { return j.WechatID != "" }

// Joinable notes what is needed to join WeChat's reports to what has been sent: by WeChat's id, or where there is none
// by who got it. It comes before the outcome is written, so that whatever counts as sent has it.
func (s *Service) Joinable(ctx context.Context, list ...Joined) error {
	var unmatched []model.Unmatched
	var sides []model.Delivery
	for _, j := range list {
		if j.matched() {
			sides = append(sides, model.Delivery{ID: deliveryID(j.To.Channel, j.WechatID), IdentityID: j.To.ID, Way: j.Way, MessageID: j.Key, At: s.now().UTC()})
		} else if j.Unknown || j.Way == bySubscription {
			unmatched = append(unmatched, model.Unmatched{ID: j.To.ID, Sends: []model.UnmatchedSend{{MessageID: j.Key, Way: j.Way, At: s.now().UTC()}}})
		}
	}
	if err := s.store.DeliverAll(ctx, sides); err != nil {
		return err
	}
	return s.store.AddUnmatched(ctx, unmatched)
}

// Reports joins what WeChat has reported by now on what has been sent. It comes after the outcome is written; whoever
// takes a report looks the other way round, so the later of the two finds both.
func (s *Service) Reports(ctx context.Context, list ...Joined) error {
	var ids []string
	for _, j := range list {
		if j.matched() {
			ids = append(ids, deliveryID(j.To.Channel, j.WechatID))
		}
	}
	reported, err := s.store.Reported(ctx, ids)
	if err != nil {
		return err
	}
	for _, d := range reported {
		if err := s.reported(ctx, d); err != nil {
			return err
		}
	}
	for _, j := range list {
		if j.Unknown {
			if err := s.lookForReport(ctx, j.Key, j.To.ID); err != nil {
				return err
			}
		}
		if !j.matched() && (j.Unknown || j.Way == bySubscription) {
			if err := s.reconcile(ctx, j.To.ID, j.Way); err != nil {
				return err
			}
		}
	}
	return nil
}

// IsReport reports whether a push is WeChat's report on messages. Taking one twice changes nothing, so it claims no row
// of its own, and it is about the message, so nobody asks who got it.
func IsReport(in model.Inbound) bool {
	return in.Event == "TEMPLATESENDJOBFINISH" || in.Event == "subscribe_msg_sent_event"
}

// Take takes WeChat's report on a template message (TEMPLATESENDJOBFINISH) or on subscription notices. It may come
// before the answer to our call, and for a message of which we never got one.
func (s *Service) Take(ctx context.Context, in model.Inbound) error {
	identity := model.Identity{ID: model.IdentityID(in.Channel, in.OpenID), Channel: in.Channel}
	if in.Event == "TEMPLATESENDJOBFINISH" {
		return s.Delivered(ctx, identity, in.JobID, in.Status)
	}
	for _, r := range in.Reports {
		if r.Answer == "" && r.ErrorCode != "" {
			if err := s.noticed(ctx, identity, r); err != nil {
				return err
			}
		}
	}
	return nil
}

// Delivered takes WeChat's report on a template message.
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

// reported tells whoever keeps the row what WeChat reports. A message of ours moves to it: it arrived, or the next way
// is tried. The same report again finds the message moved on; one on a message that is being sent yet is found by its
// sender.
func (s *Service) reported(ctx context.Context, d model.Delivery) error {
	if p, theirs := s.owner(d.MessageID); theirs {
		return p.OnReport(ctx, d.MessageID, d.ID[len(deliveryID(model.ChannelOA, "")):], d.Result)
	}
	if d.Result == arrivedResult {
		return settledAlready(s.store.MoveMessage(ctx, d.MessageID, went, model.MessageArrived, time.Time{}, s.now()))
	}
	m, err := s.store.Message(ctx, d.MessageID)
	if model.IsKind(err, model.KindNotFound) {
		return nil
	}
	if err != nil || !slices.Contains(went, m.State) {
		return err
	}
	o := repo.Settlement{
		State: model.MessageQueued, Way: m.Way, Spent: append(m.Spent, m.Way), Reason: d.Result, At: s.now(),
		Steps: []model.Step{{Way: m.Way, At: s.now().UTC(), Reason: d.Result}},
	}
	if _, err := s.store.WriteMessages(ctx, []repo.Settled{{MessageID: m.ID, Settlement: o}}, nil, time.Time{}); err != nil {
		return err
	}
	return s.queue.Enqueue(ctx, queue.SendMessage, m.ID)
}

// lookForReport takes the report on something whose sender crashed before it could look.
func (s *Service) lookForReport(ctx context.Context, key, identityID string) error {
	list, err := s.store.DeliveriesTo(ctx, identityID)
	if err != nil {
		return err
	}
	for _, d := range list {
		if d.MessageID == key && d.Result != "" {
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
	j := Joined{Key: m.ID, To: model.Identity{ID: m.IdentityID}, Way: o.Way, Unknown: true}
	if err := s.Joinable(ctx, j); err != nil {
		return err
	}
	o.State, o.At = model.MessageUnknown, s.now()
	if _, err := s.store.WriteMessages(ctx, []repo.Settled{{MessageID: m.ID, Settlement: o}}, nil, time.Time{}); err != nil {
		return err
	}
	return s.Reports(ctx, j)
}

// reconcile joins reports that belong to no message to the messages of the person that have no id of WeChat's. Of a
// template's there must be one each, because only an answer that was lost leaves them apart; subscription notices go in
// their order.
func (s *Service) reconcile(ctx context.Context, identityID, name string) error {
	u, err := s.store.Unmatched(ctx, identityID)
	if err != nil {
		return err
	}
	open := slices.DeleteFunc(u.Sends, func(x model.UnmatchedSend) bool {
		return x.Way != "" && x.Way != name || s.now().Sub(x.At) >= reportsWithin
	})
	if len(open) == 0 {
		return nil
	}
	if flying, err := s.flying(ctx, identityID); err != nil || flying {
		return err // the report may be on that one; its sender looks again
	}
	slices.SortStableFunc(open, func(a, b model.UnmatchedSend) int { return a.At.Compare(b.At) })
	free, err := s.unclaimed(ctx, identityID, name)
	if err != nil || name == byTemplate && (len(open) != 1 || len(free) != 1) {
		return err
	}
	for i := range min(len(open), len(free)) {
		free[i].MessageID = open[i].MessageID
		d, err := s.store.Deliver(ctx, free[i])
		if err != nil {
			return err
		}
		if err := s.reported(ctx, d); err != nil {
			return err
		}
		if err := s.store.DropUnmatched(ctx, identityID, open[i]); err != nil {
			return err
		}
	}
	return nil
}

// flying reports whether a message to the person is being sent.
func (s *Service) flying(ctx context.Context, identityID string) (bool, error) {
	list, err := s.store.MessagesFor(ctx, identityID)
	return slices.ContainsFunc(list, func(m model.Message) bool { return m.State == model.MessageSending }), err
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
