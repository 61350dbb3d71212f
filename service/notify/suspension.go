package notify

import (
	"context"
	"fmt"
	"time"

	"bangfu/repo/wechat"
	"bangfu/service/model"
)

// allChannels names all ways of an account: an outage suspends the account, not one way of it.
const allChannels = "all"

// suspendAfter is how many calls in a row WeChat does not answer before the account is suspended.
const suspendAfter = 3

// probeEvery is how long an account rests between two probes, longer each time.
var probeEvery = []time.Duration{30 * time.Second, time.Minute, 2 * time.Minute, 5 * time.Minute}

func probePause(tries int) time.Duration { return probeEvery[min(tries, len(probeEvery)-1)] }

// outageRetry is the pause before a single call is tried again that WeChat did not answer, before the account is suspended.
const outageRetry = 10 * time.Second

// noteAnswer notes whether WeChat answered a call, and suspends the account when it did not several times in a row. A
// message is not at fault: what did not go waits for the end of the outage.
func (l *DeliveryPolicy) noteAnswer(ctx context.Context, channel model.Channel, err error) {
	s := l.service
	silent := s.silent[channel]
	if ctx.Err() != nil {
		return // we have given up, which says nothing about WeChat
	}
	if err == nil || !wechat.IsOutage(err) {
		silent.Store(0)
		return
	}
	if silent.Add(1) < suspendAfter {
		return
	}
	id := model.ChannelKey(channel, allChannels)
	if l.suspensionOf(id).Stops(s.now()) {
		return
	}
	h := model.ChannelSuspension{ID: id, At: s.now().UTC(), Until: s.now().Add(probePause(0)).UTC(), Reason: model.SuspensionOutage}
	l.suspend(ctx, h)
	s.log.ErrorContext(ctx, "WeChat cannot be reached, sending is suspended", "channel", channel)
	key := fmt.Sprintf("hold:%s:%s:%s", model.DateOf(s.now()), h.ID, h.Reason)
	s.reportSuspension(ctx, key, "微信连不上,消息先停发,都留着;连上以后自动接着发。不知道发没发出去的在“发送情况”里,可以看过名单一起重发。")
}

// suspend keeps a hold, here at once and for every process.
func (l *DeliveryPolicy) suspend(ctx context.Context, h model.ChannelSuspension) {
	l.mu.Lock()
	l.suspensions[h.ID] = h
	l.mu.Unlock()
	if err := l.service.store.PutChannelSuspension(context.WithoutCancel(ctx), h); err != nil {
		l.service.log.ErrorContext(ctx, "hold not kept", "error", err)
	}
}

func (l *DeliveryPolicy) suspensionOf(id string) model.ChannelSuspension {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.suspensions[id]
}

// suspended reports whether WeChat cannot be reached for the account.
func (l *DeliveryPolicy) suspended(channel model.Channel) bool {
	return l.suspensionOf(model.ChannelKey(channel, allChannels)).Stops(l.service.now())
}

// suspendedUntil is what stops a way now: an outage, WeChat's own answer, or the quota that the farm has set for a day. Its Until
// is past when nothing does.
func (l *DeliveryPolicy) suspendedUntil(channel model.Channel, name string) model.ChannelSuspension {
	now := l.service.now()
	if h := l.suspensionOf(model.ChannelKey(channel, allChannels)); h.Stops(now) {
		if !h.Until.After(now) {
			h.Until = now.Add(outageRetry) // somebody probes just now
		}
		return h
	}
	if left := l.left[name]; left != nil && left.Load() <= 0 {
		return model.ChannelSuspension{Until: untilMidnight(now), Reason: string(wechat.ClassDay)}
	}
	return l.suspensionOf(model.ChannelKey(channel, name))
}

// probe makes a harmless call where an account is suspended and its rest is over. Of several processes one does. When
// WeChat answers, whatever it says, the account goes on.
func (l *DeliveryPolicy) probe(ctx context.Context) error {
	s := l.service
	for channel, client := range s.wechat {
		h, suspended := l.suspensions[model.ChannelKey(channel, allChannels)]
		if !suspended || s.now().Before(h.Until) {
			continue
		}
		next := s.now().Add(probePause(h.Tries + 1)).UTC()
		mine, err := s.store.RenewChannelSuspension(ctx, h, next)
		if err != nil {
			return err
		}
		if h.Until = next; !mine {
			l.suspensions[h.ID] = h
			continue
		}
		if err := client.Probe(ctx); err != nil && wechat.IsOutage(err) {
			h.Tries++
			l.suspend(ctx, h)
			continue
		}
		if err := s.store.DropChannelSuspension(ctx, h.ID); err != nil {
			return err
		}
		delete(l.suspensions, h.ID)
		s.silent[channel].Store(0)
		s.log.InfoContext(ctx, "WeChat answers again, sending goes on", "channel", channel)
	}
	return nil
}

// suspendChannel lets a way rest after WeChat's answer, and tells the office of what does not end within a minute.
func (l *DeliveryPolicy) suspendChannel(ctx context.Context, channel model.Channel, name string, class wechat.Class, o Outcome) time.Time {
	s := l.service
	h := model.ChannelSuspension{ID: model.ChannelKey(channel, name), At: s.now().UTC(), ErrCode: o.ErrCode, Reason: string(class)}
	h.Until = effectOf(class).rest(s.now())
	l.suspend(ctx, h)
	if class == wechat.ClassMinute {
		return h.Until
	}
	s.log.ErrorContext(ctx, "WeChat stops a way; run: bangfu wechat check", "way", h.ID, "reason", h.Reason, "errcode", o.ErrCode, "rid", o.RID)
	text := fmt.Sprintf("微信暂时不让发消息(%s,错误码%d),发不出的都留着,到时接着发。", wayLabels[name], o.ErrCode)
	if class == wechat.ClassAccount {
		text = fmt.Sprintf("微信不接受本账号发消息(%s,错误码%d)。请管理员运行 bangfu wechat check 看原因;发不出的都留着,修好后自动接着发。", wayLabels[name], o.ErrCode)
	}
	s.reportSuspension(ctx, fmt.Sprintf("hold:%s:%s:%s:%d", model.DateOf(s.now()), h.ID, h.Reason, o.ErrCode), text)
	return h.Until
}

func (s *Service) reportSuspension(ctx context.Context, key, text string) {
	if err := s.TellOffice(context.WithoutCancel(ctx), key, text); err != nil {
		s.log.ErrorContext(ctx, "office not told of a hold", "error", err)
	}
}

var wayLabels = map[string]string{bySubscription: "订阅通知", byTemplate: "模板消息", byWindow: "客服消息"}

// WayLabel is what people call the way.
func WayLabel(name string) string {
	if l, ok := wayLabels[name]; ok {
		return l
	}
	return name
}
