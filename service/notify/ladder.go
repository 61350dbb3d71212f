package notify

import (
	"context"
	"errors"
	"slices"
	"time"

	"bangfu/repo"
	"bangfu/repo/queue"
	"bangfu/repo/wechat"
	"bangfu/service/model"
)

// The ways out, in the order in which they are tried. A person who cannot be reached by any of them is told
// by hand at the next visit.
const (
	bySubscription = "subscription" // a subscription notice, against the person's consent
	byTemplate     = "template"     // a template message of the official account
	byWindow       = "window"       // a customer message while the person's window is open
)

// TemplateFields are the fields of every template that we fill in: what it is about, which day, a line more.
var TemplateFields = [3]string{"thing1", "date2", "thing3"}

// hold keeps back what nobody asked for: when it is settled meanwhile, in the quiet hours, and beyond the
// day's cap.
func (s *Service) hold(ctx context.Context, m *model.Message) (held bool, err error) {
	if guard := s.guards[m.Purpose]; guard != nil {
		stands, err := guard(ctx, m)
		if err != nil {
			return false, err
		}
		if !stands {
			return true, s.settle(ctx, *m, repo.Settlement{State: model.MessageDropped, Reason: "settled meanwhile"})
		}
	}
	settings, err := s.store.Settings(ctx)
	if err != nil {
		return false, err
	}
	now := s.now()
	if at := settings.AfterQuiet(now); at.After(now) {
		if !at.Before(m.ExpiresAt) {
			return true, s.settle(ctx, *m, repo.Settlement{State: model.MessageExpired, Reason: "quiet hours until the end"})
		}
		return true, queue.Later{At: at, Err: errQuiet}
	}
	if m.Uncapped {
		return false, nil
	}
	return s.capped(ctx, m, settings)
}

// capped takes a place among the person's messages of the day, or says that they have got enough. Whoever does not
// send after all gives it back.
func (s *Service) capped(ctx context.Context, m *model.Message, settings model.Settings) (held bool, err error) {
	today := model.DateOf(s.now())
	n, err := s.store.TakeSent(ctx, m.IdentityID, today)
	if err != nil || n <= settings.CapPerDay || settings.CapPerDay == 0 {
		return false, err
	}
	if err := s.store.GiveSent(ctx, m.IdentityID, today); err != nil {
		return true, err
	}
	tomorrow := settings.AfterQuiet(today.AddDays(1).Start())
	if !tomorrow.Before(m.ExpiresAt) {
		return true, s.settle(ctx, *m, repo.Settlement{State: model.MessageByHand, Reason: "cap of the day"})
	}
	return true, queue.Later{At: tomorrow, Err: errCap}
}

var (
	errQuiet = model.NewError(model.KindTooMany, "quiet_hours", "现在是免打扰时间")
	errHeld  = model.NewError(model.KindTooMany, "way_held", "微信这会儿不让发,稍后接着发")
	errCap   = model.NewError(model.KindTooMany, "cap_per_day", "今天给这个人发得够多了")
)

// way is one rung of the ladder: how it sends, and whether it can be tried at all. send gives WeChat's id of
// the message, empty where there is none.
type way struct {
	name string
	send func(context.Context) (string, error)
}

// ways are the rungs that can be tried for this message now, those that are spent left out.
func (s *Service) ways(ctx context.Context, m model.Message, to model.Identity) ([]way, error) {
	settings, err := s.store.Settings(ctx)
	if err != nil {
		return nil, err
	}
	return s.waysWith(ctx, settings.Templates[m.Purpose], m, to)
}

// waysWith are the rungs with the templates of the message's purpose.
func (s *Service) waysWith(ctx context.Context, t model.Templates, m model.Message, to model.Identity) (list []way, err error) {
	client := s.wechat[to.Channel]
	if m.OwnAccord && m.About != "" && to.Channel == model.ChannelOA {
		if list, err = s.templateWays(ctx, client, t, m, to); err != nil {
			return nil, err
		}
	}
	if s.now().Before(to.WindowUntil) {
		list = append(list, way{byWindow, func(ctx context.Context) (string, error) {
			return "", client.SendText(ctx, to.OpenID, m.Text)
		}})
	}
	return slices.DeleteFunc(list, func(w way) bool { return slices.Contains(m.Spent, w.name) }), nil
}

func (s *Service) templateWays(ctx context.Context, client *wechat.Client, t model.Templates, m model.Message, to model.Identity) (list []way, err error) {
	data := map[string]string{TemplateFields[0]: m.About, TemplateFields[1]: m.When, TemplateFields[2]: m.More}
	if t.Subscription != "" {
		consent, err := s.store.Consent(ctx, model.ConsentID(to.ID, t.Subscription))
		if err != nil && !model.IsKind(err, model.KindNotFound) {
			return nil, err
		}
		if consent.Credit > 0 {
			list = append(list, way{bySubscription, func(ctx context.Context) (string, error) {
				notice := wechat.Notice{To: to.OpenID, TemplateID: t.Subscription, Data: data}
				return "", s.spending(ctx, consent.ID, client.SendNotice(ctx, notice))
			}})
		}
	}
	if t.Message != "" {
		list = append(list, way{byTemplate, func(ctx context.Context) (string, error) {
			return client.SendTemplate(ctx, wechat.Template{
				To: to.OpenID, TemplateID: t.Message, Data: data, ClientMsgID: wechat.ShortID(m.ID),
			})
		}})
	}
	return list, nil
}

