package bot

import (
	"context"
	"strings"

	"bangfu/service/model"
)

// wordEvery stands for all households of the caller.
const wordEvery = "全部"

// stop ends what is sent of our own accord, for one household or for all, and asks before it does: "退订 [household|全部
// [确定]]". Answers go on, and so does what is urgent.
func (s *Service) stop(ctx context.Context, r request) (answer, error) {
	if !s.isHousehold(r.caller) {
		if r.caller.IsCadre() {
			a := say("走访提醒是帮扶工作的提醒,这里停不了。不再帮扶的话,请找扶贫办。")
			a.offer("找扶贫办的人", model.CommandPerson)
			a.offer("解除干部登记", model.CommandUnbind+" "+wordCadre)
			return a, nil
		}
		return s.withHelp(r.caller, "没有登记的人,我们不会主动发提醒。"), nil
	}
	mine := s.Access.AllMine(r.caller.Account)
	which := r.arg(0)
	if which == "" && len(mine) > 1 {
		a, err := s.whichHousehold(ctx, "停哪一户的提醒?回复数字:", mine[:min(len(mine), 8)], func(id string) string { return model.CommandStop + " " + id })
		a.offer("全部停", model.CommandStop+" "+wordEvery)
		return a, err
	}
	if which == "" {
		which = mine[0].ID()
	}
	if r.arg(1) != wordYes {
		a := say("停了以后,不再主动告诉您帮扶日、到账和通知;您来问,照样回答。真的停?")
		a.yesNo(model.CommandStop+" "+which+" "+wordYes, "停", model.CommandNo, "不停")
		return a, nil
	}
	id := which
	if which == wordEvery {
		id = ""
	}
	if err := s.Account.Quiet(ctx, r.caller, model.FoldID(id), true); err != nil {
		return answer{}, err
	}
	return say("好的,不再主动发了。想恢复,发“" + model.CommandResume + "”。"), nil
}

// resume lets messages come again.
func (s *Service) resume(ctx context.Context, r request) (answer, error) {
	if !s.isHousehold(r.caller) {
		return s.withHelp(r.caller, "没有停过。"), nil
	}
	if err := s.Account.Quiet(ctx, r.caller, "", false); err != nil {
		return answer{}, err
	}
	return say("好的,恢复了:帮扶日、到账和通知会告诉您。不想要了,发“" + model.CommandStop + "”。"), nil
}

// public leads to what is published.
func (s *Service) public(_ context.Context, r request) (answer, error) {
	text := "公示和公开的账,谁都可以看"
	if address := strings.TrimRight(s.PublicURL, "/"); address != "" {
		text += ":" + address + "/public"
	} else {
		text += ",在本场公示网页上。"
	}
	a := say(text)
	a.offer("查政策", model.CommandNotice)
	a.offer("对公示有意见,说给扶贫办", model.CommandHandOver)
	return a, nil
}
