package notify

import (
	"context"
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

// hold keeps back what nobody asked for: when it is settled meanwhile, in the quiet hours, and beyond the
// day's cap.
func (s *Service) hold(ctx context.Context, m model.Message) (held bool, err error) {
	if guard := s.guards[m.Purpose]; guard != nil {
		stands, err := guard(ctx, m)
		if err != nil {
			return false, err
		}
		if !stands {
			return true, s.settle(ctx, m, repo.Settlement{State: model.MessageDropped, Reason: "settled meanwhile"})
		}
	}
	settings, err := s.store.Settings(ctx)
	if err != nil {
		return false, err
	}
	now := s.now()
	if at := settings.AfterQuiet(now); at.After(now) {
		if !at.Before(m.ExpiresAt) {
			return true, s.settle(ctx, m, repo.Settlement{State: model.MessageExpired, Reason: "quiet hours until the end"})
		}
		return true, queue.Later{At: at, Err: errQuiet}
	}
	n, err := s.ownAccordToday(ctx, m.IdentityID)
	if err != nil || n < settings.CapPerDay || settings.CapPerDay == 0 {
		return false, err
	}
	tomorrow := settings.AfterQuiet(model.DateOf(now).AddDays(1).Start())
	if !tomorrow.Before(m.ExpiresAt) {
		return true, s.settle(ctx, m, repo.Settlement{State: model.MessageByHand, Reason: "cap of the day"})
	}
	return true, queue.Later{At: tomorrow, Err: errCap}
}

var (
	errQuiet = model.NewError(model.KindTooMany, "quiet_hours", "现在是免打扰时间")
	errCap   = model.NewError(model.KindTooMany, "cap_per_day", "今天给这个人发得够多了")
)

// ownAccordToday counts what went to the person today without their asking.
func (s *Service) ownAccordToday(ctx context.Context, identityID string) (n int, err error) {
	list, err := s.store.MessagesFor(ctx, identityID)
	today := model.DateOf(s.now())
	for _, m := range list {
		if m.OwnAccord && m.State == model.MessageAccepted && model.DateOf(m.SettledAt) == today {
			n++
		}
	}
	return n, err
}

// way is one rung of the ladder: how it sends, and whether it can be tried at all.
type way struct {
	name string
	send func(context.Context) error
}

// ways are the rungs that can be tried for this message now, those that failed already left out.
func (s *Service) ways(ctx context.Context, m model.Message, to model.Identity) ([]way, error) {
	client := s.wechat[to.Channel]
	var list []way
	add := func(name string, send func(context.Context) error) {
		for _, step := range m.Steps {
			if step.Way == name {
				return
			}
		}
		list = append(list, way{name, send})
	}
	if m.OwnAccord && m.About != "" && to.Channel == model.ChannelOA {
		settings, err := s.store.Settings(ctx)
		if err != nil {
			return nil, err
		}
		t := settings.Templates[m.Purpose]
		data := map[string]string{"thing1": m.About, "date2": m.When, "thing3": m.More}
		consent, err := s.store.Consent(ctx, model.ConsentID(to.ID, t.Subscription))
		if err != nil && !model.IsKind(err, model.KindNotFound) {
			return nil, err
		}
		if t.Subscription != "" && consent.Credit > 0 {
			add(bySubscription, func(ctx context.Context) error {
				return s.spending(ctx, consent.ID, client.SendNotice(ctx, wechat.Notice{To: to.OpenID, TemplateID: t.Subscription, Data: data}))
			})
		}
		if t.Message != "" {
			add(byTemplate, func(ctx context.Context) error {
				_, err := client.SendTemplate(ctx, wechat.Template{To: to.OpenID, TemplateID: t.Message, Data: data, ClientMsgID: wechat.ShortID(m.ID)})
				return err
			})
		}
	}
	if s.now().Before(to.WindowUntil) {
		add(byWindow, func(ctx context.Context) error { return client.SendText(ctx, to.OpenID, m.Text) })
	}
	return list, nil
}

// spending keeps the credit of a consent in step with what WeChat said.
func (s *Service) spending(ctx context.Context, consentID string, sendErr error) error {
	refused := wechat.ClassOf(sendErr) == wechat.ClassUser
	if sendErr == nil || refused {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
		defer cancel()
		if err := s.store.SpendConsent(ctx, consentID, refused, s.now()); err != nil {
			s.log.ErrorContext(ctx, "consent not counted down", "error", err)
		}
	}
	return sendErr
}

// climb tries one way after the other until one carries the message or none is left.
func (s *Service) climb(ctx context.Context, m model.Message, to model.Identity) error {
	list, err := s.ways(ctx, m, to)
	if err != nil {
		return err
	}
	last := repo.Settlement{Reason: "outside the window"}
	for _, w := range list {
		err := s.store.ClaimMessage(ctx, m.ID, s.now().Add(sendLease))
		if model.IsKind(err, model.KindConflict) {
			return nil
		}
		if err != nil {
			return err
		}
		settled := false
		if last, settled, err = s.record(ctx, m, w.name, w.send(ctx)); settled || err != nil {
			return err
		}
	}
	last.State, last.Step = model.MessageByHand, nil
	return s.settle(ctx, m, last)
}

// record writes down how an attempt ended and decides what follows from its class. It is not settled when
// the next way is to be tried.
func (s *Service) record(ctx context.Context, m model.Message, name string, sendErr error) (o repo.Settlement, settled bool, err error) {
	// The outcome must be kept even when the attempt used up its time.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	o = repo.Settlement{State: model.MessageAccepted, Way: name}
	if sendErr == nil {
		return o, true, s.settle(ctx, m, o)
	}
	class := wechat.ClassOf(sendErr)
	o.ErrCode, o.RID, o.Reason = wechat.CodeOf(sendErr), wechat.RIDOf(sendErr), string(class)
	switch class {
	case wechat.ClassDone:
		return o, true, s.settle(ctx, m, o)
	case wechat.ClassRetry, wechat.ClassToken:
		return o, true, s.again(ctx, m, o, time.Time{}, sendErr)
	case wechat.ClassMinute:
		return o, true, s.again(ctx, m, o, s.now().Add(time.Minute), sendErr)
	case wechat.ClassDay:
		return o, true, s.again(ctx, m, o, model.DateOf(s.now()).AddDays(1).Start(), sendErr)
	case wechat.ClassAccount:
		// Nothing can go out until somebody mends the account.
		s.log.ErrorContext(ctx, "WeChat refuses the account; run: bangfu wechat check", "errcode", o.ErrCode, "rid", o.RID)
		return o, true, s.again(ctx, m, o, s.now().Add(accountWait), sendErr)
	case wechat.ClassUnknown:
		o.State = model.MessageUnknown
		return o, true, s.settle(ctx, m, o)
	case wechat.ClassUser, wechat.ClassWindow:
		o.State, o.Step = model.MessageQueued, &model.Step{Way: name, At: s.now().UTC(), ErrCode: o.ErrCode, Reason: o.Reason}
		return o, false, s.settle(ctx, m, o)
	}
	o.State = model.MessageFailed
	return o, true, s.settle(ctx, m, o)
}

// accountWait is how long a message waits when WeChat refuses the whole account.
const accountWait = 10 * time.Minute
