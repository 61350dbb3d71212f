package bot

import (
	"context"
	"fmt"

	"bangfu/service/access"
	"bangfu/service/model"
)

// The second words of the command 代看.
const (
	proxyIssue = "发码"
	proxyEnd   = "收回"
)

// proxy lets a household give a relative or a neighbour a limited view, and take it back:
// "代看 [household [发码|收回]]".
func (s *Service) proxy(ctx context.Context, r request) (answer, error) {
	house, ask, err := s.chosen(ctx, r, model.CommandProxy)
	if err != nil || house.ID() == "" {
		return ask, err
	}
	if house.View() != model.ViewFull {
		return say("您自己就是代看的,不能再托别人。"), nil
	}
	switch r.arg(1) {
	case proxyIssue:
		return s.issueProxy(ctx, house)
	case proxyEnd:
		n, err := s.Account.EndProxies(ctx, house)
		return say(fmt.Sprintf("已收回%d人的代看。", n)), err
	}
	n, err := s.Account.CountProxies(ctx, house)
	if err != nil {
		return answer{}, err
	}
	a := say(lines(
		"代看的人能看到干部哪天来、各类合计,看不到家里人和每一笔钱;90天后自动失效。",
		fmt.Sprintf("眼下有%d人替户号%s代看。", n, house.ID()),
	))
	a.offer("发一个代看码", model.CommandProxy+" "+house.ID()+" "+proxyIssue)
	if n > 0 {
		a.offer("全部收回", model.CommandProxy+" "+house.ID()+" "+proxyEnd)
	}
	return a, nil
}

func (s *Service) issueProxy(ctx context.Context, house access.Household) (answer, error) {
	code, err := s.Account.IssueCode(ctx, house.Holder(), true)
	if err != nil {
		return answer{}, err
	}
	return say(lines(
		"代看码:"+code.Shown(),
		code.ExpiresAt.In(model.Shanghai).Format("15:04")+"前有效,只能用一次。",
		"请把这几个数字告诉您信得过的人,让他发到本公众号。",
	)), nil
}