// spending keeps the credit of a consent in step with what WeChat said.
func (s *Service) spending(ctx context.Context, consentID string, sendErr error) error {
	refused := wechat.ClassOf(sendErr) == wechat.ClassUser
	if sendErr == nil || refused {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.patience.Of(5*time.Second))
		defer cancel()
		if err := s.store.SpendConsent(ctx, consentID, refused, s.now()); err != nil {
			s.log.ErrorContext(ctx, "consent not counted down", "error", err)
		}
	}
	return sendErr
}

// climb tries one way after the other until one carries the message or none is left. A way that is held back
// is waited for, if the message lives that long. It reports whether the message went, as far as anybody knows.
func (s *Service) climb(ctx context.Context, m model.Message, to model.Identity) (went bool, err error) {
	list, err := s.ways(ctx, m, to)
	if err != nil {
		return false, err
	}
	last := repo.Settlement{Reason: "outside the window"}
	for _, w := range list {
		held, err := s.held(ctx, to.Channel, w.name)
		switch {
		case err != nil:
			return false, err
		case held.Until.Before(m.ExpiresAt) && held.Until.After(s.now()):
			return false, queue.Later{At: held.Until, Err: errHeld}
		case held.Until.After(s.now()):
			last.Reason, last.ErrCode = held.Reason, held.ErrCode
			continue
		}
		err = s.store.ClaimMessage(ctx, m.ID, w.name, s.now().Add(s.patience.Of(sendLease)))
		if model.IsKind(err, model.KindConflict) {
			return false, s.Send(ctx, m.ID) // somebody was faster; should they die, this job is the one that notices
		}
		if err != nil {
			return false, err
		}
		settled := false
		wechatID, sendErr := w.send(ctx)
		if last, settled, err = s.record(ctx, m, to, w.name, wechatID, sendErr); settled || err != nil {
			return last.State == model.MessageAccepted || last.State == model.MessageUnknown, err
		}
	}
	last.State, last.Step = model.MessageByHand, nil
	return false, s.settle(ctx, m, last)
}

// record writes down how an attempt ended and decides what follows from its class. It is not settled when
// the next way is to be tried.
func (s *Service) record(ctx context.Context, m model.Message, to model.Identity, name, wechatID string, sendErr error) (o repo.Settlement, settled bool, err error) {
	// The outcome must be kept even when the attempt used up its time.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.patience.Of(5*time.Second))
	defer cancel()
	o = repo.Settlement{State: model.MessageAccepted, Way: name}
	if sendErr == nil {
		return o, true, s.accepted(ctx, m, to, wechatID, o)
	}
	class := wechat.ClassOf(sendErr)
	o.ErrCode, o.RID, o.Reason = wechat.CodeOf(sendErr), wechat.RIDOf(sendErr), string(class)
	if class == wechat.ClassDone {
		return o, true, s.accepted(ctx, m, to, wechatID, o)
	}
	o.State = model.MessageQueued
	o.Step = &model.Step{Way: name, At: s.now().UTC(), ErrCode: o.ErrCode, RID: o.RID, Reason: o.Reason}
	switch class {
	case wechat.ClassRetry, wechat.ClassToken:
		return o, true, s.again(ctx, m, o, time.Time{}, sendErr)
	case wechat.ClassMinute, wechat.ClassDay, wechat.ClassAccount:
		until, err := s.stop(ctx, to.Channel, name, class, o)
		if err != nil {
			return o, true, err
		}
		if until.Before(m.ExpiresAt) {
			return o, true, s.again(ctx, m, o, until, sendErr)
		}
		return o, false, s.settle(ctx, m, o) // it does not live that long: the next way
	case wechat.ClassUnknown:
		o.State = model.MessageUnknown
		return o, true, s.unknown(ctx, m, o)
	case wechat.ClassUser, wechat.ClassWindow:
		o.Spent = true
		return o, false, s.settle(ctx, m, o)
	}
	o.State = model.MessageFailed
	return o, true, s.settle(ctx, m, o)
}

// A message's choices are not put in the place of what the person is just choosing from, and live until the person
// has had time to read the message.
const (
	conversation = 5 * time.Minute
	choicesLife  = 48 * time.Hour
)

// accepted settles a message that went. What joins it to WeChat's report comes first: a message that counts as
// sent has it.
func (s *Service) accepted(ctx context.Context, m model.Message, to model.Identity, wechatID string, o repo.Settlement) error {
	err := s.store.CountWay(ctx, model.WayID(to.Channel, o.Way), 1, model.DateOf(s.now()))
	if len(m.Choices) > 0 {
		err = errors.Join(err, s.store.OfferChoices(ctx, m.IdentityID, m.Choices, s.now(), s.now().Add(-conversation), s.now().Add(choicesLife)))
	}
	if err != nil {
		s.log.ErrorContext(ctx, "message not counted", "error", err)
	}
	if wechatID == "" {
		if err := s.settle(ctx, m, o); err != nil || o.Way != bySubscription {
			return err
		}
		return s.reconcile(ctx, to.ID, o.Way)
	}
	d, err := s.store.Deliver(ctx, model.Delivery{ID: deliveryID(to.Channel, wechatID), IdentityID: to.ID, Way: o.Way, MessageID: m.ID, At: s.now()})
	if err != nil {
		return err
	}
	if err := s.settle(ctx, m, o); err != nil || d.Result == "" {
		return err
	}
	return s.reported(ctx, d)
}
