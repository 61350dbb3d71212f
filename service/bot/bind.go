package bot

import (
	"context"
	"fmt"
	"strings"

	"bangfu/service/access"
	"bangfu/service/account"
	"bangfu/service/model"
	"bangfu/service/people"
)

// bind redeems a one-time code, or says how to get one.
func (s *Service) bind(ctx context.Context, r request) (answer, error) {
	code := strings.Join(r.args, "")
	if _, ok := account.PlainCode(code); !ok && !r.typed || code == "" {
		return s.howToBind(r), nil
	}
	bound, err := s.Account.Redeem(ctx, r.caller, code, "")
	if err != nil {
		return answer{}, err
	}
	if bound.CadreID != "" {
		return s.boundCadre(ctx, bound.CadreID)
	}
	b, err := s.briefOf(ctx, r.caller, bound.HouseholdID)
	if err != nil {
		return answer{}, err
	}
	text := fmt.Sprintf("登记好了:%s家(%s,户号%s)。", b.Head, b.Unit, b.ID)
	if bound.View == model.ViewProxy {
		text = fmt.Sprintf("登记好了:您替%s家(户号%s)代看,90天内有效。", b.Head, b.ID)
	}
	if bound.Already {
		text = fmt.Sprintf("您已经登记过%s家(户号%s),不用再登记。", b.Head, b.ID)
	}
	a := say(lines(text, "以后发两个字就能查:"))
	for _, name := range []string{model.CommandHome, model.CommandAid, model.CommandVisit} {
		a.offer(name+":"+named(name).about, name+" "+b.ID)
	}
	return a, nil
}

// briefOf is a household that the person has been bound to just now, which the account that they wrote with does not say.
func (s *Service) briefOf(ctx context.Context, c account.Caller, id string) (people.Brief, error) {
	c, err := s.Account.Identify(ctx, c.Identity.Channel, c.Identity.OpenID, c.Account.ID)
	if err != nil {
		return people.Brief{}, err
	}
	house, err := s.Access.Mine(c.Account, id)
	if err != nil {
		return people.Brief{}, err
	}
	list, err := s.People.Briefs(ctx, house)
	if err == nil && len(list) == 0 {
		err = access.ErrUnknown
	}
	if err != nil {
		return people.Brief{}, err
	}
	return list[0], nil
}

func (s *Service) howToBind(r request) answer {
	text := lines(
		"请向您家的帮扶干部或扶贫办要一个绑定码,把这几个数字发到这里。",
		"绑定码10分钟内有效,只能用一次。",
		"登记过手机号的:打开小程序“我的”,点“用手机号登记”,一步就好。",
	)
	if n := len(r.caller.Account.Households(s.Now())); n > 0 {
		text = lines(fmt.Sprintf("您已经登记了%d户。要再登记一户:", n), text)
	}
	return say(text)
}

// comeBack ties somebody who had unfollowed to their households again, by the number in the register: "手机号 [number]".
func (s *Service) comeBack(ctx context.Context, r request) (answer, error) {
	phone := strings.Map(func(c rune) rune {
		if c < '0' || c > '9' {
			return -1
		}
		return c
	}, model.FoldID(strings.Join(r.args, "")))
	if len(phone) != len("13800000000") || phone[0] != '1' {
		a := say(lines(
			"请把登记册里您家的手机号发来,11位数字。",
			"要用原来登记过的这个微信,取消关注以后30天内有效;别人知道号码也进不来。",
			"不行的话,小程序“我的”里点“用手机号登记”,或者要一个绑定码。",
		))
		a.listen(model.CommandComeBack, "您家的手机号")
		return a, nil
	}
	bounds, err := s.Account.Return(ctx, r.caller, phone)
	if err != nil {
		return answer{}, err
	}
	a := say("欢迎回来,还是您原来登记的:")
	for _, x := range bounds {
		b, err := s.briefOf(ctx, r.caller, x.HouseholdID)
		if err != nil {
			return answer{}, err
		}
		a.offer(fmt.Sprintf("%s家(%s,户号%s)", b.Head, b.Unit, b.ID), model.CommandHome+" "+b.ID)
	}
	return a, nil
}

func (s *Service) boundCadre(ctx context.Context, cadreID string) (answer, error) {
	name, err := s.People.CadreName(ctx, cadreID)
	if err != nil {
		return answer{}, err
	}
	a := say("登记好了:帮扶干部" + name + "。")
	a.offer(model.CommandMine+":"+named(model.CommandMine).about, model.CommandMine)
	return a, nil
}

// mine lists the cadre's households; with a number it shows one of them.
func (s *Service) mine(ctx context.Context, r request) (answer, error) {
	houses, err := s.Access.AllPaired(ctx, r.cadre)
	if err != nil {
		return answer{}, err
	}
	if len(houses) == 0 {
		return say("您眼下没有结对的户。如有出入,请联系扶贫办。"), nil
	}
	for _, house := range houses {
		if house.ID() == model.FoldID(r.arg(0)) || len(houses) == 1 {
			return s.oneOfMine(ctx, house)
		}
	}
	a := say("您结对的户,回复数字看一户:")
	list, err := s.People.Briefs(ctx, houses[:min(len(houses), oneDigit)]...)
	if err != nil {
		return answer{}, err
	}
	for _, b := range list {
		a.offer(fmt.Sprintf("%s家(%s,%s,%d口人)", b.Head, b.Unit, b.ID, b.Members), model.CommandMine+" "+b.ID)
	}
	return a, nil
}

func (s *Service) oneOfMine(ctx context.Context, house access.Household) (answer, error) {
	file, err := s.People.File(ctx, house)
	if err != nil {
		return answer{}, err
	}
	next, err := s.nextVisit(ctx)
	if err != nil {
		return answer{}, err
	}
	a := say(lines(
		"您结对的户:",
		heading(file),
		"户情:"+file.Household.Status.Label(),
		"家里:"+membersLine(file.Members),
		next,
		helpersLine(file.Cadres),
	))
	a.offer("给这一户发绑定码", model.CommandIssue+" "+house.ID())
	a.offer("看户里的电话和住址", model.CommandHousePhone+" "+house.ID())
	a.offer("记一次走访", model.CommandRecord+" "+house.ID())
	return a, nil
}

// issue makes a one-time code for a household with which the cadre is paired: "发绑定码 [household]".
func (s *Service) issue(ctx context.Context, r request) (answer, error) {
	house, ask, err := s.helped(ctx, r, "给哪一户发绑定码?回复数字:")
	if err != nil || house.ID() == "" {
		return ask, err
	}
	return s.codeFor(ctx, house)
}

func (s *Service) codeFor(ctx context.Context, house access.Household) (answer, error) {
	code, err := s.Account.IssueCode(ctx, house.Holder(), false)
	if err != nil {
		return answer{}, err
	}
	until := code.ExpiresAt.In(model.Shanghai)
	return say(lines(
		fmt.Sprintf("户号%s的绑定码:%s", house.ID(), code.Shown()),
		fmt.Sprintf("%s前有效,只能用一次。", until.Format("15:04")),
		"请当面念给这一户,让他在自己的手机上把这几个数字发到本公众号。",
	)), nil
}
