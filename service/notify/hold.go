package notify

import (
	"context"
	"fmt"
	"time"

	"bangfu/repo"
	"bangfu/repo/wechat"
	"bangfu/service/model"
)

// How long a way rests after WeChat's answer.
const (
	minuteRest  = time.Minute
	accountRest = 10 * time.Minute // then one message tries whether somebody has mended the account
)

// held is what stops a way now: WeChat's own answer, or the quota that the farm has set for a day. Its Until is
// past when nothing does.
func (s *Service) held(ctx context.Context, channel model.Channel, name string) (model.Hold, error) {
	id := model.WayID(channel, name)
	h, err := s.store.Hold(ctx, id)
	if err != nil && !model.IsKind(err, model.KindNotFound) || s.now().Before(h.Until) {
		return h, err
	}
	settings, err := s.store.Settings(ctx)
	quota := settings.DayQuota[name]
	if err != nil || quota == 0 {
		return model.Hold{}, err
	}
	sent, err := s.store.SentOn(ctx, id, model.DateOf(s.now()))
	if err != nil || sent < quota {
		return model.Hold{}, err
	}
	return model.Hold{ID: id, Until: s.midnight(), Reason: string(wechat.ClassDay)}, nil
}

// midnight is the next one in Shanghai, when WeChat's quotas of a day begin anew.
func (s *Service) midnight() time.Time { return model.DateOf(s.now()).AddDays(1).Start() }

// stop lets a way rest: a minute, until midnight in Shanghai, or until somebody had time to mend the account,
// and then the office is told.
func (s *Service) stop(ctx context.Context, channel model.Channel, name string, class wechat.Class, o repo.Settlement) (time.Time, error) {
	h := model.Hold{ID: model.WayID(channel, name), At: s.now().UTC(), ErrCode: o.ErrCode, Reason: string(class)}
	switch class {
	case wechat.ClassMinute:
		h.Until = s.now().Add(minuteRest)
	case wechat.ClassDay:
		h.Until = s.midnight()
	default:
		h.Until = s.now().Add(accountRest)
	}
	if err := s.store.PutHold(ctx, h); err != nil || class == wechat.ClassMinute {
		return h.Until, err
	}
	s.log.ErrorContext(ctx, "WeChat stops a way; run: bangfu wechat check", "way", h.ID, "reason", h.Reason, "errcode", o.ErrCode, "rid", o.RID)
	text := fmt.Sprintf("微信暂时不让发消息(%s,错误码%d),发不出的都留着,到时接着发。", wayLabels[name], o.ErrCode)
	if class == wechat.ClassAccount {
		text = fmt.Sprintf("微信不接受本账号发消息(%s,错误码%d)。请管理员运行 bangfu wechat check 看原因;发不出的都留着,修好后自动接着发。", wayLabels[name], o.ErrCode)
	}
	key := fmt.Sprintf("hold:%s:%s:%s:%d", model.DateOf(s.now()), h.ID, h.Reason, o.ErrCode)
	if err := s.TellOffice(ctx, key, text); err != nil {
		s.log.ErrorContext(ctx, "office not told of a hold", "error", err)
	}
	return h.Until, nil
}

var wayLabels = map[string]string{bySubscription: "订阅通知", byTemplate: "模板消息", byWindow: "客服消息"}

// WayLabel is what people call the way.
func WayLabel(name string) string {
	if l, ok := wayLabels[name]; ok {
		return l
	}
	return name
}
