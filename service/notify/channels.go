package notify

import (
	"context"
	"slices"
	"time"

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

var (
	errQuiet = model.NewError(model.KindTooMany, "quiet_hours", "现在是免打扰时间")
	errHeld  = model.NewError(model.KindTooMany, "way_held", "微信这会儿不让发,稍后接着发")
	errBegun = model.NewError(model.KindTooMany, "being_sent", "正在发")
	errRetry = model.NewError(model.KindUnavailable, "wechat_busy", "微信忙,稍后再试")
	errCap   = model.NewError(model.KindTooMany, "cap_per_day", "今天给这个人发得够多了")
)

// sendChannel is one rung of the ladder: how it sends, and whether it can be tried at all. send gives WeChat's id of
// the message, empty where there is none.
type sendChannel struct {
	name string
	send func(context.Context) (string, error)
}

// channels are the rungs that can be tried now, those that are spent left out.
func (l *DeliveryPolicy) channels(ctx context.Context, c Content, to model.Identity) (list []sendChannel, err error) {
	s := l.service
	client := s.wechat[to.Channel]
	if c.About != "" && to.Channel == model.ChannelOA {
		if list, err = l.templateChannels(ctx, client, c, to); err != nil {
			return nil, err
		}
	}
	if s.now().Before(to.WindowUntil) {
		list = append(list, sendChannel{byWindow, func(ctx context.Context) (string, error) {
			return "", client.SendText(ctx, to.OpenID, c.Text)
		}})
	}
	return slices.DeleteFunc(list, func(w sendChannel) bool { return slices.Contains(c.Spent, w.name) }), nil
}

func (l *DeliveryPolicy) templateChannels(ctx context.Context, client *wechat.Client, c Content, to model.Identity) (list []sendChannel, err error) {
	t := l.Templates(c.Purpose)
	data := map[string]string{TemplateFields[0]: c.About, TemplateFields[1]: c.When, TemplateFields[2]: c.More}
	for key, value := range data { // what is in them, a long household number say, is not what they were measured with
		data[key] = model.FitField(key, value)
	}
	if t.Subscription != "" {
		consent, err := l.consent(ctx, model.ConsentID(to.ID, t.Subscription))
		if err != nil {
			return nil, err
		}
		if consent.Credit > 0 {
			list = append(list, sendChannel{bySubscription, func(ctx context.Context) (string, error) {
				notice := wechat.Notice{To: to.OpenID, TemplateID: t.Subscription, Data: data}
				return "", l.service.spending(ctx, consent.ID, client.SendNotice(ctx, notice))
			}})
		}
	}
	if t.Message != "" {
		list = append(list, sendChannel{byTemplate, func(ctx context.Context) (string, error) {
			return client.SendTemplate(ctx, wechat.Template{
				To: to.OpenID, TemplateID: t.Message, Data: data, ClientMsgID: wechat.ShortID(c.Key),
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
